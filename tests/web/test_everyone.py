"""The lab is for everybody: by keyboard, with a screen reader, in the dark, on any screen."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

VIEWS = ["draw", "train", "step", "unfolded", "test", "edit", "own"]
STATES = {
    **{view: view for view in VIEWS},
    "draw": "draw?digit=3",
    "test": "test?model=small&digit=500",
    "edit": "edit?model=small&tuned=0:2:2:1&off=0:4",
    "two runs": "train?network=mlp:16&beside=network%3Dmlp%253A3",
    "the tour": "tour?step=3",
}
"""Views, and states of them that are laid out differently, with their links."""

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


def ready(page, view):
    """Wait until a view is what is shown, and has something to show."""
    page.wait_for_function(
        "() => document.querySelector('main h1') && document.querySelectorAll('main canvas').length"
    )
    if view in VIEWS:
        current = page.locator("nav [aria-current=page]")
        expect(current).to_have_attribute("href", re.compile(f"^#{view}\\b"))
        expect(page.locator("h1")).to_have_text(current.inner_text())
    if view in ("train", "two runs"):
        page.locator(".confusion td").first.wait_for()
    elif view == "test":
        page.locator(".space p[data-parts]").wait_for()
    elif view == "the tour":
        page.locator("main .pointed").wait_for()
    elif view == "unfolded":
        page.locator(".card[data-value]").wait_for()
    elif view == "step":
        page.locator(".weight table").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", STATES)
def test_axe_finds_nothing(opened, view, scheme):
    page = opened(f"#{STATES[view]}", color_scheme=scheme, reduced_motion="reduce")
    ready(page, view)
    page.locator(".sources summary").first.click()
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document)")["violations"]
    told = [(each["id"], [node["html"][:120] for node in each["nodes"]]) for each in found]
    assert told == []


@pytest.mark.parametrize("width", [360, 390, 768, 2560])
@pytest.mark.parametrize("view", STATES)
def test_nothing_is_wider_than_the_screen(opened, view, width):
    page = opened(f"#{STATES[view]}", width)
    ready(page, view)
    page.locator(".sources summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_explains_itself_and_is_reached_by_keyboard(opened, view):
    page = opened("#draw", reduced_motion="reduce")
    ready(page, "draw")  # what is drawn later would take the focus along
    link = page.locator(f"nav a[href^='#{view}']")
    for _ in range(len(VIEWS) + 3):  # past what leads to the view, and the name
        if link.evaluate("(link) => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    ready(page, view)
    assert page.evaluate("location.hash").startswith(f"#{view}")
    assert len(page.locator(".lead").inner_text()) > 80


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_shows_the_python_behind_it(opened, view):
    page = opened(f"#{view}")
    ready(page, view)
    every = page.locator(".sources details")
    assert every.count() >= 2
    every.first.locator("summary").click()
    expect(every.first.locator("pre")).to_contain_text(re.compile(r"^(?:@|def |class )"))
    assert page.locator(".sources a").count() == 0, "a file alone leads nowhere outside itself"
