"""What the end of a file's name says of its format: the same rule for all that is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from inkgrad.errors import UsageError


def format_of(
    target: Path | None, asked: str | None, suffixes: Mapping[str, str], otherwise: str
) -> str:
    """The format asked for, else that of the target's suffix, else, without one, `otherwise`.

    `suffixes` are those known (".csv") with their formats. Raises UsageError for a format that is
    not among them, and for a target that ends like a file of another kind.
    """
    known = tuple(dict.fromkeys(suffixes.values()))
    if asked is not None:
        if asked not in known:
            raise UsageError(f"format {asked!r} is unknown, expected {', '.join(known)}")
        return asked
    suffix = target.suffix.lower() if target else ""
    if suffix in suffixes:
        return suffixes[suffix]
    if re.fullmatch(r"\.[a-z]\w{1,4}", suffix):
        raise UsageError(f"{target}: is of no known format, expected {', '.join(suffixes)}")
    return otherwise
