"""What one field of a filled form was read as."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FieldRead:
    """What a field was read as, with a confidence; "empty" where nothing is written.

    `alternatives` are other texts with theirs. `reason` says why it was rejected.
    """

    name: str
    text: str
    confidence: float
    status: str = "read"
    alternatives: tuple[tuple[str, float], ...] = ()
    reason: str = ""
