"""One name means one thing: files, public classes, and words that say nothing of what they name."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import inkgrad

ROOT = Path(inkgrad.__file__).parent
SAME = {  # files of one name in several packages that are the same thing, seen from each
    "activations convolution ctc normalization pooling optimizers": "an operation, and its kernel",
    "filters masks regions": "an operation on images, and its kernel",
    "character page": "what is written, as ink and as it is read",
    "compare evaluate notes pages train tune": "a command, and what it does",
    "files": "what a package reads and writes as files: images, networks",
    "lines": "lines of writing: found on pages, composed to learn from",
    "pdf": "PDF files: opened, written",
    "text": "text: read, written",
}
ALLOWED = {name for names in SAME for name in names.split()}
VAGUE = {
    *("finding", "index", "store", "exporting", "making", "readers", "named", "sources"),
    *("utils", "helpers", "common", "misc", "base", "core"),
}


def modules() -> list[Path]:
    return [path for path in sorted(ROOT.rglob("*.py")) if path.name != "__init__.py"]


def several(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {name: places for name, places in found.items() if len(places) > 1}


def test_files_of_one_name_are_the_same_thing():
    found = defaultdict(list)
    for path in modules():
        found[path.stem].append(str(path.relative_to(ROOT)))
    assert {name: places for name, places in several(found).items() if name not in ALLOWED} == {}
    assert set(several(found)) >= ALLOWED, "a name in the list is no longer shared"


def test_public_classes_have_names_of_their_own():
    found = defaultdict(list)
    for path in modules():
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(ROOT)))
    assert "Network" in found
    assert several(found) == {}


def test_no_file_has_a_name_that_says_nothing():
    assert not {path.stem for path in modules()} & VAGUE


def test_pages_of_html_have_one_writer():
    """(hOCR is XHTML, of which its standard says how it begins.)"""
    begun = {path.name for path in modules() if "<!doctype html>" in path.read_text()}
    assert begun == {"html_page.py"}
