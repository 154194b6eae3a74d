"""`inkgrad lab`: the page that it writes, and what it refuses. The page itself: tests/web."""

from __future__ import annotations

import importlib
import inspect
import json
import re
import textwrap
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.lab import bundle, excerpts, page
from inkgrad.nn.architectures import build
from inkgrad.nn.files import save


def run(*arguments):
    return CliRunner().invoke(app, ["lab", *map(str, arguments)])


def test_the_page_is_one_file_that_asks_for_nothing(tmp_path):
    save(build("deck"), tmp_path / "mine.safetensors")
    out = tmp_path / "lab.html"
    done = run(tmp_path / "mine.safetensors", "--html", out, "--digits", "1000")
    assert done.exit_code == 0, done.output
    text = out.read_text()
    assert out.stat().st_size < 2_000_000
    assert 'data-name="mine"' in text
    assert "default-src 'none'" in text
    assert not re.search(r'(?:src|href)="?(?:https?:)?//', text)


def test_without_names_all_shipped_networks_are_in_it(tmp_path):
    done = run("--html", tmp_path / "lab.html")
    assert done.exit_code == 0, done.output
    text = (tmp_path / "lab.html").read_text()
    assert [f'data-name="{name}"' in text for name in page.SHIPPED] == [True] * len(page.SHIPPED)
    assert (tmp_path / "lab.html").stat().st_size < 5_000_000


def test_it_opens_the_page_in_the_browser(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    assert run("--digits", "0").exit_code == 0
    assert opened == [page.place().resolve().as_uri()]


def test_where_no_browser_starts_the_file_is_named(monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    done = run("--digits", "0")
    assert done.exit_code == 0
    assert "open that file" in done.stderr


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    out = tmp_path / "lab.html"
    out.write_text("mine")
    assert "is there already" in str(run("--html", out).exception)
    assert out.read_text() == "mine"


def test_a_reader_of_lines_is_refused(tmp_path):
    done = run("numbers", "--html", tmp_path / "lab.html")
    assert "expected one" in str(done.exception)
    assert not (tmp_path / "lab.html").exists()


def test_a_name_cannot_write_into_the_page():
    text = page.render([page.Model('"><script>alert(1)</script>', b"")], None)
    assert "alert(1)</script>" not in text


def test_every_module_of_the_page_is_joined_once():
    text = bundle.script()
    names = {path.name for path in (bundle.web() / "engine").iterdir()}
    for name in names:
        assert text.count(f"// engine/{name}\n") == 1
    assert not re.search(r"^(?:import|export)\b", text, re.MULTILINE)


def test_a_form_that_cannot_be_joined_is_refused(tmp_path, monkeypatch):
    (tmp_path / "main.js").write_text('import * as all from "./other.js";\n')
    monkeypatch.setattr(bundle, "web", lambda: tmp_path)
    with pytest.raises(ValueError, match="expected the forms"):
        bundle.script()


def test_a_name_in_two_modules_is_refused(tmp_path, monkeypatch):
    (tmp_path / "main.js").write_text('import { a } from "./other.js";\nconst b = a;\n')
    (tmp_path / "other.js").write_text("export const a = 1;\nconst b = 2;\n")
    monkeypatch.setattr(bundle, "web", lambda: tmp_path)
    with pytest.raises(ValueError, match="b: in two modules"):
        bundle.script()


@pytest.mark.parametrize(
    "dotted", sorted({each for all_ in excerpts.SOURCES.values() for each in all_})
)
def test_each_source_that_a_view_shows_is_there_and_is_what_python_finds(dotted):
    found = excerpts.find(dotted)
    module = importlib.import_module(f"inkgrad.{found.path.removesuffix('.py').replace('/', '.')}")
    wanted = module
    for name in found.name.split("."):
        wanted = getattr(wanted, name)
    expected, line = inspect.getsourcelines(wanted)
    assert found.text == textwrap.dedent("".join(expected)).rstrip()
    assert found.line == line


def test_what_is_not_there_is_no_source():
    for dotted in ("nn.losses.no_such_loss", "nothing.at.all", "nn.network.Network.theta"):
        with pytest.raises(LookupError):
            excerpts.find(dotted)


def test_every_view_has_its_sources_and_only_chapters_that_there_are():
    views = {
        path.name.removesuffix(".js") for path in (files("inkgrad.lab") / "web" / "views").iterdir()
    }
    assert set(excerpts.SOURCES) == views
    course = Path(__file__).parents[1] / "course"
    assert set(excerpts.CHAPTERS) == views
    for name in excerpts.CHAPTERS.values():
        assert (course / f"{name}.md").is_file()


def test_views_lead_to_their_chapters_where_these_are_beside_the_page():
    assert {each["chapter"] for each in json.loads(excerpts.packed()).values()} == {""}
    told = json.loads(excerpts.packed("course/"))
    assert told["step"]["chapter"] == "course/06-backpropagation.html"
