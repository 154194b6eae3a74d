"""`inkgrad form`: templates of forms, by which `inkgrad read --form` reads filled ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import busy, say, writable

app = typer.Typer(no_args_is_help=True, help="Make templates of forms, to read filled ones by.")


@app.callback()
def _forms() -> None:
    pass


@app.command("learn")
def learn(
    blank: Annotated[Path, typer.Argument(help="The empty form: an image, or a PDF.")],
    fields: Annotated[
        Path | None,
        typer.Option(help="Take the fields of this file, in place of looking for them."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The template to write.", show_default="named like the form"),
    ] = None,
    show: Annotated[Path | None, typer.Option(help="Draw what was found to this PNG.")] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Find the fields of an empty form, and write a template: TOML, and an image beside it.

    Boxes, combs, lines and boxes to tick are found, and named from the print beside them. What was
    not found or named right is corrected in the template; then inkgrad read --form reads by it.
    """
    from inkgrad.errors import UsageError
    from inkgrad.forms.drawn import draw_template
    from inkgrad.forms.learning import learn_form

    target = out or Path(f"{blank.stem}.form.toml")
    if target.suffix.lower() != ".toml":
        raise UsageError(f"{target}: is to be a template, expected a name that ends with .toml")
    image = target.with_suffix(".png")
    if blank.absolute() == image.absolute() or (show and show.absolute() == image.absolute()):
        raise UsageError(f"{image}: is the template's own image, expected another name with --out")
    for path in (target, image, *([show] if show else [])):
        writable(path, force)
    with busy("looking for fields"):
        template = learn_form(blank, fields)
    template.save(target)
    if show:
        draw_template(show, template)
    for field in template.fields:
        cells = f", {field.cells} cells" if field.cells else ""
        options = f": {', '.join(option.name for option in field.options)}" if field.options else ""
        say(f"{field.name} ({field.kind}{cells}){options}")
    say(f"{target}: {len(template.fields)} fields; correct names and kinds in it")
