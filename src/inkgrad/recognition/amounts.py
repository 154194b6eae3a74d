"""Amounts of money as people write them: which texts are possible, and what each is worth.

Points, commas, apostrophes and spaces between thousands, a point or a comma before cents, cents as
xx/100 or as a dash, a currency before or after, and minus or brackets for what is owed.
"""

from __future__ import annotations

import re
from decimal import Decimal

_SIGNED = "0.1"  # how likely an amount with a sign is, against one without
_RARE = "0.2"  # and one with a dash for its cents, or with spaces or apostrophes
_CODES = ("USD", "EUR", "CHF", "GBP")
_SIGNS = "$€£"
_DIGITS = re.compile(r"\d")
_HUNDREDTHS = re.compile(r"^(.*\d)[ .,]*(\d\d|[xX]{2}|[nN][oO])/1[0oO]{2}$")
_DASHES = re.compile(r"[.,] ?[-=]+$")


def pattern(seen: str) -> str:
    """The expression of an amount, for a reader of the alphabet `seen`.

    Who sees no spaces or no letters reads an amount without them.
    """
    space = " " if " " in seen else ""
    some = f"{space}?" if space else ""
    no_cents = r"\d\d|xx|XX" if "X" in seen else r"\d\d|xx"
    bodies = [
        r"\d{1,7}(?:[.,]\d\d)?",
        r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d\d)?",
        r"\d{1,3}(?:\.\d{3}){1,2}(?:,\d\d)?",
        rf"(?w{_RARE}:\d{{1,3}}(?:'\d{{3}}){{1,2}}(?:[.,]\d\d)?)",
        rf"(?w{_RARE}:\d{{1,7}}[.,]{some}--?)",
        rf"(?w{_RARE}:\d{{1,7}}{space}(?:{no_cents})/100)",
    ]
    if space:
        bodies.append(rf"(?w{_RARE}:\d{{1,3}}(?: \d{{3}}){{1,2}}(?:[.,]\d\d)?)")
    body = f"(?:{'|'.join(bodies)})"
    signs = "".join(sign for sign in _SIGNS if sign in seen)
    behind = [f"[{signs}]"] if signs else []
    before = f"(?:[{signs}]{some})?" if signs else ""
    behind += [code for code in _CODES if set(code) <= set(seen)]
    after = f"(?:{some}(?:{'|'.join(behind)}))?" if behind else ""
    plain = f"{before}{body}{after}"
    return rf"{plain}|(?w{_SIGNED}:-{some}{plain}|\({plain}\)|{plain}{some}-)"


def value_of(text: str) -> tuple[Decimal | None, bool]:
    """What an amount is worth, and whether its marks say so for sure; None for no amount.

    Of a point and a comma the last is before cents; what stands more than once, or before three
    digits, is between thousands. A single mark before three digits may be either (1,234): that is
    not sure, and taken for thousands, for cents are two, unless a 0 is before it.
    """
    said = (c for c in text if c not in _SIGNS)
    rest = "".join(c for c in said if not c.isalpha() or c in "xXnNoO")
    rest = rest.strip(" xXnNoO")
    owed = rest.startswith(("-", "(")) or (rest.endswith("-") and not _DASHES.search(rest))
    rest = rest.strip("()- ") if not _DASHES.search(rest) else rest.lstrip("(- ")
    if not _DIGITS.search(rest):
        return None, True
    cents, found = "", _HUNDREDTHS.match(rest)
    if found:
        rest, cents = found[1], found[2] if found[2].isdigit() else "00"
    elif _DASHES.search(rest):
        rest, cents = _DASHES.sub("", rest), "00"
    whole, part, sure = _parted(re.sub(r"[ ']", "", rest)) if not cents else (rest, cents, True)
    whole = re.sub(r"\D", "", whole)
    value = Decimal(f"{whole or '0'}.{part or '0'}") if part else Decimal(whole or "0")
    return -value if owed else value, sure


def _parted(text: str) -> tuple[str, str, bool]:
    """What is before the mark of the cents, what after it, and whether that is sure."""
    marks = [c for c in text if c in ".,"]
    if not marks:
        return text, "", True
    last, after = marks[-1], text[text.rindex(marks[-1]) + 1 :]
    if len(set(marks)) == 2 and marks.count(last) == 1:
        return text[: text.rindex(last)], after, True
    if len(marks) > 1:
        return text, "", True
    if len(after) == 3 and not text.startswith("0"):
        return text, "", False
    return text[: text.rindex(last)], after, True
