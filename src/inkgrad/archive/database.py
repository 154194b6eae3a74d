"""The database of an archive: its tables, its versions, and what SQLite finds wrong with it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from inkgrad.errors import DataError
from inkgrad.schema import checked

Row = TypeVar("Row")

_VERSION = 1
_APPLICATION = 0x696E6B67  # "inkg", where SQLite keeps what a file is for
_PATIENCE = 60.0  # seconds to wait for another process that writes
_SCHEMA = """
CREATE TABLE notes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
  added TEXT NOT NULL, date TEXT NOT NULL, pages INTEGER NOT NULL);
CREATE TABLE pages (
  id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes ON DELETE CASCADE,
  number INTEGER NOT NULL, content TEXT NOT NULL, UNIQUE (note, number));
CREATE TABLE tags (
  note INTEGER NOT NULL REFERENCES notes ON DELETE CASCADE, tag TEXT NOT NULL,
  PRIMARY KEY (note, tag)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
  text, raw, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3');
INSERT INTO words (words, rank) VALUES ('rank', 'bm25(2.0, 1.0)');
CREATE TABLE vocabulary (id INTEGER PRIMARY KEY, word TEXT NOT NULL UNIQUE);
CREATE TABLE trigrams (
  trigram TEXT NOT NULL, length INTEGER NOT NULL, word INTEGER NOT NULL,
  PRIMARY KEY (trigram, length, word)) WITHOUT ROWID;
"""


class Store:
    """An open database of notes, made where there is none. Close it.

    Raises DataError, in one line that names the file, where it is damaged, of a newer version,
    another database, or busy for more than a minute.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.said():
            self.database = sqlite3.connect(path, _PATIENCE, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self.database.close()
                raise

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement."""
        return self.database.execute(statement, values)

    def rows(self, kind: type[Row], statement: str, *values: Any) -> list[Row]:
        """All rows that a statement gives, each a tuple of this kind; DataError for any other.

        (A column of SQLite holds whatever was put into it, of any type.)
        """
        found = self.database.execute(statement, values).fetchall()
        return checked(list[kind], found, self.path, DataError)  # type: ignore[valid-type]

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[None]:
        """What is written within comes in whole or not at all; nobody else writes meanwhile.

        Without `write`, what is read within is of one moment, and others may write.
        """
        self.run("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield
        except BaseException:
            if self.database.in_transaction:
                self.run("ROLLBACK")
            raise
        self.run("COMMIT")

    @contextmanager
    def said(self) -> Iterator[None]:
        """What SQLite finds wrong within becomes a DataError."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise DataError(f"{self.path}: cannot be used ({_one_line(error)})") from None
        except sqlite3.Error as error:
            expected = "expected an archive of notes"
            raise DataError(f"{self.path}: is damaged ({_one_line(error)}), {expected}") from None

    def _prepare(self) -> None:
        self.run("PRAGMA foreign_keys = ON")
        self.run("PRAGMA trusted_schema = OFF")
        if self._version() == 0 and self.rows(tuple[int], "SELECT 1 FROM sqlite_master LIMIT 1"):
            raise self._another()  # before anything is changed
        self._write_ahead()
        if self._version() == 0:
            with self.transaction():
                if self._version() == 0:  # nobody else has made it meanwhile
                    self._create()
        if self.rows(tuple[int], "PRAGMA application_id") != [(_APPLICATION,)]:
            raise self._another()
        if self._version() > _VERSION:
            raise DataError(
                f"{self.path}: is of version {self._version()}, expected {_VERSION}: "
                "a newer inkgrad wrote it"
            )
        odd = "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view') LIMIT 1"
        if self.run(odd).fetchone():  # it would run whenever a note is added
            raise DataError(f"{self.path}: has triggers or views, expected an archive of notes")

    def _write_ahead(self) -> None:
        """Let readers read while another writes. (SQLite does not wait for this lock by itself.)"""
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                self.run("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)

    def _create(self) -> None:
        if self.rows(tuple[int], "SELECT 1 FROM sqlite_master LIMIT 1"):
            raise self._another()
        for statement in filter(str.strip, _SCHEMA.split(";\n")):
            self.run(statement)
        self.run(f"PRAGMA application_id = {_APPLICATION}")
        self.run(f"PRAGMA user_version = {_VERSION}")

    def _another(self) -> DataError:
        return DataError(f"{self.path}: is another database, expected an archive of notes")

    def _version(self) -> int:
        return self.rows(tuple[int], "PRAGMA user_version")[0][0]


def _one_line(error: sqlite3.Error) -> str:
    """What SQLite says, which may quote what stands in the file."""
    return " ".join(str(error).split())
