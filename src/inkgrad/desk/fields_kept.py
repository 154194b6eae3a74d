"""Pieces and fields as a desk keeps them: put there, asked for, and what people said of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from inkgrad.desk.desk_database import DeskDatabase, DeskRow
from inkgrad.desk.desk_fields import (
    COLUMNS,
    DeskField,
    Nothing,
    ReadField,
    detail_of,
    field_of,
    is_part,
    storable,
    words_of,
)
from inkgrad.errors import UsageError

ORDERS = {"doubt": "skips, doubt DESC, id", "arrival": "skips, id"}
"""The orders of the queue. What was skipped comes after all that was not."""

LONGEST = 1000
"""Characters of a text, and of a name."""

_AT_ONCE = 500  # fields in one question: a database far away takes as long for it as for one

HOLDING = (
    "SELECT * FROM events e WHERE what<>'undo' "
    "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undone=e.id)"
)
"""What people said and nobody has undone."""


class FieldsKept:
    """The fields in a database. What people say of them comes with `Ledger`."""

    def __init__(self, database: DeskDatabase) -> None:
        self.database = database

    def add(self, sha256: str, page: int, name: str, kind: str, read: ReadField) -> DeskField:
        """Keep what was read on a page of a file; again, what a person said of it stays.

        A field waits in the queue unless it was read surely enough (`status` "read").
        """
        with self.database.transaction():
            self.database.run(
                "INSERT INTO pieces (sha256, page, name, arrived) VALUES (?, ?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                *(sha256, page, storable(name, LONGEST), time.time()),
            )
            where = "WHERE sha256=? AND page=?"
            piece = self._one(f"SELECT id FROM pieces {where}", sha256, page)["id"]
            state = "accepted" if read.status == "read" else "open"
            text, doubt = read.text if state == "accepted" else "", 1 - read.confidence
            self.database.run(
                "INSERT INTO fields (piece, kind, reading, state, text, doubt) "
                "VALUES (?, ?, 0, ?, ?, ?) ON CONFLICT DO NOTHING",
                *(piece, kind, state, text, doubt),
            )
            field = self._one("SELECT id FROM fields WHERE piece=? AND kind=?", piece, kind)["id"]
            number = self._keep_reading(field, read)
            self.database.run("UPDATE fields SET reading=? WHERE id=?", number, field)
            self.database.run(
                "UPDATE fields SET state=?, text=?, doubt=? WHERE id=? AND version=0",
                *(state, text, doubt, field),
            )
            return self._indexed(self.field(field))

    def field(self, number: int) -> DeskField:
        """A field as it stands. Raises Nothing where there is none of this number."""
        return field_of(self._one(f"SELECT {COLUMNS} WHERE f.id=?", number))

    def fields(self, numbers: Sequence[int]) -> list[DeskField]:
        """Those of these numbers, in that order. Raises Nothing where one of them is none."""
        found: dict[int, DeskField] = {}
        with self.database.transaction(write=False):
            for begin in range(0, len(numbers), _AT_ONCE):
                some = numbers[begin : begin + _AT_ONCE]
                marks = ", ".join("?" * len(some))
                rows = self.database.run(f"SELECT {COLUMNS} WHERE f.id IN ({marks})", *some)
                found |= {row["id"]: field_of(row) for row in rows}
        if len(found) < len(set(numbers)):
            raise Nothing("there is no such field")
        return [found[number] for number in numbers]

    def queue(self, order: str = "doubt", count: int = 11) -> list[DeskField]:
        """The fields that wait for a person, the first `count` of them."""
        if order not in ORDERS:
            raise UsageError(f"order {order!r} is unknown, expected one of {', '.join(ORDERS)}")
        first = "SELECT id FROM fields WHERE state='open'"
        with self.database.transaction(write=False):
            found = self.database.run(f"{first} ORDER BY {ORDERS[order]} LIMIT ?", count)
            return self.fields([row["id"] for row in found])

    def results(self, after: int = 0, count: int = 1000) -> list[DeskField]:
        """All fields in the order of their numbers, those after one, so many of them."""
        rows = self.database.run(
            f"SELECT {COLUMNS} WHERE f.id>? ORDER BY f.id LIMIT ?", after, count
        )
        return [field_of(row) for row in rows]

    def waiting(self, most: int = 10_000) -> int:
        """How many fields wait for a person; no more than `most` are counted."""
        inner = "SELECT 1 FROM fields WHERE state='open' LIMIT ?"
        return int(self._one(f"SELECT COUNT(*) AS n FROM ({inner}) AS counted", most)["n"])

    def asked(self, statement: str, *values: Any) -> Sequence[DeskRow]:
        """One statement by itself, for what this package keeps beside the fields; its rows."""
        return self.database.run(statement, *values)

    def events(self, field: int) -> list[dict[str, Any]]:
        """All that people said of a field, the first first."""
        return self.database.run("SELECT * FROM events WHERE field=? ORDER BY id", field)

    def holding(self, fields: Sequence[int]) -> list[dict[str, Any]]:
        """What people said of these fields and nobody has undone, skips left out, in order."""
        found: list[dict[str, Any]] = []
        for field in fields:
            rows = self.database.run(f"{HOLDING} AND field=? AND what<>'skip' ORDER BY id", field)
            found += rows
        return found

    def numbers(self, condition: str, *values: Any) -> list[int]:
        """The numbers of the fields `f` of which a condition in SQL holds, never one from outside.

        In it CHECKED are the checks of the field that nobody has undone.
        """
        checks = "SELECT 1 FROM events e WHERE e.field=f.id AND e.what='check' AND NOT EXISTS"
        checks += " (SELECT 1 FROM events u WHERE u.undone=e.id)"
        statement = f"SELECT f.id FROM fields f WHERE {condition.replace('CHECKED', checks)}"
        return [row["id"] for row in self.database.run(statement, *values)]

    def _indexed(self, field: DeskField) -> DeskField:
        """A field, of whose words each now leads to it where it is a part of a page."""
        if is_part(field.kind):
            said = field.read.text if field.state == "open" else field.text
            self.database.run("DELETE FROM words WHERE field=?", field.id)
            for word in words_of(said):
                self.database.run("INSERT INTO words (word, field) VALUES (?, ?)", word, field.id)
        return field

    def _keep_reading(self, field: int, read: ReadField) -> int:
        row = self._one(
            "INSERT INTO readings (field, at, text, confidence, status, detail, model) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            *(field, time.time(), read.text, read.confidence, read.status, detail_of(read)),
            read.model,
        )
        return int(row["id"])

    def _one(self, statement: str, *values: Any) -> DeskRow:
        found = self.database.run(statement, *values)
        if not found:
            raise Nothing("there is no such field")
        return found[0]
