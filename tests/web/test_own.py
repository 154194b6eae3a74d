"""The view of one's own digits: they are kept, exported, and a network is adapted to them."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from inkgrad.data.datasets import load
from inkgrad.nn import files

pytestmark = pytest.mark.browser


def test_a_network_learns_what_somebody_calls_a_seven_and_forgets_no_other(opened, keep, tmp_path):
    page = opened("#own?model=small")
    for _ in range(6):  # a bar that this writer means as a seven
        keep(page, "bar", 7)
        keep(page, "ring", 0)
    expect(page.get_by_text("12 digits.")).to_be_visible()
    page.get_by_role("button", name="Adapt it to my digits").click()
    row = page.locator("tr", has_text="of yours, not learned from")
    row.wait_for()
    before, after = (float(text.split(" %")[0]) for text in row.locator("td").all_inner_texts()[1:])
    assert before < 80
    assert after == 100
    row = page.locator("tr", has_text="1,000 of everybody's")
    row.wait_for()
    others = row.locator("td").all_inner_texts()
    assert float(others[2].removesuffix(" %")) > 75
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the network").click()
    saved.value.save_as(tmp_path / "m.safetensors")
    assert files.load(tmp_path / "m.safetensors")[0].output_shape == (10,)
    page.get_by_role("button", name="Use it in Draw").click()
    expect(page.get_by_label("Network", exact=True)).to_have_value("small for me")


def test_digits_are_kept_taken_out_and_saved_as_a_data_set(opened, keep, tmp_path):
    page = opened("#own", 390)
    keep(page, "bar", 1)
    keep(page, "ring", 0)
    keep(page, "ring", 0)
    page.get_by_role("button", name="Take out the 0").first.click()
    page.reload()
    expect(page.get_by_text("2 digits.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as .npz").click()
    saved.value.save_as(tmp_path / "digits.npz")
    with np.load(tmp_path / "digits.npz") as arrays:
        assert arrays["images"].shape == (2, 28, 28)
        assert arrays["labels"].tolist() == [1, 0]
        assert arrays["images"].max(axis=(1, 2)).tolist() == [255, 255]
    data = load(str(tmp_path / "digits.npz"))
    assert len(data.train) + len(data.test) == 2
    page.get_by_role("button", name="Throw all away").click()
    expect(page.get_by_text("None yet")).to_be_visible()


def test_an_empty_paper_is_no_digit_to_keep(opened):
    page = opened("#own")
    page.get_by_role("button", name="4", exact=True).click()
    expect(page.locator(".note")).to_contain_text("Draw a digit first")
