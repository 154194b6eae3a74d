"""A folder that others fill: nothing half-written is read, nothing is lost, nothing goes round."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from inkgrad.batch import inbox as module
from inkgrad.batch.inbox import Findings, Handled, Inbox
from inkgrad.errors import ImageError, UsageError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(tmp_path, clock) -> Callable[..., Inbox]:
    """An inbox of text files whose results are their upper case; "bad" cannot be read."""
    (tmp_path / "in").mkdir()

    def handle(path: Path, name: str) -> Findings:
        text = path.read_text()
        if "bad" in text:
            raise ImageError(f"{name}: is bad, expected good")
        return Findings(lambda target: target.write_text(text.upper()))

    def make(handle: Callable[[Path, str], Findings] = handle) -> Inbox:
        folders = tmp_path / "in", tmp_path / "out"
        text = lambda path: path.suffix == ".txt"  # noqa: E731
        return Inbox(*folders, handle, text, ".up", settle=5, again=30, clock=clock)

    return make


def put(tmp_path: Path, name: str, text: str = "a") -> Path:
    path = tmp_path / "in" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def look(inbox: Inbox, clock: Clock, after: float = 0.0) -> list[Handled]:
    clock.now += after
    return list(inbox.look())


def there(tmp_path: Path) -> dict[str, str]:
    files = (path for path in tmp_path.glob("*/**/*") if path.is_file())
    return {
        path.relative_to(tmp_path).as_posix(): path.read_text()
        for path in files
        if not path.name.startswith(".")
    }


def test_a_file_is_read_when_it_has_stayed_as_it_is(made, tmp_path, clock):
    with made() as inbox:
        path = put(tmp_path, "a.txt", "ha")
        assert look(inbox, clock) == look(inbox, clock, 4) == []
        path.write_text("half")
        assert look(inbox, clock, 4) == look(inbox, clock, 4) == []
        path.write_text("half and whole")
        assert look(inbox, clock, 4) == []
        assert look(inbox, clock, 5) == [Handled("a.txt", "done")]
        assert look(inbox, clock, 5) == []
    assert there(tmp_path) == {
        "out/read/a.txt.up": "HALF AND WHOLE",
        "out/done/a.txt": "half and whole",
    }


def test_an_empty_file_is_waited_for(made, tmp_path, clock):
    with made() as inbox:
        put(tmp_path, "a.txt", "")
        assert look(inbox, clock) == look(inbox, clock, 1000) == []
        assert inbox.waiting == 0  # or a single pass would never end
        assert (tmp_path / "in" / "a.txt").exists()


def test_files_that_are_none_of_it_are_left_alone(made, tmp_path, clock):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    with made() as inbox:
        for name in (".hidden.txt", "a.part", ".folder/b.txt"):
            put(tmp_path, name)
        (tmp_path / "in" / "link.txt").symlink_to(secret)
        (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
        put(tmp_path, "day/c.txt")
        look(inbox, clock)
        assert look(inbox, clock, 6) == [Handled("day/c.txt", "done")]
    assert (tmp_path / "out" / "done" / "day" / "c.txt").is_file()
    assert secret.exists()


def test_what_cannot_be_read_is_tried_once_more_and_set_aside_with_its_reason(
    made, tmp_path, clock
):
    with made() as inbox:
        put(tmp_path, "a.txt", "bad")
        put(tmp_path, "b.txt", "good")
        look(inbox, clock)
        assert look(inbox, clock, 6) == [Handled("b.txt", "done")]
        assert look(inbox, clock, 6) == []
        assert look(inbox, clock, 30) == [
            Handled("a.txt", "failed", "a.txt: is bad, expected good")
        ]
    found = there(tmp_path)
    assert found["out/failed/a.txt"] == "bad"
    assert found["out/failed/a.txt.reason.txt"] == "a.txt: is bad, expected good\n"
    assert not list((tmp_path / "in").iterdir())


def test_half_a_file_that_failed_is_read_when_the_rest_has_come(made, tmp_path, clock):
    with made() as inbox:
        path = put(tmp_path, "a.txt", "bad")
        look(inbox, clock)
        assert look(inbox, clock, 6) == []
        path.write_text("better")
        look(inbox, clock, 6)
        assert look(inbox, clock, 6) == [Handled("a.txt", "done")]


def test_a_second_file_of_one_name_takes_the_place_of_none(made, tmp_path, clock):
    with made() as inbox:
        for text in ("one", "two"):
            put(tmp_path, "a.txt", text)
            look(inbox, clock)
            assert look(inbox, clock, 6) == [Handled("a.txt", "done")]
    assert there(tmp_path) == {
        "out/done/a.txt": "one",
        "out/done/a-2.txt": "two",
        "out/read/a.txt.up": "ONE",
        "out/read/a-2.txt.up": "TWO",
    }


@pytest.mark.parametrize("place", ["handle", "write", "move"])
def test_a_kill_anywhere_loses_nothing_and_leaves_nothing_twice(
    place, made, tmp_path, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    put(tmp_path, "a.txt", "one")
    with monkeypatch.context() as patch:
        inbox = made(kill) if place == "handle" else made()
        if place == "write":
            patch.setattr(Inbox, "_put_away", kill)
        if place == "move":
            patch.setattr(module, "move_one", kill)
        with inbox:
            look(inbox, clock)
            with pytest.raises(Killed):
                look(inbox, clock, 6)
    with made() as inbox:
        look(inbox, clock)
        assert look(inbox, clock, 6) == [Handled("a.txt", "done")]
    assert there(tmp_path) == {"out/read/a.txt.up": "ONE", "out/done/a.txt": "one"}


def test_a_file_that_ends_the_program_three_times_is_set_aside(made, tmp_path, clock):
    put(tmp_path, "a.txt")
    deaths = []

    def crash(path: Path, name: str) -> Findings:
        deaths.append(name)
        raise SystemError if len(deaths) > 9 else GeneratorExit

    for _ in range(3):
        inbox = made(crash)
        look(inbox, clock)
        with pytest.raises(GeneratorExit), inbox:
            look(inbox, clock, 6)
    with made(crash) as inbox:
        look(inbox, clock)
        (handled,) = look(inbox, clock, 6)
    assert handled.status == "failed"
    assert handled.reason == "a.txt: the program ended 3 times while reading it"
    assert len(deaths) == 3


def test_an_unexpected_fault_ends_nothing(made, tmp_path, clock):
    def fault(path: Path, name: str) -> Findings:
        raise ZeroDivisionError("by nothing")

    put(tmp_path, "a.txt")
    with made(fault) as inbox:
        look(inbox, clock)
        assert look(inbox, clock, 6) == []
        (handled,) = look(inbox, clock, 31)
    assert handled.reason == "a.txt: unexpected ZeroDivisionError: by nothing"


def test_a_full_disk_is_said_and_waited_for(made, tmp_path, clock):
    full = [True]

    def write(target: Path) -> None:
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        target.write_text("b")

    put(tmp_path, "a.txt")
    with made(lambda path, name: Findings(write)) as inbox:
        look(inbox, clock)
        (handled,) = look(inbox, clock, 6)
        assert handled.status == "waits"
        assert "No space left" in handled.reason
        full[0] = False
        assert look(inbox, clock, 6) == []
        assert look(inbox, clock, 30) == [Handled("a.txt", "done")]


def test_another_drive_gets_the_file_whole(made, tmp_path, clock, monkeypatch):
    def other_drive(self: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    put(tmp_path, "a.txt", "one")
    with made() as inbox:
        look(inbox, clock)
        monkeypatch.setattr(Path, "rename", other_drive)
        assert look(inbox, clock, 6) == [Handled("a.txt", "done")]
    assert there(tmp_path) == {"out/read/a.txt.up": "ONE", "out/done/a.txt": "one"}


def test_a_folder_that_goes_away_is_an_error_to_look_past(made, tmp_path, clock):
    with made() as inbox:
        (tmp_path / "in").rename(tmp_path / "away")
        with pytest.raises(FileNotFoundError):
            look(inbox, clock)
        (tmp_path / "away").rename(tmp_path / "in")
        assert look(inbox, clock) == []


@pytest.mark.parametrize(("inside", "outside"), [("in", "in"), ("in", "in/out"), ("in/day", "in")])
def test_results_that_would_be_read_again_are_refused(inside, outside, tmp_path):
    (tmp_path / "in" / "day").mkdir(parents=True)
    with pytest.raises(UsageError, match="is not apart from"):
        Inbox(tmp_path / inside, tmp_path / outside, Findings, bool, ".up")  # type: ignore[arg-type]


def test_two_at_one_folder_are_refused(made):
    with made(), pytest.raises(UsageError, match="another watch is at it"):
        made()


def test_there_is_a_sign_of_life(made, tmp_path):
    with made() as inbox:
        inbox.beat()
        alive = tmp_path / "out" / ".alive"
        os.utime(alive, (1, 1))
        inbox.beat()
        assert alive.stat().st_mtime > 1


def test_what_a_stranger_wrote_of_an_end_is_not_trusted(made, tmp_path):
    (tmp_path / "out").mkdir()
    for text in ("{", json.dumps({"file": 3, "deaths": -1}), "[" * 10_000):
        (tmp_path / "out" / ".at.json").write_text(text)
        with made() as inbox:
            assert inbox.waiting == 0
