"""Scores that tests search are in a module beside: worker processes are told where it is."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
