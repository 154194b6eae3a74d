"""What a sort has left of itself on disk is looked at before anything is moved."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from inkgrad.batch.filing import Filing
from inkgrad.batch.job import Job
from inkgrad.batch.journal import Journal
from inkgrad.batch.rows import Row, Task
from inkgrad.batch.sorting import Plan
from inkgrad.errors import DataError
from inkgrad.nn.architectures import line_reader
from inkgrad.reading.number import NumberReader

TABLE = "piece,zip,state,confidence,bin,moved_to,reason\n"


@cache
def job() -> Job:
    return Job(
        Task("zip"), NumberReader([line_reader("0123456789")], {"alphabet": "0123456789"}), ()
    )


def filing(folder: Path, **changed: object) -> Filing:
    """A sort of which all has been read, with this in its journal."""
    plan = {"table": TABLE, "moves": [], "earlier": 0, "failed": 0, **changed}
    with Journal(job().journal_of(folder / "bins.csv")) as journal:
        journal.add("a.png", folder / "a.png", [Row("a.png", "10001", 0.9, "read")])
        journal.conclude(json.dumps(plan))
    return Filing(Plan({"": "all"}), job(), folder, move=True)


def test_a_sort_that_was_read_is_finished_also_with_names_that_are_no_text(tmp_path):
    source, target = tmp_path / "\udcff.png", tmp_path / "all" / "\udcff.png"
    source.write_bytes(b"ink")
    with filing(tmp_path, moves=[[str(source), str(target)]]) as sort:
        assert sort.begun
        assert sort.finish().gone == ()
    assert target.read_bytes() == b"ink"


@pytest.mark.parametrize(
    "changed",
    [
        {"moves": [["a.png", "/etc/all/a.png"]]},
        {"moves": [["a.png", "{folder}/../a.png"]]},
        {"moves": [["a.png", "{folder}/all/.."]]},
        {"moves": [[5, "{folder}/all/a.png"]]},
        {"moves": [["a.png"]]},
        {"moves": [["a\0.png", "{folder}/all/a.png"]]},
        {"moves": {"a.png": 1}},
        {"table": None},
        {"earlier": -1},
        {"failed": True},
    ],
)
def test_what_a_sort_did_not_write_moves_nothing(changed, tmp_path):
    (tmp_path / "a.png").write_bytes(b"ink")
    told = json.loads(json.dumps(changed).replace("{folder}", str(tmp_path)))
    with (
        filing(tmp_path, **told) as sort,
        pytest.raises(DataError, match="is no journal of a sort, delete it"),
    ):
        sort.finish()
    assert (tmp_path / "a.png").read_bytes() == b"ink"
    assert not (tmp_path / "bins.csv").exists()
