"""Write the course from its approved outputs: a Markdown page a chapter, or notebooks.

    python course/render.py INTO [--notebooks]

Nothing is run. A page holds what a chapter says and gave, its code and the package's code that it
refers to; pictures are PNG files beside it.
"""

from __future__ import annotations

import argparse
import ast
import base64
import sys
from pathlib import Path

import nbformat

import chapters
from chapters import INLINE, SOURCE, Chapter, CourseError, Output, Part
from inkgrad.exercises.exercise import EXERCISES
from inkgrad.lab.excerpts import find


def page(chapter: Chapter, outputs: list[Output]) -> tuple[str, dict[str, bytes]]:
    """The page as Markdown, and its pictures by the name of their file."""
    left, texts, pictures = iter(outputs), [], {}
    for part in chapter.parts:
        output = next(left) if part.computed else Output()
        if part.kind == "text":
            texts.append(said(part, output))
            continue
        if not part.hidden:
            texts.append(f"```python\n{part.source}\n```")
        if output.text:
            texts.append(f"```text\n{output.text}\n```")
        for picture in output.pictures:
            name = f"{chapter.path.stem}-{len(pictures) + 1}.png"
            pictures[name] = base64.b64decode(picture)
            texts.append(f"![{_caption(part)}]({name})")
    texts += [written_exercise(chapter.number), notebook_of(chapter)]
    return "\n\n".join(filter(None, texts)) + "\n", pictures


def written_exercise(number: int) -> str:
    """What a chapter's exercise in the editor is, as its file says; "" where it has none."""
    exercise = next((each for each in EXERCISES if each.number == number), None)
    if exercise is None:
        return ""
    tree = ast.parse(exercise.text)
    named = (ast.FunctionDef, ast.ClassDef)
    *names, last = [f"`{each.name}`" for each in tree.body if isinstance(each, named)]
    what = f"{', '.join(names)} and {last}" if names else last
    _, _, *more = (ast.get_docstring(tree) or "").split("\n\n")
    return "\n\n".join(
        [
            "## Write it yourself",
            f"`inkgrad course start` puts `{exercise.file}` into the folder `exercises`: write "
            f"{what} there. `inkgrad course check {number}` says what is right, and names the "
            "mistake where it knows it; with `--watch` it does so whenever you save, with `--hint` "
            "it gives a hint.",
            *more,
        ]
    )


def notebook_of(chapter: Chapter) -> str:
    """Where the chapter's notebook is, beside its page."""
    name = f"{chapter.path.stem}.ipynb"
    return f"This chapter as a notebook, with its outputs, to run and to change: [{name}]({name})."


def said(part: Part, output: Output) -> str:
    """A text with the values of its expressions, and the code that it refers to."""
    values = iter(output.values)

    def value(match: object) -> str:
        expression = match[1]  # type: ignore[index]
        source = SOURCE.fullmatch(expression)
        return code_of(source[1], source[2]) if source else next(values)

    return INLINE.sub(value, part.source)


def code_of(module: str, name: str) -> str:
    """Code of the package as it stands there. Raises CourseError where there is none."""
    try:
        found = find(f"{module.removeprefix('inkgrad.')}.{name}")
    except LookupError as error:
        raise CourseError(f"source of {module}:{name}: {error}") from None
    return f"```python\n# src/inkgrad/{found.path}, line {found.line}\n{found.text}\n```"


def notebook(chapter: Chapter, outputs: list[Output]) -> nbformat.NotebookNode:
    """The chapter as a notebook with its outputs in it."""
    left, cells = iter(outputs), []
    for part in chapter.parts:
        output = next(left) if part.computed else Output()
        if part.kind == "text":
            cells.append(nbformat.v4.new_markdown_cell(said(part, output)))
            continue
        cell = nbformat.v4.new_code_cell(part.source)
        if output.text:
            cell.outputs.append(nbformat.v4.new_output("stream", text=output.text + "\n"))
        for picture in output.pictures:
            data = {"image/png": picture}
            cell.outputs.append(nbformat.v4.new_output("display_data", data=data))
        cells.append(cell)
    if exercise := written_exercise(chapter.number):
        cells.append(nbformat.v4.new_markdown_cell(exercise))
    for number, cell in enumerate(cells):
        cell["id"] = f"part-{number}"  # drawn at random otherwise: the same chapter, the same file
    names = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": names})


def _caption(part: Part) -> str:
    """What a picture shows: the comment that its cell begins with."""
    first = part.source.splitlines()[0]
    return first.lstrip("# ") if first.startswith("#") else ""


def write(into: Path, as_notebooks: bool) -> list[Path]:
    """Write all chapters into a folder; the pages or notebooks that it now holds."""
    into.mkdir(parents=True, exist_ok=True)
    written = []
    for path in chapters.chapter_paths():
        chapter = chapters.open_chapter(path)
        outputs = chapters.approved(chapter)
        if as_notebooks:
            written.append(into / f"{path.stem}.ipynb")
            nbformat.write(notebook(chapter, outputs), written[-1])
            continue
        text, pictures = page(chapter, outputs)
        for name, content in pictures.items():
            (into / name).write_bytes(content)
        written.append(into / path.name)
        written[-1].write_text(text, encoding="utf-8")
    return written


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("into", type=Path, metavar="INTO", help="a folder, made where it is not")
    parser.add_argument("--notebooks", action="store_true", help="notebooks in place of pages")
    arguments = parser.parse_args()
    try:
        written = write(arguments.into, arguments.notebooks)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(written)} chapters in {arguments.into}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
