"""From view to view and back: what was drawn, trained and dropped is kept meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inkgrad.nn import files
from inkgrad.nn.architectures import build

pytestmark = pytest.mark.browser

BAR = "0yckckckas"
"""A stroke as links hold it: the thickness, then points, two letters a number."""


def go(page, title):
    page.get_by_role("navigation", name="Views").get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_have_text(title)


def steps(page):
    figure = page.locator(".facts div", has_text="Step").locator("dd").first
    return int(figure.inner_text().replace(",", ""))


def test_a_drawing_and_a_training_that_goes_on_are_kept(opened):
    page = opened(f"#draw?model=small&ink={BAR}")
    answer = page.locator(".answer b")
    expect(answer).to_have_text(re.compile(r"^\d$"))
    page.wait_for_function("() => location.hash.includes('pen=')")
    drawn, link = answer.inner_text(), page.evaluate("location.hash")
    go(page, "Train")
    page.get_by_role("button", name="Start").click()
    page.wait_for_function(
        "() => document.querySelector('.tools [role=status]').textContent === 'Learning …'"
    )
    go(page, "Draw")
    expect(answer).to_have_text(drawn)
    assert page.evaluate("location.hash") == link
    go(page, "Train")
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".tools [role=status]")).to_have_text("It stands still.")
    reached = steps(page)
    assert reached > 0
    go(page, "Edit")
    go(page, "Train")
    assert steps(page) == reached


def test_back_returns_to_the_view_before_as_it_was_left(opened):
    page = opened(f"#draw?model=small&ink={BAR}")
    answer = page.locator(".answer b")
    expect(answer).to_have_text(re.compile(r"^\d$"))
    drawn = answer.inner_text()
    page.get_by_label("every layer").check()  # a change within a view is no step back
    go(page, "Train")
    page.get_by_label("First weights").select_option("zero")
    page.wait_for_function("() => location.hash.includes('init=zero')")
    go(page, "One step")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Train")
    expect(page.get_by_label("First weights")).to_have_value("zero")
    page.go_back()
    expect(page.locator("h1")).to_have_text("Draw")
    expect(answer).to_have_text(drawn)
    expect(page.get_by_label("every layer")).to_be_checked()
    page.go_forward()
    expect(page.get_by_label("First weights")).to_have_value("zero")


def test_a_link_with_something_else_in_it_is_followed(opened):
    page = opened("#draw?digit=3")
    expect(page.locator(".answer b")).to_have_text("0")
    page.evaluate("location.hash = '#draw?digit=950'")
    expect(page.locator(".answer b")).to_have_text("9")
    page.go_back()
    expect(page.locator(".answer b")).to_have_text("0")


def test_a_link_keeps_its_digit_while_the_digits_are_unpacked(opened):
    page = opened("#draw")
    page.context.add_init_script(
        "const decode = HTMLImageElement.prototype.decode;"
        "HTMLImageElement.prototype.decode = async function () {"
        "  await new Promise((done) => setTimeout(done, 1500));"
        "  return decode.call(this);"
        "};"
    )
    link = page.url.split("#")[0] + "#draw?digit=3"
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_timeout(800)  # three times what a change of the address waits
    assert page.url == link
    expect(page.locator(".answer b")).to_have_text("0")
    page.wait_for_function("() => /model=.*digit=3/.test(location.hash)")


def test_a_network_that_is_dropped_is_offered_in_every_view_that_was_open(opened, tmp_path):
    page = opened("#draw")
    for title in ("Convolution", "Your digits", "Test", "Edit", "Draw"):
        go(page, title)
    files.save(build("cnn"), tmp_path / "mine.safetensors")
    page.locator("input[accept='.safetensors']").set_input_files(tmp_path / "mine.safetensors")
    for title in ("Convolution", "Your digits", "Test", "Edit", "Draw"):
        go(page, title)
        page.get_by_label("Network", exact=True).select_option("mine")
        page.wait_for_function("() => location.hash.includes('model=mine')")
