"""A real cluster on this machine, of worker processes, one of which is killed at work."""

from __future__ import annotations

import os
import signal

import pytest
import tuning_scores as scores

from inkgrad.errors import TrainingError, UsageError
from inkgrad.tuning.search import search

pytestmark = pytest.mark.filterwarnings("ignore")  # what a dying worker leaves open is not ours


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def facts(found):
    return [(t.number, t.parameters, t.state, t.score, t.curve) for t in found.trials]


def test_a_killed_worker_loses_nothing_and_results_are_those_of_one_process(cluster):
    victims = []

    def kill_one(standing):
        if standing.count("complete") >= 3 and not victims:
            victims.append(next(iter(cluster.workers.values())).pid)
            os.kill(victims[0], signal.SIGKILL)

    found = search(
        scores.SPACE, scores.slow_bowl, "random", trials=14,
        scheduler=cluster.scheduler_address, progress=kill_one,
    )  # fmt: skip
    assert victims
    assert victims[0] not in [worker.pid for worker in cluster.workers.values()]
    assert facts(found) == facts(search(scores.SPACE, scores.bowl, "random", trials=14))


def test_bad_trials_are_stopped_there_too(cluster):
    found = search(
        scores.SPACE, scores.patient_bowl, "halving", trials=8, epochs=40,
        scheduler=cluster.scheduler_address,
    )  # fmt: skip
    pruned = [trial for trial in found.trials if trial.state == "pruned"]
    assert pruned
    assert all(len(trial.curve) < 40 for trial in pruned)


def test_a_fault_in_the_score_ends_the_search(cluster):
    with pytest.raises(TrainingError, match="the score raised KeyError"):
        search(scores.SPACE, scores.faulty, "grid", scheduler=cluster.scheduler_address)


def test_where_no_scheduler_is_it_is_said(monkeypatch):
    monkeypatch.setattr("inkgrad.tuning.cluster_crew._PATIENCE", 0.5)
    with pytest.raises(UsageError, match="no Dask scheduler answers there"):
        search(scores.SPACE, scores.bowl, "grid", scheduler="tcp://127.0.0.1:9")
