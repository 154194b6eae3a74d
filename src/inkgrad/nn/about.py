"""What a model file says of its networks beside their weights: what is known, and of which shape.

A file may say more; that is handed on as it is and decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypedDict, cast

from msgspec import Meta

from inkgrad.errors import ModelError
from inkgrad.nn.network import Network
from inkgrad.schema import Count, Part, Positive, checked

Sign = Annotated[str, Meta(min_length=1, max_length=200)]


class About(TypedDict, total=False):
    """What a model says of itself; nothing of it has to be there.

    classes            a name for each output
    alphabet           of a reader of lines: a character for each output but the blank
    temperature        what logits are divided by before they are probabilities
    word_temperature   the same for the confidences of words
    refuse_below       the probability under which a character is said to be unreadable
    language           of a reader of text: the weight of its language against the ink, and the
                       logarithm of what a character is given back of that
    word_thresholds    as thresholds, for words
    thresholds         parts of errors, each with the confidence from which on there are no more
    data               what it was trained on, for people: never a path that is opened
    data_checksum, validation, seed    of the run, to hold out the same validation data again
    """

    classes: Annotated[list[Sign], Meta(min_length=1, max_length=100_000)]
    alphabet: Annotated[str, Meta(min_length=1, max_length=100_000)]
    temperature: Positive
    word_temperature: Positive
    refuse_below: Part
    thresholds: Annotated[list[tuple[Part, Part]], Meta(max_length=1000)]
    word_thresholds: Annotated[list[tuple[Part, Part]], Meta(max_length=1000)]
    language: tuple[Positive, Positive]
    data: str
    data_checksum: str
    validation: Count
    seed: Count


def as_about(said: Any, networks: Sequence[Network], name: object) -> About:
    """What was said of networks, as the schema has it, with what else there is.

    Raises ModelError, beginning with `name`, also where it does not fit the networks.
    """
    known = checked(About, said, name, ModelError)
    alphabet = known.get("alphabet", "")
    if len(set(alphabet)) != len(alphabet):
        raise ModelError(f"{name}: its alphabet {alphabet!r} has a character twice")
    for network in networks:
        answers = network.output_shape[-1]
        if "classes" in known and len(known["classes"]) != answers:
            raise ModelError(
                f"{name}: names {len(known['classes'])} classes, expected {answers}, "
                "as many as its network has outputs"
            )
    return cast(About, {**said, **known})


def known_data(about: About, names: Sequence[str], path: Path | str = "the model") -> str:
    """The data set that a model was trained on, if it has one of these names.

    A file does not choose a path to open. Raises ModelError where it names anything else.
    """
    name = about.get("data", names[0])
    if name not in names:
        told = name if len(name) <= 60 else f"{name[:60]}..."
        raise ModelError(
            f"{path}: was trained on {told!r}, expected --data with what to measure on"
        )
    return name
