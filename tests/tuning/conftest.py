"""What tests of the search share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _scores_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the tests, and by worker processes, which are told where Python looks."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
