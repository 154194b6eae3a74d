"""The file that says who may do what at a desk: a line for each token, its role before it.

# the mail room of the second floor
administer  3zT0c9k1mVdYw2bQ
settle      hQ8s5NfLr7JxPa4e
look        Xo2uGv6tKy1iDc9m
"""

from __future__ import annotations

from pathlib import Path

from inkgrad.desk.guard import ROLES, SHORTEST
from inkgrad.errors import UsageError

_MOST = 1_000_000  # bytes


def read_tokens(path: str | Path) -> dict[str, str]:
    """The role of each token. Empty lines and those that begin with # say nothing.

    Raises UsageError for a file that cannot be read, and for a line that is not of this form: its
    number is said, never the token.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_MOST + 1)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}), expected tokens") from None
    if len(content) > _MOST:
        raise UsageError(f"{path}: has more than {_MOST:,} bytes, expected a line for each token")
    found: dict[str, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            role, token = _line(line, f"{path}: line {number}")
            if token in found:
                raise UsageError(f"{path}: line {number}: is a token for the second time")
            found[token] = role
    if "administer" not in found.values():
        raise UsageError(f"{path}: lets nobody administer, expected a token that does")
    return found


def _line(line: str, where: str) -> tuple[str, str]:
    words = line.split()
    if len(words) != 2 or words[0] not in ROLES:
        raise UsageError(f"{where}: expected one of {', '.join(ROLES)}, and a token")
    role, token = words
    if len(token) < SHORTEST:
        raise UsageError(
            f"{where}: a token of {len(token)} characters is too short, expected {SHORTEST} or more"
        )
    return role, token
