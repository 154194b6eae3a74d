"""Work spread over threads, with BLAS kept to one thread in each.

NumPy lets go of the interpreter lock inside its loops and matrix products, so threads over samples
run side by side. BLAS's own threads are a loss here: a matrix product of this size is over before
they have met (5 ms on one thread, 108 ms on two while the machine was busy with something else).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import Context, copy_context
from functools import lru_cache, partial
from queue import SimpleQueue
from types import TracebackType
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Job = Callable[[], None]
_Task = tuple[Context, Sequence[Job]]
_Given = TypeVar("_Given")
_Made = TypeVar("_Made")
_this_thread = threading.local()
_SWITCH = 0.0002  # seconds that a thread may keep the interpreter while others wait


def cores() -> int:
    """The processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def one_of_many() -> Iterator[None]:
    """While this context lasts, the calling thread has no threads of its own: `own_threads` is 1.

    For who works beside others: pages read side by side, each by two threads of its own, took half
    as long again as by one each.
    """
    before = getattr(_this_thread, "one_of_many", False)
    _this_thread.one_of_many = True
    try:
        yield
    finally:
        _this_thread.one_of_many = before


def own_threads() -> int:
    """Threads that work of the calling one may be spread over: all processors, if it is alone."""
    return 1 if getattr(_this_thread, "one_of_many", False) else cores()


@lru_cache(1)
def _controller_of(modules: int) -> ThreadpoolController:
    return ThreadpoolController()


def _controller() -> ThreadpoolController:
    """What limits each BLAS that is loaded, looked for anew where modules have come (0.3 ms)."""
    return _controller_of(len(sys.modules))


def _take_control(controller: ThreadpoolController) -> None:
    """Let this thread set the number of threads, whichever did so before.

    threadpoolctl (3.8) listens to the one thread that was first, and silently not to others: what
    the first to enter had set would stay when another is the last to leave.
    """
    for library in controller.lib_controllers:
        give_up = getattr(library, "clear_controlling_thread", None)
        if give_up is not None:
            give_up(force=True)


class _OneThread:
    """BLAS limited to one thread from the first who enters to the last who leaves."""

    def __init__(self) -> None:
        self._lock, self._inside = threading.Lock(), 0
        self._limit: AbstractContextManager[object] | None = None
        self._controller: ThreadpoolController | None = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._controller = _controller()
                _take_control(self._controller)
                self._limit = self._controller.limit(limits=1, user_api="blas")
                self._limit.__enter__()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._limit is not None and self._controller is not None:
                _take_control(self._controller)
                self._limit.__exit__(None, None, None)


_one_thread = _OneThread()


def one_blas_thread() -> AbstractContextManager[None]:
    """While this context lasts, BLAS uses one thread. It holds for the whole process.

    Threads may enter it at the same time: what was before comes back when the last has left.
    """
    return _one_thread


class Team:
    """Threads that wait for work: `run` hands out jobs and returns when all are done.

    Job i goes to thread i modulo the number of threads, the caller's thread being one of them. The
    first exception of a job is raised to the caller, whose context variables all jobs see. Use it
    as a context, so that the threads end.
    """

    def __init__(self, threads: int) -> None:
        self._inboxes: list[SimpleQueue[_Task | None]] = []
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        for _ in range(threads - 1):
            inbox: SimpleQueue[_Task | None] = SimpleQueue()
            threading.Thread(target=self._serve, args=(inbox,), daemon=True).start()
            self._inboxes.append(inbox)

    def _serve(self, inbox: SimpleQueue[_Task | None]) -> None:
        while (task := inbox.get()) is not None:
            context, jobs = task
            self._done.put(context.run(_attempt, jobs))

    def run(self, jobs: Sequence[Job]) -> None:
        """Run all jobs; returns when every one has ended."""
        threads = len(self._inboxes) + 1
        busy = min(threads, len(jobs)) - 1
        for i in range(busy):
            self._inboxes[i].put((copy_context(), jobs[i + 1 :: threads]))
        failures = [_attempt(jobs[0::threads])]
        failures += [self._done.get() for _ in range(busy)]
        for failure in failures:
            if failure is not None:
                raise failure

    def map(self, of_one: Callable[[_Given], _Made], each: Sequence[_Given]) -> list[_Made]:
        """What a function makes of each, in their order, a job each."""
        made: dict[int, _Made] = {}

        def job(place: int) -> None:
            made[place] = of_one(each[place])

        self.run([partial(job, place) for place in range(len(each))])
        return [made[place] for place in range(len(each))]

    def __enter__(self) -> Team:
        _short_turns.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        _short_turns.end()
        for inbox in self._inboxes:
            inbox.put(None)


class _ShortTurns:
    """While any team is at work the interpreter switches often; after the last one, as before.

    Who composes lines in Python would keep the others waiting 5 ms for each of their short turns
    with the interpreter: training the reader of text used 1.2 processors so, not 0.8. Teams may
    end in another order than they began.
    """

    def __init__(self) -> None:
        self._lock, self._teams, self._before = threading.Lock(), 0, 0.0

    def begin(self) -> None:
        with self._lock:
            if not self._teams:
                self._before = sys.getswitchinterval()
                sys.setswitchinterval(_SWITCH)
            self._teams += 1

    def end(self) -> None:
        with self._lock:
            self._teams -= 1
            if not self._teams:
                sys.setswitchinterval(self._before)


_short_turns = _ShortTurns()


def _attempt(jobs: Sequence[Job]) -> BaseException | None:
    try:
        for job in jobs:
            job()
    except BaseException as failure:  # handed to the caller of run, Ctrl-C included
        return failure
    return None
