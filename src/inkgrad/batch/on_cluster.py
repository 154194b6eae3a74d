"""The same reading on many machines: a Dask cluster does the work, rows come back here in order.

`dask scheduler` starts a cluster, `dask worker ADDRESS` adds a machine to it; each needs inkgrad
installed, and the files under the same paths. A worker that dies loses nothing: what it was at is
given to another. Rows are written here alone, so nothing is read twice either.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from inkgrad.batch.rows import Row, Task
from inkgrad.errors import UsageError, missing
from inkgrad.nn.parallel import one_blas_thread, one_of_many
from inkgrad.reading import kinds
from inkgrad.reading.kinds import ImageReader, Kind
from inkgrad.reading.result import Reading

_CHUNK = 16  # files that go to a worker at once
_AHEAD = 3  # chunks in work for each thread of the cluster
_PATIENCE = 10.0  # seconds to wait for a scheduler


def read_all_on(
    address: str, models: Sequence[Path], task: Task, paths: Iterable[Path]
) -> Iterator[list[Row]]:
    """The rows of each file, in the order of the files, read by the cluster at `address`.

    Raises UsageError where there is no cluster, or no worker in it.
    """
    for readings in readings_on(address, models, task, paths):
        yield [Row.of(reading) for reading in readings]


def readings_on(
    address: str, models: Sequence[Path], task: Task, paths: Iterable[Path]
) -> Iterator[list[Reading]]:
    """The same as readings, without their stages."""
    with client_of(address) as client:
        threads = sum(client.nthreads().values())
        contents, waiting = tuple(model.read_bytes() for model in models), iter(paths)
        sent, kind = client.scatter([contents], broadcast=True)[0], kinds.named(task.kind)

        def submit() -> bool:
            chunk = [str(path) for path in islice(waiting, _CHUNK)]
            if chunk:
                work.append(client.submit(_read, sent, kind, task, chunk, pure=False, retries=3))
            return bool(chunk)

        work: deque[object] = deque()
        while len(work) < _AHEAD * threads and submit():
            pass
        while work:
            yield from work.popleft().result()  # type: ignore[attr-defined]
            submit()


def client_of(address: str) -> Any:
    """A client of the cluster at an address, to be closed.

    Raises UsageError where there is no cluster, or no worker in it.
    """
    try:
        from distributed import Client
    except ImportError:
        raise missing("distributed", "cluster", "reading on a cluster") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise UsageError(f"{address}: no Dask scheduler answers there ({error})") from None
    if not client.nthreads():
        client.close()
        raise UsageError(f"{address}: has no workers, expected dask worker {address}")
    return client


def _read(
    models: tuple[bytes, ...], kind: Kind, task: Task, paths: Sequence[str]
) -> list[list[Reading]]:
    """One chunk, on a worker, which has perhaps never heard of such a kind."""
    kinds.add(kind)
    read = task.readings(_reader(kind.name, models))
    with one_blas_thread(), one_of_many():
        return [read(Path(path)) for path in paths]


@cache
def _reader(kind: str, models: tuple[bytes, ...]) -> ImageReader:
    """The reader in the content of model files: kept, as the next chunk wants the same one."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{place}.safetensors" for place in range(len(models))]
        for path, content in zip(paths, models, strict=True):
            path.write_bytes(content)
        return kinds.named(kind).open(paths)
