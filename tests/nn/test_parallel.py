from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from inkgrad.nn.parallel import Team, cores, one_blas_thread, one_of_many, own_threads

LONG = 10.0  # seconds that nothing here takes, unless it hangs


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_job_runs_once_on_its_thread_and_the_caller_waits(threads):
    """Job i on thread i modulo their number, which each thread takes in order; slow ones too."""
    ran: list[tuple[int, int]] = []

    def job(i: int) -> None:
        if threading.get_ident() != caller:
            time.sleep(0.01)  # long after the caller is done with its own
        ran.append((i, threading.get_ident()))

    caller = threading.get_ident()
    with Team(threads) as team:
        for _ in range(3):
            ran.clear()
            team.run([lambda i=i: job(i) for i in range(7)])
            assert sorted(i for i, _ in ran) == list(range(7))
            of = dict(ran)
            assert of[0] == caller
            assert len(set(of.values())) == threads
            for i in range(7):
                assert of[i] == of[i % threads]
            for thread in set(of.values()):
                mine = [i for i, where in ran if where == thread]
                assert mine == sorted(mine)


@pytest.mark.parametrize("threads", [2, 5])
def test_jobs_run_side_by_side(threads):
    """Each waits for all the others: one after the other they would wait in vain."""
    meeting = threading.Barrier(threads)
    with Team(threads) as team:
        for _ in range(20):
            team.run([lambda: meeting.wait(LONG) and None] * threads)
    assert not meeting.broken


@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_made_of_each_comes_in_their_order(threads):
    def slow(i: int) -> int:
        time.sleep(0.002 * (10 - i))
        return i * i

    with Team(threads) as team:
        assert team.map(slow, range(10)) == [i * i for i in range(10)]
        assert team.map(slow, []) == []


def test_one_thread_of_many_has_none_of_its_own():
    said = []
    assert own_threads() == cores()
    with one_of_many():
        assert own_threads() == 1
        with one_of_many():
            pass
        assert own_threads() == 1
        other = threading.Thread(target=lambda: said.append(own_threads()))
        other.start()
        other.join()
    assert said == [cores()]
    assert own_threads() == cores()


@pytest.mark.parametrize("failing", [0, 1])
def test_the_failure_of_a_job_reaches_the_caller_after_the_others_and_the_team_goes_on(failing):
    done: list[int] = []

    def job(i: int) -> None:
        if i == failing:
            raise ValueError(f"job {i}")
        time.sleep(0.02)
        done.append(i)

    with Team(3) as team:
        with pytest.raises(ValueError, match=f"job {failing}"):
            team.run([lambda i=i: job(i) for i in range(3)])
        assert sorted([*done, failing]) == [0, 1, 2]
        done.clear()
        team.run([lambda: done.append(1), lambda: done.append(2)])
        assert sorted(done) == [1, 2]


def test_the_threads_end_with_the_context():
    before = set(threading.enumerate())
    with Team(4):
        own = set(threading.enumerate()) - before
        assert len(own) == 3
    for thread in own:
        thread.join(LONG)
        assert not thread.is_alive()


def test_the_interpreter_switches_as_before_when_teams_end_in_another_order():
    # In a process of its own: a training that another test left in the middle is a team too.
    code = (
        "import sys\n"
        "from inkgrad.nn.parallel import Team\n"
        "before = sys.getswitchinterval()\n"
        "one, other = Team(2), Team(2)\n"
        "one.__enter__(), other.__enter__()\n"
        "assert sys.getswitchinterval() < before\n"
        "one.__exit__(None, None, None)\n"
        "assert sys.getswitchinterval() < before, 'the other is at work'\n"
        "other.__exit__(None, None, None)\n"
        "assert sys.getswitchinterval() == before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def blas() -> list[int]:
    """The threads of NumPy's BLAS. SciPy may have brought another, which nothing here uses."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    at_home = str(Path(np.__file__).parents[1] / "numpy")  # numpy/, numpy.libs/
    own = [pool for pool in pools if pool["filepath"].startswith(at_home)]
    return [pool["num_threads"] for pool in own or pools]


@pytest.fixture
def two_blas_threads():
    """BLAS with two threads, also where there is one processor: so that a limit shows."""
    with threadpool_limits(2, "blas"):
        assert blas()
        assert set(blas()) == {2}
        yield


@pytest.mark.usefixtures("two_blas_threads")
def test_blas_is_limited_within_the_context_alone():
    with one_blas_thread():
        assert set(blas()) == {1}
    assert set(blas()) == {2}
    with pytest.raises(ValueError, match="inside"), one_blas_thread():
        raise ValueError("inside")
    assert set(blas()) == {2}


@pytest.mark.usefixtures("two_blas_threads")
def test_blas_is_as_before_when_the_last_has_left_whoever_came_first():
    one, other = one_blas_thread(), one_blas_thread()
    one.__enter__()
    other.__enter__()
    one.__exit__(None, None, None)
    assert set(blas()) == {1}
    other.__exit__(None, None, None)
    assert set(blas()) == {2}


@pytest.mark.usefixtures("two_blas_threads")
def test_blas_is_as_before_when_another_thread_is_the_last_to_leave():
    entered, left = threading.Event(), threading.Event()

    def first() -> None:
        with one_blas_thread():
            entered.set()
            left.wait(LONG)

    early = threading.Thread(target=first)
    early.start()
    assert entered.wait(LONG)
    with one_blas_thread():
        assert set(blas()) == {1}
        left.set()
        early.join(LONG)
        assert set(blas()) == {1}
    assert set(blas()) == {2}
    late = threading.Event()

    def last() -> None:
        with one_blas_thread():
            entered.set()
            late.wait(LONG)

    entered.clear()
    with one_blas_thread():
        other = threading.Thread(target=last)
        other.start()
        assert entered.wait(LONG)
    assert set(blas()) == {1}
    late.set()
    other.join(LONG)
    assert set(blas()) == {2}


@pytest.mark.usefixtures("two_blas_threads")
def test_threads_that_come_and_go_all_find_one_thread_inside():
    seen: list[set[int]] = []
    start = threading.Barrier(4)

    def visit() -> None:
        start.wait(LONG)
        for _ in range(25):
            with one_blas_thread():
                seen.append(set(blas()))

    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join(LONG)
    assert len(seen) == 100
    assert all(threads == {1} for threads in seen)
    assert set(blas()) == {2}


def test_a_blas_that_is_loaded_later_is_limited_too():
    code = (
        "import numpy, sys\n"
        "from threadpoolctl import threadpool_info, threadpool_limits\n"
        "from inkgrad.nn.parallel import one_blas_thread\n"
        "with one_blas_thread(): pass\n"
        "before = len(threadpool_info())\n"
        "import scipy.linalg\n"
        "assert len(threadpool_info()) > before\n"
        "with threadpool_limits(2, 'blas'):\n"
        "    with one_blas_thread(): print({p['num_threads'] for p in threadpool_info()})\n"
        "    print({p['num_threads'] for p in threadpool_info()})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "{1}\n{2}\n"
