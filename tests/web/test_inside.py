"""The views Convolution, Test and Edit."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inkgrad.nn import files

pytestmark = pytest.mark.browser


def fact(page, name):
    return page.locator(".facts div", has_text=name).locator("dd")


@pytest.mark.parametrize(
    "place", ["layer=0", "layer=1&map=3", "layer=2", "layer=3&map=9", "layer=5&map=2", "layer=19"]
)
def test_a_value_is_the_sum_that_is_shown(opened, place):
    page = opened(f"#unfolded?model=digits&digit=21&{place}")
    card = page.locator(".card[data-value]")
    card.wait_for()
    found = card.evaluate("(card) => [Number(card.dataset.value), Number(card.dataset.sum)]")
    assert found[0] == pytest.approx(found[1], abs=1e-5)
    assert found[0] != 0


@pytest.mark.parametrize("layer", [0, 3, 19])
def test_the_products_are_shown_and_nothing_scrolls_sideways_on_a_phone(opened, layer):
    page = opened(f"#unfolded?model=digits&digit=21&layer={layer}&map=9", 360)
    page.locator(".card[data-value]").wait_for()
    wider = "(each) => each.filter((one) => one.scrollWidth > one.clientWidth + 1).length"
    assert page.locator(".products, .product, .factors").evaluate_all(wider) == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if layer == 19:
        return
    product = page.locator(".product").first
    values, weights, products = (
        [float(text) for text in product.locator("table").nth(k).locator("td").all_inner_texts()]
        for k in range(3)
    )
    assert len(products) == 9
    assert products == pytest.approx(
        [a * b for a, b in zip(values, weights, strict=True)], rel=0.02
    )
    total = float(product.locator("p").inner_text().split("= ")[1])
    assert sum(products) == pytest.approx(total, rel=0.02)


def test_a_click_and_the_fields_choose_another_value(opened):
    page = opened("#unfolded?model=digits", 390)
    answer = page.get_by_role("img", name="The answer of this map")
    answer.wait_for()
    box = answer.bounding_box()
    answer.click(position={"x": box["width"] * 10.5 / 28, "y": box["height"] * 7.5 / 28})
    expect(page.get_by_label("Row", exact=True)).to_have_value("8")
    expect(page.get_by_label("Column", exact=True)).to_have_value("11")
    page.get_by_label("Map", exact=True).fill("5")
    page.get_by_label("Map", exact=True).press("Enter")
    page.wait_for_function("() => location.hash.includes('map=4')")
    page.get_by_label("Layer", exact=True).select_option("3")
    expect(page.locator(".product")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_damage_and_doubt_are_measured(opened):
    page = opened("#test?model=small&least=0.9", 390)
    done = page.locator("[role=status]", has_text="right as they are")
    done.wait_for()
    share = float(done.inner_text().split(", ")[1].split(" %")[0])
    assert share > 85
    told = page.locator(".told").inner_text()
    answered, right = (float(part.split(" %")[0]) for part in told.split(", ")[:2])
    assert answered < 100
    assert right > share
    for title in ("Noise", "Turned", "Partly hidden"):
        canvas = page.get_by_role("img", name=f"Right, by strength: {title}")
        assert canvas.evaluate(
            "(canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)"
            ".data.some((value) => value > 0)"
        )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_network_forgets_as_its_weights_go(opened):
    page = opened("#edit?model=small")
    expect(fact(page, "Digits tested")).to_have_text("1,000")
    before = float(fact(page, "Right").inner_text().removesuffix(" %"))
    assert before > 85
    page.get_by_label("Smallest weights taken out").press("End")
    expect(fact(page, "Weights left")).to_contain_text("255 of 12,704")
    expect(fact(page, "Digits tested")).to_have_text("1,000")
    assert float(fact(page, "Right").inner_text().removesuffix(" %")) < before - 10
    page.wait_for_function("() => location.hash.includes('prune=0.98')")


def test_a_shipped_network_is_tested_on_all_digits_and_says_how_far_it_is(opened):
    page = opened("#edit?model=digits&bits=4")
    tested = fact(page, "Digits tested")
    expect(tested).to_have_text(re.compile(r"^\d+ of 1,000$"))
    page.get_by_label("Bits a weight").press("ArrowLeft")  # a change puts an end to this test
    page.wait_for_function("() => location.hash.includes('bits=3')")
    expect(tested).to_have_text(re.compile(r"^\d\d? of 1,000$"))
    expect(tested).to_have_text("1,000")
    assert float(fact(page, "Right").inner_text().removesuffix(" %")) < 99.9


def test_a_shipped_network_is_damaged_and_doubted_on_so_many_digits_as_are_told(opened):
    page = opened("#test?model=digits")
    status = page.locator("[role=status]").first
    expect(status).to_have_text(re.compile(r"^Tested on \d+ of 1,000 digits"))
    expect(page.locator(".space p").nth(1)).to_have_text(re.compile(r"^100 digits\."))
    expect(status).to_contain_text("Tested on 1,000 digits, 9")
    expect(page.locator(".told")).to_contain_text("These are 1,000 digits")
    expect(page.locator(".damages .soft").first).to_contain_text("Right, of 200 digits")
    page.locator(".space p[data-parts]").wait_for()
    expect(page.locator(".space p[data-parts]")).to_have_text(re.compile(r"^1,000 digits\."))


def test_eight_bits_are_enough_and_two_are_not(opened):
    shares = []
    for bits in (8, 2):
        page = opened(f"#edit?model=small&bits={bits}")
        expect(fact(page, "Digits tested")).to_have_text("1,000")
        shares.append(float(fact(page, "Right").inner_text().removesuffix(" %")))
    assert shares[0] > 85
    assert shares[1] < shares[0] - 10


def test_a_unit_is_switched_off_and_what_is_left_answers_in_draw(opened):
    page = opened("#edit?model=small")
    expect(fact(page, "Weights left")).to_contain_text("12,704 of")
    units = page.get_by_role("img", name="Units of layer 1")
    box = units.bounding_box()
    page.mouse.click(box["x"] + 10, box["y"] + box["height"] / 2)
    expect(fact(page, "Weights left")).to_contain_text("11,920 of")
    units.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(fact(page, "Weights left")).to_contain_text("11,136 of")
    page.keyboard.press("Enter")
    expect(fact(page, "Weights left")).to_contain_text("11,920 of")
    page.get_by_role("button", name="Use it in Draw").click()
    expect(page.get_by_label("Network", exact=True)).to_have_value("small edited")


# From one unit to the next, across and down: maps lie a pixel of the picture apart.
SPACING = """
(canvas) => {
  const { shape } = inkgrad.openModel(new URLSearchParams(location.hash.split("?")[1]).get("model"))
    .network.tensors.find(({ place, name }) =>
      name === "W" && canvas.getAttribute("aria-label").startsWith(`Units of layer ${place + 1},`));
  const side = shape[0] === 784 ? 28 : shape.length === 2 ? 1 : shape[0];
  const box = canvas.getBoundingClientRect();
  const pitch = side + 1;
  return [box.width * pitch / (canvas.width + 1), box.height * pitch / (canvas.height + 1)];
}
"""


@pytest.mark.parametrize("model", ["small", "digits"])
def test_units_are_large_enough_for_a_finger_and_marked(opened, model):
    page = opened(f"#edit?model={model}&off=0:4&tuned=0:2:2:1", 390, has_touch=True)
    canvas = page.get_by_role("img", name="Units of layer 1,")
    canvas.wait_for()
    off, picked = page.locator(".mark.off"), page.locator(".mark.picked-unit")
    expect(off).to_have_count(1)
    expect(page.locator(".mark.tuned")).to_have_count(1)
    for each in page.locator(".units canvas").all():
        unit = each.evaluate(SPACING)
        assert min(unit) >= 24, unit
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(off).to_have_count(2)
    expect(page.locator(".units h3 small").nth(0)).to_have_text("unit 4, off")
    framed = picked.bounding_box()
    assert any(each.bounding_box() == framed for each in off.all())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_was_edited_is_saved_without_the_scores_of_what_it_was(opened, tmp_path):
    page = opened("#edit?model=digits&bits=2")
    assert "scores" in page.evaluate("Object.keys(inkgrad.openModel('digits').about)")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save it").click()
    saved.value.save_as(tmp_path / "m.safetensors")
    about = files.load(tmp_path / "m.safetensors")[1]
    assert "scores" not in about
    assert about["classes"] == [*"0123456789"]


# Scaled and shifted by the page, and by hand: with a normalization after it and without.
TUNED = """
(name) => {
  const { network } = inkgrad.openModel(name);
  const place = 0;
  const after = network.layers[1].gamma ? 2 : 1; // the answer before it is bent
  const x = Float32Array.from({ length: 784 }, (_, k) => Math.abs(Math.sin(k * k)));
  const copy = inkgrad.edited(network, { tuned: { [place]: { 3: [-2, 0.5] } } });
  const [was, now] = [network, copy].map((each) => each.answers(x)[after]);
  const units = network.layers[0].b.length;
  const other = Math.max(...was.map((v, k) => (k % units === 3 ? 0 : Math.abs(v - now[k]))));
  const wrong = (v, k) => (k % units === 3 ? Math.abs(-2 * v + 0.5 - now[k]) : 0);
  const own = Math.max(...was.map(wrong));
  return [own, other];
}
"""


@pytest.mark.parametrize("name", ["small", "digits"])
def test_a_unit_is_scaled_and_shifted_and_no_other_is(page, name):
    own, other = page.evaluate(TUNED, name)
    assert own < 1e-4
    assert other == 0


def test_sliders_scale_and_shift_a_unit_and_the_link_tells(opened):
    page = opened("#edit?model=small", 390)
    expect(fact(page, "Digits tested")).to_have_text("1,000")
    before = float(fact(page, "Right").inner_text().removesuffix(" %"))
    page.get_by_role("img", name="Units of layer 1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Unit 2 of layer 1")).to_be_visible()
    page.get_by_label("What it answers, times").press("End")
    page.get_by_label("and plus").press("End")
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('tuned=0:1:4:4')")
    expect(fact(page, "Digits tested")).to_have_text("1,000")
    after = float(fact(page, "Right").inner_text().removesuffix(" %"))
    assert after < before
    again = opened(page.evaluate("location.hash"))
    expect(fact(again, "Right")).to_have_text(f"{after:.1f} %")
    expect(again.get_by_role("heading", name="Unit 2 of layer 1")).to_be_visible()
