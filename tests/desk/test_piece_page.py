"""A whole page in a browser: corrected in place, by keyboard; and found by a search."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.desk_pieces import part_of

pytestmark = pytest.mark.browser
PATIENCE = 60_000
LINES = ("water the plants", "and fead the birds", "on Monday")


@pytest.fixture
def note(ledger):
    """A page of three lines, the middle one and the last in doubt."""
    grey = np.full((300, 400), 250, np.uint8)
    sha256 = pictures_kept.keep(ledger.folder, grey.tobytes())
    pictures_kept.draw_page(ledger.folder, sha256, 1, grey)
    found = []
    for number, text in enumerate(LINES, 1):
        top = 0.1 + 0.25 * (number - 1)
        words = tuple(
            (word, number > 1 and k == 1, (0.1 + 0.2 * k, top, 0.28 + 0.2 * k, top + 0.1))
            for k, word in enumerate(text.split())
        )
        read = ReadField(
            *(text, 0.9 if number == 1 else 0.4, "read" if number == 1 else "rejected"),
            label=f"line {number}",
            why=() if number == 1 else ("in doubt",),
            at=(0.1, top, 0.9, top + 0.1),
            words=words,
        )
        kind = part_of("text", number)
        pictures_kept.draw_part(ledger.folder, sha256, 1, kind, grey[:60])
        found.append(ledger.add(sha256, 1, "note.png", kind, read))
    return found


@pytest.mark.parametrize("width", [1280, 360])
def test_a_page_is_corrected_in_place_from_doubt_to_doubt(visit, note, ledger, width):
    page = visit(width, f"piece.html?field={note[0].id}")
    inputs = page.locator("#fields input")
    expect(inputs).to_have_count(3, timeout=PATIENCE)
    expect(inputs.nth(1)).to_be_focused(timeout=PATIENCE)  # the first in doubt
    expect(page.locator(".mark.doubt")).to_have_count(2, timeout=PATIENCE)
    expect(page).to_have_title("2 in doubt - inkgrad desk", timeout=PATIENCE)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.type("and feed the birds")
    page.keyboard.press("Enter")
    expect(inputs.nth(2)).to_be_focused(timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(page).to_have_title("all settled - inkgrad desk", timeout=PATIENCE)
    expect(page.locator(".mark.doubt")).to_have_count(0, timeout=PATIENCE)
    page.reload()
    expect(inputs.nth(1)).to_have_value("and feed the birds", timeout=PATIENCE)
    states = [(field.state, field.text) for field in ledger.results()]
    assert states == [
        ("accepted", "water the plants"),
        ("settled", "and feed the birds"),
        ("settled", "on Monday"),
    ]


@pytest.mark.parametrize("typed", ["#who", "#tags"])
def test_what_is_typed_while_a_page_arrives_stays_where_it_is(visit, note, typed):
    page = visit(at=f"piece.html?field={note[1].id}")
    held = list[Route]()
    page.route("**/v1/fields/*/piece", lambda route: held.append(route))
    page.reload()
    while not held:
        page.wait_for_timeout(20)
    page.locator(typed).focus()
    page.keyboard.type("bo")
    held.pop().continue_()
    expect(page.locator("#fields input")).to_have_count(3, timeout=PATIENCE)
    page.keyboard.type("b")
    expect(page.locator(typed)).to_have_value("bob", timeout=PATIENCE)


def test_undo_not_there_and_what_another_has_said(visit, note, ledger):
    page = visit(at=f"piece.html?field={note[1].id}")
    page.locator("#who").fill("ada")
    items = page.locator("#fields li")
    expect(items).to_have_count(3, timeout=PATIENCE)
    items.nth(2).get_by_role("button").click()
    expect(items.nth(2)).to_have_attribute("data-state", "none", timeout=PATIENCE)
    page.wait_for_function("() => document.title.startsWith('1 in doubt')")
    page.locator("#undo").click()
    expect(items.nth(2)).to_have_attribute("data-state", "open", timeout=PATIENCE)
    ledger.settle(note[1].id, 0, "and feel the birds", "bob")
    page.locator("#fields input").nth(1).fill("and feed the birds")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("changed by another", timeout=PATIENCE)
    expect(page.locator("#fields input").nth(1)).to_have_value("and feel the birds")
    assert ledger.field(note[1].id).text == "and feel the birds"


def test_nothing_keeps_anybody_from_using_it(visit, note, faults):
    page = visit(at=f"piece.html?field={note[1].id}", bypass_csp=True)
    expect(page.locator("#fields input")).to_have_count(3, timeout=PATIENCE)
    assert faults(page) == []
    page = visit(360, "api.html", bypass_csp=True)
    expect(page.locator("#paths li").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#paths")).to_contain_text("/v1/fields/{number}/settle", timeout=PATIENCE)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    assert faults(page) == []
    page = visit(at="search.html?text=water", bypass_csp=True)
    expect(page.locator("#found li")).to_have_count(1, timeout=PATIENCE)
    assert faults(page) == []


def test_a_search_leads_to_the_page_and_the_queue_too(visit, note):
    page = visit(at="search.html")
    page.locator("#text").fill("on Mon")
    page.keyboard.press("Enter")
    page.locator("#found a").click()
    expect(page).to_have_url(
        page.url.split("/")[0] + f"//{page.url.split('/')[2]}/piece.html?field={note[2].id}"
    )
    page.goto(page.url.rsplit("/", 1)[0] + "/")
    expect(page.locator("#name")).to_have_text("note.png, page 1, text, line 2", timeout=PATIENCE)
    page.keyboard.press("g")
    expect(page.locator("#fields input").nth(1)).to_be_focused(timeout=PATIENCE)
