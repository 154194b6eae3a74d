"""Training, the data and the demo by command: stopped, killed, refused."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from inkgrad.cli.entry import main
from inkgrad.data.datasets import load
from inkgrad.data.split import by_turns
from inkgrad.evaluation import plots
from inkgrad.runs import Run

QUICK = ["--epochs", "3", "--seed", "1"]


def inkgrad(*arguments: object, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "inkgrad", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )
    assert not check or done.returncode == 0, done.stderr
    return done


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 1
    assert done.stderr.startswith("inkgrad: ")
    assert done.stderr.count("\n") == 1, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_json_ends_with_the_figures_and_keeps_the_bits_whatever_the_threads(tmp_path):
    bits = set()
    for threads in (1, 2, 3):
        done = inkgrad(
            *("train", *QUICK, "--batch-size", "500", "--threads", threads),
            *("--out", f"r{threads}", "--json"),
            cwd=tmp_path,
        )
        (line,) = done.stdout.splitlines()
        figures = json.loads(line)
        assert figures["parameters"] == 109_386
        assert figures["train_seconds"] > 0
        assert figures["peak_memory_mb"] > 50
        assert 0 <= figures["validation_accuracy"] <= 1
        assert 0 <= figures["test_accuracy"] <= 1
        bits.add((tmp_path / f"r{threads}" / "model.safetensors").read_bytes()[-400_000:])
    assert len(bits) == 1


@pytest.mark.parametrize("weights", ["balanced", "7=3,0=0.5"])
def test_a_run_with_class_weights_says_so_and_is_resumed_with_them(weights, tmp_path):
    arguments = ("train", *QUICK, "--class-weight", weights, "--out")
    done = inkgrad(*arguments, "whole", cwd=tmp_path)
    assert "mean of the classes' test accuracies " in done.stdout
    facts = json.loads((tmp_path / "whole" / "run.json").read_text())
    assert facts["arguments"]["class_weight"] == weights
    assert 0.5 < facts["figures"]["test_balanced_accuracy"] <= 1
    (cut := tmp_path / "cut").mkdir()
    (cut / "run.json").write_bytes((tmp_path / "whole" / "run.json").read_bytes())
    run = Run.resume(cut)
    next(iter(run.epochs()))
    inkgrad("train", "--resume", "cut", cwd=tmp_path)
    whole, cut = (tmp_path / name / "model.safetensors" for name in ("whole", "cut"))
    assert whole.read_bytes() == cut.read_bytes()


@pytest.mark.slow
def test_a_run_killed_at_any_moment_and_resumed_ends_with_the_same_bits(tmp_path):
    arguments = ["--epochs", "40", "--dropout", "0.1", "--average", "0.99"]
    inkgrad("train", *arguments, "--out", "whole", cwd=tmp_path)
    command = [sys.executable, "-m", "inkgrad", "train", "--out", "cut", *arguments]
    resume = [sys.executable, "-m", "inkgrad", "train", "--resume", "cut"]
    rng = np.random.default_rng(5)
    killed = 0
    for attempt in range(4):
        process = subprocess.Popen(
            resume if (tmp_path / "cut" / "run.json").exists() else command,
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        # The first two after so many epochs, the others at any time, start-up included.
        deadline = time.monotonic() + 30
        while attempt < 2 and process.poll() is None and time.monotonic() < deadline:
            history = tmp_path / "cut" / "checkpoint.safetensors"
            if history.exists():
                break
            time.sleep(0.005)
        time.sleep(float(rng.uniform(0.05, 0.4)))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed
    if not (tmp_path / "cut" / "run.json").exists():
        inkgrad("train", "--out", "cut", *arguments, cwd=tmp_path)
    inkgrad("train", "--resume", "cut", cwd=tmp_path)
    whole, cut = (tmp_path / name / "model.safetensors" for name in ("whole", "cut"))
    assert whole.read_bytes() == cut.read_bytes()


def test_ctrl_c_says_how_to_go_on(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-m", "inkgrad", "train", "--epochs", "5000", "--out", "run"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Started in the background of a script, the tests themselves may ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        try:
            assert process.stdout
            for line in process.stdout:
                if line.startswith("epoch   2"):
                    break
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 130
    assert complaint == "inkgrad: stopped; go on with: inkgrad train --resume run\n"


def test_ctrl_c_while_modules_are_loaded_is_one_line_too(monkeypatch, capsys):
    class Interrupted:
        def find_spec(self, name, *_):
            if name == "inkgrad.cli.app":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "inkgrad.cli.app", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 130
    assert capsys.readouterr().err == "inkgrad: stopped\n"


def test_a_diverging_run_stops_with_what_to_try(tmp_path):
    done = inkgrad(
        *("train", *QUICK, "--optimizer", "sgd", "--learning-rate", "1e20", "--out", "r"),
        cwd=tmp_path,
        check=False,
    )
    line = one_line(done)
    assert "the loss became" in line
    assert "at step" in line
    assert "try a learning rate" in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "minst"), "minst: no such data set or path"),
        (("--model", "lstm"), "model 'lstm' is unknown"),
        (("--optimizer", "adagrad"), "optimizer 'adagrad' is unknown, expected one of sgd"),
        (("--schedule", "zigzag"), "schedule 'zigzag' is unknown"),
        (("--epochs", "0"), "epochs is 0, expected more than 0"),
        (("--dropout", "1"), "dropout is 1.0, expected at least 0 and under 1"),
        (("--validation", "4000"), "cannot hold out 4,000 of 4,000"),
        (("--class-weight", "even"), "class_weight is 'even', expected balanced, or such as"),
        (("--class-weight", "0=1,7"), "class_weight is '0=1,7', expected balanced"),
        (("--class-weight", "0=-1"), "class_weight is '0=-1', expected balanced"),
        (("--class-weight", "12=3"), "class_weight names class '12', expected some of 0, 1, 2"),
        (("--resume", "nowhere"), "holds no run"),
    ],
)
def test_wrong_arguments_are_one_line_and_leave_nothing(arguments, message, tmp_path):
    assert message in one_line(inkgrad("train", *arguments, cwd=tmp_path, check=False))
    assert not list(tmp_path.iterdir())


def test_data_are_listed_described_and_drawn(tmp_path):
    listed = inkgrad("data", "list", cwd=tmp_path).stdout
    assert all(name in listed for name in ("mnist-5k", "kmnist", "emnist-balanced", "emnist-pool"))
    facts = json.loads(inkgrad("data", "info", "mnist-5k", "--json", cwd=tmp_path).stdout)
    assert facts["counts"]["test"] == [100] * 10
    inkgrad("data", "show", "mnist-5k", "--count", "30", cwd=tmp_path)
    train = load("mnist-5k").train
    chosen = by_turns(train.labels, 30, 0)
    assert train.labels[chosen].tolist() == [*range(10)] * 3
    heading, titles = "mnist-5k, training part", [str(n) for n in train.labels[chosen]]
    sheet = plots.sheet(list(train.images[chosen]), titles, 10, heading=heading)
    assert (tmp_path / "mnist-5k.png").read_bytes() == plots.png(sheet)
    again = inkgrad("data", "show", "mnist-5k", cwd=tmp_path, check=False)
    assert "is there already" in one_line(again)
    unknown = inkgrad("data", "fetch", "cifar", cwd=tmp_path, check=False)
    assert "no such data set" in one_line(unknown)


@pytest.mark.slow
def test_the_demo_reaches_its_figure_and_writes_its_report(tmp_path):
    done = inkgrad("demo", cwd=tmp_path)
    accuracy = float(done.stdout.split("\naccuracy ")[1].split(" %")[0])
    assert accuracy >= 94.5
    assert (tmp_path / "demo" / "report.html").stat().st_size > 100_000
