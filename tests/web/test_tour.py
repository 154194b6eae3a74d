"""The guided tour: from view to view, by keyboard, left and gone on with."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STEPS = 14


def guide(page):
    return page.get_by_role("region", name="Guided tour")


@pytest.mark.parametrize("width", [1280, 360])
def test_every_step_points_at_something_in_its_view_by_keyboard(opened, width):
    page = opened("#tour", width, reduced_motion="reduce")
    seen = []
    for step in range(1, STEPS + 1):
        expect(guide(page)).to_contain_text(f"Step {step} of {STEPS}")
        expect(guide(page).get_by_role("heading")).to_be_focused()
        expect(page.locator("main .pointed")).to_have_count(1)
        expect(page.locator("main .pointed")).to_be_in_viewport()
        seen.append(page.locator("nav [aria-current=page]").inner_text())
        if step < STEPS:
            guide(page).get_by_role("button", name="Next").focus()
            page.keyboard.press("Enter")
    assert list(dict.fromkeys(seen)) == [
        *("Draw", "Convolution", "Train", "One step", "Test", "Edit", "Your digits")
    ]
    guide(page).get_by_role("button", name="Done").click()
    expect(guide(page)).to_be_hidden()
    expect(page.locator(".pointed")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_it_is_left_by_escape_and_gone_on_with_even_after_the_page_was_closed(opened):
    page = opened("#tour?step=5")
    expect(guide(page)).to_contain_text("Step 5 of")
    page.keyboard.press("Escape")
    expect(guide(page)).to_be_hidden()
    entry = page.get_by_role("link", name="Go on with the tour")
    expect(entry).to_be_focused()
    page.reload()
    entry.focus()
    page.keyboard.press("Enter")
    expect(guide(page)).to_contain_text("Step 5 of")
    guide(page).get_by_role("button", name="Back").click()
    expect(guide(page)).to_contain_text("Step 4 of")
    expect(page.locator("nav [aria-current=page]")).to_have_text("Draw")


def test_what_was_drawn_stays_while_the_tour_speaks_of_it(opened):
    page = opened("#draw?digit=950")
    expect(page.locator(".answer b")).to_have_text("9")
    page.get_by_role("link", name="Tour").click()
    expect(guide(page)).to_contain_text("Step 1 of")
    guide(page).get_by_role("button", name="Next").click()
    expect(guide(page)).to_contain_text("Step 2 of")
    expect(page.locator("main .pointed")).to_have_count(1)
