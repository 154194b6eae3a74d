"""What was found on an empty form, drawn to be looked at: each field with its name and kind."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from inkgrad.atomic import atomic_path
from inkgrad.forms.template import CHOICE, TICK, FormTemplate

_DIGITS = (200, 60, 20)
_COLOURS = {"text": (20, 90, 200), TICK: (120, 40, 160), CHOICE: (120, 40, 160)}


def draw_template(path: Path, template: FormTemplate) -> None:
    """Draw the fields of a template on its empty form, to a PNG."""
    image = Image.fromarray(template.blank).convert("RGB")
    pen, size = ImageDraw.Draw(image), max(11, image.height // 120)
    font = ImageFont.load_default(size)
    for field in template.fields:
        colour = _COLOURS.get(field.kind, _DIGITS)
        left, top, right, bottom = field.box
        for k in range(1, field.cells):
            x = left + k * (right - left) / field.cells
            pen.line((x, top, x, bottom), colour, 1)
        for option in field.options:
            pen.rectangle(option.box, outline=colour, width=3)
            place = option.box[0], option.box[3] + 2
            pen.text(place, option.name, fill=colour, font=font, anchor="lt")
        pen.rectangle(field.box, outline=colour, width=2)
        said = f"{field.name}: {field.kind}"
        place = (left, bottom + 3) if not field.options else (left, top - 2)
        pen.text(place, said, fill=colour, font=font, anchor="la" if place[1] > top else "lb")
    with atomic_path(path) as temporary:
        image.save(temporary, "PNG")
