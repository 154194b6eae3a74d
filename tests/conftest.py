"""What the tests share. Every random number is seeded, and no test touches the user's cache."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkgrad.data.dataset import Dataset, Split
from inkgrad.documents.page import Line, Page, Paragraph, Word, around

# Read when SciPy is imported: without it scikit-learn's checks leave one out.
os.environ.setdefault("SCIPY_ARRAY_API", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--no-skips", action="store_true", help="a skipped test is a failure (CI)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    report = yield
    if report.skipped and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but must run here: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _real_data(request: pytest.FixtureRequest) -> None:
    """Tests marked real_data("mnist") run where INKGRAD_DATA holds that set, and say so if not."""
    marker = request.node.get_closest_marker("real_data")
    if marker and not (Path(os.environ.get("INKGRAD_DATA", "")) / marker.args[0]).is_dir():
        pytest.skip(f"INKGRAD_DATA holds no {marker.args[0]}")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = tmp_path_factory.getbasetemp() / "cache"
    monkeypatch.setenv("INKGRAD_CACHE", str(shared))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def bars() -> Dataset:
    """A tiny data set that is easy to learn: where the bright bar stands says the class."""
    rng = np.random.default_rng(3)

    def part(n: int) -> Split:
        labels = np.arange(n) % 4
        images = rng.integers(0, 90, (n, 28, 28), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[:, 7 * label : 7 * label + 5] += 120
        return Split(images, labels.astype(np.intp))

    return Dataset("bars", ("a", "b", "c", "d"), part(240), part(80))


@pytest.fixture
def page_of() -> Callable[..., Page]:
    """A page that was read as this text: a paragraph for each blank line between.

    A row is 60 pixels high and a character 20 wide; lines rise or fall by `slope`. Two spaces
    before a paragraph are a step of its indent, "- " a bullet, "?" after a word doubt, and "a/b"
    is a word read as a that is taken for b.
    """

    def make(text: str, slope: float = 0.0, size: tuple[int, int] = (900, 1200)) -> Page:
        paragraphs, top = [], 80
        for block in text.split("\n\n"):
            indent = (len(block) - len(block.lstrip(" "))) // 2
            bullet = "-" if block.lstrip().startswith("- ") else ""
            left, lines = 60 + 40 * indent, []
            for row in block.strip().removeprefix("- ").split("\n"):
                words, x, base = [], left, top + 40
                for given in row.split():
                    raw, _, taken = given.rstrip("?").partition("/")
                    said, doubtful = taken or raw, given.endswith("?")
                    y = round(base + slope * (x - left))
                    box = (x, y - 30, x + 20 * len(said), y + 8)
                    others = (("other", 0.2), ("another", 0.05)) if doubtful else ()
                    words.append(Word(said, raw, 0.6 if doubtful else 0.97, box, others, doubtful))
                    x = box[2] + 24
                ends = (float(left), float(base), float(x), base + slope * (x - left))
                lines.append(Line(tuple(words), around([w.box for w in words]), ends, 0.9))
                top += 60
            paragraphs.append(Paragraph(tuple(lines), indent, bullet))
            top += 40
        return Page(*size, tuple(paragraphs))

    return make


def _chromium() -> str | None:
    """The browser to drive: INKGRAD_CHROMIUM, or the system's."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("INKGRAD_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, one for all tests of a process: Playwright cannot be started twice."""
    from playwright.sync_api import sync_playwright

    path = _chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install it, or say where in INKGRAD_CHROMIUM")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=quiet)
        yield browser
        browser.close()
