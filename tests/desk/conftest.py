"""A desk with fields on it that were never read: the journal is filled by hand."""

from __future__ import annotations

import importlib.util
import os
import secrets
import threading
from contextlib import ExitStack
from pathlib import Path

import axe_playwright_python
import numpy as np
import pytest
import uvicorn

from inkgrad.desk import pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.guard import Guard
from inkgrad.desk.ledger import Ledger
from inkgrad.desk.listening import listening
from inkgrad.desk.service import Service

PATIENCE = 60_000
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


@pytest.fixture(scope="session")
def postgresql_server():
    """The URL of a server: that of INKGRAD_POSTGRESQL, or of one that is started here."""
    with ExitStack() as running:
        try:
            yield os.environ.get("INKGRAD_POSTGRESQL") or running.enter_context(own_server())
        except FileNotFoundError as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def new_schema(postgresql_server):
    """A function that makes an empty place in a PostgreSQL database: its URL.

    It is a schema, which is made and taken out in no time, as a database is not.
    """
    psycopg, made = pytest.importorskip("psycopg"), []
    with psycopg.connect(postgresql_server, autocommit=True) as connection:

        def make():
            made.append(f"desk_{secrets.token_hex(4)}")
            connection.execute(f"CREATE SCHEMA {made[-1]}")
            return f"{postgresql_server}?options=-csearch_path%3D{made[-1]}"

        yield make
        for name in made:
            connection.execute(f"DROP SCHEMA {name} CASCADE")


def own_server():
    path = Path(__file__).parents[2] / "benchmarks" / "postgresql_server.py"
    spec = importlib.util.spec_from_file_location("postgresql_server", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.server("fsync=off")


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def new_database(request):
    """A function that makes what a `Ledger` takes as its database: None is SQLite in its folder."""
    if request.param == "sqlite":
        return lambda: None
    return request.getfixturevalue("new_schema")


@pytest.fixture
def database(new_database, monkeypatch):
    """One database for a test, which the commands find too."""
    made = new_database()
    monkeypatch.delenv("INKGRAD_DESK_DATABASE", raising=False)
    if made:
        monkeypatch.setenv("INKGRAD_DESK_DATABASE", made)
    return made


@pytest.fixture
def ledger(tmp_path, database):
    with Ledger(tmp_path / "desk", database) as made:
        yield made


@pytest.fixture
def sqlite_ledger(tmp_path):
    """For what can be asked of SQLite alone."""
    with Ledger(tmp_path / "desk") as made:
        yield made


def put(ledger, count, name="{}.png", **more):
    """So many doubtful fields, 00000, 00001, ... the first the most doubtful."""
    found = []
    for k in range(count):
        grey = np.full((90, 200), 255, np.uint8)
        grey[30:60, 20 : 20 + 2 * k + 5] = 40
        sha256 = pictures_kept.keep(ledger.folder, grey.tobytes())
        pictures_kept.draw_page(ledger.folder, sha256, 1, grey)
        part = pictures_kept.cut_out(grey, (20, 30, 120, 60))
        pictures_kept.draw_part(ledger.folder, sha256, 1, "zip", part)
        others = ((f"9{k:04}", 0.2), (f"8{k:04}", 0.1))
        given = {"box": (20, 30, 120, 60), "alternatives": others, "why": ("0 or 9 in place 1",)}
        read = ReadField(f"{k:05}", 0.1 + k / 1000, "rejected", **{**given, **more})
        found.append(ledger.add(sha256, 1, name.format(k), "zip", read))
    return found


@pytest.fixture
def fill(ledger):
    return lambda count, *names, **more: put(ledger, count, *names, **more)


class Ready:
    """A worker that is there and never asked."""

    ready = True


@pytest.fixture
def served(ledger):
    """The address of a desk that is served until the test is over."""
    service = Service(ledger, Ready(), Guard(), double=1.0)
    server = uvicorn.Server(uvicorn.Config(service.app, log_level="error", ws="none"))
    with listening("127.0.0.1", 0) as sockets:
        thread = threading.Thread(target=server.run, args=(sockets,))
        thread.start()
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
        server.should_exit = True
        thread.join()


def is_fault(said):
    """Whether what the console says is none of the conflicts that a page is told of and shows."""
    return said.type == "error" and "status of 409" not in said.text


@pytest.fixture
def visit(browser, served):
    """A function that opens the desk on a screen of some width; no error may be in it."""
    contexts, faults = [], []

    def opened(width=1280, at="", **settings):
        context = browser.new_context(viewport={"width": width, "height": 800}, **settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: is_fault(said) and faults.append(said.text))
        page.goto(served + at)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def faults():
    """What axe finds in a page, which must have been opened with `bypass_csp`."""

    def found(page):
        page.add_script_tag(path=AXE)
        told = page.evaluate("() => axe.run(document)")
        return [each["id"] for each in told["violations"]]

    return found
