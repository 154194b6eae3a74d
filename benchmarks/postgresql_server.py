"""A PostgreSQL server of one's own, for a benchmark or for tests: on loopback, with a password.

It is started in a temporary folder and stopped at the end. Run by root, it belongs to the user
postgres, as a server refuses to be root's.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server(*more: str) -> Iterator[str]:
    """A PostgreSQL server in a temporary folder: the URL of a database in it.

    `more` are settings as "fsync=off". Raises FileNotFoundError where PostgreSQL is not installed.
    """
    user = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory() as name:
        folder, password = Path(name), secrets.token_hex(16)
        (folder / "password").write_text(password)
        if user:
            for path in (folder, folder / "password"):
                shutil.chown(path, user)
        data = folder / "data"

        def command(program: str, *options: object) -> None:
            line = [str(programs() / program), *map(str, options)]
            subprocess.run(line, user=user, check=True, stdout=subprocess.DEVNULL, cwd=folder)

        command(
            *("initdb", "-D", data, "-U", "inkgrad", "--auth=scram-sha-256", "--encoding=UTF8"),
            f"--pwfile={folder / 'password'}",
        )
        port = free_port()  # at the last moment: another program may take it
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={name}"
        settings += "".join(f" -c {each}" for each in more)
        command("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start")
        try:
            yield f"postgresql://inkgrad:{password}@127.0.0.1:{port}/postgres"
        finally:
            command("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def programs() -> Path:
    """Where the server's programs are: Debian keeps them by version, out of the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise FileNotFoundError("no PostgreSQL found: apt-get install postgresql")
    return versions[-1].parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
