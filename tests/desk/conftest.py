"""A desk with fields on it that were never read: the journal is filled by hand."""

from __future__ import annotations

import numpy as np
import pytest

from inkgrad.desk import pictures_kept
from inkgrad.desk.ledger import Ledger, ReadField


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "desk") as made:
        yield made


def put(ledger, count, name="{}.png", **more):
    """So many doubtful fields, 00000, 00001, ... the first the most doubtful."""
    found = []
    for k in range(count):
        grey = np.full((90, 200), 255, np.uint8)
        grey[30:60, 20 : 20 + 2 * k + 5] = 40
        sha256 = pictures_kept.keep(ledger.folder, grey.tobytes())
        pictures_kept.draw(ledger.folder, sha256, 1, "zip", grey, (20, 30, 120, 60))
        others = ((f"9{k:04}", 0.2), (f"8{k:04}", 0.1))
        given = {"box": (20, 30, 120, 60), "alternatives": others, "why": ("0 or 9 in place 1",)}
        read = ReadField(f"{k:05}", 0.1 + k / 1000, "rejected", **{**given, **more})
        found.append(ledger.add(sha256, 1, name.format(k), "zip", read))
    return found


@pytest.fixture
def fill(ledger):
    return lambda count, *names, **more: put(ledger, count, *names, **more)
