"""Which functions of inkgrad each view of the lab shows, and its chapter of the course: one table.

Their source goes into the page, so that it can be read where there is no network.
"""

from __future__ import annotations

import ast
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

CHAPTERS: dict[str, str] = {
    "draw": "01-task",
    "train": "08-training-loop",
    "step": "06-backpropagation",
    "unfolded": "14-convolution",
    "test": "09-evaluation",
    "edit": "03-architecture",
    "own": "14-convolution",
}
"""The chapter of a view, as its file in course/ is named."""

SOURCES: dict[str, tuple[str, ...]] = {
    "draw": (
        "ink.character.to_glyph",
        "nn.network.Network.__call__",
        "nn.losses.softmax",
        "reading.character.read_character",
    ),
    "train": (
        "nn.plain.softmax_cross_entropy",
        "nn.network.Network.backward",
        "nn.plain.sgd",
        "nn.plain.adam",
        "nn.layers.draw",
        "nn.layers.Dropout",
        "data.augment.augment",
    ),
    "step": (
        "nn.layers.Dense",
        "nn.activations.ReLU",
        "nn.plain.softmax_cross_entropy",
        "nn.plain.adam",
        "nn.gradient_check.gradient_error",
    ),
    "unfolded": (
        "nn.plain.conv2d",
        "nn.plain.max_pool",
        "nn.plain.batch_norm",
        "nn.pooling.GlobalMaxPool",
    ),
    "test": (
        "evaluation.metrics.accuracy",
        "evaluation.metrics.readable",
        "evaluation.metrics.fit_temperature",
        "nn.prediction.logits_of",
    ),
    "edit": ("nn.network.Network.parameters", "nn.files.save"),
    "own": ("ink.character.to_glyph", "data.npz.read_npz", "nn.files.load"),
}
"""By the name of the view; a function, class or method by its module in inkgrad and its name."""


@dataclass(frozen=True)
class Excerpt:
    """A function, class or method: its module's path in the package, its name, line and text."""

    path: str
    name: str
    line: int
    text: str


@cache
def find(dotted: str) -> Excerpt:
    """The source of what SOURCES names. Raises LookupError where there is no such thing."""
    parts = dotted.split(".")
    for count in range(len(parts) - 1, 0, -1):
        path, names = "/".join(parts[:count]) + ".py", parts[count:]
        file = files("inkgrad") / path
        if file.is_file():
            text = file.read_text(encoding="utf-8")
            return _found(path, names, text)
    raise LookupError(f"{dotted}: no such module in inkgrad")


def _found(path: str, names: list[str], text: str) -> Excerpt:
    node: ast.AST = ast.parse(text)
    for name in names:
        inner = getattr(node, "body", [])
        node = next((each for each in inner if getattr(each, "name", None) == name), ast.Pass())
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            raise LookupError(f"{path}: defines no {'.'.join(names)}")
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    lines = text.splitlines()[first - 1 : node.end_lineno]
    return Excerpt(path, ".".join(names), first, "\n".join(_less_indented(lines)))


def _less_indented(lines: list[str]) -> list[str]:
    indent = len(lines[0]) - len(lines[0].lstrip())
    return [line[indent:] for line in lines]


def packed(chapters: str = "") -> str:
    """The table as JSON, as the page takes it; nothing in it can end the element it stands in.

    `chapters` is where the pages of the course are, from the lab's page: "course/"; without it the
    page links to nothing outside itself.
    """
    views = {
        view: {
            "sources": [_told(dotted) for dotted in dotted_names],
            "chapter": f"{chapters}{CHAPTERS[view]}.html" if chapters else "",
        }
        for view, dotted_names in SOURCES.items()
    }
    return json.dumps(views).replace("<", "\\u003c")


def _told(dotted: str) -> dict[str, str | int]:
    source = find(dotted)
    told: dict[str, str | int] = {"path": f"inkgrad/{source.path}", "name": source.name}
    return told | {"line": source.line, "text": source.text}
