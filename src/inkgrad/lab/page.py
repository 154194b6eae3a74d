"""The page of the lab as one file: script, style, networks and digits inside it.

It asks for nothing: its own policy (Content-Security-Policy) lets the browser run this script and
no other, and reach no address at all.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
import re
import webbrowser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from inkgrad.atomic import atomic_write
from inkgrad.data.dataset import Dataset, Split
from inkgrad.data.datasets import load
from inkgrad.data.fetching import EMBEDDED, cache_folder
from inkgrad.errors import DataError, ModelError
from inkgrad.lab.bundle import script, web
from inkgrad.lab.excerpts import packed
from inkgrad.nn import files
from inkgrad.pretrained.shipped import find, is_shipped

SHIPPED = ("digits", "digits-mnist", "characters")
"""The networks that come with inkgrad and read one character."""

_PIXELS, _ACROSS = 28 * 28, 100  # digits in a row of the picture that holds them


@dataclass(frozen=True)
class Model:
    """A network in the page: the name that it is shown by, and its file's bytes.

    A program that the page writes opens a shipped one by its name, and holds any other.
    """

    name: str
    content: bytes
    shipped: bool = False


def read_models(names: Sequence[str]) -> list[Model]:
    """The models of these names, files or runs, each once, as the page takes them.

    Raises ModelError, naming the file, for what does not read one character of 28x28 pixels.
    """
    return [_read(name, find(name)) for name in dict.fromkeys(names)]


def _read(name: str, path: Path) -> Model:
    network, about = files.load(path)
    size = int(np.prod(network.input_shape))
    if "alphabet" in about or size != _PIXELS or len(network.output_shape) != 1:
        raise ModelError(f"{path}: reads no single characters, expected a network of 28x28 pixels")
    shown = Path(name).name.removesuffix(".safetensors") or name
    return Model(shown, path.read_bytes(), is_shipped(path))


def digits(count: int = 5000) -> Dataset:
    """The embedded digits or an even part of them, four fifths to train on, the rest to test on.

    Raises DataError for none, or more than there are.
    """
    data = load(EMBEDDED)
    if not 0 < count <= len(data.train) + len(data.test):
        raise DataError(f"{count} digits are asked for, expected 1 to 5000")
    tests = max(1, count // 5)
    train, test = _thinned(data.train, max(1, count - tests)), _thinned(data.test, tests)
    return Dataset(data.name, data.classes, train, test, data.title, data.licence)


def _thinned(split: Split, count: int) -> Split:
    return split.take(np.arange(count) * len(split) // count)


def place() -> Path:
    """Where the page lies that is opened: a file of this user's cache, written anew every time."""
    return cache_folder() / "lab.html"


def write_lab(
    path: Path | str, models: Sequence[str] = SHIPPED, count: int = 5000, chapters: str = ""
) -> None:
    """Write the lab as one file that works by itself, whole or not at all.

    `models` are names of shipped networks, files or runs, of those that read one character; `count`
    digits of the embedded data set go with them. `chapters` is where the pages of the course are,
    from there: "course/". Raises ModelError for a model that does
    not fit, and DataError for more digits than there are.
    """
    chosen, data = read_models(models), digits(count) if count else None
    atomic_write(path, render(chosen, data, chapters))


def show(path: Path) -> bool:
    """Open the page in the user's browser; whether there is one."""
    return webbrowser.open(path.resolve().as_uri())


def render(models: Sequence[Model], data: Dataset | None, chapters: str = "") -> str:
    """The page with these networks and digits, as HTML; its views lead to the `chapters`."""
    code, style = script(), (web() / "style.css").read_text(encoding="utf-8")
    parts = {
        "policy": _policy(code, style),
        "style": f"<style>{style}</style>",
        "data": "\n".join([*map(_embedded, models), *([_packed(data)] if data else [])]),
        "sources": f'<script type="application/json" id="sources">{packed(chapters)}</script>',
        "script": f'<script type="module" id="lab">{code}</script>',
    }
    if "</script" in code.lower() or "<!--" in code:
        raise ValueError("the script would end the element that it stands in")
    shell = (web() / "index.html").read_text(encoding="utf-8")
    return re.sub(r"<!-- (\w+) -->", lambda match: parts[match[1]], shell)


def _policy(code: str, style: str) -> str:
    sources = {
        "default-src": "'none'",
        "script-src": f"'{_sum(code)}'",
        "worker-src": "blob:",
        "style-src": f"'{_sum(style)}'",
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    content = "; ".join(f"{name} {value}" for name, value in sources.items())
    return f'<meta http-equiv="Content-Security-Policy" content="{content}">'


def _sum(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _embedded(model: Model) -> str:
    content = base64.b64encode(model.content).decode()
    told = f'data-name="{html.escape(model.name, quote=True)}"{" data-shipped" * model.shipped}'
    return f'<script type="text/plain" class="model" {told}>{content}</script>'


def _packed(data: Dataset) -> str:
    """All digits in one grey picture, row by row, those to train on first; labels as a string."""
    images = np.concatenate([data.train.images, data.test.images])
    labels = "".join(map(str, [*data.train.labels, *data.test.labels]))
    facts = {"train": len(data.train), "across": _ACROSS, "labels": labels}
    facts |= {"title": data.title, "licence": data.licence}
    told = html.escape(json.dumps(facts), quote=True)
    content = base64.b64encode(_sheet(images)).decode()
    return f'<script type="text/plain" id="digits" data-facts="{told}">{content}</script>'


def _sheet(images: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> bytes:
    """A PNG of images (n, 28, 28), so many to a row; the last row is filled up with black."""
    rows = -(-len(images) // _ACROSS)
    filled = np.zeros((rows * _ACROSS, 28, 28), np.uint8)
    filled[: len(images)] = images
    grid = filled.reshape(rows, _ACROSS, 28, 28).swapaxes(1, 2).reshape(rows * 28, _ACROSS * 28)
    out = io.BytesIO()
    Image.fromarray(grid).save(out, "PNG", optimize=True)
    return out.getvalue()
