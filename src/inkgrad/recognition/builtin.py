"""Patterns that have names: dates that exist, ZIP codes in use, numbers with check digits.

Each is an expression, which names others at most. Marks go by the reader: one that sees them reads
them as people write them, another writes the usual ones.
"""

from __future__ import annotations

from collections.abc import Callable

from inkgrad.errors import UsageError
from inkgrad.recognition import amounts
from inkgrad.recognition.zipcodes import STATES

_UNUSED = "0.02"  # how likely a ZIP code that is not in use is, against one that is
_TURNED = "0.3"  # and other marks than the usual ones

_LEAP = {
    4: r"(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)",
    2: r"(?:[02468][048]|[13579][26])",
}
_YEARS = {4: r"(?:19|20)\d{2}", 2: r"\d{2}"}
_MARKS = {"mdy": "/", "dmy": ".", "ymd": "-"}  # between the parts of a date, usually
_IBANS = {
    **{"at": (0, 16), "be": (0, 12), "cz": (0, 20), "de": (0, 18), "dk": (0, 14), "es": (0, 20)},
    **{"fi": (0, 14), "gb": (4, 14), "hu": (0, 24), "ie": (4, 14), "nl": (4, 10), "no": (0, 11)},
    **{"pl": (0, 24), "pt": (0, 21), "se": (0, 20)},
}
"""Letters, and digits after them, that follow the country and its two digits; no others may."""


def named(name: str, seen: str) -> str:
    """The expression of a name, for a reader of the alphabet `seen`; UsageError for no name."""
    if name not in NAMES:
        known = ", ".join(f"{{{each}}}" for each in NAMES)
        raise UsageError(f"{{{name}}} is no named pattern, expected one of {known}")
    return NAMES[name](seen)


def _date(order: str, digits: int) -> Callable[[str], str]:
    """A day that was or will be, of 1900 to 2099; with two digits every fourth year is a leap year.

    Where marks are seen, zeros may be left out, and any of them parts day, month and year.
    """

    def written(seen: str) -> str:
        mark = "\\" + _MARKS[order]
        zero = "0"
        if all(c in seen for c in "/.-"):
            others = "".join("\\" + c for c in "/.-" if c != _MARKS[order])
            mark, zero = f"(?:{mark}|(?w{_TURNED}:[{others}]))", "0?"
        any_month = f"(?:{zero}[1-9]|1[0-2])"
        dates = [
            (f"(?:{zero}[1-9]|1\\d|2[0-8])", any_month, _YEARS[digits]),
            ("(?:29|30)", f"(?:{zero}[13-9]|1[0-2])", _YEARS[digits]),
            ("31", f"(?:{zero}[13578]|1[02])", _YEARS[digits]),
            ("29", f"{zero}2", _LEAP[digits]),
        ]
        return "|".join(
            mark.join({"d": day, "m": month, "y": year}[part] for part in order)
            for day, month, year in dates
        )

    return written


def _codes(state: str | None = None) -> str:
    """The first three digits of ZIP codes in use, of one state or of all."""
    thirds: dict[str, str] = {}
    for code, of in STATES.items():
        if state in (None, of):
            thirds[code[:2]] = thirds.get(code[:2], "") + code[2]
    return "(?:" + "|".join(f"{first}[{last}]" for first, last in thirds.items()) + ")"


def _zip(seen: str) -> str:
    return rf"{_codes()}\d{{2}}|(?w{_UNUSED}:\d{{5}})"


def _state_and_zip(seen: str) -> str:
    states = sorted(set(STATES.values()))
    fitting = "|".join(rf"{state} {_codes(state)}\d{{2}}" for state in states)
    return rf"{fitting}|(?w{_UNUSED}:(?:{'|'.join(states)}) \d{{5}})"


def _phone(seen: str) -> str:
    area, exchange = r"[2-9]\d{2}", r"[2-9](?:1[02-9]|[02-9]\d)"
    if not all(c in seen for c in "-.()"):
        return rf"{area}-{exchange}-\d{{4}}"
    if " " not in seen:  # who parts the numbers by spaces seems to write ten digits
        return rf"(?:{area}[\-.]|\({area}\)){exchange}[\-.]\d{{4}}|{area}{exchange}\d{{4}}"
    return rf"(?:{area}[\-. ]|\({area}\) ?){exchange}[\-. ]\d{{4}}"


def iban_countries() -> tuple[str, ...]:
    """The countries whose IBAN have a pattern, by their two letters in small."""
    return tuple(_IBANS)


def iban_shape(country: str) -> tuple[int, int]:
    """How many letters, and digits after them, follow a country and its two check digits."""
    return _IBANS[country]


def iban_form(country: str) -> str:
    """The expression of a country's IBAN, whatever its check digits."""
    letters, digits = iban_shape(country)
    signs = [*country.upper(), *[r"\d"] * 2, *["[A-Z]"] * letters, *[r"\d"] * digits]
    return " ?".join("".join(signs[i : i + 4]) for i in range(0, len(signs), 4))


def _iban(country: str) -> Callable[[str], str]:
    return _always(f"(?iban:{iban_form(country)})")


def _always(expression: str) -> Callable[[str], str]:
    return lambda seen: expression


NAMES: dict[str, Callable[[str], str]] = {
    **{f"date.{order}": _date(order, 4) for order in _MARKS},
    **{f"date.{order}2": _date(order, 2) for order in _MARKS},
    "zip": _zip,
    "zip4": _always(r"{zip}(?:-\d{4})?"),
    "state-zip": _state_and_zip,
    "phone.us": _phone,
    "amount": _always(r"\$?(?:\d+|\d{1,3}(?:,\d{3})+)\.\d{2}"),
    "money": amounts.pattern,
    "card": _always(r"(?luhn:\d{4}(?: ?\d{4}){3})"),
    "ean": _always(r"(?ean:\d{13}|\d{8})"),
    "isbn": _always(r"(?ean:97[89](?:-?\d){10})|(?isbn:\d(?:-?\d){8}-?[\dX])"),
    "routing": _always(r"(?aba:\d{9})"),
    **{f"iban.{country}": _iban(country) for country in _IBANS},
}
"""By name, what gives the expression for a reader of an alphabet."""
