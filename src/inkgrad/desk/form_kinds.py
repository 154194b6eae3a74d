"""The forms that a desk reads: templates in its folder, each a kind of its own, "form.NAME"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from inkgrad.errors import DataError, UsageError
from inkgrad.forms.template import FormTemplate

PREFIX = "form."
_OTHER = re.compile(r"[^\w-]+")


def adopt(folder: Path, templates: Iterable[str | Path]) -> list[str]:
    """Put templates into the folder of a desk, each with its empty form; the names of their kinds.

    A template of the same name is replaced. Raises DataError and ImageError for what is none, and
    UsageError for two of one name.
    """
    found: dict[str, FormTemplate] = {}
    for path in map(Path, templates):
        name = _OTHER.sub("-", path.stem.removesuffix(".form")).strip("-") or "form"
        if name in found:
            raise UsageError(f"{path}: is the second template called {name}, expected other names")
        found[name] = FormTemplate.load(path)
    for name, template in found.items():
        target = _templates(folder) / f"{name}.toml"
        target.parent.mkdir(parents=True, exist_ok=True)
        template.save(target)
    return [PREFIX + name for name in found]


def names(folder: Path) -> list[str]:
    """The kinds that the forms of a desk are."""
    return [PREFIX + path.stem for path in sorted(_templates(folder).glob("*.toml"))]


def is_form(kind: str) -> bool:
    """Whether a kind, or that of a part, is a form's."""
    return kind.startswith(PREFIX)


def template_of(folder: Path, kind: str) -> FormTemplate:
    """The template of such a kind. Raises DataError where the desk has none."""
    if kind not in names(folder):
        raise DataError(f"{kind}: is no form of this desk")
    return FormTemplate.load(_templates(folder) / f"{kind.removeprefix(PREFIX)}.toml")


def files_of(folder: Path, kind: str) -> dict[str, bytes]:
    """The two files of such a kind by their place in the folder; none for other kinds."""
    if kind not in names(folder):
        return {}
    stem = _templates(folder) / kind.removeprefix(PREFIX)
    paths = (stem.with_name(f"{stem.name}{suffix}") for suffix in (".toml", ".png"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _templates(folder: Path) -> Path:
    return folder / "forms"
