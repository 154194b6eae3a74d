"""A desk served: its folder, its reader and its web server, from begin to end."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path

from inkgrad.desk.guard import Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.worker import Worker
from inkgrad.errors import UsageError, needed


def serve(
    folder: str | Path,
    host: str = "127.0.0.1",
    port: int = 8420,
    token: str = "",
    kind: str = "zip",
    max_error: float = 0.01,
    told: Callable[[str], None] = lambda address: None,
    double: float = 0.0,
) -> None:
    """Serve a desk until it is stopped; `told` gets its address as soon as it is known.

    `double` is the part of what stands that a second person is asked to read again, blind.

    Raises UsageError for an address that others reach without a token of 16 characters or more,
    and where starlette or uvicorn is not installed.
    """
    if not _is_loopback(host) and not token:
        raise UsageError(f"host {host} is reached by others, expected a token with it")
    if token and len(token) < 16:
        raise UsageError(f"a token of {len(token)} characters is too short, expected 16 or more")
    for package in ("starlette", "uvicorn"):
        needed(package, "desk", "serving a desk")
    import uvicorn

    from inkgrad.desk.service import Service

    with Ledger(folder) as ledger:
        worker = Worker(Path(folder), max_error)
        try:
            service = Service(ledger, worker, Guard(token), kind, double=double)
            told(f"http://{f'[{host}]' if ':' in host else host}:{port}/")
            uvicorn.run(
                *(service.app,),
                host=host,
                port=port,
                log_level="warning",
                server_header=False,
                limit_concurrency=200,
                timeout_graceful_shutdown=2,
            )
        finally:
            worker.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
