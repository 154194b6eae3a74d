"""Text that comes from outside, made fit for a terminal or a picture."""

from __future__ import annotations

import re

_UNSEEN = re.compile(  # controls, ends of lines, marks that turn the direction, no characters
    "[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: object, keep: str = "") -> str:
    """The text as a terminal may have it: "\\x1b" for an escape character, all but those in `keep`.

    A byte of a file's name that is no text is "\\xff", as it was.
    """

    def code(found: re.Match[str]) -> str:
        character, number = found[0], ord(found[0])
        if character in keep:
            return character
        if 0xDC80 <= number <= 0xDCFF:
            number -= 0xDC00
        return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"

    return _UNSEEN.sub(code, str(text))
