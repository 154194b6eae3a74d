"""A desk served: its folder, its reader and its web server, from begin to end."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from inkgrad.batch.inbox import Handled
from inkgrad.batch.sorting import Plan
from inkgrad.desk import form_kinds
from inkgrad.desk.guard import SHORTEST, Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.listening import listening
from inkgrad.desk.readers_at_once import DeskReader, ReadersAtOnce
from inkgrad.desk.token_file import read_tokens
from inkgrad.desk.worker import Worker
from inkgrad.errors import UsageError, needed
from inkgrad.nn.parallel import cores

_MOST_WORKERS = 4  # where nobody says how many: each takes some 400 MB


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8420,
    token: str = "",
    kind: str = "",
    max_error: float | None = None,
    told: Callable[[str], None] = lambda address: None,
    double: float = 0.0,
    *,
    token_file: str | Path | None = None,
    forms: Sequence[str | Path] = (),
    watch: str | Path | None = None,
    plan: str | Path | None = None,
    workers: int | None = None,
    scheduler: str = "",
    database: str | None = None,
    noted: Callable[[Handled], object] = lambda handled: None,
) -> None:
    """Serve a desk until it is stopped; `told` gets its address as soon as it listens there.

    What is sent is read as `kind` where nothing else is said: the first form where there are
    `forms`, templates that the desk then keeps, else a ZIP code. `double` is the part of what
    stands that a second person is asked to read again, blind. `token_file` holds further tokens
    and what each may do, as `token_file.read_tokens` has them. What is put into the folder `watch`
    is read too, and `noted` hears of each file of it. Files are read by so many `workers`,
    processes, one for each processor up to four if that is not said, or by the Dask cluster whose
    `scheduler` has that address. A sort `plan` says which bin each ZIP code goes to.
    `database` is the URL of a PostgreSQL database, which several desks share with the folder.

    Raises UsageError for an address that others reach without a token of 16 characters or more,
    a port that is taken (0 is any that is free), and where starlette or uvicorn is not installed.
    """
    if not _is_loopback(host) and not token and not token_file:
        raise UsageError(f"host {host} is reached by others, expected a token with it")
    if token and len(token) < SHORTEST:
        raise UsageError(
            f"a token of {len(token)} characters is too short, expected {SHORTEST} or more"
        )
    others = read_tokens(token_file) if token_file else {}
    # those of the file that administer do as --token does, which closes the desk
    token = token or next((each for each, role in others.items() if role == "administer"), "")
    for package in ("starlette", "uvicorn"):
        needed(package, "desk", "serving a desk")
    import uvicorn

    from inkgrad.desk.service import Service

    bins = Plan.load(Path(plan)) if plan else None
    with Ledger(folder, database) as ledger, listening(host, port) as sockets:
        known = form_kinds.adopt(Path(folder), forms)
        kind = kind or next(iter(known), "zip")
        worker = _reader(Path(folder), max_error, workers, scheduler)
        guard, many = Guard(token, others), worker.at_once
        service = Service(ledger, worker, guard, kind, double=double, at_once=many, plan=bins)
        inbox = service.watched(watch, noted) if watch else None
        try:
            if inbox:
                inbox.begin()
            port = sockets[0].getsockname()[1]
            told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
            settings = uvicorn.Config(
                *(service.app,),
                log_level="warning",
                server_header=False,
                limit_concurrency=200,
                timeout_graceful_shutdown=2,
            )
            with suppress(KeyboardInterrupt):
                uvicorn.Server(settings).run(sockets)
        finally:
            if inbox:
                inbox.ending()
            worker.close()
            if inbox:
                inbox.end()


def _reader(
    folder: Path, max_error: float | None, workers: int | None, scheduler: str
) -> DeskReader:
    if scheduler:
        from inkgrad.desk.cluster_reader import ClusterReader

        return ClusterReader(folder, scheduler, max_error)
    count = workers or min(_MOST_WORKERS, cores())
    return ReadersAtOnce([Worker(folder, max_error) for _ in range(count)])


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
