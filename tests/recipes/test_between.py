from __future__ import annotations

import pytest

from inkgrad.nn.layers import Dense
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.recipes.between import Between


def test_networks_that_went_on_are_led_back_a_part_of_the_way_once():
    networks = [Network((2,), [Dense(3), BatchNorm()], seed=seed) for seed in (0, 1)]
    was = [network.theta.copy() for network in networks]
    between = Between(networks, 0.25)
    between.remember(1)()
    for network in networks:
        network.theta += 4
        network.running += 8
    between.settle()
    between.settle()
    assert networks[0].theta == pytest.approx(was[0] + 4)  # nobody asked to remember it
    assert networks[1].theta == pytest.approx(was[1] + 1)
    assert networks[0].running - networks[1].running == pytest.approx(6)
