"""A desk's database as one file of SQLite in its folder: for one desk, on one machine."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from inkgrad.desk.desk_database import PATIENCE, DeskDatabase, DeskRow
from inkgrad.errors import DataError

_VERSION = 1
_APPLICATION = 0x696E6B64  # "inkd", where SQLite keeps what a file is for

# `fields` says how things stand, `readings` and `events` how they came to: those two only grow.
# The queue is two partial indexes over what is open, so it costs the same beside a million settled.
_SCHEMA = """
CREATE TABLE pieces (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, page INTEGER NOT NULL,
  name TEXT NOT NULL, arrived REAL NOT NULL, UNIQUE (sha256, page));
CREATE TABLE readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, field INTEGER NOT NULL, at REAL NOT NULL,
  text TEXT NOT NULL, confidence REAL NOT NULL, status TEXT NOT NULL, detail TEXT NOT NULL,
  model TEXT NOT NULL);
CREATE TABLE fields (
  id INTEGER PRIMARY KEY AUTOINCREMENT, piece INTEGER NOT NULL REFERENCES pieces,
  kind TEXT NOT NULL, reading INTEGER NOT NULL, state TEXT NOT NULL, text TEXT NOT NULL,
  doubt REAL NOT NULL, skips INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL DEFAULT 0,
  UNIQUE (piece, kind));
CREATE INDEX fields_by_doubt ON fields (skips, doubt DESC, id) WHERE state = 'open';
CREATE INDEX fields_by_arrival ON fields (skips, id) WHERE state = 'open';
CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, field INTEGER NOT NULL REFERENCES fields,
  what TEXT NOT NULL, who TEXT NOT NULL, at REAL NOT NULL, seconds REAL NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, reading INTEGER NOT NULL, undone INTEGER UNIQUE);
CREATE INDEX events_by_field ON events (field, id);
CREATE INDEX events_by_who ON events (who, id);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events
  BEGIN SELECT RAISE(ABORT, 'events are never taken out'); END
"""

# What came later: put into the databases of before too, which older programs still take.
_LATER = """
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL, name TEXT NOT NULL,
  kind TEXT NOT NULL, at REAL NOT NULL, state TEXT NOT NULL, fields TEXT NOT NULL DEFAULT '[]',
  error TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS jobs_to_do ON jobs (state, id) WHERE state IN ('waiting', 'reading');
CREATE INDEX IF NOT EXISTS fields_by_text ON fields (text, id);
CREATE INDEX IF NOT EXISTS pieces_by_name ON pieces (name, id);
CREATE TABLE IF NOT EXISTS words (
  word TEXT NOT NULL, field INTEGER NOT NULL, PRIMARY KEY (word, field)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS words_by_field ON words (field);
CREATE TABLE IF NOT EXISTS tags (
  tag TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (tag, sha256)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tags_by_file ON tags (sha256)
"""


_COLUMNS_LATER = (("jobs", "desk", "INTEGER NOT NULL DEFAULT 0"),)


class SqliteDatabase(DeskDatabase):
    """The database in a file, made where there is none.

    What is committed survives a kill and a power cut: written ahead, and brought to the disk.
    Raises DataError for another database, a damaged one, or one of a newer version.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        try:
            self._connection = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(self._connection, path)
            except BaseException:
                self._connection.close()
                raise
        except sqlite3.Error as error:
            said = f"{path}: cannot be used ({_line(error)}), expected a desk's database"
            raise DataError(said) from None
        self._connection.row_factory = _by_name

    def others(self) -> None:
        """Nobody knows: there is one desk, and what another had begun was left by it."""

    def _run(self, statement: str, values: Sequence[Any]) -> list[DeskRow]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise DataError(f"{self.path}: cannot be used ({_line(error)})") from None

    def _begin(self, write: bool) -> None:
        self._run("BEGIN IMMEDIATE" if write else "BEGIN", ())

    def _commit(self) -> None:
        self._run("COMMIT", ())

    def _rollback(self) -> None:
        if self._connection.in_transaction:  # it may have been ended by what went wrong
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")

    def _close(self) -> None:
        self._connection.close()


def _by_name(cursor: sqlite3.Cursor, row: Sequence[Any]) -> DeskRow:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _line(error: sqlite3.Error) -> str:
    return " ".join(str(error).split())


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("BEGIN IMMEDIATE")
    if not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        for statement in _SCHEMA.split(";\n"):
            database.execute(statement)
        database.execute(f"PRAGMA application_id = {_APPLICATION}")
        database.execute(f"PRAGMA user_version = {_VERSION}")
    database.execute("COMMIT")
    if database.execute("PRAGMA application_id").fetchone() != (_APPLICATION,):
        raise DataError(f"{path}: is another database, expected a desk's")
    version = database.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise DataError(f"{path}: is of version {version}, expected {_VERSION}: a newer inkgrad's")
    database.execute("BEGIN IMMEDIATE")
    for statement in _LATER.split(";\n"):
        database.execute(statement)
    for table, column, kind in _COLUMNS_LATER:
        known = database.execute(f"PRAGMA table_info({table})").fetchall()
        if column not in {row[1] for row in known}:
            database.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    database.execute("COMMIT")
