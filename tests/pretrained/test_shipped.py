from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from inkgrad.data.datasets import load
from inkgrad.errors import ModelError
from inkgrad.ink.character import to_glyph
from inkgrad.nn import files
from inkgrad.nn.losses import softmax
from inkgrad.nn.network import Network
from inkgrad.nn.prediction import logits_of
from inkgrad.pretrained.shipped import card, find, names
from inkgrad.recipes import characters as recipes
from inkgrad.recipes import lines as line_recipes
from inkgrad.recipes.characters import RECIPES, recipe
from inkgrad.recipes.lines import READERS
from inkgrad.synthetic.clutter import clutter


@pytest.mark.parametrize("name", names())
def test_a_shipped_model_is_small_calibrated_and_has_its_card(name):
    path = find(name)
    assert path.stat().st_size < 4_000_000
    networks, about = files.load_together(path)
    for network in networks:
        if "alphabet" in about:  # a reader of lines, with a class for the blank
            assert network.output_shape[-1] == len(about["alphabet"]) + 1
        else:
            assert network.output_shape == (len(about["classes"]),)
    assert 0.1 < about["temperature"] < 10
    text = card(name)
    for heading in ("Data", "Made with", "Scores", "Limits"):
        assert f"## {heading}" in text
    assert f"inkgrad models build {name}" in text
    for score in about["scores"].values():
        assert f"{100 * score['accuracy']:.2f} %" in text
    assert re.search(r"20\d\d-\d\d-\d\d", text)


class Anything:
    """Stands in for gigabytes of data while a recipe is followed: whatever is asked gives it."""

    def _itself(self, *_: object, **__: object) -> Anything:
        return self

    __call__ = __getitem__ = __getattr__ = _itself
    __lt__ = __ge__ = __eq__ = __and__ = __sub__ = __add__ = __mul__ = _itself
    __hash__ = None

    def __iter__(self) -> Iterator[Anything]:
        return iter((self, self))  # a part to learn from and a part to measure by

    def __len__(self) -> int:
        return 1

    def __index__(self) -> int:
        return 1


def networks_of_recipe(name: str, monkeypatch: pytest.MonkeyPatch) -> list[Network]:
    """The networks that the recipe of a model begins with, made without its data."""
    module, (make, _) = (
        (recipes, RECIPES[name]) if name in RECIPES else (line_recipes, READERS[name])
    )
    made: list[Network] = []

    def keep(*given: object, **named: object) -> None:
        for value in (*given, *named.values()):
            made.extend(
                each
                for each in (value if isinstance(value, list | tuple) else [value])
                if isinstance(each, Network)
            )

    for called, value in list(vars(module).items()):
        ours = getattr(value, "__module__", "").startswith("inkgrad.nn")
        ours = ours or called in ("find", "read_text_first")
        if callable(value) and not ours:
            monkeypatch.setattr(module, called, Anything())
    monkeypatch.setattr(module, "np", Anything())
    kind = "CharacterRecipe" if hasattr(module, "CharacterRecipe") else "Recipe"
    monkeypatch.setattr(module, kind, keep)
    make(*[0] * make.__code__.co_argcount)
    return made


@pytest.mark.parametrize("name", names())
def test_the_recipe_of_a_shipped_model_makes_the_networks_that_are_in_its_file(name, monkeypatch):
    networks, about = files.load_together(find(name))
    made = networks_of_recipe(name, monkeypatch)
    assert made
    assert [*map(files.architecture, made)] == [*map(files.architecture, networks)]
    answers = about["classes"] if "classes" in about else [*about["alphabet"], "the blank"]
    assert {network.output_shape[-1] for network in made} == {len(answers)}
    epochs = (RECIPES[name] if name in RECIPES else READERS[name])[1]
    trained = about["epochs"]
    assert [*np.atleast_1d(epochs)] == [*np.atleast_1d(trained)]


def test_the_digits_are_read_well_as_readers_see_them():
    # Not a figure of merit: it has seen these digits. It shows that file and form belong together.
    network, _ = files.load(find("digits"))
    test = load("mnist-5k").test
    glyphs = np.stack([to_glyph(image) for image in test.images])
    assert np.mean(logits_of(network, glyphs).argmax(axis=1) == test.labels) > 0.985


def test_clutter_is_refused_and_digits_are_not(rng):
    network, about = files.load(find("digits"))
    test = load("mnist-5k").test
    glyphs = np.stack([to_glyph(image) for image in test.images])

    def refused(images: np.ndarray) -> float:
        p = softmax(logits_of(network, images), about["temperature"])
        return float(np.mean(p.max(axis=1) < about["refuse_below"]))

    assert refused(glyphs) < 0.02
    assert refused(clutter(600, test.images, rng)) > 0.9


def test_only_what_holds_a_model_goes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shipped = find("digits")
    (tmp_path / "digits").mkdir()  # pictures of digits, say
    assert find("digits") == shipped
    assert find("./digits") == Path("digits/model.safetensors")
    (tmp_path / "digits" / "model.safetensors").write_bytes(b"a run's")
    assert find("digits").read_bytes() == b"a run's"
    (tmp_path / "numbers").write_text("a list of numbers")
    assert find("numbers") != Path("numbers")
    assert find("./numbers") == Path("numbers")
    (tmp_path / "text").write_bytes(shipped.read_bytes())
    assert find("text") == Path("text")


def test_a_stranger_is_told_the_names():
    with pytest.raises(ModelError, match=r"no such file, expected one of .*digits"):
        find("digit")


def test_an_unknown_recipe_is_refused():
    with pytest.raises(ModelError, match="no such recipe, expected one of digits"):
        recipe("faces")
