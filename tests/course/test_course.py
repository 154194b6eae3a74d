"""The course says what its code gives: outputs are approved, and a fresh run agrees with them."""

from __future__ import annotations

import base64
import importlib.util
import io
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jupytext
import pytest
from PIL import Image

COURSE = Path(__file__).parents[2] / "course"
PATHS = sorted(COURSE.glob("[0-9][0-9]-*.md"))
NAMES = [path.stem for path in PATHS]


def _script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, COURSE / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


chapters = _script("chapters")
render = _script("render")


def _picture(width: int = 64, grey: int = 200) -> str:
    buffer = io.BytesIO()
    Image.new("L", (width, 32), grey).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.course
@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_run_gives_what_was_approved(name):
    command = [sys.executable, COURSE / "run.py", str(int(name[:2]))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.course
def test_the_notebook_of_the_examples_runs_and_shows_tables_and_pictures():
    notebook = jupytext.read(COURSE.parent / "examples" / "notebook.md")
    chapters.execute(notebook)
    shown = [
        output["data"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    assert len(shown) == 7
    assert sum("text/html" in each for each in shown) == 5
    assert "3 of 3" in shown[2]["text/html"]  # the bar of the training, at its end
    assert "loss" in shown[2]["text/html"]
    assert all("image/png" in shown[k] for k in (4, 6))  # the curves, and what was taken for what


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_a_page_is_made_of_approved_outputs_of_the_code_as_it_stands(path):
    chapter = chapters.open_chapter(path)
    text, pictures = render.page(chapter, chapters.approved(chapter))
    assert text.startswith(f"# {int(path.name[:2])}. {chapter.title}")
    assert "{{" not in text
    assert pictures, "a chapter has a picture that shows its idea"
    assert "lab.html#" in text
    assert "xercises" in text
    for linked in re.findall(r"\]\(([\w-]+\.(?:md|png))", text):
        assert linked in pictures or (COURSE / linked).exists() or linked[:2].isdigit()


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_pictures_say_what_they_show(path):
    chapter = chapters.open_chapter(path)
    text, _ = render.page(chapter, chapters.approved(chapter))
    assert "![](" not in text


def test_what_is_approved_is_small_and_belongs_to_a_chapter():
    files = sorted((COURSE / "approved").glob("*"))
    assert [each.name for each in files] == [f"{name}.json" for name in NAMES]
    assert sum(each.stat().st_size for each in files) <= chapters.LARGEST_SUM


def test_every_chapter_becomes_a_page_and_a_notebook(tmp_path):
    pages = render.write(tmp_path, False)
    notebooks = render.write(tmp_path, True)
    assert [each.stem for each in pages] == [each.stem for each in notebooks] == NAMES


@pytest.mark.parametrize(
    ("fresh", "approved", "same"),
    [
        ("97.2 %", "97.9 %", True),
        ("97.2 %", "86.0 %", False),
        ("9 %", "11 %", True),
        ("9", "11", False),
        ("test 0.0001", "test 0.0004", True),
        ("(4,000, 784)", "(4,000, 785)", True),
        ("learned 5", "forgot 5", False),
        ("-1.0", "1.0", False),
        ("1 2", "1", False),
        ("1e-05", "2e-02", False),
    ],
)
def test_numbers_may_differ_a_little_and_words_not_at_all(fresh, approved, same):
    a, b = chapters.Output(text=fresh), chapters.Output(text=approved)
    assert (not chapters.differences([a], [b], 0.02)) == same


def test_a_picture_of_another_size_or_another_grey_differs():
    def of(picture: str) -> list[str]:
        old = chapters.Output(pictures=[_picture()])
        return chapters.differences([chapters.Output(pictures=[picture])], [old], 0.1)

    assert not of(_picture(66, 190))
    assert of(_picture(80))
    assert of(_picture(64, 100))


def test_code_that_changed_asks_for_a_new_approval(tmp_path, monkeypatch):
    monkeypatch.setattr(chapters, "APPROVED", tmp_path)
    parts = [chapters.Part("text", "so {{ x }}"), chapters.Part("code", "x = 1")]
    chapter = chapters.Chapter(tmp_path / "01-a.md", "A", 0.1, parts)
    with pytest.raises(chapters.CourseError, match="nothing is approved"):
        chapters.approved(chapter)
    outputs = [chapters.Output(values=["1"]), chapters.Output()]
    chapters.approve(chapter, outputs)
    assert chapters.approved(chapter) == outputs
    parts[0].source = "thus {{ x }}"  # words may change
    assert chapters.approved(chapter) == outputs
    parts[1].source = "x = 2"
    with pytest.raises(chapters.CourseError, match="not what was approved"):
        chapters.approved(chapter)


def test_code_of_the_package_is_shown_as_it_stands():
    part = chapters.Part("text", '{{ source("inkgrad.nn.plain:relu_backward") }}')
    assert not part.computed
    shown = render.said(part, chapters.Output())
    assert "def relu_backward(y: Array, dy: Array) -> Array:" in shown
    with pytest.raises(chapters.CourseError, match="defines no no_such"):
        render.code_of("inkgrad.nn.plain", "no_such")


def test_each_fault_is_shown_in_a_chapter_that_there_is():
    text = (COURSE / "README.md").read_text()
    rows = re.findall(r"^\| [^|]+ \| (\[.+) \|$", text, re.MULTILINE)
    linked = [link for row in rows for link in re.findall(r"\]\(([\w-]+\.md)\)", row)]
    assert len(rows) >= 16
    assert set(linked) <= {path.name for path in PATHS}


def test_there_are_fifteen_chapters():
    assert [int(name[:2]) for name in NAMES] == [*range(1, 16)]
