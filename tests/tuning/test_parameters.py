from __future__ import annotations

import shlex
from dataclasses import replace

from inkgrad.arguments import Arguments
from inkgrad.tuning.parameters import arguments_of, command


def test_a_command_says_what_differs_from_the_defaults_and_quotes_it():
    arguments = Arguments(data="my scans/", model="mlp:64", normalize=True, learning_rate=0.02)
    words = shlex.split(command(arguments))
    assert words == [
        *("inkgrad", "train", "--data", "my scans/", "--model", "mlp:64"),
        *("--learning-rate", "0.02", "--normalize"),
    ]


def test_numbers_are_given_with_four_digits():
    found = arguments_of(Arguments(), {"learning_rate": 0.0123456789, "units": 12345, "layers": 1})
    assert found == replace(Arguments(), learning_rate=0.01235, model="mlp:12345")
