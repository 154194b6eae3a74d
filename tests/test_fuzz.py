"""Files of every kind, spoilt with a fixed seed: only InkgradError leaves who reads them.

`benchmarks/fuzz.py --minutes 60` does the same for as long as one likes.
"""

from __future__ import annotations

import importlib.util
import sys
from itertools import islice
from pathlib import Path

import pytest

from inkgrad.tuning import storage

_SPEC = importlib.util.spec_from_file_location(
    "fuzz", Path(__file__).parents[1] / "benchmarks" / "fuzz.py"
)
assert _SPEC
assert _SPEC.loader
fuzz = sys.modules["fuzz"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(fuzz)

FILES = 120  # of a kind that is quick to read: a minute in all


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_only_an_error_of_ours_leaves_a_reader_of_spoilt_files(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_PAUSE", 0.0)
    tries = islice(fuzz.fuzz(kind, tmp_path, seed=11), max(4, FILES // fuzz.KINDS[kind].cost))
    found = [fault for fault in tries if fault]
    assert not found, f"{found[0].content[:300]!r}\n{found[0].trace}"


@pytest.mark.parametrize("kind", fuzz.KINDS)
def test_a_file_that_is_whole_is_read(kind, tmp_path):
    """Without this the other test could pass for readers that refuse everything."""
    for path in fuzz.KINDS[kind].make(tmp_path):
        fuzz.KINDS[kind].read(path)


def test_what_leaves_a_reader_is_found(tmp_path):
    def broken(path: Path) -> None:
        raise KeyError(path.name)

    assert "KeyError: 'a'" in fuzz.tried(broken, tmp_path / "a")
