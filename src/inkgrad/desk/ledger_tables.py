"""The tables of a desk, and how its database is opened.

SQLite by itself: there are a dozen statements, all of them in `ledger` and here, and each is plain
SQL that PostgreSQL takes too but for its AUTOINCREMENT and the two triggers. For several desks on
one database these two modules are what is written anew.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from inkgrad.errors import DataError

_VERSION = 1
_APPLICATION = 0x696E6B64  # "inkd", where SQLite keeps what a file is for
_PATIENCE = 30.0  # seconds to wait for another process that writes

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
CREATE INDEX IF NOT EXISTS pieces_by_name ON pieces (name, id)
"""


def connect(path: Path) -> sqlite3.Connection:
    """The database of a desk, made where there is none.

    What is committed survives a kill and a power cut: written ahead, and brought to the disk.
    Raises DataError for another database, a damaged one, or one of a newer version.
    """
    try:
        database = sqlite3.connect(
            path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(database, path)
        except BaseException:
            database.close()
            raise
    except sqlite3.Error as error:
        said = " ".join(str(error).split())
        raise DataError(f"{path}: cannot be used ({said}), expected a desk's database") from None
    return database


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
    for statement in _LATER.split(";\n"):
        database.execute(statement)
