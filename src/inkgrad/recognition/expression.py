"""The small language of patterns: from its text to the parts of recognition/syntax.py.

docs/patterns.md describes it. It is that of regular expressions without what looks back or ahead,
and with weights, check digits and named patterns: `\\d{5}(-\\d{4})?`, `(?w0.1:...)`,
`(?luhn:...)`, `{date.mdy}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from inkgrad.errors import UsageError
from inkgrad.recognition.checks import CHECKS
from inkgrad.recognition.syntax import (
    MOST,
    Checked,
    Either,
    OneOf,
    Part,
    Repeated,
    Sequenced,
    Weighted,
)

_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CLASSES = {"d": _DIGITS, "w": _LETTERS + _DIGITS, "s": " "}
_REPEATS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_NAMED = re.compile(r"\{([a-z][a-z0-9.-]*)\}")
_BEGUN = re.compile(r"\(\?(?:w([0-9.]+)|([a-z]+))?:")
_SIGNS = r".^$*+?{}[]()|\\"
_DEEP = 50  # groups in groups


def is_expression(text: str) -> bool:
    """Whether a pattern has signs that only an expression has, or is in short notation."""
    return any(sign in text for sign in r"\[]{}*?|^") or text.endswith("$")


def parse_short(text: str) -> Part:
    """A pattern in short notation: 9 stands for any digit, everything else for itself."""
    if re.search(r"\w\)?\+|\+\+", text):
        raise UsageError(r"'+' means two things here, expected \+ for the sign, or \d+ for digits")
    return Sequenced([OneOf(_DIGITS if sign == "9" else sign) for sign in text])


def parse(text: str, named: Callable[[str], str]) -> Part:
    """The parts of an expression. `named` gives the expression of a name.

    Raises UsageError, saying at which character of the text, for what is no expression.
    """
    return _Parser(text, named, 0).all()


class _Parser:
    """Goes through a text once, from left to right."""

    def __init__(self, text: str, named: Callable[[str], str], depth: int) -> None:
        self.text, self.named, self.at, self.depth = text, named, 0, depth

    def all(self) -> Part:
        if self.text.startswith("^"):  # a pattern is that of the whole field anyway
            self.at = 1
        part = self._choice()
        if self.text[self.at :] == "$":
            return part
        if self.at < len(self.text):
            raise self._wrong(f"{self.text[self.at]!r} has no beginning")
        return part

    def _wrong(self, what: str, expected: str = "") -> UsageError:
        sign = self.text[self.at : self.at + 1]
        usual = rf"\{sign} for the sign itself" if sign in _SIGNS and sign else "an end to it"
        return UsageError(f"at {self.at + 1}, {what}, expected {expected or usual}")

    def _choice(self) -> Part:
        parts = [self._sequence()]
        while self._next("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Either(parts)

    def _next(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) if found else 0
        return found

    def _sequence(self) -> Part:
        parts: list[Part] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            if self.text[self.at :] == "$":
                break
            parts.append(self._repeated(self._atom()))
        return parts[0] if len(parts) == 1 else Sequenced(parts)

    def _repeated(self, part: Part) -> Part:
        sign = self.text[self.at : self.at + 1]
        if sign in _REPEATS and sign:
            least, most = _REPEATS[sign]
            self.at += 1
        elif counted := self._counted():
            least, most = counted
        else:
            return part
        if self.text[self.at : self.at + 1] in ("*", "+", "?") or _COUNTED.match(
            self.text, self.at
        ):
            raise self._wrong("a repeat is repeated", "(...) around what is repeated twice")
        return Repeated(part, least, most)

    def _counted(self) -> tuple[int, int | None] | None:
        found = _COUNTED.match(self.text, self.at)
        if not found or not (found[1] or found[3]):
            return None
        least = int(found[1] or 0)
        most = int(found[3]) if found[3] else (None if found[2] else least)
        if max(least, most or 0) > MOST or (most is not None and most < least):
            raise self._wrong(f"{found[0]} cannot be", f"{{m,n}} with m <= n <= {MOST}")
        self.at = found.end()
        return least, most

    def _atom(self) -> Part:
        sign = self.text[self.at]
        if sign == "(":
            return self._group()
        if sign == "[":
            return self._class()
        if sign == "{":
            return self._name()
        if sign == "\\":
            return OneOf(self._escaped())
        if sign in "*+?":
            raise self._wrong(f"{sign!r} repeats nothing")
        if sign in "^$":
            raise self._wrong(f"{sign!r} stands inside a pattern, which is of a whole field")
        if sign in "]}":
            raise self._wrong(f"{sign!r} has no beginning")
        self.at += 1
        return OneOf("", but=True) if sign == "." else OneOf(sign)

    def _escaped(self) -> str:
        """The characters that a backslash and what comes after it stand for."""
        sign = self.text[self.at + 1 : self.at + 2]
        if sign not in _CLASSES and (not sign or sign.isalnum()):
            raise self._wrong(f"'\\{sign}' is unknown", r"\d, \w, \s, or \ before a sign")
        self.at += 2
        return _CLASSES.get(sign, sign)

    def _class(self) -> Part:
        begun = self.at
        self.at += 1
        but, characters = self._next("^"), ""
        while not self._next("]"):
            if self.at >= len(self.text):
                self.at = begun
                raise self._wrong("'[' has no end", r"[...], or \[ for the sign itself")
            first = self._member()
            if self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 :][:1] not in "]":
                self.at += 1
                last = self._member()
                if len(first) != 1 or len(last) != 1 or last < first:
                    raise self._wrong("a range goes backwards", r"[a-z], or \- for the sign itself")
                first = "".join(map(chr, range(ord(first), ord(last) + 1)))
            characters += first
        if not characters and not but:
            raise self._wrong("'[]' allows nothing", r"[...], or \[ for the sign itself")
        return OneOf(characters, but)

    def _member(self) -> str:
        if self.text[self.at] == "\\":
            return self._escaped()
        self.at += 1
        return self.text[self.at - 1]

    def _group(self) -> Part:
        begun, found = self.at, _BEGUN.match(self.text, self.at)
        weight, check = (found[1], found[2]) if found else (None, None)
        if self.text.startswith("(?", begun) and (not found or (check and check not in CHECKS)):
            known = ", ".join(f"(?{name}:" for name in CHECKS)
            raise self._wrong("this group is unknown", f"(...), (?w0.1:...), or one of {known}")
        self.depth += 1
        if self.depth > _DEEP:
            raise self._wrong("groups are too deep", f"at most {_DEEP} in each other")
        self.at = found.end() if found else begun + 1
        part = self._choice()
        if not self._next(")"):
            self.at = begun
            raise self._wrong("'(' has no end", r"(...), or \( for the sign itself")
        self.depth -= 1
        if check:
            return Checked(part, check)
        return Weighted(part, self._weight(weight, begun)) if weight else part

    def _weight(self, text: str, begun: int) -> float:
        value = float(text) if re.fullmatch(r"\d+(\.\d*)?|\.\d+", text) else 0.0
        if not 0 < value <= 1:
            self.at = begun
            raise self._wrong(f"weight {text} cannot be", "one over 0 and up to 1")
        return value

    def _name(self) -> Part:
        found = _NAMED.match(self.text, self.at)
        if not found:
            raise self._wrong("'{' counts nothing", r"\d{5}, {date.mdy}, or \{ for the sign itself")
        part = _Parser(self.named(found[1]), self.named, self.depth + 1).all()
        self.at = found.end()
        return part
