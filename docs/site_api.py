"""The pages of the reference: every name of `inkgrad.__all__`, on the page of its package."""

from __future__ import annotations

import types
from pathlib import Path

import inkgrad

PAGES = {  # page: its title, the packages whose names stand on it
    "reading": (
        "Reading",
        "opening reading recognition pretrained recipes bulk watching images desk",
    ),
    "forms": ("Forms", "forms"),
    "notes": ("Notes", "archive"),
    "data": ("Data", "data samples"),
    "networks": ("Networks", "nn"),
    "training": ("Training", "training fitting runs arguments estimator personal"),
    "evaluation": ("Evaluation", "evaluation measuring comparing lab exercises"),
    "searching": ("Searching", "tuning"),
    "exchange": ("Exchange with others", "interchange"),
    "others": ("Errors and others", ""),  # also names of packages that no page asks for
}
ERRORS = """Every error that inkgrad raises on purpose is an `InkgradError`, and says in one line
what was wrong with which thing and what was expected; the command line prints that line and leaves
with a status that is not 0. Anything else that is raised is a fault of the program.

"""


def page_of(name: str) -> str:
    """The page on which a public name stands."""
    value = getattr(inkgrad, name)
    module = value.__name__ if isinstance(value, types.ModuleType) else value.__module__
    package = module.split(".")[1]
    return next((page for page, (_, own) in PAGES.items() if package in own.split()), "others")


def write_api(folder: Path) -> list[tuple[str, str]]:
    """Write the pages into the new folder `folder`; returns their titles and places."""
    folder.mkdir()
    by_page = {page: [n for n in inkgrad.__all__ if page_of(n) == page] for page in PAGES}
    lines = [
        "# The library",
        "",
        "Every public name; all of them can be imported from `inkgrad`.",
        "",
    ]
    for page, names in by_page.items():
        if names:
            links = ", ".join(f"[`{name}`]({page}.md#inkgrad.{name})" for name in names)
            lines += [f"## {PAGES[page][0]}", "", links, ""]
            body = ERRORS if page == "others" else ""
            body += "\n\n".join(f"::: inkgrad.{name}" for name in names)
            (folder / f"{page}.md").write_text(f"# {PAGES[page][0]}\n\n{body}\n", encoding="utf-8")
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")
    places = [(PAGES[page][0], f"api/{page}.md") for page, names in by_page.items() if names]
    return [("All names", "api/index.md"), *places]
