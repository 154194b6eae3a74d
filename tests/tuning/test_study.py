from __future__ import annotations

import os
import re
import subprocess
import sys
import time

import pytest
import tuning_scores as scores

from inkgrad.errors import UsageError
from inkgrad.tuning import storage
from inkgrad.tuning.search import search
from inkgrad.tuning.study import Study


@pytest.fixture(params=["journal", "sqlite"])
def place(request, tmp_path):
    path = tmp_path / "kept" / "study"
    if request.param == "journal":
        return str(path)
    path.parent.mkdir()
    return f"sqlite:///{path}#one"


def facts(found):
    return [(t.number, t.parameters, t.state, t.score, t.curve) for t in found.trials]


def counted(runs):
    def score(parameters, report):
        runs.append(parameters)
        return scores.bowl(parameters, report)

    return score


@pytest.mark.parametrize(
    ("place", "strategy"),
    [("journal", "random"), ("journal", "tpe"), ("sqlite", "random")],
    indirect=["place"],
)
def test_a_search_goes_on_where_it_was_stopped(place, strategy):
    whole = search(scores.SPACE, scores.bowl, strategy, trials=9)
    runs = []

    def stopped(parameters, report):
        if len(runs) == 4:
            raise KeyboardInterrupt
        return counted(runs)(parameters, report)

    with pytest.raises(KeyboardInterrupt):
        search(scores.SPACE, stopped, strategy, trials=9, study=place)
    found = search(scores.SPACE, counted(runs), strategy, trials=9, study=place)
    assert facts(found) == facts(whole)
    assert len(runs) == 9


def test_more_trials_may_be_asked_for_later(tmp_path):
    place = str(tmp_path / "study")
    search(scores.SPACE, scores.bowl, "random", trials=3, study=place)
    runs = []
    found = search(scores.SPACE, counted(runs), "random", trials=5, study=place)
    assert len(runs) == 2
    assert facts(found) == facts(search(scores.SPACE, scores.bowl, "random", trials=5))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"strategy": "grid"}, "was started with strategy 'random', not 'grid': expected the same"),
        ({"seed": 1}, "seed 0, not 1"),
        ({"about": {"data_checksum": "b"}}, "data_checksum 'a', not 'b'"),
        ({"space": scores.Space({"x": scores.Uniform(0.0, 2.0)})}, "another space"),
    ],
)
def test_a_study_of_another_search_is_refused(tmp_path, changed, message):
    place = str(tmp_path / "study")
    same = {"space": scores.SPACE, "strategy": "random", "about": {"data_checksum": "a"}}
    search(score=scores.bowl, trials=2, study=place, **same)
    with pytest.raises(UsageError, match=message):
        search(score=scores.bowl, trials=2, study=place, **{**same, **changed})


_TAKES_ONE_AND_DIES = """
import os, signal, sys
import tuning_scores as scores
from inkgrad.tuning.study import Study
study = Study(sys.argv[1], scores.SPACE, "random", trials=3)
study.__enter__()
taken = study.take()
study.report(taken.number, 1, 0.25)
print(taken.number, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_trial_whose_owner_was_killed_is_run_again(place):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", _TAKES_ONE_AND_DIES, place],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["0"], done.stderr
    with Study(place, scores.SPACE, "random", trials=3) as study:
        assert [trial.state for trial in study.all()] == ["running", "waiting", "waiting"]
        assert study.reclaim() == 1
        assert study.take().number == 0
    found = search(scores.SPACE, scores.bowl, "random", trials=3, study=place)
    expected = facts(search(scores.SPACE, scores.bowl, "random", trials=3))
    assert facts(found)[1:] == expected[1:]
    assert facts(found)[0][:4] == expected[0][:4]
    assert found.trials[0].curve[1] == 0.25  # what was told first stands


def test_a_trial_at_work_elsewhere_is_left_there(tmp_path):
    place = str(tmp_path / "study")
    with Study(place, scores.SPACE, "random", trials=2) as one:
        first = one.take()
        with Study(place, scores.SPACE, "random", trials=2) as other:
            assert other.reclaim() == 0
            assert other.take().number == 1
            assert other.take() is None
        one.complete(first.number, 0.5, 1.0)
        assert [trial.state for trial in one.all()] == ["complete", "waiting"]


def test_an_owner_on_another_machine_is_given_up_when_silent():
    assert storage.alive("elsewhere:12:ab", time.time() - 20)
    assert not storage.alive("elsewhere:12:ab", time.time() - 200)
    assert storage.alive(storage.new_owner(), time.time())


def test_a_half_written_line_is_taken_off(tmp_path):
    place = tmp_path / "study"
    search(scores.SPACE, scores.bowl, "random", trials=2, study=str(place))
    content = place.read_bytes()
    place.write_bytes(content + b'{"op_code": 4, "wor')
    runs = []
    search(scores.SPACE, counted(runs), "random", trials=3, study=str(place))
    assert len(runs) == 1
    assert place.read_bytes().startswith(content)


def test_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path):
    place = tmp_path / "notes.txt"
    place.write_text("milk, bread")
    with pytest.raises(UsageError, match=r"notes\.txt: cannot be used as a study"):
        search(scores.SPACE, scores.bowl, "grid", study=str(place))
    assert place.read_text() == "milk, bread"


def test_a_database_that_does_not_answer_is_said_without_its_password():
    with pytest.raises(UsageError, match="cannot be used as a study") as caught:
        search(scores.SPACE, scores.bowl, study="postgresql://me:secret@127.0.0.1:9/none")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


LINE = '{"op_code": 0, "worker_id": "w", "study_name": "inkgrad", "directions": [2]}'


@pytest.mark.parametrize(
    "line",
    [
        "nothing",
        "[]",
        "[" * 100_000,
        '{"op_code": 99999, "worker_id": "w"}',
        '{"op_code": "0", "worker_id": "w"}',
        '{"op_code": 4}',
        '{"op_code": 2, "worker_id": "w", "study_id": 0, "user_attr": 3}',
        '{"op_code": 2, "worker_id": "w", "study_id": 0, "user_attr": {"search": [1]}}',
    ],
)
def test_a_journal_that_says_something_else_is_one_line(line, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_PAUSE", 0.0)
    place = tmp_path / "study"
    place.write_text(f"{LINE}\n{line}\n")
    with pytest.raises(UsageError, match=re.escape(str(place))) as caught:
        search(scores.SPACE, scores.bowl, "random", trials=2, study=str(place))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("was", "made"),
    [
        ('"seconds":', '"seconds":"long","was":'),
        ('"owner":', '"owner":[1],"was":'),
        ('"param_value_internal":', '"param_value_internal":1e9,"was":'),
        ('"param_name":"', '"param_name":"os.'),
    ],
)
def test_a_trial_that_nobody_here_wrote_is_one_line(was, made, tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_PAUSE", 0.0)
    place = tmp_path / "study"
    search(scores.SPACE, scores.bowl, "random", trials=2, study=str(place))
    content = place.read_text()
    assert was in content
    place.write_text(content.replace(was, made, 1))
    with pytest.raises(UsageError) as caught:
        search(scores.SPACE, scores.bowl, "random", trials=2, study=str(place))
    assert "\n" not in str(caught.value)
