from __future__ import annotations

import numpy as np
import pytest

from inkgrad.errors import ShapeError
from inkgrad.nn.architectures import deck
from inkgrad.nn.losses import softmax
from inkgrad.nn.prediction import ensemble_logits, logits_of, shifted, shifts


def test_the_shortest_shifts_come_first():
    assert shifts(1) == [(0, 0)]
    assert set(shifts(5)) == {(0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)}
    assert set(shifts(9)) == {(y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)}
    with pytest.raises(ShapeError, match="got 26 views"):
        shifts(26)


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (-2, 1), (2, -2)])
def test_a_shift_moves_every_pixel_and_lets_black_in(down, right, rng):
    images = rng.integers(1, 256, (3, 6, 5), np.uint8)
    moved = shifted(images, down, right)
    for y in range(6):
        for x in range(5):
            inside = 0 <= y - down < 6 and 0 <= x - right < 5
            expected = images[:, y - down, x - right] if inside else 0
            np.testing.assert_array_equal(moved[:, y, x], expected)


def test_several_networks_and_views_answer_with_the_mean_probability(rng):
    networks = [deck(seed=1), deck(seed=2)]
    images = rng.integers(0, 256, (7, 28, 28), np.uint8)
    expected = np.mean(
        [softmax(network(shifted(images, *shift))) for network in networks for shift in shifts(5)],
        axis=0,
    )
    found = softmax(ensemble_logits(networks, images, views=5))
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_one_network_with_one_view_gives_its_own_logits(rng):
    network = deck()
    images = rng.integers(0, 256, (7, 28, 28), np.uint8)
    np.testing.assert_array_equal(ensemble_logits([network], images), logits_of(network, images))
