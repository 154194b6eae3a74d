"""The desk in a browser, by keyboard alone. Tests here need Chromium, and say so without one."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inkgrad.desk.desk_fields import ReadField

pytestmark = pytest.mark.browser
PATIENCE = 60_000


def shows(page, text):
    expect(page.locator("#text")).to_have_value(text, timeout=PATIENCE)


def waiting(page, count):
    expect(page.locator("#waiting")).to_have_text(f"{count} waiting", timeout=PATIENCE)


def test_fifty_in_a_row_are_settled_by_keyboard_with_a_reload_in_the_middle(visit, fill, ledger):
    fill(52)
    page = visit()
    for k in range(50):
        shows(page, f"{k:05}")
        page.keyboard.press("Enter")
        if k == 24:
            waiting(page, 27)
            page.reload()
    waiting(page, 2)
    settled = [field.text for field in ledger.results() if field.state == "settled"]
    assert settled == [f"{k:05}" for k in range(50)]


def test_alternatives_typing_skip_none_and_undo_have_their_keys(visit, fill, ledger):
    fields = fill(4)
    page = visit()
    shows(page, "00000")
    expect(page.locator("#why")).to_have_text("0 or 9 in place 1", timeout=PATIENCE)
    page.keyboard.press("2")
    shows(page, "80000")
    page.keyboard.press("Enter")
    shows(page, "00001")
    page.keyboard.press("e")
    page.keyboard.type("77777")
    page.keyboard.press("Enter")
    shows(page, "00002")
    page.keyboard.press("n")
    shows(page, "00003")
    waiting(page, 1)
    page.keyboard.press("u")
    shows(page, "00002")
    waiting(page, 2)
    page.keyboard.press("s")
    shows(page, "00003")
    page.keyboard.press("w")
    expect(page.locator("#picture")).to_have_attribute(
        "src", page.url + f"v1/fields/{fields[3].id}/piece.jpg", timeout=PATIENCE
    )
    expect(page.locator("figure.whole")).to_have_count(1, timeout=PATIENCE)
    texts = [(field.state, field.text) for field in ledger.results()]
    assert texts[:2] == [("settled", "80000"), ("settled", "77777")]
    assert texts[2][0] == "open"


@pytest.fixture
def held(visit, fill):
    """A desk on which what is said of the first field is held back, and the words held back."""
    first = fill(4)[0]
    page, back = visit(), []
    shows(page, "00000")
    page.route(f"**/v1/fields/{first.id}/settle", lambda route: back.append(route))
    for text in ("00001", "00002"):
        page.keyboard.press("Enter")
        shows(page, text)
    expect(page.locator("#waiting")).to_have_text("4 waiting, 2 being kept", timeout=PATIENCE)
    return page, back


def test_what_was_said_last_is_undone_first_however_slow_the_first_word_was(held):
    page, back = held
    page.wait_for_timeout(300)
    back[0].continue_()
    waiting(page, 2)
    page.keyboard.press("u")
    shows(page, "00001")
    waiting(page, 3)


def test_what_waits_for_its_turn_is_told_when_one_leaves(held, ledger):
    page, _ = held
    page.reload()
    shows(page, "00000")
    waiting(page, 3)
    assert [field.text for field in ledger.results() if field.state == "settled"] == ["00001"]


def test_what_comes_from_outside_is_text_alone_and_fits_a_phone(visit, fill):
    fill(1, "<img src=x onerror=alert(1)>" + "long" * 40, why=("<b>why</b>",))
    page = visit(360, color_scheme="dark")
    shows(page, "00000")
    expect(page.locator("#why li")).to_have_text("<b>why</b>", timeout=PATIENCE)
    expect(page.locator("#name img")).to_have_count(0)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def test_all_alike_are_shown_settled_and_undone_by_keyboard(visit, fill, ledger):
    first, second, third = fill(3)
    for field in (first, second):  # both are now read as the same
        ledger.add(field.sha256, 1, field.name, "zip", ReadField("44724", 0.01, "rejected"))
    page = visit(360)
    shows(page, "44724")
    page.keyboard.press("a")
    expect(page.locator("#alike-title")).to_have_text("Settle 2 as 44724?", timeout=PATIENCE)
    page.keyboard.press("Escape")
    expect(page.locator("#alike")).to_be_hidden(timeout=PATIENCE)
    waiting(page, 3)
    page.keyboard.press("a")
    expect(page.locator("#alike")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#alike-settle")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("#alike-fields input:checked")).to_have_count(2, timeout=PATIENCE)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("Enter")
    waiting(page, 1)
    shows(page, third.read.text)
    page.keyboard.press("u")
    waiting(page, 3)
    assert {field.state for field in ledger.results()} == {"open"}


def test_a_key_right_after_the_choice_was_left_is_heard(visit, fill):
    fill(2)
    page, asked = visit(), []
    shows(page, "00000")
    page.on("request", lambda request: "/alike?" in request.url and asked.append(request.url))
    page.keyboard.press("a")
    expect(page.locator("#alike")).to_be_visible(timeout=PATIENCE)
    page.evaluate(
        """async () => {
          const pressed = (key) => new KeyboardEvent("keydown", { key, bubbles: true });
          const press = (on, key) => on.dispatchEvent(pressed(key));
          press(document.getElementById("alike"), "Escape");
          for (let k = 0; k < 9; k++) await null; // no other event comes between
          press(document.body, "a");
        }"""
    )
    expect(page.locator("#alike")).to_be_visible(timeout=PATIENCE)
    assert len(asked) == 2


def test_one_that_is_left_out_of_those_alike_waits_on(visit, fill, ledger):
    for field in fill(2):
        ledger.add(field.sha256, 1, field.name, "zip", ReadField("44724", 0.01, "rejected"))
    page = visit()
    shows(page, "44724")
    page.keyboard.press("a")
    page.locator("#alike-fields input").nth(1).uncheck()
    page.keyboard.press("Enter")
    waiting(page, 1)
    assert sorted(field.state for field in ledger.results()) == ["open", "settled"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_queue_and_among_those_alike(visit, fill, faults, scheme):
    fill(2)
    page = visit(390, color_scheme=scheme, bypass_csp=True)
    shows(page, "00000")
    assert faults(page) == []
    page.keyboard.press("a")
    expect(page.locator("#alike-settle")).to_be_visible(timeout=PATIENCE)
    assert faults(page) == []
