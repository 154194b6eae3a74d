"""Double entry and error rates in a browser. Tests here need Chromium, and say so without one."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

pytestmark = pytest.mark.browser
PATIENCE = 60_000


def checked(ledger, fields):
    """All settled by ada as they were read, and all but the last by bob too: one otherwise."""
    for field in fields:
        ledger.settle(field.id, 0, field.read.text, "ada")
    ledger.check(fields[0].id, 1, "99999", "bob")
    ledger.settle(fields[0].id, 2, "99999", "eve")
    for field in fields[1:-1]:
        ledger.check(field.id, 1, field.read.text, "bob")


def test_a_second_person_types_what_is_seen_and_is_shown_nothing_that_was_read(visit, fill, ledger):
    first, second = fill(2)
    for field in (first, second):
        ledger.settle(field.id, 0, "44724", "ada")
    page = visit(360, "checks.html")
    page.locator("#who").fill("bob")
    page.locator("#who").blur()
    expect(page.locator("#name")).to_have_text("0.png, page 1, zip", timeout=PATIENCE)
    expect(page.locator("#text")).to_have_value("", timeout=PATIENCE)
    expect(page.locator("main")).not_to_contain_text("44724")
    expect(page.locator("main")).not_to_contain_text("00000")
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
    page.locator("#text").fill("44724")
    page.keyboard.press("Enter")
    expect(page.locator("#name")).to_have_text("1.png, page 1, zip", timeout=PATIENCE)
    page.keyboard.type("44124")
    page.keyboard.press("Enter")
    expect(page.locator("#done")).to_be_visible(timeout=PATIENCE)
    assert [field.state for field in ledger.results()] == ["settled", "open"]
    page.goto(page.url.replace("checks.html", ""))
    why = page.locator("#why li").first
    said = "two people disagree: 7 or 1 in the third place"
    expect(why).to_have_text(said, timeout=PATIENCE)


def test_a_name_that_is_typed_while_a_field_arrives_is_a_name(visit, fill, ledger):
    (first,) = fill(1)
    ledger.settle(first.id, 0, "44724", "ada")
    page = visit(360, "checks.html")
    expect(page.locator("#text")).to_be_focused(timeout=PATIENCE)
    held = list[Route]()
    page.route("**/v1/checks*", lambda route: held.append(route))
    with page.expect_request("**/v1/checks*"):
        page.reload()
    page.locator("#who").focus()
    page.keyboard.type("bo")
    for answer in held:
        answer.continue_()
    page.unroute("**/v1/checks*")
    expect(page.locator("#name")).to_have_text("0.png, page 1, zip", timeout=PATIENCE)
    page.keyboard.type("b")
    expect(page.locator("#who")).to_have_value("bob", timeout=PATIENCE)
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_focused(timeout=PATIENCE)
    expect(page.locator("#text")).to_have_value("", timeout=PATIENCE)


def test_a_field_that_is_being_kept_does_not_come_back(visit, fill, ledger):
    for field in fill(2):
        ledger.settle(field.id, 0, field.read.text, "ada")
    page = visit(360, "checks.html")
    held = list[Route]()
    page.route("**/v1/fields/*/check", lambda route: held.append(route))
    for name in ("0.png", "1.png"):
        expect(page.locator("#name")).to_have_text(f"{name}, page 1, zip", timeout=PATIENCE)
        page.locator("#text").fill("44124")
        page.keyboard.press("Enter")
    for answered in ("**/v1/checks*", "**/v1/fields/*/check"):
        while not held:
            page.wait_for_timeout(20)
        with page.expect_response(answered):
            held.pop().continue_()
    expect(page.locator("#done")).to_be_visible(timeout=PATIENCE)
    assert [field.state for field in ledger.results()] == ["open", "open"]


def test_what_is_said_before_there_is_a_session_waits_for_it(visit, fill, ledger):
    (field,) = fill(1)
    ledger.settle(field.id, 0, field.read.text, "ada")
    page = visit(360, "checks.html")
    held = list[Route]()
    page.route("**/v1/session", lambda route: held.append(route))
    page.reload()
    while not held:
        page.wait_for_timeout(20)
    page.locator("#who").fill("bob")
    page.locator("#who").blur()
    expect(page.locator("#name")).to_have_text("0.png, page 1, zip", timeout=PATIENCE)
    page.locator("#text").fill("44124")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    held.pop().continue_()
    expect(page.locator("#done")).to_be_visible(timeout=PATIENCE)
    assert [field.state for field in ledger.results()] == ["open"]


def test_the_chart_of_what_was_promised_and_found_is_a_table_too(visit, fill, ledger):
    checked(ledger, fill(6))
    page = visit(360, "rates.html")
    expect(page.locator("#said")).to_have_text("5 fields were read twice.")
    rows = page.locator("#confidence tbody tr")
    expect(rows.first).to_have_text("0.0% to 50.0%5120.0 %89.8 %", timeout=PATIENCE)
    expect(page.locator("#person tbody tr").nth(1)).to_have_text("bob500.0 %", timeout=PATIENCE)
    expect(page.locator("#chart rect")).to_have_count(2, timeout=PATIENCE)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_double_entry_and_rates(visit, fill, ledger, faults, scheme):
    checked(ledger, fill(3))
    page = visit(390, "rates.html", color_scheme=scheme, bypass_csp=True)
    expect(page.locator("#chart rect")).to_have_count(2, timeout=PATIENCE)
    assert faults(page) == []
    page = visit(390, "checks.html", color_scheme=scheme, bypass_csp=True)
    expect(page.locator("#name")).to_have_text("2.png, page 1, zip", timeout=PATIENCE)
    assert faults(page) == []
