"""What was done in the lab as Python programs: each runs as it is and does the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from inkgrad.nn import files

pytestmark = pytest.mark.browser


def run(program, *arguments):
    """What a program prints, in its own folder; its warnings are errors, as in all tests."""
    done = subprocess.run(
        [sys.executable, program.name, *map(str, arguments)],
        cwd=program.parent,
        env={**os.environ, "INKGRAD_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def saved(page, name, folder):
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_run_is_a_program_that_trains_as_well(opened, tmp_path):
    page = opened("#train?network=mlp:16&rate=0.003&batch=32&samples=1000&augment=shift")
    page.get_by_role("button", name="One step").click()
    step = page.locator(".facts div", has_text="Step").locator("dd").first
    expect(step).to_have_text("1")
    program = saved(page, "As a Python program", tmp_path)
    told = run(program, 6)
    assert told.count("epoch") == 6
    assert float(re.findall(r"test ([\d.]+) %", told)[-1]) > 60
    network, about = files.load(tmp_path / "model.safetensors")
    assert network.theta.size == 784 * 16 + 16 + 16 * 10 + 10
    assert about["classes"] == list("0123456789")


SETTINGS = {
    "unshuffled": {"faults": {"unshuffled": True}},
    "unscaled, summed": {
        "optimizer": "sgd",
        "rate": 1e-5,
        "faults": {"unscaled": True, "sum": True},
    },
    "no maximum": {"faults": {"noMaximum": True}},
    "the wrong axis": {"faults": {"wrongAxis": True}},
    "the wrong way round": {"faults": {"inverted": True}, "init": "glorot"},
    "no test": {"faults": {"testOnTrain": True}, "init": 0.01, "optimizer": "adamw"},
    "zero": {"init": "zero", "dropout": 0.3},
    "positive": {"init": "positive"},
    "tiny": {"network": "tiny"},
    "conv": {"network": "conv", "init": "positive", "dropout": 0.2},
    "lenet": {"network": "lenet"},
}


def test_every_setting_and_fault_is_a_program_that_runs(page, tmp_path):
    texts = page.evaluate(
        """(all) => Object.fromEntries(Object.entries(all).map(([name, each]) => {
          const start = { network: "mlp:16", optimizer: "adam", rate: 0.001, batch: 32, dropout: 0,
                          momentum: 0.9, init: "he", augment: "none", samples: 100, faults: {} };
          const settings = { ...start, ...each };
          const { layers } = inkgrad.architecture(settings.network, 10, settings);
          return [name, inkgrad.runProgram(settings, layers, { epochs: 1, train: 4000 })];
        }))""",
        SETTINGS,
    )
    everything = []
    for name, text in texts.items():
        assert all(len(line) <= 100 for line in text.splitlines()), name
        everything.append(f"# {name}\n{text}")
    (tmp_path / "all.py").write_text("\n".join(everything))
    assert run(tmp_path / "all.py").count("epoch 1: loss") == len(SETTINGS)


@pytest.mark.parametrize("model", ["small", "digits"])
def test_an_adapted_network_is_a_program_with_the_digits_in_it(opened, keep, tmp_path, model):
    page = opened(f"#own?model={model}")
    for _ in range(6):
        keep(page, "bar", 7)
        keep(page, "ring", 0)
    page.get_by_role("button", name="Adapt it to my digits").click()
    page.locator("tr", has_text="of yours, not learned from").wait_for()
    program = saved(page, "As a Python program", tmp_path)
    before, after = run(program).splitlines()
    assert float(re.findall(r"([\d.]+) % of mine", before)[0]) < 80
    assert float(re.findall(r"([\d.]+) % of mine", after)[0]) == 100
    assert float(re.findall(r"([\d.]+) % of everybody", after)[0]) > 75
    assert files.load(tmp_path / "adapted.safetensors")[0].output_shape == (10,)
    assert (program.stat().st_size < 60_000) == (model == "digits")
