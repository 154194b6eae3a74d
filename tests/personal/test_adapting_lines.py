"""A reader of lines gets used to a hand, and reads the others as before."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from inkgrad import load
from inkgrad.errors import DataError, ModelError, UsageError
from inkgrad.nn import files
from inkgrad.personal.adapting_lines import adapt_lines, alphabet_of
from inkgrad.personal.own_lines import OwnLines, classes_of, read_own_lines
from inkgrad.pretrained.shipped import find
from inkgrad.randomness import generator
from inkgrad.reading.looks import Look, changed
from inkgrad.reading.number import NumberReader
from inkgrad.synthetic.numbers import Hands, Lines, Numbers

DIGITS = "0123456789"


@pytest.fixture(scope="module")
def numbers():
    """Lines of MNIST's digits, to learn from and to measure by."""
    return [
        Numbers(Hands([part.images[part.labels == c] for c in range(10)], []), 100, lengths=(2, 4))
        for part in (load("mnist-5k").train, load("mnist-5k").test)
    ]


@pytest.fixture(scope="module")
def kept(numbers):
    return Lines.of(numbers[1], 60, generator(0, "sample"))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The smaller network of the reader of numbers, alone."""
    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    networks, about = files.load_together(find("numbers"))
    files.save(networks[1], path, about)
    return path


def hand_of(numbers, count):
    """Lines that lean far back, and are narrow: a hand that the network hardly knows."""
    made = Lines.of(numbers, count, generator(1, "sample"))
    leaning = [changed(line, Look(0.75, 0.75, 1.2)) for line in made.lines]
    return OwnLines("a hand", leaning, [row[row >= 0] for row in made.labels])


def test_lines_of_a_hand_are_learned_and_the_others_are_not_forgotten(
    numbers, kept, model, tmp_path
):
    told, out = [], tmp_path / "out.safetensors"
    found = adapt_lines(
        *(model, hand_of(numbers[0], 60), numbers[0], kept, out),
        steps=40,
        told=lambda step, steps: told.append((step, steps)),
    )
    assert told[-1] == (40, 40)
    assert (found.hand_count, found.kept_count) == (15, 60)
    assert found.hand[1] > found.hand[0] + 0.02
    assert found.kept[1] >= found.kept[0] - 0.002
    assert 0 < found.part <= 1
    reader = NumberReader.load(out)
    with pytest.raises(ModelError, match="nobody measured how often these weights are wrong"):
        reader.threshold(0.01)
    assert "a hand, 45 lines" in files.load(out)[1]["adapted to"]
    card = out.with_suffix(".md").read_text()
    assert f"| {100 * found.hand[0]:.1f} % | {100 * found.hand[1]:.1f} % |" in card
    assert "inkgrad models calibrate out.safetensors" in card


def test_networks_that_answer_together_learn_one_after_the_other(numbers, tmp_path):
    told, out = [], tmp_path / "both.safetensors"
    kept = Lines.of(numbers[1], 8, generator(0, "sample"))
    adapt_lines(
        *("numbers", hand_of(numbers[0], 12), numbers[0], kept, out),
        steps=2,
        told=lambda step, steps: told.append((step, steps)),
    )
    assert told == [(step, 6) for step in range(1, 7)]
    assert len(files.load_together(out)[0]) == 3


def test_where_the_others_were_lost_nothing_is_written(numbers, kept, model, tmp_path, monkeypatch):
    monkeypatch.setattr("inkgrad.personal.adapting_lines._RATE", 0.05)  # that spoils a network
    out = tmp_path / "out.safetensors"
    with pytest.raises(
        UsageError, match="a hand: whatever is learned of it, the other lines lose more"
    ):
        adapt_lines(model, hand_of(numbers[0], 20), numbers[0], kept, out, steps=10)
    assert not list(tmp_path.iterdir())


def test_what_is_no_reader_of_lines_and_too_few_lines_are_refused(numbers, kept, model, tmp_path):
    out = tmp_path / "out.safetensors"
    with pytest.raises(ModelError, match="digits: is no reader of lines"):
        adapt_lines("digits", hand_of(numbers[0], 20), numbers[0], kept, out)
    with pytest.raises(UsageError, match="a hand: has 11 lines, expected 12 at least"):
        adapt_lines(model, hand_of(numbers[0], 11), numbers[0], kept, out)
    assert (alphabet_of("digits"), alphabet_of(model)) == ("", DIGITS)


def folder_of(numbers, folder, count):
    """Images of lines, dark on white, with a text file beside each."""
    folder.mkdir()
    made = Lines.of(numbers, count, generator(2, "sample"))
    for place, (line, row) in enumerate(zip(made.lines, made.labels, strict=True)):
        large = Image.fromarray(255 - np.pad(line, 12)).resize((2 * line.shape[1] + 48, 112))
        large.save(folder / f"{place:02}.png")
        text = "".join(DIGITS[c] for c in row if c >= 0)
        (folder / f"{place:02}.txt").write_text(f"{text[:1]}-{text[1:]}\n")
    return made


def test_a_folder_of_lines_is_read_with_texts_beside_or_in_a_table(numbers, tmp_path):
    made = folder_of(numbers[0], tmp_path / "lines", 4)
    found = read_own_lines(tmp_path / "lines", DIGITS)
    assert [list(string) for string in found.strings] == [
        list(row[row >= 0]) for row in made.labels
    ]
    assert {line.shape[0] for line in found.lines} == {32}
    (tmp_path / "lines" / "labels.csv").write_text("path,text\n03.png,12\n")
    assert [list(s) for s in read_own_lines(tmp_path / "lines", DIGITS).strings] == [[1, 2]]


def test_texts_that_a_reader_cannot_learn_are_refused(tmp_path):
    assert list(classes_of("$ 1,20", DIGITS, "a.png")) == [1, 2, 0]
    with pytest.raises(DataError, match=r"a\.png: says '12a', expected no 'a'"):
        classes_of("12a", DIGITS, "a.png")
    with pytest.raises(DataError, match=r"a\.png: says '-', expected characters"):
        classes_of(" - ", DIGITS, "a.png")
    with pytest.raises(DataError, match="expected one with images of lines"):
        read_own_lines(tmp_path / "none", DIGITS)
    with pytest.raises(DataError, match=r"no image with a \.txt beside it"):
        read_own_lines(tmp_path, DIGITS)


def test_lines_side_by_side_say_both_with_a_space_between(numbers):
    hand = hand_of(numbers[0], 12)
    lines, strings = hand.drawn(50, 10, np.random.default_rng(0))
    own = {tuple(string) for string in hand.strings}
    for line, string in zip(lines, strings, strict=True):
        assert (line.shape[0], line.shape[1] % 4) == (32, 0)
        text = " ".join(map(str, string)).split("10")
        assert {tuple(map(int, part.split())) for part in text} <= own
    assert any(10 in string for string in strings)
    alone, _ = hand.drawn(50, None, np.random.default_rng(0))
    assert max(line.shape[1] for line in alone) < max(line.shape[1] for line in lines)


def test_the_command_adapts_a_reader_of_lines_and_keeps_those_of_a_folder(numbers, model, tmp_path):
    folder_of(numbers[0], tmp_path / "mine", 16)
    folder_of(numbers[1], tmp_path / "others", 40)
    command = [sys.executable, "-m", "inkgrad", "adapt", model, "mine", "--steps", "2"]
    command += ["--out", "a.safetensors", "--keep", "others"]
    done, again = (
        subprocess.run(list(map(str, command)), cwd=tmp_path, capture_output=True, encoding="utf-8")
        for _ in range(2)
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.splitlines()
    assert said[1].startswith("this hand (4 lines held out): characters")
    assert said[3].startswith("others (20 lines): characters")
    assert said[5].startswith("its confidences promise nothing yet")
    assert {path.name for path in tmp_path.glob("a.*")} == {"a.safetensors", "a.md"}
    assert again.returncode == 1
    assert "a.safetensors: is there already" in again.stderr
