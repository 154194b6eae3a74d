"""Files that are read while nobody waits for the answer: jobs, kept in a desk's database.

A job is there as soon as its number was told, whatever is killed after that: what was not done is
done when the desk is served again. They are read the oldest first, so many at once. Of several
desks on one database each takes those that no other has taken, and those of a desk that is no
longer there.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from inkgrad.desk.desk_database import DeskRow
from inkgrad.desk.desk_fields import DeskField, Nothing, storable
from inkgrad.desk.fields_kept import LONGEST
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import InkgradError

ENDED = ("done", "failed")
"""The last states of a job; before them it is "waiting", then "reading"."""

_PAUSE = 1.0  # seconds until a reader that has no place is asked again


@dataclass(frozen=True)
class DeskJob:
    """A job as it stands: the numbers of its `fields` when it is done, its `error` if it failed.

    `before` are the jobs that are read before it.
    """

    id: int
    name: str
    kind: str
    state: str
    fields: tuple[int, ...] = ()
    error: str = ""
    before: int = 0


class Jobs:
    """The jobs of a desk. `read` reads a file by its checksum, a name and a kind.

    More than `most` do not wait. Between `begin` and `end` so many `threads` do
    them.
    """

    def __init__(
        self,
        ledger: Ledger,
        read: Callable[[str, str, str], list[DeskField]],
        most: int = 1000,
        threads: int = 1,
    ) -> None:
        self.database, self.read, self.most = ledger.database, read, most
        self._more, self._ended = threading.Event(), threading.Event()
        self._threads = list[threading.Thread]()
        self._count = threads

    def begin(self) -> None:
        """Do what waits, and what comes; first what a desk that was killed had begun."""
        self._ended.clear()
        with self.database.transaction():
            self._free(self.database.others() or [])
        self._threads = [
            threading.Thread(target=self._work, name=f"jobs {k}", daemon=True)
            for k in range(1, 1 + self._count)
        ]
        for thread in self._threads:
            thread.start()

    def end(self, seconds: float = 1.0) -> None:
        """Begin no more of them, and wait so long for those that are being read.

        Those that are not done by then are begun anew when the desk is.
        """
        self._ended.set()
        self._more.set()
        for thread in self._threads:
            thread.join(seconds)

    def add(self, sha256: str, name: str, kind: str) -> DeskJob:
        """A new one. Raises Busy where too many wait."""
        with self.database.transaction():
            rows = self.database.run(
                "INSERT INTO jobs (sha256, name, kind, at, state) SELECT ?, ?, ?, ?, 'waiting' "
                "WHERE (SELECT COUNT(*) FROM jobs WHERE state='waiting') < ? RETURNING id",
                *(sha256, storable(name, LONGEST), kind, time.time(), self.most),
            )
        if not rows:
            raise Busy(f"{self.most:,} jobs wait, expected fewer: try again")
        self._more.set()
        return self.job(rows[0]["id"])

    def job(self, number: int) -> DeskJob:
        """A job as it stands. Raises Nothing where there is none of this number."""
        before = (
            "(SELECT COUNT(*) FROM jobs b WHERE b.state IN ('waiting', 'reading') AND b.id<j.id)"
        )
        rows = self.database.run(f"SELECT j.*, {before} AS before FROM jobs j WHERE id=?", number)
        if not rows:
            raise Nothing(f"job {number}: there is none")
        return _job(rows[0])

    def waiting(self) -> int:
        """How many wait."""
        rows = self.database.run("SELECT COUNT(*) AS n FROM jobs WHERE state='waiting'")
        return int(rows[0]["n"])

    def _work(self) -> None:
        while not self._ended.is_set():
            self._more.clear()
            try:
                rows = self._next()
                for row in rows:
                    self._do(row)
            except InkgradError:  # a full disk, say: it goes on when there is place again
                rows = []
            if not rows:
                self._more.wait(_PAUSE)

    def _next(self) -> list[DeskRow]:
        """The job to do now, which is then this desk's; none where none waits."""
        with self.database.transaction():
            others = self.database.others()
            if others is not None:
                self._free(others)
            return self.database.run(
                "UPDATE jobs SET state='reading', desk=? WHERE id=(SELECT id FROM jobs "
                "WHERE state='waiting' ORDER BY id LIMIT 1) RETURNING *",
                self.database.number,
            )

    def _free(self, others: list[int]) -> None:
        """Let those wait again that no other desk reads: whoever had begun them is gone."""
        marks = ", ".join(["?"] * (1 + len(others)))  # -1 is no desk: a list has to have something
        self.database.run(
            f"UPDATE jobs SET state='waiting' WHERE state='reading' AND desk NOT IN ({marks})",
            *(-1, *others),
        )

    def _do(self, row: DeskRow) -> None:
        fields: list[int] = []
        error = ""
        try:
            fields = [field.id for field in self.read(row["sha256"], row["name"], row["kind"])]
        except Busy:
            self._note(row["id"], "waiting")
            self._ended.wait(_PAUSE)
            return
        except InkgradError as said:
            error = str(said)
        except Exception as said:  # what nobody thought of ends this job, and no other
            error = f"{row['name']}: unexpected {type(said).__name__}"
        if error and self._ended.is_set():
            return  # its reader was ended with the desk: that says nothing of the file
        self._note(row["id"], "failed" if error else "done", fields, error)

    def _note(
        self, number: int, state: str, fields: list[int] | None = None, said: str = ""
    ) -> None:
        """What became of a job, where it is still this desk's."""
        self.database.run(
            "UPDATE jobs SET state=?, fields=?, error=? WHERE id=? AND desk=? AND state='reading'",
            *(state, json.dumps(fields or []), storable(said, LONGEST), number),
            self.database.number,
        )


def _job(row: DeskRow) -> DeskJob:
    return DeskJob(
        row["id"],
        row["name"],
        row["kind"],
        row["state"],
        tuple(json.loads(row["fields"])),
        row["error"],
        row["before"] if row["state"] not in ENDED else 0,
    )
