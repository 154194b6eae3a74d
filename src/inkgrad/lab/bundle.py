"""The modules of the page -> one script, so that the page works from a file.

A browser takes no modules from `file://`. The modules under `web/` keep to a few forms (`import {
a, b } from "./x.js";` and `export` before a declaration), so joining them is taking those away, in
the order in which they need each other. Names at their tops must differ, then.
"""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files
from importlib.resources.abc import Traversable

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
_NAMED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


def web() -> Traversable:
    """The folder of what the page is made of."""
    return files("inkgrad.lab") / "web"


def script(entry: str = "main.js") -> str:
    """One script of the module `entry` and all that it needs."""
    done: dict[str, str] = {}
    _add(entry, done)
    names = Counter(name for text in done.values() for name in _NAMED.findall(text))
    if twice := [name for name, count in names.items() if count > 1]:
        raise ValueError(f"{', '.join(twice)}: in two modules of the page, expected names of one")
    return "\n".join(f"// {name}\n{text}" for name, text in done.items())


def _add(name: str, done: dict[str, str]) -> None:
    text = (web() / name).read_text(encoding="utf-8")
    done[name] = ""  # begun: modules in a circle are joined once
    for target in _IMPORT.findall(text):
        needed = _resolved(name, target)
        if needed not in done:
            _add(needed, done)
    joined = _EXPORT.sub("", _IMPORT.sub("", text))
    if rest := re.search(r"^(?:import|export)\b.*", joined, re.MULTILINE):
        raise ValueError(f"{name}: has {rest.group()!r}, expected the forms that can be joined")
    del done[name]  # after what it needs
    done[name] = joined


def _resolved(name: str, target: str) -> str:
    """The path of a module from the folder `web`, from how another module names it."""
    parts = name.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
