"""The view Draw, as somebody uses it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from inkgrad.nn import files
from inkgrad.nn.architectures import build

pytestmark = pytest.mark.browser

THREE = [(0.3, 0.22), (0.5, 0.12), (0.68, 0.25), (0.62, 0.42), (0.45, 0.48), (0.66, 0.55),
         (0.72, 0.72), (0.55, 0.88), (0.3, 0.8)]  # fmt: skip
SCRIBBLE = [(0.1 + 0.8 * (k % 2), 0.1 + 0.8 * k / 24) for k in range(24)]


def draw(page, points):
    """With the mouse, along points in parts of the board's sides."""
    box = page.locator(".board").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()


def answers(page, what):
    page.wait_for_function(
        "(what) => document.querySelector('.answer b')?.textContent === what", arg=what
    )


@pytest.mark.parametrize("width", [1280, 390, 360])
def test_a_three_that_is_drawn_is_read_as_a_three(opened, width):
    page = opened("#draw", width)
    answers(page, "no digit")
    draw(page, THREE)
    answers(page, "3")
    assert page.locator(".bars .best .number").inner_text().endswith("%")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_scribble_is_no_digit_and_undo_takes_it_back(page):
    draw(page, THREE)
    answers(page, "3")
    draw(page, SCRIBBLE)
    answers(page, "no digit")
    page.get_by_role("button", name="Undo").click()
    answers(page, "3")
    page.get_by_role("button", name="Clear").click()
    answers(page, "no digit")


def test_a_scribble_is_no_digit_for_a_network_without_a_threshold_either(opened):
    page = opened("#draw?model=small")
    expect(page.locator(".answers")).to_contain_text("no threshold of its own: under 50 %")
    draw(page, THREE)
    answers(page, "3")
    draw(page, SCRIBBLE)
    answers(page, "no digit")
    expect(page.locator(".answer")).to_contain_text("than any of 5,000 digits")


def test_no_digit_of_the_data_has_a_form_that_is_refused(page):
    refused = page.evaluate(
        """async () => {
          const { network } = inkgrad.openModel("small");
          const about = { classes: [..."0123456789"], refuse_below: undefined };
          const { train, test } = await inkgrad.openDigits();
          let count = 0;
          for (const { images, labels } of [train, test])
            for (let k = 0; k < labels.length; k++) {
              const glyph = images.subarray(k * 784, k * 784 + 784);
              count += /5,000/.test(inkgrad.readGlyph({ network, about }, glyph).refused);
            }
          return count;
        }"""
    )
    assert refused == 0


def test_a_link_shows_the_same_drawing(opened, lab):
    page = opened("#draw")
    draw(page, THREE)
    answers(page, "3")
    page.wait_for_function("() => location.hash.includes('ink=')")
    again = opened(page.evaluate("location.hash"))
    answers(again, "3")
    bars = [each.locator(".bars").inner_text() for each in (page, again)]
    assert bars[0] == bars[1]


def test_a_link_shows_every_layer_where_they_were_shown(opened):
    page = opened("#draw?digit=3")
    answers(page, "0")
    few = page.locator(".layer").count()
    page.get_by_label("every layer").check()
    page.wait_for_function("() => location.hash.includes('all=1')")
    again = opened(page.evaluate("location.hash"))
    expect(again.get_by_label("every layer")).to_be_checked()
    expect(again.locator(".layer")).to_have_count(page.locator(".layer").count())
    assert page.locator(".layer").count() > few


def test_one_can_draw_with_the_keyboard(page):
    page.locator(".board").focus()
    page.keyboard.press(" ")
    for _ in range(16):
        page.keyboard.press("ArrowDown")
    page.keyboard.press(" ")
    answers(page, "1")


def test_a_test_digit_is_seen_as_it_is(opened):
    page = opened("#draw?digit=3")
    answers(page, "0")
    page = opened("#draw?digit=950")
    answers(page, "9")


def test_a_network_that_is_dropped_answers_beside_the_other(page, tmp_path):
    files.save(build("deck"), tmp_path / "mine.safetensors")
    page.locator("input[accept='.safetensors']").set_input_files(tmp_path / "mine.safetensors")
    page.get_by_label("Beside it").select_option("mine")
    draw(page, THREE)
    page.wait_for_function("() => document.querySelectorAll('.answer b').length === 2")
    answers(page, "3")
    expect(page.get_by_role("heading", name="mine")).to_be_visible()


def test_what_is_no_network_is_told(page, tmp_path):
    (tmp_path / "bad.safetensors").write_bytes(b"nothing of the kind")
    page.locator("input[accept='.safetensors']").set_input_files(tmp_path / "bad.safetensors")
    expect(page.locator(".note")).to_contain_text("bad.safetensors: is no")


def photo(path: Path) -> Path:
    """A seven in blue ink on paper that is darker to one side."""
    y, x = np.mgrid[:300, :220].astype(float)
    paper = np.stack([225 - x / 6, 220 - x / 6, 205 - x / 6], axis=2)
    stroke = (np.abs(y - 80) < 9) & (x > 60) & (x < 160) | (
        (np.abs((x - 160) + (y - 80) * 0.45) < 10) & (y > 80) & (y < 230)
    )
    paper[stroke] = (40, 50, 120)
    paper += np.random.default_rng(1).normal(0, 3, paper.shape)
    Image.fromarray(paper.clip(0, 255).astype(np.uint8)).save(path)
    return path


def test_a_photo_is_read(page, tmp_path):
    page.locator("input[accept='image/*']").set_input_files(photo(tmp_path / "seven.png"))
    answers(page, "7")
    Image.new("L", (60, 60), 230).save(tmp_path / "blank.png")
    page.locator("input[accept='image/*']").set_input_files(tmp_path / "blank.png")
    expect(page.locator(".note")).to_contain_text("shows no ink")


def test_a_formula_says_what_the_probabilities_are(page):
    expect(page.locator(".answers math")).to_have_count(1)


def test_pointing_explains_a_probability_and_a_unit(page):
    draw(page, THREE)
    answers(page, "3")
    page.locator(".bars button").nth(8).hover()
    expect(page.get_by_role("img", name="What speaks for 8 and against it")).to_be_visible()
    page.locator(".layer canvas").first.focus()
    page.keyboard.press("ArrowRight")
    card = page.locator(".card", has_text="Unit 1")
    expect(card).to_contain_text("Unit 1 of layer 3 answers")
    page.wait_for_selector("canvas.thumb")


@pytest.mark.parametrize("width", [1280, 390])
def test_what_speaks_for_a_class_is_seen_beside_its_probability(opened, width):
    page = opened("#draw?digit=3", width)
    answers(page, "0")
    line = page.locator(".bars button").nth(6)
    line.focus()
    tinted = page.get_by_role("img", name="What speaks for 6 and against it")
    expect(tinted).to_be_in_viewport(ratio=1)
    box, beside = tinted.bounding_box(), line.bounding_box()
    assert beside["x"] + beside["width"] <= box["x"] + 1
    assert abs(box["y"] - beside["y"]) < 250
    page.locator(".board").scroll_into_view_if_needed()
    draw(page, THREE)  # what is drawn anew has no tint yet
    expect(tinted).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_unit_is_told_of_in_sight_and_nothing_moves_under_the_pointer(opened, width):
    page = opened("#draw?digit=3", width)
    answers(page, "0")
    rows = page.locator(".layer canvas")
    for k in (0, rows.count() // 2, rows.count() - 1):
        rows.nth(k).scroll_into_view_if_needed()
        box = rows.nth(k).bounding_box()
        page.mouse.move(box["x"] + box["width"] * 0.41, box["y"] + box["height"] - 2)
        card = page.locator(".unit-card")
        expect(card).to_contain_text("the test digits that excite it most")
        expect(card.locator("b.number")).to_be_in_viewport()
        assert rows.nth(k).bounding_box() == box
        page.mouse.move(0, 0)


# On pixels that are all different: where many are equal, maxima have no slope of their own.
EVIDENCE = """
const { network } = inkgrad.openModel("digits");
const { test } = await inkgrad.openDigits();
const x = Float32Array.from(test.images.subarray(0, 784), (v, k) => v / 300 + Math.sin(k * k) / 9);
const slope = network.slopeAt(x, Float32Array.from({ length: 10 }, (_, k) => (k === 4 ? 1 : 0)));
const order = [...slope.keys()].sort((a, b) => Math.abs(slope[b]) - Math.abs(slope[a]));
return order.slice(0, 5).map((k) => {
  const at = (by) => { const y = x.slice(); y[k] += by; return network.forward(y)[4]; };
  return [slope[k], (at(0.0005) - at(-0.0005)) / 0.001];
});
"""


def test_what_speaks_for_a_class_is_the_slope_of_its_logit(page):
    found = np.array(page.evaluate(f"async () => {{ {EVIDENCE} }}"))
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=0.05)
