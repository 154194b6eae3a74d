"""Sockets of a server: bound before anybody is told of an address, and to a free port if asked."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from inkgrad.errors import UsageError

_WAITING = 2048
"""So many connections wait until they are taken."""


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Sockets that listen on every address of `host`, at one port; 0 is any that is free.

    Raises UsageError for a host that is unknown, and a port that is taken or may not be used.
    """
    with ExitStack() as opened:
        sockets: list[socket.socket] = []
        for family, address in _addresses(host):
            known = sockets[0].getsockname()[1] if sockets else port
            try:
                sockets.append(opened.enter_context(_bound(family, address, known)))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise UsageError(_fault(address, known, error)) from None
        if not sockets:
            raise UsageError(f"host {host}: is no address of this machine, expected one that is")
        yield sockets


def _addresses(host: str) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"host {host}: is unknown, expected a name or an address") from None
    return list(dict.fromkeys((family, str(address[0])) for family, *_, address in found))


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    return socket.create_server((address, port), family=family, backlog=_WAITING)


def _fault(address: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {address} is taken, expected a free one; --port 0 finds one"
    reason = os.strerror(error.errno) if error.errno else str(error)
    return f"port {port} of {address}: {reason.lower()}, expected one that may be used"
