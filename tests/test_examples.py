"""The examples run, say what they promise, and are typed as their readers' programs would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import inkgrad
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.randomness import generator

FOLDER = Path(__file__).parent.parent / "examples"
SAID = {
    "train_and_predict": r"accuracy 9\d\.\d\d %",
    "loop_by_hand": r"epoch 5: .*test 9\d\.\d %",
    "code_from_bytes": r"^90210  \d+\.\d %  read",
    "fields_to_table": r"^path\ttext[^$]*7\.png\t97205[^$]*[78] of 8 right",
    "notes_archive": r"note 1, page 1: .*\[garden\][^$]*1 note exported",
    "web_handler": r"200 {.*\"status\": \"failed\".*is no image.*}\n413 {.*at most 20 MB",
    "onnx_alone": r"^7  \d+\.\d %$",
    "scikit_learn": r"best of 4: [^$]*accuracy (8[5-9]|9\d)\.\d\d %",
    "own_layer": r"off by \d\.\de-0[89][^$]*9\d\.\d\d %[^$]*as it was saved: True",
}


def test_every_example_is_tested():
    beside = {"desk_client"}  # asks a desk: tests/desk/test_client_example.py
    assert {path.stem for path in FOLDER.glob("*.py")} == set(SAID) | beside


@pytest.fixture(scope="module")
def given(tmp_path_factory) -> dict[str, list[Path]]:
    """What examples are given that need something."""
    folder = tmp_path_factory.mktemp("given")
    photo = folder / "7.png"
    written("7").save(photo)
    return {"onnx_alone": [*inkgrad.export_onnx("digits", folder / "digits.onnx"), photo]}


def written(text: str) -> Image.Image:
    """Digits of MNIST in dark ink on paper."""
    test = inkgrad.load("mnist-5k").test
    digits = np.hstack([test.images[test.labels == int(c)][3][:, 4:24] for c in text])
    paper = 215 - 0.65 * np.pad(digits, 12).astype(np.float32)
    return Image.fromarray(paper.astype(np.uint8)).resize((40 * len(text) + 48, 104))


@pytest.mark.parametrize("name", SAID)
def test_an_example_runs_and_learns(name, given, tmp_path):
    run = [sys.executable, "-W", "error", FOLDER / f"{name}.py", *given.get(name, [])]
    source = str(Path(inkgrad.__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": source}
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    assert re.search(SAID[name], done.stdout), done.stdout
    assert not list(tmp_path.iterdir())


def test_a_number_is_read_without_us(tmp_path):
    image = tmp_path / "number.png"
    written("90217").save(image)
    first, *_ = inkgrad.export_onnx("numbers", tmp_path / "numbers.onnx")
    run = [sys.executable, "-W", "error", FOLDER / "onnx_alone.py", first, image]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.stdout == "90217\n", done.stderr
    imported = re.findall(r"^(?:import|from) (\w+)", (FOLDER / "onnx_alone.py").read_text(), re.M)
    assert set(imported) == {"json", "sys", "numpy", "onnxruntime", "PIL"}


@pytest.mark.slow
def test_the_examples_are_typed_against_the_package(tmp_path):
    assert files("inkgrad").joinpath("py.typed").is_file()
    source = str(Path(inkgrad.__file__).parent.parent)
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from inkgrad import deck\n\ndeck(seed='three')\n")
    check = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--follow-imports=silent"]
    check += ["--cache-dir", str(FOLDER.parent / ".mypy_cache" / "examples")]
    environment = {**os.environ, "MYPYPATH": source}
    done = subprocess.run(
        [*check, *FOLDER.glob("*.py"), wrong], capture_output=True, text=True, env=environment
    )
    complaints = done.stdout.splitlines()
    assert len(complaints) == 2, done.stdout + done.stderr
    assert 'incompatible type "str"; expected "int"' in complaints[0]
    assert "wrong.py:3" in complaints[0]


def test_a_loop_by_hand_does_what_train_does_bit_for_bit(bars):
    """So it takes as long as train takes, with the threads of BLAS left out as there."""
    settings = inkgrad.Settings(epochs=2, batch_size=64, optimizer=inkgrad.AdamW(0.003), seed=4)
    trained, by_hand = inkgrad.deck(4, seed=1), inkgrad.deck(4, seed=1)
    epochs = list(inkgrad.train(trained, bars.train, settings))
    optimizer = settings.optimizer.start()
    with inkgrad.one_blas_thread():
        for number in range(1, 3):
            order = generator(settings.seed, "order", number).permutation(240)
            total = 0.0
            for places in np.split(order, range(64, 240, 64)):
                images, labels = bars.train.images[places], bars.train.labels[places]
                loss, gradient = inkgrad.softmax_cross_entropy(by_hand.forward(images), labels)
                by_hand.backward(gradient)
                optimizer.step(by_hand)
                total += loss * len(places)
            assert total / 240 == epochs[number - 1].loss
    assert by_hand.state() == trained.state()
    assert inkgrad.one_blas_thread is one_blas_thread


def test_what_is_public_says_itself_in_a_few_words(bars):
    network = inkgrad.deck(4)
    evaluation = inkgrad.evaluate(network, bars.test, bars.classes)
    said = [
        (bars, "Dataset('bars', 4 classes, 240 images of 28 x 28 to train on, 80 to test with)"),
        (bars.train, "Split(240 images of 28 x 28, uint8)"),
        (evaluation, "Evaluation(80 samples of 4 classes: accuracy "),
        (network.state(), "NetworkState(108,996 float32 weights, 0 running statistics)"),
        (inkgrad.AdamW().start(), "OptimizerState(AdamW(learning_rate=0.001, "),
        (inkgrad.Augmented(bars.train, inkgrad.Augmentation(shift=1)), "Augmented(split=Split(240"),
        (network, "layer "),
    ]
    for thing, words in said:
        assert repr(thing).startswith(words)
        assert len(repr(thing)) < 600


def test_help_leads_by_task():
    first, _, third = inkgrad.__doc__.splitlines()[:3]
    assert first.startswith("A neural network for handwriting")
    assert third.startswith("Read handwriting")
    for name in set(inkgrad.__all__) - {"InkgradError"}:
        listed = name in re.findall(r"\w+", inkgrad.__doc__)
        assert listed or name in OF_OTHERS, name


OF_OTHERS = {  # what the functions in the list take and return
    "Augmentation",
    "Epoch",
    "Evaluation",
    "Optimizer",
    "OptimizerState",
    "NetworkState",
    "Outcome",
    "Pruned",
    "Reader",
    "Settings",
}
