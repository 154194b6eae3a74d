"""The documentation site as it was built: `make test-docs` builds it and runs these.

What builds it ignores what it does not know, so only what stands in its pages is believed.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

import inkgrad
from inkgrad.cli.app import app
from inkgrad.exercises.exercise import EXERCISES
from inkgrad.lab.excerpts import CHAPTERS, SOURCES

pytestmark = pytest.mark.site
SITE = Path(os.environ.get("INKGRAD_SITE", Path(__file__).parents[2] / "site"))
NARROW, PATIENCE = 390, 60_000  # a phone's pixels; milliseconds


_CODE = ("code", "pre")
_CODE_OF = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
_TYPED = re.compile(r"\\[a-zA-Z]+|\$[^$\n]{1,80}\$")  # TeX


class Read(HTMLParser):
    """What a page has: anchors, links, pictures and other files, the letters of its article."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path, self.article, self.code = path, False, 0
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.text = self.prose = ""  # with and without code
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {given[key] or "" for key in ("id", "name") if key in given}
        self.links += [given[key] or "" for key in ("href", "src") if key in given]
        self.article |= tag == "article"
        self.code += tag in _CODE

    def handle_endtag(self, tag: str) -> None:
        self.article &= tag != "article"
        self.code -= tag in _CODE

    def handle_data(self, data: str) -> None:
        if self.article:
            self.text += data
            self.prose += "" if self.code else data


@pytest.fixture(scope="module")
def pages() -> dict[Path, Read]:
    if not (SITE / "index.html").exists():
        pytest.skip("the site is not built: make docs")
    own = [p for p in SITE.rglob("*.html") if p.name not in ("lab-page.html", "404.html")]
    return {path.resolve(): Read(path) for path in own}


def test_every_link_picture_and_anchor_leads_somewhere(pages: dict[Path, Read]) -> None:
    lost, followed = [], 0
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            followed += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchor = unquote(parts.fragment)
            known = pages[target].anchors if target in pages else {anchor}
            if not target.exists() or (anchor and anchor not in known):
                lost.append(f"{path.relative_to(SITE.resolve())}: {link}")
    assert followed > 1000
    assert not lost


def test_no_page_asks_another_machine_for_anything(pages: dict[Path, Read]) -> None:
    class Asked(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = dict(attrs)
            wanted = given.get("src") if tag != "link" else given.get("href")
            if tag in ("script", "img", "link", "iframe") and urlsplit(wanted or "").netloc:
                asked.append(wanted)

    asked: list[str | None] = []
    for path in pages:
        Asked().feed(path.read_text(encoding="utf-8"))
    assert not asked


def test_no_formula_is_left_as_it_was_typed(pages: dict[Path, Read]) -> None:
    assert not [path.name for path in pages if 'class="arithmatex"' in path.read_text("utf-8")]
    typed = {path.name: _TYPED.findall(page.prose) for path, page in pages.items()}
    assert not {name: found for name, found in typed.items() if found}


def test_the_search_shows_formulas_as_they_are_read(pages: dict[Path, Read]) -> None:
    items = json.loads((SITE / "search.json").read_text(encoding="utf-8"))["items"]
    shown = {item["location"]: _CODE_OF.sub("", item["text"]) for item in items}
    assert not [place for place, text in shown.items() if re.search(r"\\[(\[]|\\[a-z]{3,}", text)]


def test_each_chapter_has_its_exercise_and_its_notebook(pages: dict[Path, Read]) -> None:
    for path in (SITE / "course").resolve().glob("*.html"):
        page, number = pages[path], int(path.name[:2])
        assert f"{path.stem}.ipynb" in page.links
        asked = f"inkgrad course check {number}"
        assert (asked in page.text) == (number <= len(EXERCISES)), path.name


def test_no_page_is_empty(pages: dict[Path, Read]) -> None:
    assert len(pages) > 30
    short = [path.name for path, page in pages.items() if len(page.text.split()) < 40]
    assert not short


def test_each_source_page_is_in_the_site(pages: dict[Path, Read]) -> None:
    docs = Path(__file__).parents[2] / "docs"
    wanted = [p.name for p in docs.glob("*.md")] + [p.name for p in docs.glob("pages/*.md")]
    wanted += [f"decisions/{path.name}" for path in docs.glob("decisions/*.md")]
    assert len(wanted) > 25
    for name in wanted:
        assert (SITE / name).with_suffix(".html").resolve() in pages


def test_every_public_name_has_its_place_in_the_reference(pages: dict[Path, Read]) -> None:
    reference = [page for path, page in pages.items() if path.parent.name == "api"]
    places = [name for page in reference for name in page.anchors if name.startswith("inkgrad.")]
    missing = [name for name in inkgrad.__all__ if places.count(f"inkgrad.{name}") != 1]
    assert not missing


def test_the_reference_says_what_the_docstrings_say(pages: dict[Path, Read]) -> None:
    text = " ".join(pages[(SITE / "api" / "networks.html").resolve()].text.split())
    assert inkgrad.gradient_error.__doc__
    first = inkgrad.gradient_error.__doc__.strip().splitlines()[0]
    assert first.split("`")[0].strip() in text


def test_every_command_and_option_is_on_the_page_of_commands(pages: dict[Path, Read]) -> None:
    import typer

    page = pages[(SITE / "commands.html").resolve()]

    def walk(command: object, path: str) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            if not inner.hidden:
                walk(inner, f"{path}-{name}")
        if not hasattr(command, "commands"):
            assert path in page.anchors
            found.append(path)
            for parameter in command.params:  # type: ignore[attr-defined]
                if not getattr(parameter, "hidden", False):
                    assert all(o in page.text for o in parameter.opts if o.startswith("--"))

    found: list[str] = []
    walk(typer.main.get_command(app), "inkgrad")
    assert len(found) > 20


def test_the_search_knows_every_page(pages: dict[Path, Read]) -> None:
    index = json.loads((SITE / "search.json").read_text(encoding="utf-8"))
    known = {item["location"].split("#")[0] for item in index["items"]}
    own = {path.relative_to(SITE.resolve()).as_posix() for path in pages}
    assert own - known - {"index.html"} == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone(
    pages: dict[Path, Read], browser: Browser, scheme: str
) -> None:
    context = browser.new_context(
        viewport={"width": NARROW, "height": 800}, color_scheme=scheme, java_script_enabled=True
    )
    page = context.new_page()
    for name in ("index", "commands", "measured", "scikit-learn", "architecture", "api/networks"):
        page.goto((SITE / f"{name}.html").resolve().as_uri())
        expect(page.locator("article h1")).to_be_visible(timeout=PATIENCE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW, f"{name}: {wide} pixels"
    context.close()


@pytest.fixture
def served() -> Iterator[str]:
    """The site's address on this machine: browsers do not let a page on a disk search."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(SITE)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_search_finds_a_name(pages: dict[Path, Read], served: str, browser: Browser) -> None:
    found = "a[href*='inkgrad.gradient_error']"
    page = browser.new_page()
    page.goto(f"{served}/office.html")
    expect(page.locator("article h1")).to_be_visible(timeout=PATIENCE)
    expect(page.locator(found)).to_have_count(0)
    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("gradient_error")
    expect(page.locator(found).first).to_be_visible(timeout=PATIENCE)
    page.close()


def test_the_lab_s_views_lead_to_their_chapters(browser: Browser) -> None:
    page = browser.new_page()
    for view in SOURCES:
        page.goto(f"{(SITE / 'lab-page.html').resolve().as_uri()}#{view}")
        link = page.locator(".sources a")
        expect(link).to_have_attribute("href", f"course/{CHAPTERS[view]}.html", timeout=PATIENCE)
        assert (SITE / "course" / f"{CHAPTERS[view]}.html").is_file()
    page.close()
