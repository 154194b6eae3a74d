"""The view One step: every number that it shows is NumPy's."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from inkgrad.data.datasets import load
from inkgrad.nn.architectures import build
from inkgrad.nn.losses import softmax_cross_entropy
from inkgrad.training.optimizers import SGD, Adam

pytestmark = pytest.mark.browser

PLACES = [17, 1203, 2411, 3970]
LINK = f"#step?digits={','.join(map(str, PLACES))}"


def first_weights(page, name):
    """What the page begins with, the seed being the same."""
    return np.array(
        page.evaluate("(network) => [...new inkgrad.OneStep({ network }).network.theta]", name),
        np.float32,
    )


def shown(page):
    data = page.locator(".card.weight").evaluate("(card) => ({ ...card.dataset })")
    return {name: float(value) for name, value in data.items() if value}


@pytest.mark.parametrize(
    ("name", "optimizer", "weight"),
    [
        ("deck", Adam(0.003), (0, 14 * 28 + 14, 5)),
        ("deck", Adam(0.003), (1, 90, 33)),
        ("mlp:16", SGD(0.003), (1, 3, 7)),
    ],
)
def test_a_weight_moves_as_in_numpy(opened, name, optimizer, weight):
    kind = "adam" if isinstance(optimizer, Adam) else "sgd"
    place = ",".join(map(str, weight))
    page = opened(f"{LINK}&network={name}&optimizer={kind}&rate=0.003&weight={place}")
    page.locator(".card.weight table").wait_for()
    network, state = build(name), optimizer.start()
    network.theta[:] = first_weights(page, name)
    train = load("mnist-5k").train
    layer, i, o = weight
    for _ in range(3):
        logits = network.forward(train.images[PLACES])
        loss, dlogits = softmax_cross_entropy(logits, train.labels[PLACES])
        network.backward(dlogits)
        traced = network.trace(train.images[PLACES], train.labels[PLACES])[layer]
        gradient, dense = float(traced.dW[i, o]), network.layers[traced.place]
        state.step(network)
        found = shown(page)
        assert found["gradient"] == pytest.approx(gradient, abs=1e-6)
        assert found["checked"] == pytest.approx(gradient, abs=1e-6)
        assert found["after"] == pytest.approx(float(dense.W[i, o]), abs=1e-5)
        told = page.locator("p", has_text="Loss of this batch")
        expect(told).to_contain_text(f"{loss:.4f}")
        page.get_by_role("button", name="Take this step").click()


def test_the_products_of_a_weight_sum_to_its_gradient(opened):
    page = opened(LINK)
    rows = page.locator(".weight table tr")
    rows.first.wait_for()
    products = [float(rows.nth(k).locator("td").last.inner_text()) for k in range(1, 5)]
    assert sum(products) == pytest.approx(shown(page)["gradient"], rel=1e-3)
    assert shown(page)["gradient"] != 0


def test_one_goes_through_all_stages_by_keyboard_and_the_link_tells_which(opened):
    page = opened(LINK, 390)
    step = page.get_by_role("button", name="Step", exact=True)
    step.focus()
    title = page.locator("h2", has_text=" of ").first
    expect(title).to_contain_text("1 of 22: x")
    for name in ("z1", "a1", "z2", "a2", "z3", "p, loss", "dz3", "dW3", "dz2", "dW2"):
        page.keyboard.press("Enter")
        expect(title).to_contain_text(name)
    page.get_by_role("button", name="Back").click()
    expect(title).to_contain_text("dz2")
    page.wait_for_function("() => location.hash.includes('stage=9')")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_click_on_a_weight_takes_it_apart(opened):
    page = opened(f"{LINK}&stage=12")
    picture = page.locator("canvas.numbers").first
    picture.wait_for()
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    expect(page.locator(".weight")).to_contain_text("to unit")
    weight = page.evaluate("new URLSearchParams(location.hash.split('?')[1]).get('weight')")
    page.get_by_label("To (of the weight)").fill("3")
    page.get_by_label("To (of the weight)").press("Enter")
    expect(page.locator(".weight")).to_contain_text("to unit 3 of")
    assert weight is not None


def test_a_bias_is_clicked_and_moves_as_in_numpy(opened):
    page = opened(f"{LINK}&stage=12&network=deck&optimizer=adam&rate=0.003")
    expect(page.locator("h2", has_text=" of ").first).to_contain_text("dW1, db1")
    picture = page.get_by_role("img", name="db1, as a picture")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 5.5 / 128, "y": box["height"] / 2})
    card = page.locator(".card.weight")
    expect(card).to_contain_text("It is the bias of unit 6 of layer 1")
    expect(card.locator("code")).to_contain_text("g = db1[5] = dz1[:, 5].sum()")
    network, state = build("deck"), Adam(0.003).start()
    network.theta[:] = first_weights(page, "deck")
    train = load("mnist-5k").train
    logits = network.forward(train.images[PLACES])
    network.backward(softmax_cross_entropy(logits, train.labels[PLACES])[1])
    traced = network.trace(train.images[PLACES], train.labels[PLACES])[0]
    state.step(network)
    found = shown(page)
    assert found["gradient"] == pytest.approx(float(traced.db[5]), abs=1e-6)
    assert found["checked"] == pytest.approx(found["gradient"], abs=1e-6)
    assert found["after"] == pytest.approx(float(network.layers[traced.place].b[5]), abs=1e-5)
    assert "weight=0%2C784%2C5" in page.evaluate("location.hash")


def test_numbers_have_names_and_are_read_by_keyboard_and_by_tap(opened):
    page = opened(f"{LINK}&stage=6", 390, has_touch=True)
    table = page.locator("table.numbered")
    expect(table.locator("th[scope=col]")).to_have_text([*"0123456789"])
    labels = load("mnist-5k").train.labels[PLACES]
    names = [f"digit {k + 1}, a {label}" for k, label in enumerate(labels)]
    expect(table.locator("th[scope=row]")).to_have_text(names)
    first = table.locator("tr").nth(1).locator("td").all_inner_texts()
    assert sum(map(float, first)) == pytest.approx(1, abs=0.01)
    page.get_by_role("button", name="z1", exact=True).click()
    picture = page.get_by_role("img", name="z1, as a picture")
    picture.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    readout = page.locator(".readout").first
    expect(readout).to_contain_text("digit 2, unit 2:")
    expect(readout).to_have_attribute("aria-live", "polite")
    expect(page.locator(".row-names span")).to_have_text(names)
    box = picture.bounding_box()
    picture.tap(position={"x": box["width"] - 4, "y": box["height"] * 0.8})
    expect(readout).to_contain_text("digit 4, unit 128:")
    page.get_by_role("button", name="dW2, db2").click()
    page.get_by_role("img", name="dW2, as a picture").focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".weight")).to_contain_text("from unit 2 to unit 1 of layer 2")


def test_playing_goes_on_by_itself(opened):
    page = opened(LINK)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("h2", has_text=" of ").first).to_contain_text("3 of 22")
    page.get_by_role("button", name="Pause").click()


def test_what_the_optimizer_remembers_is_shown_and_is_numpys(opened):
    page = opened(f"{LINK}&stage=14&network=deck&rate=0.003&weight=0,406,5")
    expect(page.locator("h2", has_text=" of ").first).to_contain_text("15 of 22: s1")
    expect(page.locator(".weight code")).to_contain_text("g = dW1[406, 5] = x[:, 406] @ dz1[:, 5]")
    network, state = build("deck"), Adam(0.003).start()
    network.theta[:] = first_weights(page, "deck")
    train = load("mnist-5k").train
    logits = network.forward(train.images[PLACES])
    network.backward(softmax_cross_entropy(logits, train.labels[PLACES])[1])
    state.step(network)
    place = 406 * 128 + 5
    assert shown(page)["m"] == pytest.approx(float(state.memory["m"][place]), rel=1e-4, abs=1e-9)
    assert shown(page)["s"] == pytest.approx(float(state.memory["s"][place]), rel=1e-4, abs=1e-12)
