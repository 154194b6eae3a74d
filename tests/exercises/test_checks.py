"""Right solutions pass, and each known mistake is recognised as that mistake."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from inkgrad.exercises.exercise import EXERCISES
from inkgrad.exercises.running import verdict

MISTAKES = [
    (6, "(loss(up) - loss(down)) / (2 * h)", "(loss(up) - loss(theta)) / h", "from one side"),
    (6, "(loss(up) - loss(down)) / (2 * h)", "(loss(up) - loss(down)) / h", "h forgotten"),
    (
        6,
        "(loss(up) - loss(down)) / (2 * h)",
        "(loss(up) - loss(down)) / (2 * h) if h > 0.01 else (loss(up) - loss(theta)) / h",
        "ReLU's kink",
    ),
    (
        8,
        "order = rng.permutation(len(x))",
        "order = np.arange(len(x))[:60]",
        "the same answer for every input",
    ),
    (1, ".mean(axis=0)", ".mean(axis=(1, 2))", "wrong axis"),
    (1, "images[labels == digit]", "images", "labels not used"),
    (1, "means.astype(float) - image", "means - image", "numbers of eight bits"),
    (1, "argmin", "argmax", "farthest"),
    (1, "(means.astype(float) - image) ** 2", "(means.astype(float) - image)", "signs that cancel"),
    (2, "rows / 255 if", "rows if", "pixels not scaled"),
    (2, "if images.dtype == np.uint8 else rows", "", "255 twice"),
    (2, "rows / 255 if", "rows / 255 / 255 if", "255 twice"),
    (2, "rows / 255 if", "1 - rows / 255 if", "dark on light"),
    (2, "y[a], x[b]", "y[held:], x[b]", "shuffled without labels"),
    (2, "order[:held]", "order[-held:]", "testing on what was trained on"),
    (2, "rng.permutation(len(x))", "np.arange(len(x))", "not shuffled"),
    (3, "a * b + b", "a * b", "biases forgotten"),
    (
        3,
        "rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))",
        "np.zeros((inputs, outputs))",
        "all weights alike",
    ),
    (
        3,
        "rng.normal(0, np.sqrt(2 / inputs), (inputs, outputs))",
        "rng.random((inputs, outputs))",
        "all-positive weights",
    ),
    (3, "np.sqrt(2 / inputs)", "0.01", "0.01 weights"),
    (3, "(inputs, outputs)), np", "(outputs, inputs)), np", "transposed"),
    (4, "dy * (z > 0)", "(z > 0)", "the slope alone"),
    (4, "dy * (z > 0)", "dy * (dy > 0)", "the wrong array"),
    (4, "e / e.sum(axis=1, keepdims=True)", "e / e.sum(axis=0)", "wrong axis"),
    (4, "z - z.max(axis=1, keepdims=True)", "z", "overflow"),
    (4, "z.max(axis=1, keepdims=True)", "z.max()", "the maximum of the whole batch"),
    (4, "np.maximum(0, z)", "np.maximum(0, z, out=z)", "written into what was given"),
    (5, "1e-12)).mean()", "1e-12)).sum()", "not divided by the batch"),
    (
        5,
        "np.maximum(p[np.arange(len(p)), labels], 1e-12)",
        "p[np.arange(len(p)), labels]",
        "log of zero",
    ),
    (5, "p[np.arange(len(p)), labels]", "p[:, labels]", "(n,) against (n, 1)"),
    (5, "return p / len(z)", "return p", "not divided by the batch"),
    (5, "p[np.arange(len(z)), labels] -= 1", "pass", "probabilities alone"),
    (5, "p = e / e.sum(axis=1, keepdims=True)", "p = e / e.sum(axis=0)", "wrong axis"),
    (5, "axis=1, keepdims=True", "axis=0, keepdims=True", "wrong axis"),
    (6, "dz3 /= len(x)", "pass", "not divided by the batch"),
    (6, "a2.T @ dz3,", "(a2.T @ dz3).T,", "transposed"),
    (6, "dz3.sum(axis=0)", "dz3.sum(axis=1)", "wrong axis"),
    (6, "dz3.sum(axis=0)", "b3", "`b` for `db`"),
    (6, "dz3.sum(axis=0)", "dz3.mean(axis=0)", "a mean again"),
    (6, " * (z2 > 0)", "", "ReLU forgotten"),
    (6, "dz3.sum(axis=0)", "dz3.sum()", "wrong axis"),
    (6, "e / e.sum(axis=1, keepdims=True)", "e / e.sum(axis=0)", "wrong axis"),
    (6, "p.copy()", "p", "p written over"),
    (6, "a1 = np.maximum(0, z1)", "a1 = z1", "ReLU forgotten"),
    (6, "a2 = np.maximum(0, z2)", "a2 = np.minimum(0, z2)", "ReLU the other way"),
    (6, "a1 @ W2 + b2", "a1 @ W2", "b forgotten"),
    (6, "dy * 2 * self.x", "dy * self.x", "gradient of one's own layer"),
    (
        7,
        "m_hat, v_hat = m / (1 - beta1 ** t), v / (1 - beta2 ** t)",
        "m_hat, v_hat = m, v",
        "no correction",
    ),
    (7, "(1 - beta2) * gradient ** 2", "(1 - beta2) * gradient", "not squared"),
    (7, "beta1 * m + (1 - beta1)", "beta2 * m + (1 - beta2)", "the betas exchanged"),
    (7, "** t", "** (t + 1)", "steps counted wrongly"),
    (7, "theta - lr * velocity", "theta + lr * velocity", "uphill"),
    (8, "order[first : first + batch]", "np.arange(len(x))[first : first + batch]", "not shuffled"),
    (8, "y[places]", "y[first : first + batch]", "images without labels"),
    (8, "len(order), batch", "len(order) - batch + 1, batch", "the last batch lost"),
    (9, ").mean()", ").sum()", "a count"),
    (
        9,
        "(logits.argmax(axis=1) == labels)",
        "(logits.argmax(axis=1)[:, None] == labels)",
        "(n,) against (n, 1)",
    ),
    (
        9,
        "(logits.argmax(axis=1) == labels)",
        "(logits.round() == np.eye(5)[labels])",
        "one-hot into accuracy",
    ),
    (
        9,
        "(logits.argmax(axis=1) == labels)",
        "(np.eye(5)[logits.argmax(axis=1)] == np.eye(5)[labels])",
        "one-hot into accuracy",
    ),
    (
        9,
        "(logits.argmax(axis=1) == labels)",
        "(logits.argmax(axis=1)[:, None] == np.eye(5)[labels])",
        "one-hot into accuracy",
    ),
    (9, "argmax(axis=1)", "argmax(axis=0)", "wrong axis"),
    (9, "== labels", "!= labels", "the wrong ones"),
    (
        9,
        "np.isin(groups, names[: int(part * len(names))])",
        "rng.random(40) < part",
        "shuffled before splitting",
    ),
    (9, "rng.permutation(np.unique(groups))", "np.unique(groups)", "not shuffled"),
    (9, "np.flatnonzero(~out)", "np.arange(len(groups))", "testing on what was trained on"),
    (10, "(labels, answers)", "(answers, labels)", "transposed"),
    (10, "np.add.at(matrix, (labels, answers), 1)", "matrix[labels, answers] += 1", "counted once"),
    (10, "np.maximum(matrix.sum(axis=0), 1)", "matrix.sum(axis=0)", "nothing said"),
    (
        11,
        "np.exp(rng.uniform(np.log(low), np.log(high), n))",
        "rng.uniform(low, high, n)",
        "rates drawn evenly",
    ),
    (11, 'trial["validation"]', 'trial["test"]', "testing on what was tuned on"),
    (11, "np.argsort(-scores)", "np.argsort(scores)", "the worse half"),
    (12, "if i == 0 or c != path[i - 1]]", "]", "runs not merged"),
    (12, "sum(\n", "max(\n", "the best path alone"),
    (13, "/ len(truth)", "/ len(read)", "over what was read"),
    (13, "ink[word] + weight * words[word]", "ink[word]", "the language forgotten"),
    (14, "* kernel)", "* kernel[::-1, ::-1])", "turned"),
    (14, " / (1 - rate)", "", "not scaled"),
    (14, " if training else x", "", "dropped when used"),
    (14, ">= rate", "< rate", "the part that is kept"),
]
"""One change of a right solution each: exercise, what is right, what people write, its name."""


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_a_right_solution_passes_and_what_is_given_is_not_written(exercise, right, tmp_path):
    path = tmp_path / exercise.file
    path.write_text(exercise.text)
    assert verdict(exercise, path).state == "not written"
    path.write_text(right[exercise.number])
    found = verdict(exercise, path)
    assert (found.state, found.text) == ("right", "")


@pytest.mark.parametrize(
    ("number", "said", "wrong", "name"),
    MISTAKES,
    ids=lambda value: str(value)[:40],
)
def test_a_known_mistake_is_named(number, said, wrong, name, right, tmp_path):
    assert said in right[number]
    path = tmp_path / "learner.py"
    path.write_text(right[number].replace(said, wrong))
    found = verdict(EXERCISES[number - 1], path)
    assert (found.state, found.mistake) == ("wrong", name), found.text
    assert len(found.text) < 200


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_every_exercise_has_hints_and_a_check_that_can_be_read(exercise):
    assert len(exercise.hints) >= 2
    assert Path(exercise.check_file).read_text().startswith(f'"""{exercise.number}. ')


_SMALL = {"rng.normal(0, 0.1": "rng.normal(0, 0.01"}
_WHOLE = {"x = x / 255": "x = x * 1.0"}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (
            {**_WHOLE, "z - z.max(axis=1, keepdims=True)": "z"},
            "it learned, and then fell apart",
        ),
        ({**_SMALL, "W - 0.5": "W - 1e-7", "b - 0.5": "b - 1e-7"}, "never started"),
        (
            {**_SMALL, "W - 0.5": "W - 1e-3", "b - 0.5": "b - 1e-3", "range(30)": "range(10)"},
            "never started",
        ),
        ({"W - 0.5": "W + 0.5", "b - 0.5": "b + 0.5"}, "uphill"),
        ({"labels[at]] -= 1": "labels[:len(at)]] -= 1"}, "the same answer for every input"),
        ({"labels[at]] -= 1": "rng.permutation(labels)[at]] -= 1"}, "images without labels"),
    ],
)
def test_a_training_is_judged_by_its_symptoms(changes, name, right, tmp_path):
    path, (head, code) = tmp_path / "learner.py", right[8].split("def train")
    for said, wrong in changes.items():
        assert said in code
        code = code.replace(said, wrong)
    path.write_text(f"{head}def train{code}")
    found = verdict(EXERCISES[7], path)
    assert (found.state, found.mistake) == ("wrong", name), found.text


def test_gradients_that_pile_up_are_named(tmp_path):
    path = tmp_path / "learner.py"
    path.write_text(
        """import numpy as np
def epoch(theta, x, y, order, batch, gradient, lr):
    total = np.zeros(len(theta))
    for first in range(0, len(order), batch):
        places = order[first : first + batch]
        total = total + gradient(theta, x[places], y[places])
        theta = theta - lr * total
    return theta
"""
    )
    assert verdict(EXERCISES[7], path).mistake == "gradients that pile up"


def test_blanks_taken_out_before_runs_are_merged_are_named(tmp_path):
    path = tmp_path / "learner.py"
    path.write_text(
        """import numpy as np
def collapse(path, blank):
    rest = [c for c in path if c != blank]
    return [c for i, c in enumerate(rest) if i == 0 or c != rest[i - 1]]
"""
    )
    assert verdict(EXERCISES[11], path).mistake == "blanks taken out too early"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("def mean_digit(images, labels, digit:\n", "line 1"),
        ("x = 1", "no function mean_digit"),
        ("def mean_digit(images, labels, digit):\n    pass", "returns nothing"),
        ("def mean_digit(images, labels, digit):\n    return labelz", "line 2, return labelz"),
        ("def mean_digit(images, labels, digit):\n    return 'three'", "expected a number"),
        (
            "def mean_digit(images, labels, digit):\n    return images[0] * float('nan')",
            "holds nan",
        ),
        ("def mean_digit(images, labels, digit):\n    return images[0]", "expected"),
        ("def mean_digit(images):\n    return images", "TypeError"),
    ],
)
def test_whatever_else_is_wrong_is_said_in_a_line(code, said, tmp_path):
    path = tmp_path / "learner.py"
    path.write_text(code)
    found = verdict(EXERCISES[0], path)
    assert found.state == "wrong"
    assert said in found.text
    assert "\n" not in found.text


def test_an_own_digit_is_counted_in_its_row(tmp_path):
    from PIL import Image

    from inkgrad import load, own_confusion
    from inkgrad.images.files import open_grey

    data = load("mnist-5k").test
    chosen = [int(np.flatnonzero(data.labels == digit)[0]) for digit in (3, 7)]
    for place, digit in zip(chosen, (3, 7), strict=True):
        Image.fromarray(data.images[place]).resize((112, 112)).save(tmp_path / f"{digit}-mine.png")
    (tmp_path / "notes.txt").write_text("no image")
    matrix = own_confusion(tmp_path)
    assert matrix.sum() == 2
    assert matrix[3].sum() == matrix[7].sum() == 1
    assert open_grey(tmp_path / "3-mine.png").shape == (112, 112)
