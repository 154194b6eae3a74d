"""Why a reading is doubtful, in words that tell a person where to look."""

from __future__ import annotations

from inkgrad.reading.result import Reading

_CLOSE = 0.02  # a rival less probable than this is not worth a word


def reasons(reading: Reading) -> tuple[str, ...]:
    """What speaks against a reading, the most telling first; nothing where it was read for sure."""
    if reading.accepted:
        return ()
    found = [rival(reading.text, other) for other, p in reading.alternatives[:1] if p >= _CLOSE]
    if reading.status != "rejected" or not reading.text:
        found.append(reading.reason)
    elif not any(found):
        found.append(f"{reading.confidence:.0%} sure in all")
    return tuple(dict.fromkeys(filter(None, (*found, *reading.notes))))


def rival(text: str, other: str) -> str:
    """Where two readings part: "3 or 8 in place 2"; "" for one of them alone.

    >>> rival("13", "18")
    '3 or 8 in place 2'
    """
    if not text or not other:
        return ""
    places = [k for k, (a, b) in enumerate(zip(text, other, strict=False)) if a != b]
    if len(text) == len(other) and len(places) == 1:
        place = places[0]
        return f"{text[place]} or {other[place]} in place {place + 1}"
    return f"or {other}"
