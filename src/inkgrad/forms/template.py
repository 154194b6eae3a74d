"""The template of a form: its fields and the rules between them, in TOML, beside its empty image.

People correct these files. What is wrong in one is said in one line that names the file, the field
and what was expected.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from msgspec import Meta
from numpy.typing import NDArray

from inkgrad.atomic import atomic_path, atomic_write
from inkgrad.errors import DataError
from inkgrad.reading import kinds
from inkgrad.recognition.checks import CHECKS
from inkgrad.schema import checked

VERSION = 1
TICK, CHOICE = "tick", "choice"
MOST_FIELDS, _MOST_CELLS, _MOST_BYTES = 500, 64, 4 << 20
_SMALLEST = 6  # pixels of a box

Name = Annotated[str, Meta(min_length=1, max_length=80)]
Place = Annotated[float, Meta(ge=-100, le=100_000)]
Box = tuple[Place, Place, Place, Place]


@dataclass(frozen=True)
class Option:
    """One of the boxes of a choice: what it stands for, and where it is."""

    name: Name
    box: Box


@dataclass(frozen=True)
class FormField:
    """A field: what its column is called, how it is read, where it is in pixels of the blank.

    `cells` is how many characters it has boxes or teeth for, 0 without any. `pattern` says what is
    possible there, if the kind does not. `options` are those of a choice.
    """

    name: Name
    kind: Name
    box: Box
    cells: Annotated[int, Meta(ge=0, le=_MOST_CELLS)] = 0
    pattern: Annotated[str, Meta(max_length=500)] = ""
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What holds between fields: "sum", they add up to `total`; "order", dates follow each other;

    "check", put together they have the check digit of the kind `check`.
    """

    rule: Literal["sum", "order", "check"]
    fields: tuple[Name, ...]
    total: str = ""
    check: str = ""


@dataclass(frozen=True, eq=False)
class FormTemplate:
    """A form: its fields, the rules, and the empty form itself, grey (h, w)."""

    fields: tuple[FormField, ...]
    rules: tuple[Rule, ...]
    blank: NDArray[np.uint8]

    @classmethod
    def load(cls, path: Path) -> FormTemplate:
        """From a file and the image that it names; DataError, or ImageError for the image."""
        from inkgrad.images.files import open_grey

        known = _toml(path)
        name = known.get("blank")
        if not isinstance(name, str) or not name or Path(name).name != name:
            raise DataError(
                f"{path}: blank is {name!r}, expected the name of an image beside the file"
            )
        blank = open_grey(path.with_name(name))
        return cls(*_parts(known, path, (blank.shape[1], blank.shape[0])), blank)

    def save(self, path: Path) -> None:
        """Write the file, and the image beside it first: without that it is of no use."""
        from PIL import Image

        image = path.with_suffix(".png")
        with atomic_path(image) as temporary:
            Image.fromarray(self.blank).save(temporary)
        atomic_write(path, self.written(image.name))

    def written(self, blank: str) -> str:
        """As TOML."""
        parts = [
            "# The fields of a form, and where each is in pixels of the empty form: left, top,",
            "# right, bottom. Names and kinds are to be corrected here. The kinds:",
            "# " + ", ".join(field_kinds()) + ".",
            f"form = {VERSION}",
            f"blank = {_value(blank)}",
        ]
        for name, table in (("field", self.fields), ("rule", self.rules)):
            for each in table:
                parts += ["", f"[[{name}]]", *_lines(each)]
        return "\n".join(parts) + "\n"


def field_kinds() -> list[str]:
    """What a field may be: the kinds of images of one line, ticks and choices."""
    models = (("numbers",), ("amounts",), ("text",), ("text", "crossed-out"))
    return [*kinds.names(lambda kind: kind.models in models), TICK, CHOICE]


def load_fields(
    path: Path, size: tuple[int, int]
) -> tuple[tuple[FormField, ...], tuple[Rule, ...]]:
    """The fields and rules in a file, for a form of so many pixels (width, height)."""
    return _parts(_toml(path), path, size)


def _toml(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise DataError(f"{path}: is larger than {_MOST_BYTES >> 20} MB, expected a template")
        return tomllib.loads(path.read_bytes().decode())
    except FileNotFoundError:
        raise DataError(f"{path}: is not there, expected a template of a form") from None
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[:200]
        raise DataError(f"{path}: is no TOML ({said}), expected a template of a form") from None


def _parts(
    known: Mapping[str, Any], path: Path, size: tuple[int, int]
) -> tuple[tuple[FormField, ...], tuple[Rule, ...]]:
    if known.get("form", VERSION) != VERSION:
        raise DataError(f"{path}: form is {known['form']!r}, expected {VERSION}")
    odd = set(known) - {"form", "blank", "field", "rule"}
    if odd:
        raise DataError(f"{path}: {sorted(odd)[0]} is unknown, expected form, blank, field or rule")
    found = _tables(FormField, known.get("field"), "field", path)
    rules = _tables(Rule, known.get("rule", []), "rule", path)
    names = [field.name for field in found]
    if not found or len(found) > MOST_FIELDS:
        raise DataError(f"{path}: has {len(found)} fields, expected 1 to {MOST_FIELDS}")
    for number, field in enumerate(found, 1):
        _is_field(field, f"{path}: field {number} ({field.name!r})", size)
        if field.name in names[: number - 1]:
            raise DataError(f"{path}: two fields are {field.name!r}, expected a name for each")
    for number, rule in enumerate(rules, 1):
        _is_rule(rule, f"{path}: rule {number}", names)
    return tuple(found), tuple(rules)


def _tables(kind: type[Any], given: Any, name: str, path: Path) -> list[Any]:
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        raise DataError(f"{path}: has no [[{name}]] in it, expected one for each {name}")
    keys = {each.name for each in fields(kind)}
    found = []
    for number, each in enumerate(given, 1):
        odd = sorted(set(each) - keys)
        if odd:
            expected = ", ".join(sorted(keys))
            raise DataError(f"{path}: {name} {number}: {odd[0]} is unknown, expected {expected}")
        found.append(checked(kind, each, f"{path}: {name} {number}", DataError))
    return found


def _is_field(field: FormField, name: str, size: tuple[int, int]) -> None:
    if field.kind not in field_kinds():
        raise DataError(
            f"{name}: kind {field.kind!r} is unknown, expected {', '.join(field_kinds())}"
        )
    for box in (field.box, *(option.box for option in field.options)):
        left, top, right, bottom = box
        inside = 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
        if not inside or min(right - left, bottom - top) < _SMALLEST:
            raise DataError(
                f"{name}: {list(box)} is no box, expected left, top, right, bottom within "
                f"{size[0]} x {size[1]}"
            )
    if (field.kind == CHOICE) != (len(field.options) > 1):
        raise DataError(f"{name}: has {len(field.options)} options, expected 2 for a choice")
    if len({option.name for option in field.options}) < len(field.options):
        raise DataError(f"{name}: two options are alike, expected a name for each")


def _is_rule(rule: Rule, name: str, names: Sequence[str]) -> None:
    for each in (*rule.fields, *([rule.total] if rule.rule == "sum" else [])):
        if each not in names:
            raise DataError(f"{name}: no field is {each!r}, expected one of the form's")
    if len(rule.fields) < (2 if rule.rule == "order" else 1):
        raise DataError(f"{name}: has {len(rule.fields)} fields, expected more")
    if rule.rule == "check" and rule.check not in CHECKS:
        raise DataError(f"{name}: check {rule.check!r} is unknown, expected {', '.join(CHECKS)}")


def _lines(each: FormField | Rule) -> list[str]:
    lines = []
    for key, value in asdict(each).items():
        if value in ("", 0, ()):
            continue
        lines.append(f"{key} = {_value(value)}")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (tuple, list)):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, float):
        return f"{value:.1f}"
    # A string of JSON is one of TOML, but for DEL, which JSON leaves as it is.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def renamed(found: Sequence[FormField]) -> tuple[FormField, ...]:
    """The fields, each with a name of its own: the second "name" is "name 2"."""
    taken: set[str] = set()
    out = []
    for field in found:
        name, count = field.name, 1
        while name in taken:
            count += 1
            name = f"{field.name} {count}"
        taken.add(name)
        out.append(replace(field, name=name))
    return tuple(out)
