from __future__ import annotations

import re
from dataclasses import replace

import pytest

from inkgrad.arguments import Arguments
from inkgrad.errors import UsageError
from inkgrad.randomness import generator
from inkgrad.tuning import spaces
from inkgrad.tuning.parameters import arguments_of
from inkgrad.tuning.space import Choice, Integers, Uniform

BASE = Arguments()


@pytest.fixture
def read(tmp_path):
    def from_text(text, base=BASE):
        path = tmp_path / "space.toml"
        path.write_text(text)
        return spaces.read(path, base)

    return from_text


def test_the_example_of_the_documentation_is_a_space(read):
    space, base = read(spaces.__doc__.partition("\n\n")[2])
    assert base == replace(BASE, augment="affine")
    found = space.parameters
    assert found["optimizer"] == Choice(("adamw", "sgd"))
    assert found["learning_rate"] == Uniform(0.0003, 0.03, log=True)
    assert found["units_1"] == Integers(64, 512, step=64, when={"layers": (1, 2, 3)})
    assert found["units_3"] == Choice((32, 64), when={"layers": (3,)})
    assert found["clip"].when == {"optimizer": ("sgd",)}
    assert found["dropout"].count == 6


def test_hidden_layers_are_there_only_for_perceptrons(read):
    space, _ = read('model = ["mlp", "cnn"]\nhidden = ["64-32", "128"]')
    models = [arguments_of(BASE, setting).model for setting in space.grid()]
    assert models == ["mlp:64-32", "mlp:128", "cnn"]


def test_depth_and_widths_make_a_perceptron(read):
    space, base = read('model = "mlp"\nlayers = [1, 3]\nunits_1 = 9\nunits = [5, 7]')
    assert [arguments_of(base, setting).model for setting in space.grid()] == [
        *("mlp:9", "mlp:9", "mlp:9-5-5", "mlp:9-7-7"),
    ]


def test_the_grid_of_the_deck_is_three_rates_by_three_sizes():
    space, base = spaces.space_for("deck", BASE)
    found = {
        (arguments.learning_rate, arguments.model)
        for arguments in (arguments_of(base, setting) for setting in space.grid())
    }
    assert found == {
        (rate, f"mlp:{hidden}")
        for rate in (0.001, 0.01, 0.1)
        for hidden in ("64-32", "128-64", "256-128")
    }


@pytest.mark.parametrize("model", ["deck", "mlp", "mlp:64", "cnn", "lenet", "tiny"])
def test_every_model_has_a_space_of_its_own(model):
    space, base = spaces.space_for(None, replace(BASE, model=model))
    drawn = [arguments_of(base, space.draw(generator(0, "trial", i))) for i in range(20)]
    assert len({arguments.learning_rate for arguments in drawn}) > 10
    assert len({arguments.model for arguments in drawn}) == (1 if model != "mlp" else 20)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rate = [1]", "rate: is no parameter, expected one of model, epochs"),
        ("learning_rate = [0.1", "is no TOML: "),
        ("learning_rate = []", "learning_rate: a choice has no values"),
        ("learning_rate = { low = 0.1 }", "learning_rate: the range is 0.1 to None, expected num"),
        ("learning_rate = { low = 1.0, high = 0.1 }", "expected low under high"),
        ("learning_rate = { low = -1.0, high = 0.1 }", "learning_rate is -1.0, expected more than"),
        ("dropout = { low = 0.0, high = 1.0 }", "dropout: dropout is 1.0, expected at least 0 and"),
        ("batch_size = { low = 16.0, high = 32.0 }", "batch_size: 16.0 is of another kind, exp"),
        ("batch_size = { low = 16, high = 32, count = 3 }", "batch_size: has a count, expected st"),
        ("batch_size = { low = 16, high = 32, stp = 2 }", "batch_size: has stp, expected only cho"),
        ('optimizer = ["adma"]', "optimizer: optimizer 'adma' is unknown, expected one of sgd"),
        ('optimizer = "adma"', "optimizer: optimizer 'adma' is unknown, expected one of sgd"),
        ('optimizer = [["sgd"]]', "no single value"),
        ('schedule = ["on-plateau"]', "expected another schedule"),
        ('model = ["resnet"]', "model: model 'resnet' is unknown, expected one of deck"),
        ('model = "mlp"', "model mlp has no sizes, expected hidden, or layers and units"),
        ('hidden = ["64x32"]', "hidden: model 'mlp:64x32' is unknown"),
        ('model = "cnn"\nhidden = ["64"]', "cnn has no hidden layers to choose, expected model de"),
        ("layers = [1, 2]\nunits_1 = [8]", "leave the width of a layer open, expected layers wi"),
        ("layers = [1, 2]\nunits_4 = [8]", "units_4: there are never so many layers"),
        ('hidden = ["64"]\nunits = [8]', "hidden says all of the layers"),
        ("seed = [1, 2]", "seed: is no parameter"),
        ("clip = { choices = [1.0], when = 3 }", "clip: when is 3, expected"),
        ('normalize = ["yes"]', "normalize: 'yes' is of another kind, expected true or false"),
    ],
)
def test_a_fault_in_a_file_is_one_line_naming_file_and_fault(read, tmp_path, text, message):
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        read(text)
    assert str(caught.value).startswith(f"{tmp_path / 'space.toml'}: ")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.toml: is not there, expected a TOML file"):
        spaces.space_for(str(tmp_path / "nowhere.toml"), BASE)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("learning_rate = 1e400", "learning_rate: inf is out of reach"),
        ("layers = { low = 1, high = 1e400 }", "layers: inf is of another kind"),
        ("layers = { low = 1, high = 99999999999 }", "layers: 99999999999 is out of reach"),
        ("layers = [500]\nunits = [2]", "layers: 500 are too many"),
        ("dropout = [nan, nan]", "dropout: nan is out of reach"),
        ("epochs = 1" + "0" * 5000, "is no TOML: Exceeds the limit"),
        ("epochs = " + "[" * 2000, "is no TOML: maximum recursion"),
    ],
)
def test_numbers_out_of_reach_and_deep_nesting_are_one_line(read, text, message):
    with pytest.raises(UsageError, match=message) as caught:
        read(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        'hidden = ["64", "999999-999999"]',
        'model = ["deck", "mlp:99999-99999"]',
        "layers = 2\nunits = [64, 100000]",
        "layers = { low = 1, high = 90 }\nunits = { low = 16, high = 4096, log = true }",
        "layers = 3\nunits = 64\nunits_2 = { low = 16, high = 900000, log = true }",
    ],
)
def test_a_space_that_may_ask_for_more_than_memory_is_refused(text, read):
    with pytest.raises(UsageError, match=r"have [\d,]+ weights, expected at most 67,108,864"):
        read(text)
