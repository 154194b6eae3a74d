"""Worker processes that are killed at work."""

from __future__ import annotations

import os
import signal

import tuning_scores as scores

from inkgrad.tuning.search import search
from inkgrad.tuning.workers import Processes


def facts(found):
    return [(t.number, t.parameters, t.state, t.score) for t in found.trials]


def test_a_killed_worker_loses_nothing(tmp_path):
    expected = search(scores.SPACE, scores.bowl, "random", trials=8)
    for workers in (1, 2):
        folder = tmp_path / str(workers)
        folder.mkdir()
        deadly = scores.Deadly(folder, times=2)
        found = search(scores.SPACE, deadly, "random", trials=8, workers=workers)
        assert len(list(folder.iterdir())) == 2
        assert facts(found) == facts(expected)


def test_a_trial_that_kills_every_worker_has_failed(tmp_path):
    deadly = scores.Deadly(tmp_path, times=4)
    found = search(scores.SPACE, deadly, "random", trials=2, workers=1)
    assert [trial.state for trial in found.trials] == ["failed", "complete"]
    assert found.trials[0].failure == "its worker died (exit -9), 4 times"


def test_an_idle_worker_that_was_killed_is_replaced():
    with Processes(scores.bowl, 1) as crew:
        for key in ("a", "b"):
            crew.start(key, {"x": 0.3})
            ends = []
            while not ends:
                ends = crew.wait(lambda *_: False, 5.0)
            assert [(end.key, end.how, end.score) for end in ends] == [(key, "complete", 1.0)]
            os.kill(crew.ids[0], signal.SIGKILL)
            crew._workers[0].process.join()


def test_workers_end_with_their_leader():
    with Processes(scores.slow_bowl, 2) as crew:
        crew.start("a", {"x": 0.3})
        processes = [worker.process for worker in crew._workers]
    assert not any(process.is_alive() for process in processes)
