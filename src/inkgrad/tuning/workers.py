"""Who runs the trials: this process, or others beside it with one BLAS thread each.

Workers know nothing of the study. They are handed a setting, tell what it is worth after each
epoch, hear whether to go on, and answer with a score; whoever leads the search keeps the book. So a
worker that is killed can spoil nothing, and the same leader serves processes and clusters.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Literal

from inkgrad.errors import InkgradError, TrainingError, UsageError
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.tuning.space import Parameters

Report = Callable[[int, float], None]
"""Told a score what it is worth after an epoch; raises Pruned where it is better stopped."""

Score = Callable[[Parameters, Report], float]
"""What is searched: how good a setting is, the larger the better.

What a process has to do once may be in a method `prepare`: it is called before the clock starts.
"""

Judge = Callable[[Hashable, int, float], bool]
"""Whether the task of this key, of this value after that epoch, is better stopped."""


class Pruned(Exception):
    """Raised by `report` inside a score: the trial is not worth going on with. Let it pass."""


@dataclass(frozen=True)
class Ended:
    """How a task ended. "lost": its worker died. `curve` has what was reported, epoch by epoch."""

    key: Hashable
    how: Literal["complete", "pruned", "failed", "lost"]
    score: float = 0.0
    seconds: float = 0.0
    why: str = ""
    curve: tuple[tuple[int, float], ...] = ()


class Crew(ABC):
    """Runs tasks, up to `size` at once. Use it as a context, so that workers end."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many tasks can be at work."""

    @abstractmethod
    def start(self, key: Hashable, parameters: Parameters) -> None:
        """Begin a task; there must be room for it."""

    @abstractmethod
    def wait(self, judge: Judge, seconds: float) -> Sequence[Ended]:
        """The tasks that have ended, none if none has in so many seconds."""

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        """Stop whatever still runs."""
        return


def attempt(score: Score, key: Hashable, parameters: Parameters, report: Report) -> Ended:
    """Run one task to its end. Errors of inkgrad are its failure; any other goes to the caller."""
    curve: list[tuple[int, float]] = []

    def noted(epoch: int, value: float) -> None:
        curve.append((int(epoch), float(value)))
        report(*curve[-1])

    getattr(score, "prepare", lambda: None)()
    started = time.perf_counter()
    how: Literal["complete", "pruned", "failed"] = "complete"
    value, why = 0.0, ""
    try:
        value = float(score(parameters, noted))
    except Pruned:
        how = "pruned"
    except InkgradError as error:
        how, why = "failed", str(error)
    return Ended(key, how, value, time.perf_counter() - started, why, tuple(curve))


class Here(Crew):
    """Tasks run in this very process, one at a time, inside `wait`; any callable will do."""

    size = 1

    def __init__(self, score: Score) -> None:
        self._score = score
        self._tasks: list[tuple[Hashable, Parameters]] = []

    def start(self, key: Hashable, parameters: Parameters) -> None:
        self._tasks.append((key, parameters))

    def wait(self, judge: Judge, seconds: float) -> Sequence[Ended]:
        key, parameters = self._tasks.pop(0)

        def report(epoch: int, value: float) -> None:
            if judge(key, epoch, value):
                raise Pruned

        return [attempt(self._score, key, parameters, report)]


class Processes(Crew):
    """Worker processes of this machine. One that dies is replaced, and its task is lost.

    The score is sent to them: a function at the top of a module, or an object of a class there.
    """

    def __init__(self, score: Score, size: int) -> None:
        if size < 1:
            raise UsageError(f"workers is {size}, expected 1 or more")
        self._score, self._size = score, size
        self._workers: list[_Worker] = []  # until there is something to do

    @property
    def size(self) -> int:
        return self._size

    @property
    def ids(self) -> list[int]:
        """The process ids of the workers."""
        return [worker.process.pid or 0 for worker in self._workers]

    def start(self, key: Hashable, parameters: Parameters) -> None:
        if not self._workers:
            self._workers = [_Worker() for _ in range(self._size)]  # all start
            for worker in self._workers:  # before the first is fed
                worker.feed(self._score)
        place = next(i for i, worker in enumerate(self._workers) if worker.task is None)
        if not self._workers[place].process.is_alive():
            self._workers[place] = _Worker()
            self._workers[place].feed(self._score)
        self._workers[place].begin(key, parameters)

    def wait(self, judge: Judge, seconds: float) -> Sequence[Ended]:
        until = time.monotonic() + seconds
        while True:
            busy = {worker.pipe: worker for worker in self._workers if worker.task is not None}
            ready = wait(list(busy), max(0.0, until - time.monotonic()))
            ended = [end for pipe in ready if (end := busy[pipe].hear(judge))]  # type: ignore[index]
            if ended or not ready:
                return ended

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()


class _Worker:
    """One process, the pipe to it, and the key of the task that it is at."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, there = context.Pipe()
        self.process = context.Process(target=_serve, args=(there,), daemon=True)
        self.process.start()
        there.close()
        self.task: tuple[Hashable] | None = None

    def feed(self, score: Score) -> None:
        try:
            self.pipe.send(score)
        except OSError:
            pass  # it has died already: seen when it is given a task
        except Exception as error:  # whatever it is that cannot be pickled
            raise UsageError(
                f"the score cannot be sent to a process ({error}), "
                "expected a function at the top of a module, or no workers"
            ) from None

    def begin(self, key: Hashable, parameters: Parameters) -> None:
        self.task = (key,)
        with suppress(OSError):  # it has died: `hear` will find its end closed
            self.pipe.send((key, parameters))

    def hear(self, judge: Judge) -> Ended | None:
        """What the worker has to say; its end, where it has come to one."""
        (key,) = self.task or (None,)
        try:
            message = self.pipe.recv()
            if isinstance(message, tuple):
                self.pipe.send(judge(key, *message))
                return None
        except (EOFError, OSError):
            self.process.join()
            message = Ended(key, "lost", why=f"its worker died (exit {self.process.exitcode})")
        if isinstance(message, str):
            raise TrainingError(f"trial {key}: the score raised {message}")
        self.task = None
        return message

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _serve(pipe: Connection[Any, Any]) -> None:
    """The life of a worker: until its leader is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the leader's to handle

    def report(epoch: int, value: float) -> None:
        pipe.send((epoch, value))
        if pipe.recv():
            raise Pruned

    try:
        score = pipe.recv()
        with one_blas_thread():
            while True:
                key, parameters = pipe.recv()
                pipe.send(attempt(score, key, parameters, report))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as error:
        traceback.print_exc()
        pipe.send(f"{type(error).__name__}: {error}")
