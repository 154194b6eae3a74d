"""What a desk knows: pieces, what was read on them, and all that people said of it.

Everything that happens is one transaction that adds an event; nothing is written over. What stands
in `fields` is what the events make of the readings.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from inkgrad.desk.ledger_tables import connect
from inkgrad.documents.page import Box
from inkgrad.errors import DataError, UsageError

ORDERS = {"doubt": "skips, doubt DESC, id", "arrival": "skips, id"}
"""The orders of the queue. What was skipped comes after all that was not."""

STATES = ("open", "accepted", "settled", "none")
"""What a field is: waiting for a person, read surely enough, settled, or said not to be there."""

_DATABASE = "desk.db"
_LONGEST = 1000  # characters of a text, and of a name
_COLUMNS = """
  f.id, p.sha256, p.page, p.name, p.arrived, f.kind, f.state, f.text, f.version, r.text AS read,
  r.confidence, r.status, r.detail, r.model
  FROM fields f JOIN pieces p ON p.id = f.piece JOIN readings r ON r.id = f.reading
"""


class Meanwhile(UsageError):
    """Somebody else has settled it since it was shown."""


class Nothing(UsageError):
    """There is no such field, or nothing to undo."""


Place = tuple[float, float, float, float]
"""Left, top, right, bottom on the picture of a page, in parts of its width and height."""


@dataclass(frozen=True)
class ReadField:
    """What a model read in a field: `box` is where, in the image upright as it was opened.

    `why` are the reasons to doubt it, in words; `model` is the checksum of the models that read.
    `label` is what a part of a page is called, "" for the only one; `at` is where it is shown.
    `words` are those of a line: the text, whether it is in doubt, and where it is shown.
    """

    text: str
    confidence: float
    status: str
    box: Box | None = None
    alternatives: tuple[tuple[str, float], ...] = ()
    why: tuple[str, ...] = ()
    model: str = ""
    label: str = ""
    at: Place | None = None
    words: tuple[tuple[str, bool, Place | None], ...] = ()


@dataclass(frozen=True)
class DeskField:
    """A field as it stands: `text` is what holds, `read` what was read last.

    `version` counts what people said of it; who settles says which one was seen. `kind` ends in
    the number of a part where its page has several: "text#3" is the third line.
    """

    id: int
    sha256: str
    page: int
    name: str
    arrived: float
    kind: str
    state: str
    text: str
    version: int
    read: ReadField


class _Detail(msgspec.Struct):
    """The part of a reading that nothing asks for by itself."""

    box: tuple[int, int, int, int] | None
    alternatives: tuple[tuple[str, float], ...]
    why: tuple[str, ...]
    label: str = ""
    at: Place | None = None
    words: tuple[tuple[str, bool, Place | None], ...] = ()


_HOLDING = (
    "SELECT * FROM events e WHERE what<>'undo' "
    "AND NOT EXISTS (SELECT 1 FROM events u WHERE u.undone=e.id)"
)
"""What people said and nobody has undone."""


class Ledger:
    """The database in a desk's folder. Threads may share one, and processes have each their own.

    Use it in a `with`, or call `close`. Raises DataError where it cannot be used.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._database = connect(self.folder / _DATABASE)
        self._database.row_factory = sqlite3.Row
        self._lock, self._group = threading.RLock(), ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._database.close()

    def add(self, sha256: str, page: int, name: str, kind: str, read: ReadField) -> DeskField:
        """Keep what was read on a page of a file; again, what a person said of it stays.

        A field waits in the queue unless it was read surely enough (`status` "read").
        """
        with self._transaction():
            self._run(
                "INSERT OR IGNORE INTO pieces (sha256, page, name, arrived) VALUES (?, ?, ?, ?)",
                *(sha256, page, name[:_LONGEST], time.time()),
            )
            piece = self._one("SELECT id FROM pieces WHERE sha256=? AND page=?", sha256, page)[0]
            state = "accepted" if read.status == "read" else "open"
            text, doubt = read.text if state == "accepted" else "", 1 - read.confidence
            self._run(
                "INSERT OR IGNORE INTO fields (piece, kind, reading, state, text, doubt) "
                "VALUES (?, ?, 0, ?, ?, ?)",
                *(piece, kind, state, text, doubt),
            )
            field = self._one("SELECT id FROM fields WHERE piece=? AND kind=?", piece, kind)[0]
            number = self._keep_reading(field, read)
            self._run("UPDATE fields SET reading=? WHERE id=?", number, field)
            self._run(
                "UPDATE fields SET state=?, text=?, doubt=? WHERE id=? AND version=0",
                *(state, text, doubt, field),
            )
            return self.field(field)

    def field(self, number: int) -> DeskField:
        """A field as it stands. Raises Nothing where there is none of this number."""
        return _field(self._one(f"SELECT {_COLUMNS} WHERE f.id=?", number))

    def queue(self, order: str = "doubt", count: int = 11) -> list[DeskField]:
        """The fields that wait for a person, the first `count` of them."""
        if order not in ORDERS:
            raise UsageError(f"order {order!r} is unknown, expected one of {', '.join(ORDERS)}")
        first = "SELECT id FROM fields WHERE state='open'"
        with self._transaction(write=False):
            found = self._all(f"{first} ORDER BY {ORDERS[order]} LIMIT ?", count)
            return [self.field(row[0]) for row in found]

    def results(self, after: int = 0, count: int = 1000) -> list[DeskField]:
        """All fields in the order of their numbers, those after one, so many of them."""
        rows = self._all(f"SELECT {_COLUMNS} WHERE f.id>? ORDER BY f.id LIMIT ?", after, count)
        return [_field(row) for row in rows]

    def waiting(self, most: int = 10_000) -> int:
        """How many fields wait for a person; no more than `most` are counted."""
        inner = "SELECT 1 FROM fields WHERE state='open' LIMIT ?"
        return int(self._one(f"SELECT COUNT(*) FROM ({inner})", most)[0])

    def asked(self, statement: str, *values: Any) -> Sequence[sqlite3.Row]:
        """One statement by itself, for what this package keeps beside the fields; its rows."""
        return self._all(statement, *values)

    def events(self, field: int) -> list[dict[str, Any]]:
        """All that people said of a field, the first first."""
        rows = self._all("SELECT * FROM events WHERE field=? ORDER BY id", field)
        return [dict(row) for row in rows]

    def settle(
        self, field: int, version: int, text: str, who: str, seconds: float = 0.0
    ) -> DeskField:
        """A person says what a field says. Raises Meanwhile where it is not as it was seen."""
        if not text.strip() or len(text) > _LONGEST or not text.isprintable():
            raise UsageError(
                f"a text of {len(text)} characters cannot be settled, expected 1 to {_LONGEST:,} "
                "that can be printed"
            )
        return self._say("settle", field, version, who, seconds, "settled", text)

    def none(self, field: int, version: int, who: str, seconds: float = 0.0) -> DeskField:
        """A person says that there is no such field on the piece."""
        return self._say("none", field, version, who, seconds, "none", "")

    def skip(self, field: int, version: int, who: str, seconds: float = 0.0) -> DeskField:
        """A person leaves a field to be asked for after all others."""
        return self._say("skip", field, version, who, seconds, None, "")

    def check(
        self, field: int, version: int, text: str, who: str, seconds: float = 0.0
    ) -> DeskField:
        """A second person says, without seeing what stands, what a field says; "" for no such one.

        What agrees stays as it is, and what does not waits for a third. Raises Meanwhile where it
        is not as it was seen, UsageError where it waits or that person is the one who settled it.
        """
        if len(text) > _LONGEST or not text.isprintable():
            raise UsageError("a text that cannot be printed cannot be settled, expected another")
        with self._transaction():
            now = self.field(field)
            if now.version != version:
                raise Meanwhile(f"field {field}: has been changed by another since it was shown")
            if now.state == "open":
                raise UsageError(f"field {field}: waits, expected a settled one to check")
            holding = self.holding([field])
            if holding and holding[-1]["who"] == who:
                raise UsageError(f"field {field}: is settled by {who}, expected another person")
            agrees = text.strip() == now.text
            state, to = (now.state, now.text) if agrees else ("open", "")
            return self._say("check", field, version, who, seconds, state, to, text.strip())

    def holding(self, fields: Sequence[int]) -> list[dict[str, Any]]:
        """What people said of these fields and nobody has undone, skips left out, in order."""
        found: list[dict[str, Any]] = []
        for field in fields:
            rows = self._all(f"{_HOLDING} AND field=? AND what<>'skip' ORDER BY id", field)
            found += map(dict, rows)
        return found

    def numbers(self, condition: str, *values: Any) -> list[int]:
        """The numbers of the fields `f` of which a condition in SQL holds, never one from outside.

        In it CHECKED are the checks of the field that nobody has undone.
        """
        checks = "SELECT 1 FROM events e WHERE e.field=f.id AND e.what='check' AND NOT EXISTS"
        checks += " (SELECT 1 FROM events u WHERE u.undone=e.id)"
        statement = f"SELECT f.id FROM fields f WHERE {condition.replace('CHECKED', checks)}"
        return [row[0] for row in self._all(statement, *values)]

    @contextmanager
    def together(self) -> Iterator[None]:
        """What a person says within is kept whole or not at all, and is undone at once."""
        with self._transaction():
            self._group = secrets.token_hex(8)
            try:
                yield
            finally:
                self._group = ""

    def undo(self, who: str) -> DeskField:
        """Take back what a person said last, and all said together with it; the journal keeps both.

        Raises Nothing where there is nothing, Meanwhile where another has spoken after that.
        """
        with self._transaction():
            last = self._last(who)
            if not last:
                raise Nothing(f"{who}: has said nothing that could be undone")
            group = _group_of(last)
            found = self._take_back(last, who)
            while group and (last := self._last(who, last["id"])) and _group_of(last) == group:
                found = self._take_back(last, who)
            return found

    def _last(self, who: str, before: int = 2**62) -> sqlite3.Row | None:
        """What a person said last that holds, of all before an event."""
        statement = f"{_HOLDING} AND who=? AND id<? ORDER BY id DESC LIMIT 1"
        return next(iter(self._all(statement, who, before)), None)

    def _take_back(self, event: sqlite3.Row, who: str) -> DeskField:
        field = event["field"]
        now = self._standing(field)
        (newest,) = self._all(f"{_HOLDING} AND field=? ORDER BY id DESC LIMIT 1", field)
        if newest["id"] != event["id"] or now != json.loads(event["after"]):
            raise Meanwhile(f"field {field}: has been changed by another since")
        self._apply(field, json.loads(event["before"]))
        self._record(field, "undo", who, 0.0, now, undone=event["id"])
        return self.field(field)

    def _say(
        self,
        what: str,
        field: int,
        seen: int,
        who: str,
        seconds: float,
        state: str | None,
        to: str,
        said: str | None = None,
    ) -> DeskField:
        if not who.strip() or len(who) > 60 or not who.isprintable():
            raise UsageError("a person needs a name, expected 1 to 60 characters")
        with self._transaction():
            if self.field(field).version != seen:
                raise Meanwhile(f"field {field}: has been changed by another since it was shown")
            before = self._standing(field)
            if state is None:
                self._apply(field, {**before, "skips": before["skips"] + 1})
            else:
                self._apply(field, {**before, "state": state, "text": to})
            before = before if said is None else {**before, "said": said}
            self._record(field, what, who, seconds, before)
            return self.field(field)

    def _standing(self, field: int) -> dict[str, Any]:
        return dict(self._one("SELECT state, text, skips FROM fields WHERE id=?", field))

    def _apply(self, field: int, standing: dict[str, Any]) -> None:
        self._run(
            "UPDATE fields SET state=?, text=?, skips=?, version=version+1 WHERE id=?",
            *(standing["state"], standing["text"], standing["skips"], field),
        )

    def _record(
        self,
        field: int,
        what: str,
        who: str,
        seconds: float,
        before: dict[str, Any],
        undone: int | None = None,
    ) -> None:
        reading = self._one("SELECT reading FROM fields WHERE id=?", field)[0]
        after = json.dumps(self._standing(field))
        before = {**before, "group": self._group} if self._group else before
        self._run(
            "INSERT INTO events (field, what, who, at, seconds, before, after, reading, undone) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(field, what, who, time.time(), seconds, json.dumps(before), after, reading, undone),
        )

    def _keep_reading(self, field: int, read: ReadField) -> int:
        detail = msgspec.json.encode(
            {name: asdict(read)[name] for name in _Detail.__struct_fields__}
        ).decode()
        done = self._run(
            "INSERT INTO readings (field, at, text, confidence, status, detail, model) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            *(field, time.time(), read.text, read.confidence, read.status, detail, read.model),
        )
        return int(done.lastrowid or 0)

    def _run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        try:
            with self._lock:
                return self._database.execute(statement, values)
        except OverflowError:
            raise Nothing("there is nothing of so large a number") from None
        except sqlite3.Error as error:
            said = " ".join(str(error).split())
            raise DataError(f"{self.folder / _DATABASE}: cannot be used ({said})") from None

    def _all(self, statement: str, *values: Any) -> Sequence[sqlite3.Row]:
        with self._lock:
            return self._run(statement, *values).fetchall()

    def _one(self, statement: str, *values: Any) -> sqlite3.Row:
        found = self._all(statement, *values)
        if not found:
            raise Nothing("there is no such field")
        return found[0]

    @contextmanager
    def _transaction(self, write: bool = True) -> Iterator[None]:
        with self._lock:
            if self._database.in_transaction:  # by this very thread: it becomes part of that one
                yield
                return
            self._run("BEGIN IMMEDIATE" if write else "BEGIN")
            try:
                yield
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            self._run("COMMIT")


def _group_of(event: sqlite3.Row) -> str:
    """What an event was said together with; "" where it stands alone."""
    return str(json.loads(event["before"]).get("group", ""))


def _field(row: sqlite3.Row) -> DeskField:
    detail = msgspec.json.decode(row["detail"], type=_Detail)
    read = ReadField(
        row["read"],
        row["confidence"],
        row["status"],
        detail.box,
        detail.alternatives,
        detail.why,
        row["model"],
        detail.label,
        detail.at,
        detail.words,
    )
    return DeskField(
        row["id"],
        row["sha256"],
        row["page"],
        row["name"],
        row["arrived"],
        row["kind"],
        row["state"],
        row["text"],
        row["version"],
        read,
    )
