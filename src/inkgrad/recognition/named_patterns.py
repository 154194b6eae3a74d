"""Patterns of one's own, by names, from a TOML file: `customer = '(?luhn:\\d{8})'`.

A name stands in a pattern as those of docs/patterns.md do, `{customer}`, and in the patterns of
later names too. What comes out has no names of one's own in it: it may be sent anywhere.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from inkgrad.errors import UsageError
from inkgrad.recognition.builtin import NAMES
from inkgrad.recognition.expression import is_expression

_MOST_BYTES = 1 << 20
_LONGEST = 10_000  # characters of one pattern, names replaced
_NAME = re.compile(r"[a-z][a-z0-9.-]*")
_SIGN_OR_NAME = re.compile(r"\\.|\{([a-z][a-z0-9.-]*)\}", re.DOTALL)
_SIGNS = re.compile(r"[.+()|$]")


def load_patterns(path: str | Path) -> dict[str, str]:
    """The patterns in a file by their names, each with earlier names replaced.

    Raises UsageError for a file that cannot be read, and for what is no name or no pattern.
    """
    known: dict[str, str] = {}
    for name, text in _entries(Path(path)).items():
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{path}: {name!r} is no name of a pattern, expected small letters, digits, . or -"
            )
        if name in NAMES:
            raise UsageError(f"{path}: {{{name}}} is there already, expected another name")
        if not isinstance(text, str) or not text:
            raise UsageError(f"{path}: {name} is {text!r}, expected a pattern as text")
        try:
            known[name] = with_names(text, known)
        except UsageError as error:
            raise UsageError(f"{path}: {name}: {error}") from None
    return known


def with_names(text: str, known: Mapping[str, str]) -> str:
    """A pattern in which names of one's own are replaced by what they stand for.

    Raises UsageError where that is longer than a pattern may be.
    """

    def replaced(found: re.Match[str]) -> str:
        name = found[1]
        return f"({_as_expression(known[name])})" if name in known else found[0]

    result = _SIGN_OR_NAME.sub(replaced, text)
    if len(result) > _LONGEST:
        raise UsageError(f"has {len(result)} characters, expected {_LONGEST} at most")
    return result


def patterns_of(given: Sequence[str], path: str | Path | None) -> tuple[str, ...]:
    """Patterns as they are given, with the names in a file replaced, if there is one.

    Raises UsageError as `load_patterns` does, and where a file is given but no pattern.
    """
    if path is None:
        return tuple(given)
    known = load_patterns(path)
    if not given:
        names = " or ".join(f"'{{{name}}}'" for name in list(known)[:2]) or "'{name}'"
        raise UsageError(
            f"{path}: gives patterns names, expected one to read by: --pattern {names}"
        )
    return tuple(with_names(text, known) for text in given)


def _as_expression(text: str) -> str:
    """A pattern, be it in short notation, as an expression."""
    if is_expression(text):
        return text.removeprefix("^").removesuffix("$") if text[-2:] != r"\$" else text
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", text).replace("9", r"\d")


def _entries(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise UsageError(f"{path}: is larger than 1 MB, expected a file of patterns")
        return tomllib.loads(content.decode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise UsageError(f"{path}: is no TOML ({said}), expected lines name = 'pattern'") from None
