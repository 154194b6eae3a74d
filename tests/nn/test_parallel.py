from __future__ import annotations

import threading

import pytest
from threadpoolctl import threadpool_info

from inkgrad.nn.parallel import Team, one_blas_thread


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_job_runs_once_and_the_caller_waits(threads):
    done = []
    with Team(threads) as team:
        for _ in range(20):
            done.clear()
            team.run([lambda i=i: done.append(i) for i in range(7)])
            assert sorted(done) == list(range(7))


def test_the_failure_of_a_job_reaches_the_caller_and_the_team_goes_on():
    def fail() -> None:
        raise ValueError("job 1")

    with Team(2) as team:
        with pytest.raises(ValueError, match="job 1"):
            team.run([lambda: None, fail])
        done = []
        team.run([lambda: done.append(1), lambda: done.append(2)])
        assert sorted(done) == [1, 2]


def test_the_threads_end_with_the_context():
    before = set(threading.enumerate())
    with Team(4):
        own = set(threading.enumerate()) - before
        assert len(own) == 3
    for thread in own:
        thread.join(1)
        assert not thread.is_alive()


def test_blas_is_limited_within_the_context_alone():
    def threads() -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    before = threads()
    with one_blas_thread():
        assert threads() == {1}
    assert threads() == before


def test_blas_is_as_before_when_the_last_thread_has_left():
    def threads() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = threads()
    one, other = one_blas_thread(), one_blas_thread()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert set(threads()) <= {1}
    other.__exit__(None, None, None)
    assert threads() == before
