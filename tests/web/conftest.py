"""A real browser with the lab in it. Tests here need Chromium, and say so where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from inkgrad.data.dataset import Dataset
from inkgrad.lab.page import digits, read_models, render
from inkgrad.nn.architectures import build
from inkgrad.nn.files import save
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.training.optimizers import Adam

PATIENCE = 60_000  # milliseconds: tests run four at a time on machines of two processors
expect.set_options(timeout=PATIENCE)
SHAPES = {  # in parts of the board's sides
    "bar": [(0.5, 0.15), (0.5, 0.85)],
    "ring": [(0.5, 0.15), (0.25, 0.5), (0.5, 0.85), (0.75, 0.5), (0.5, 0.15)],
}


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab as one file, as `inkgrad lab --html` writes it."""
    path = tmp_path_factory.mktemp("lab") / "lab.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKGRAD_CACHE", str(path.parent / "cache"))
        data = digits()
        quickly_trained(data, path.parent / "small.safetensors")
        models = read_models(["digits", str(path.parent / "small.safetensors")])
        path.write_text(render(models, data), encoding="utf-8")
    return path


def quickly_trained(data: Dataset, path: Path) -> None:
    """A small network that knows most digits: for views that ask it hundreds of times."""
    network, state, rng = build("mlp:16"), Adam(0.005).start(), np.random.default_rng(0)
    for _ in range(3):
        for places in np.array_split(rng.permutation(len(data.train)), 100):
            logits = network.forward(data.train.images[places])
            network.backward(softmax_cross_entropy(logits, data.train.labels[places])[1])
            state.step(network)
    save(network, path)


class Watched:
    """A page, and what must not happen in it: errors, and requests to anywhere."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", self._said)
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _asked(self, request: Any) -> None:
        if request.url.split(":")[0] not in ("file", "data", "blob"):
            self.faults.append(f"asked for {request.url}")


@pytest.fixture
def opened(browser: Browser, lab: Path) -> Iterator[Any]:
    """A function that opens the lab at a place in it, on a screen of some width."""
    watched: list[Watched] = []

    def visit(place: str = "", width: int = 1280, **settings: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        context.set_default_timeout(PATIENCE)
        each = Watched(context.new_page())
        watched.append(each)
        each.page.goto(f"{lab.as_uri()}{place}")
        each.page.wait_for_function("() => globalThis.inkgrad !== undefined")
        return each.page

    yield visit
    for each in watched:
        each.page.context.close()
        assert each.faults == []


@pytest.fixture
def page(opened: Any) -> Page:
    return opened()


@pytest.fixture
def keep() -> Callable[[Page, str, int], None]:
    """A function that draws a "bar" or a "ring" in the view of one's own digits, and keeps it."""

    def kept(page: Page, shape: str, label: int) -> None:
        box = page.locator(".board").bounding_box()
        assert box
        places = [
            (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SHAPES[shape]
        ]
        count = page.locator("button.kept").count()
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=5)
        page.mouse.up()
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
        page.get_by_role("button", name=str(label), exact=True).click()
        expect(page.locator("button.kept")).to_have_count(count + 1)

    return kept
