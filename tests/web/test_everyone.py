"""The lab is for everybody: by keyboard, with a screen reader, in the dark, on any screen."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest

pytestmark = pytest.mark.browser

VIEWS = ["draw", "train", "step", "unfolded", "test", "edit", "own"]
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


def ready(page, view):
    """Wait until a view has something to show."""
    page.wait_for_function(
        "() => document.querySelector('main h1') && document.querySelectorAll('main canvas').length"
    )
    if view == "train":
        page.locator(".confusion td").first.wait_for()
    elif view == "unfolded":
        page.locator(".card[data-value]").wait_for()
    elif view == "step":
        page.locator(".weight table").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(opened, view, scheme):
    page = opened(f"#{view}{'?digit=3' if view == 'draw' else ''}", color_scheme=scheme)
    ready(page, view)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document)")["violations"]
    told = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]
    assert told == []


@pytest.mark.parametrize("width", [360, 390, 768, 2560])
@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_the_screen(opened, view, width):
    page = opened(f"#{view}", width)
    ready(page, view)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_explains_itself_and_is_reached_by_keyboard(opened, view):
    page = opened("#draw", reduced_motion="reduce")
    page.keyboard.press("Tab")  # to the view
    page.keyboard.press("Tab")  # the name
    for _ in range(VIEWS.index(view) + 1):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    ready(page, view)
    assert page.evaluate("location.hash").startswith(f"#{view}")
    assert page.locator("nav [aria-current=page]").inner_text() == page.locator("h1").inner_text()
    assert len(page.locator(".lead").inner_text()) > 80
