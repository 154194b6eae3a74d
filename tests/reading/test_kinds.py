"""The table of kinds, and that nothing beside it asks which kind an image is of."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

import inkgrad
from inkgrad.batch import on_cluster
from inkgrad.batch.rows import Task
from inkgrad.cli.app import app
from inkgrad.errors import ImageError, UsageError
from inkgrad.opening import open_reader
from inkgrad.reading import kinds
from inkgrad.reading.kinds import Kind
from inkgrad.reading.result import Reading

SOURCE = Path(inkgrad.__file__).parent


class Levels:
    """Reads how light the middle of an image is."""

    alphabet, refuse_below = "0123456789", 0.0

    def threshold(self, max_error):
        return 1 - max_error

    def read(self, grey, patterns=(), count=5, unlikely=None):
        if not grey.any():
            raise ImageError("shows no light")
        level = int(grey[grey.shape[0] // 2, grey.shape[1] // 2])
        return Reading(str(level), level / 255, boxes=((0, 0, *grey.shape[::-1]),))


def opened(models):
    assert all(isinstance(model, Path) for model in models)
    return Levels()


LEVELS = Kind("level", "how light it is", ("numbers",), opened)


@pytest.fixture
def levels(monkeypatch, tmp_path) -> list[Path]:
    """Three images of a kind that this test made up, which is in the table as long as it runs."""
    monkeypatch.setattr(kinds, "_TABLE", dict(kinds._TABLE))
    inkgrad.add_kind(LEVELS)
    paths = [tmp_path / f"{level}.png" for level in (0, 50, 250)]
    for path in paths:
        Image.fromarray(np.full((20, 30), int(path.stem), np.uint8)).save(path)
    return paths


def test_a_new_kind_is_read_from_a_program_and_in_a_batch(levels):
    reader = open_reader("level", max_error=0.5)
    found = list(reader.read_all(levels, workers=2))
    assert [reading.text for reading in found] == ["", "50", "250"]
    assert [reading.status for reading in found] == ["failed", "rejected", "read"]
    assert reader.read(levels[2]) == found[2]
    assert found[2].boxes == ((0, 0, 30, 20),)


def test_a_new_kind_is_read_by_the_command_line_which_lists_it(levels):
    done = CliRunner().invoke(app, ["read", "--as", "level", *map(str, levels[1:])])
    assert done.exit_code == 0, done.output
    assert [row.split("\t")[1] for row in done.output.splitlines()] == ["text", "50", "250"]
    wrong = CliRunner().invoke(app, ["read", "--as", "word", str(levels[1])])
    assert isinstance(wrong.exception, UsageError)
    assert str(wrong.exception).endswith("text, level")


def test_a_worker_of_a_cluster_reads_a_kind_that_it_never_heard_of(levels, monkeypatch):
    task = Task("level")
    monkeypatch.delitem(kinds._TABLE, "level")
    with pytest.raises(UsageError, match="as 'level' is unknown"):
        Task("level")
    found = on_cluster._read((b"a model",), LEVELS, task, [str(path) for path in levels])
    assert [reading.text for (reading,) in found] == ["", "50", "250"]


def test_kinds_without_patterns_refuse_them_before_anything_is_read():
    assert kinds.names(lambda kind: not kind.by_pattern) == ["character", "text"]
    with pytest.raises(UsageError, match="as character nothing goes by patterns"):
        open_reader("character", patterns=["99"])


@pytest.mark.parametrize(
    ("kind", "possible", "impossible"),
    [
        ("date", ["12312024", "022924"], ["13012024", "02302024"]),
        ("date.dmy", ["31122024"], ["31042024"]),
        ("date.ymd", ["20241231"], ["20241332"]),
        ("phone", ["2125550123"], ["1125550123"]),
        ("card", ["4242424242424242"], ["4242424242424241"]),
        ("ean", ["4006381333931", "73513537"], ["4006381333932"]),
        ("routing", ["021000021"], ["021000022"]),
    ],
)
def test_a_kind_allows_what_exists_alone(kind, possible, impossible):
    from inkgrad.recognition.patterns import Pattern

    patterns = [Pattern.parse(text) for text in kinds.named(kind).patterns]

    def allowed(digits: str) -> bool:
        return any(p.graph.written(digits, p.alphabet) is not None for p in patterns)

    assert all(map(allowed, possible))
    assert not any(map(allowed, impossible))


def test_nothing_beside_the_table_asks_which_kind_it_is():
    names, asked = set(kinds.names()), []
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "synthetic" and path.stem in ("forms", "filled_forms"):
            continue  # kinds of printed forms, and what people write into a field of a kind
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Compare):
                continue
            left = ast.unparse(node.left)
            said = {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
            if left.split(".")[-1] == "kind" and left != "state.kind" and said & names:
                asked.append(f"{path.name}: {ast.unparse(node)}")
    assert not asked
