"""Builds the documentation site into site/: python docs/build_site.py [INTO]

Pages of docs/ are used as they are, those of docs/pages/ stand above them, and what the program
knows better than a writer is asked of it: the commands, the public names, the lab. Everything is
put together in build/site/; a warning of Zensical's is an error, and then INTO stays as it was.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from latex2mathml.converter import convert
from site_api import write_api
from site_commands import commands_page

import inkgrad

HERE = Path(__file__).parent
ROOT = HERE.parent
STAGE = ROOT / "build" / "site"
_TYPED = re.compile(  # code as it stands; \( \) within a line, \[ \] alone
    r"<(code|pre)\b.*?</\1>|\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL
)
Navigation = list[tuple[str, "str | Navigation"]]


def main() -> None:
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    shutil.rmtree(STAGE, ignore_errors=True)
    pages = STAGE / "pages"
    navigation = put_together(pages)
    settings = (ROOT / "zensical.toml").read_text(encoding="utf-8")
    head, line, rest = settings.partition("[project]\n")
    (STAGE / "zensical.toml").write_text(
        f"{head}{line}nav = {toml(navigation)}\n{rest}", encoding="utf-8"
    )
    zensical = [sys.executable, "-m", "zensical", "build", "--clean", "--strict"]
    subprocess.run([*zensical, "-f", "zensical.toml"], cwd=STAGE, check=True)
    for page in (STAGE / "html").rglob("*.html"):
        write_formulas(page)
    write_searchable(STAGE / "html" / "search.json")
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(STAGE / "html", into)
    print(f"{into / 'index.html'}")


def put_together(pages: Path) -> Navigation:
    """All pages and pictures into the folder `pages`; what the navigation holds, in order."""
    shutil.copytree(HERE / "pages", pages)
    shutil.copytree(HERE / "images", pages / "images")
    shutil.copytree(HERE / "decisions", pages / "decisions")
    for page in HERE.glob("*.md"):
        shutil.copy(page, pages)
    course = write_course(pages)
    decisions = write_decisions(pages / "decisions")
    (pages / "commands.md").write_text(commands_page(), encoding="utf-8")
    api = write_api(pages / "api")
    inkgrad.write_lab(pages / "lab-page.html", chapters="course/")
    using: Navigation = [
        ("In an office", "office.md"),
        ("Forms", "forms.md"),
        ("Patterns", "patterns.md"),
        ("Commands", "commands.md"),
        ("For users of scikit-learn", "scikit-learn.md"),
    ]
    understanding: Navigation = [
        ("Architecture", "architecture.md"),
        ("Measured", "measured.md"),
        ("Decisions", decisions),
    ]
    return [
        ("Home", "index.md"),
        ("The lab", "lab.md"),
        ("The course", course),
        ("Using it", using),
        ("The library", api),
        ("How it is made", understanding),
    ]


def write_course(pages: Path) -> Navigation:
    """The course's chapters, and their notebooks beside them."""
    script, into = ROOT / "course" / "render.py", pages / "course"
    for what in ([], ["--notebooks"]):
        subprocess.run([sys.executable, script, into, *what], check=True)
    for page in into.glob("*.md"):  # chapters name the lab as a file beside them
        said = page.read_text(encoding="utf-8").replace("](lab.html", "](../lab-page.html")
        page.write_text(said, encoding="utf-8")
    return [(title(page), f"course/{page.name}") for page in sorted(into.glob("*.md"))]


def write_decisions(folder: Path) -> Navigation:
    """A page that lists the records, and their places."""
    records = [(title(page), page.name) for page in sorted(folder.glob("[0-9]*.md"))]
    lines = ["# Decisions", "", "Each with the figures it rests on, and what was tried and failed."]
    lines += ["", *(f"- [{name}]({file})" for name, file in records)]
    (folder / "index.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [("All of them", "decisions/index.md")] + [(n, f"decisions/{f}") for n, f in records]


def write_formulas(page: Path) -> None:
    """Formulas as browsers draw them (MathML): no script, nothing fetched."""

    def drawn(found: re.Match[str]) -> str:
        if found[1] == "span":
            return convert(html.unescape(found[2]))
        formula = convert(html.unescape(found[2]), display="block")
        return f'<div style="overflow-x: auto">{formula}</div>'  # wider than a phone: it scrolls

    text = page.read_text(encoding="utf-8")
    formula = r'<(div|span) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>'
    changed = re.sub(formula, drawn, text, flags=re.DOTALL)
    if changed != text:
        page.write_text(changed, encoding="utf-8")


def write_searchable(index: Path) -> None:
    """What the search shows of formulas: their letters and signs, not what was typed."""

    def read(found: re.Match[str]) -> str:
        if found[1]:
            return found[0]
        return re.sub("<[^>]+>", "", convert(html.unescape(found[2] or found[3])))

    known = json.loads(index.read_text(encoding="utf-8"))
    for item in known["items"]:
        for part in ("title", "text"):
            item[part] = _TYPED.sub(read, item[part])
    index.write_text(json.dumps(known), encoding="utf-8")


def title(page: Path) -> str:
    """The page's first heading, without marks. Raises SystemExit where there is none."""
    found = re.search(r"^# (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit(f"{page}: no heading (# ...) to name it by")
    return found[1].replace("`", "")


def toml(navigation: Navigation) -> str:
    """The navigation in TOML; titles are quoted as its literal strings cannot be."""
    quoted = [
        f"{{ {text(name)} = {text(to) if isinstance(to, str) else toml(to)} }}"
        for name, to in navigation
    ]
    return f"[{', '.join(quoted)}]"


def text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


if __name__ == "__main__":
    main()
