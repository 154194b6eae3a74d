"""What a desk knows: pieces, what was read on them, and all that people said of it.

Everything that happens is one transaction that adds an event; nothing is written over. What stands
in `fields` is what the events make of the readings.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from inkgrad.desk.desk_database import DeskRow
from inkgrad.desk.desk_fields import DeskField, Meanwhile, Nothing
from inkgrad.desk.fields_kept import HOLDING, LONGEST, FieldsKept
from inkgrad.desk.which_database import open_database
from inkgrad.errors import UsageError


class Ledger(FieldsKept):
    """What is in a desk's folder. Threads may share one, and processes have each their own.

    `database` is the URL of a PostgreSQL database that several desks share, with the folder, in
    place of the one of SQLite in it. Use it in a `with`, or call `close`. Raises DataError where
    it cannot be used.
    """

    def __init__(self, folder: str | Path, database: str | None = None) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        super().__init__(open_database(self.folder, database))
        self._group = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def settle(
        self, field: int, version: int, text: str, who: str, seconds: float = 0.0
    ) -> DeskField:
        """A person says what a field says. Raises Meanwhile where it is not as it was seen."""
        if not text.strip() or len(text) > LONGEST or not text.isprintable():
            raise UsageError(
                f"a text of {len(text)} characters cannot be settled, expected 1 to {LONGEST:,} "
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
        if len(text) > LONGEST or not text.isprintable():
            raise UsageError("a text that cannot be printed cannot be settled, expected another")
        with self.database.transaction():
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

    @contextmanager
    def together(self) -> Iterator[None]:
        """What a person says within is kept whole or not at all, and is undone at once."""
        with self.database.transaction():
            self._group = secrets.token_hex(8)
            try:
                yield
            finally:
                self._group = ""

    def undo(self, who: str) -> DeskField:
        """Take back what a person said last, and all said together with it; the journal keeps both.

        Raises Nothing where there is nothing, Meanwhile where another has spoken after that.
        """
        with self.database.transaction():
            last = self._last(who)
            if not last:
                raise Nothing(f"{who}: has said nothing that could be undone")
            group = _group_of(last)
            found = self._take_back(last, who)
            while group and (last := self._last(who, last["id"])) and _group_of(last) == group:
                found = self._take_back(last, who)
            return found

    def _last(self, who: str, before: int = 2**62) -> DeskRow | None:
        """What a person said last that holds, of all before an event."""
        statement = f"{HOLDING} AND who=? AND id<? ORDER BY id DESC LIMIT 1"
        return next(iter(self.database.run(statement, who, before)), None)

    def _take_back(self, event: DeskRow, who: str) -> DeskField:
        field = event["field"]
        now = self._standing(field)
        (newest,) = self.database.run(f"{HOLDING} AND field=? ORDER BY id DESC LIMIT 1", field)
        if newest["id"] != event["id"] or now != json.loads(event["after"]):
            raise Meanwhile(f"field {field}: has been changed by another since")
        self._apply(field, json.loads(event["before"]))
        self._record(field, "undo", who, 0.0, now, undone=event["id"])
        return self._indexed(self.field(field))

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
        with self.database.transaction():
            if self.field(field).version != seen:
                raise Meanwhile(f"field {field}: has been changed by another since it was shown")
            before = self._standing(field)
            if state is None:
                self._apply(field, {**before, "skips": before["skips"] + 1})
            else:
                self._apply(field, {**before, "state": state, "text": to})
            before = before if said is None else {**before, "said": said}
            self._record(field, what, who, seconds, before)
            return self._indexed(self.field(field))

    def _standing(self, field: int) -> dict[str, Any]:
        return self._one("SELECT state, text, skips FROM fields WHERE id=?", field)

    def _apply(self, field: int, standing: dict[str, Any]) -> None:
        self.database.run(
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
        reading = self._one("SELECT reading FROM fields WHERE id=?", field)["reading"]
        after = json.dumps(self._standing(field))
        before = {**before, "group": self._group} if self._group else before
        self.database.run(
            "INSERT INTO events (field, what, who, at, seconds, before, after, reading, undone) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            *(field, what, who, time.time(), seconds, json.dumps(before), after, reading, undone),
        )


def _group_of(event: DeskRow) -> str:
    """What an event was said together with; "" where it stands alone."""
    return str(json.loads(event["before"]).get("group", ""))
