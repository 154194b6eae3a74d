"""What a sheet of lines asks for where nobody says what: words, and numbers."""

from __future__ import annotations

from pathlib import Path

from inkgrad.errors import DataError
from inkgrad.randomness import generator

_LENGTHS = (2, 3, 4, 5, 6, 7)  # digits of a number, in turn
_NUMBERS = 45  # a page
_LARGEST = 1 << 16  # bytes of a file

# Every letter small and as a capital, at the beginning, within and at the end of words where it is
# found there; pairs of letters that people join in their own ways; digits and signs.
_ASKED = """
about Friday kitchen Quebec vowel jumping Zurich extra hollow Nobody
write Under apple Xavier jazz puzzle Evening butter Oxford squeeze
Monday thought yellow Ireland Garden beyond chief Victor weekly Lisbon
through Robert fifth Dublin sixty Yvonne kayak Window Harbour quick
Anna Berlin cross mirror 1947 25% can't Mr. 8:30 follow
Street between Uncle quiet Jacob liquid Please total Thursday 306
book Zoe's boxing Kyoto every Hotel five-six Yes! Why? grey
Canada judge twelve effort summer Egypt half Tuesday Question maybe
"""
WORDS = tuple(_ASKED.split())


def asked_lines(what: str) -> tuple[str, ...]:
    """`words`, `numbers`, or the lines of a text file, without empty ones.

    Raises DataError, naming the file, for what cannot be read as UTF-8.
    """
    if what == "words":
        return WORDS
    if what == "numbers":
        return _numbers()
    try:
        with Path(what).open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8-sig")
    except OSError as error:
        raise DataError(
            f"{what}: cannot be read ({error.strerror}); expected words, numbers or a file"
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"{what}: is no text in UTF-8, expected one line for each cell") from None
    lines = tuple(" ".join(line.split()) for line in text.splitlines() if line.strip())
    if not lines:
        raise DataError(f"{what}: holds no lines, expected one for each cell")
    return lines


def _numbers() -> tuple[str, ...]:
    """As many as a page has: every digit as often, next to every other by chance."""
    rng = generator(0, "sample")
    digits = list[int]()
    found = []
    for place in range(_NUMBERS):
        length = _LENGTHS[place % len(_LENGTHS)]
        while len(digits) < length:
            digits.extend(rng.permutation(10).tolist())
        found.append("".join(map(str, digits[:length])))
        del digits[:length]
    return tuple(found)
