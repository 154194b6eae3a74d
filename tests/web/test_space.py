"""The map of the test digits: its directions are NumPy's, and each point is a digit to be seen."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def told(page):
    line = page.locator(".space p[data-parts]")
    expect(line).to_contain_text("digits. These two directions")
    return line


def test_principal_components_are_those_of_numpy(page):
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(60, 9)) * [5, 3, 2, 1, 1, 0.5, 0.5, 0.1, 0.1] + 4
    rows = rows @ np.linalg.qr(rng.normal(size=(9, 9)))[0]
    found = page.evaluate(
        """async (rows) => {
          const all = Float32Array.from(rows.flat());
          const { places, parts } = await inkgrad.principalComponents(all, rows.length);
          return { places: [...places], parts };
        }""",
        rows.tolist(),
    )
    u, s, _ = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(found["parts"], (s**2 / (s**2).sum())[:2], rtol=1e-4)
    places = np.reshape(found["places"], (60, 2))
    for mine, expected in zip(places.T, (u * s)[:, :2].T, strict=True):
        sign = np.sign(mine @ expected)
        np.testing.assert_allclose(mine * sign, expected, atol=0.02)


def test_rows_that_are_all_equal_have_no_directions(page):
    parts = page.evaluate(
        "async () => (await inkgrad.principalComponents(new Float32Array(40).fill(2), 10)).parts"
    )
    assert parts == [0, 0]


def test_the_classes_move_apart_from_layer_to_layer(opened):
    alike = []
    for layer in (-1, 21):
        page = opened(f"#test?model=digits&layer={layer}")
        alike.append(int(told(page).inner_text().split(" for ")[1].split(" %")[0]))
    assert alike[1] > alike[0] + 10, alike


def test_each_point_is_a_digit_that_is_seen_by_pointer_and_keyboard(opened):
    page = opened("#test?model=small&layer=2&digit=500", 390)
    told(page)
    said = page.locator(".picked p")
    expect(said).to_contain_text("Test digit 501, a 5")
    page.locator(".scatter").focus()
    page.keyboard.press("ArrowUp")
    expect(said).not_to_contain_text("Test digit 501,")
    page.wait_for_function("() => !/digit=500\\b/.test(location.hash)")
    page.get_by_label("Layer", exact=True).select_option("-1")
    page.wait_for_function("() => location.hash.includes('layer=-1')")
    told(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
