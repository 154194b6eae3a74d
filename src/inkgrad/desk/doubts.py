"""Why a reading is doubtful, in words that tell a person where to look."""

from __future__ import annotations

from inkgrad.opening import Reader
from inkgrad.reading import kinds
from inkgrad.reading.envelope import EnvelopeReader
from inkgrad.reading.number import FieldReading, NumberReader
from inkgrad.reading.result import Reading
from inkgrad.recognition.patterns import Pattern
from inkgrad.recognition.state_names import STATE_NAMES
from inkgrad.recognition.zipcodes import state_of

_CLOSE = 0.02  # a rival less probable than this is not worth a word
_PLACES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


def reasons(reading: Reading, alone: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What speaks against a reading, the most telling first; nothing where it was read for sure.

    `alone` is what each network by itself reads there.
    """
    if reading.accepted:
        return ()
    found = [_state(reading), _apart(alone)]
    others = [rival(reading.text, other) for other, p in reading.alternatives[:1] if p >= _CLOSE]
    found += [other for other in others if not (found[1] and found[1].endswith(other))]
    if reading.status != "rejected" or not reading.text:
        found.append(reading.reason)
    elif not any((*found, *reading.notes)):
        found.append(f"{reading.confidence:.0%} sure in all")
    return tuple(dict.fromkeys(filter(None, (*found, *reading.notes))))


def opinions(reader: Reader, reading: Reading) -> tuple[str, ...]:
    """What each network of a reader by itself reads where a reading is doubtful, if it has several.

    That costs a second look, which a reading that is accepted is spared.
    """
    images = reader.images
    if reading.accepted or not isinstance(reading, FieldReading) or not reading.line.shape[1]:
        return ()
    if not isinstance(images, NumberReader | EnvelopeReader):
        return ()
    kind = kinds.named(reader.task.kind)
    texts = reader.task.patterns or kind.patterns
    patterns = [Pattern.parse(text, images.alphabet) for text in texts]
    return images.alone(reading.line, patterns, kind.prior())


def rival(text: str, other: str) -> str:
    """Where two readings part: "3 or 8 in the second place"; "" for one of them alone.

    >>> rival("13", "18")
    '3 or 8 in the second place'
    """
    if not text or not other:
        return ""
    places = [k for k, (a, b) in enumerate(zip(text, other, strict=False)) if a != b]
    if len(text) == len(other) and len(places) == 1:
        place = places[0]
        where = f"the {_PLACES[place]} place" if place < len(_PLACES) else f"place {place + 1}"
        return f"{text[place]} or {other[place]} in {where}"
    return f"or {other}"


def _apart(alone: tuple[str, ...]) -> str:
    """Where two networks read differently; one that finds nothing says nothing."""
    texts = list(dict.fromkeys(filter(None, alone)))
    if len(texts) < 2:
        return ""
    where = rival(texts[0], texts[1])
    return f"two networks disagree: {texts[0] + ' ' if where.startswith('or ') else ''}{where}"


def _state(reading: Reading) -> str:
    """Where the state before a ZIP code does not confirm it."""
    said = reading.state if isinstance(reading, FieldReading) else None
    if said is None or not reading.text:
        return ""
    if not said:
        return "no state stands before it"
    leads = state_of(reading.text)
    if leads == said:
        return ""
    to = STATE_NAMES[leads] if leads else "in no state"
    return f"the state says {STATE_NAMES[said]}, {reading.text} is {to}"
