"""Which database a desk has: a file of SQLite in its folder, or a PostgreSQL database by URL.

A folder whose desks are on PostgreSQL holds `desk.postgresql`, with what that database calls the
desk by: no folder is taken for another's, and no second journal is begun in it by mistake.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inkgrad.atomic import atomic_write
from inkgrad.desk.desk_database import DeskDatabase
from inkgrad.errors import DataError, UsageError

if TYPE_CHECKING:
    from inkgrad.desk.postgres_database import PostgresDatabase

VARIABLE = "INKGRAD_DESK_DATABASE"
"""What holds the URL of the database where nobody gives one."""

_FILE, _SIGN = "desk.db", "desk.postgresql"


def has_desk(folder: Path) -> bool:
    """Whether a folder is that of a desk."""
    return (folder / _FILE).is_file() or (folder / _SIGN).is_file()


def desk_database(folder: str | Path) -> str | None:
    """The URL of the database of a folder's desk, from the environment; None for SQLite's in it.

    Raises UsageError where the desk is on PostgreSQL and nothing says where.
    """
    if (Path(folder) / _FILE).is_file():
        return None
    url = os.environ.get(VARIABLE) or None
    if url is None:
        _expect_no_sign(Path(folder))
    return url


def open_database(folder: Path, url: str | None) -> DeskDatabase:
    """The database of the desk in a folder, made where there is none.

    Raises UsageError where the folder has a database of the other sort, DataError where it is that
    of another desk, and as the databases do.
    """
    if url is None:
        _expect_no_sign(folder)
        from inkgrad.desk.sqlite_database import SqliteDatabase

        return SqliteDatabase(folder / _FILE)
    if (folder / _FILE).is_file():
        raise UsageError(
            f"{folder}: holds the journal of a desk in {_FILE}, expected no database by URL with it"
        )
    from inkgrad.desk.postgres_database import PostgresDatabase

    database = PostgresDatabase(url)
    try:
        _expect_same(folder, database)
    except BaseException:
        database.close()
        raise
    return database


def _expect_no_sign(folder: Path) -> None:
    if (folder / _SIGN).is_file():
        raise UsageError(
            f"{folder}: its desk is on PostgreSQL, expected the URL (--database, or {VARIABLE})"
        )


def _expect_same(folder: Path, database: PostgresDatabase) -> None:
    """Sign the folder of a new desk; DataError where it is not the one that its desks share."""
    sign, desk = folder / _SIGN, database.desk
    if sign.is_file():
        if sign.read_text("utf-8", "replace").strip() != desk:
            raise DataError(
                f"{folder}: is the folder of another desk than {database.shown} ({_SIGN} differs)"
            )
    elif database.run("SELECT 1 AS found FROM pieces LIMIT 1"):
        raise DataError(
            f"{folder}: holds no {_SIGN}, expected the folder that all desks on {database.shown} "
            "share: is it mounted?"
        )
    else:
        atomic_write(sign, f"{desk}\n")
