"""Draw docs/images/form.png: what is found on an empty form.

    python docs/draw_form.py

The form is one of those composed to measure by; it is learned as `inkgrad form learn` does.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from inkgrad.forms.drawn import draw_template
from inkgrad.forms.learning import learn_form
from inkgrad.synthetic.form_designs import empty_form

TARGET = Path(__file__).parent / "images" / "form.png"


def main() -> None:
    grey = (242 - 215 * empty_form(3).print).round().astype(np.uint8)[:1090]
    with tempfile.TemporaryDirectory() as folder:
        blank = Path(folder) / "blank.png"
        Image.fromarray(grey).save(blank, dpi=(150, 150))
        draw_template(TARGET, learn_form(blank))
    with Image.open(TARGET) as picture:
        small = picture.resize((picture.width * 2 // 3, picture.height * 2 // 3)).quantize(64)
    small.save(TARGET, optimize=True)
    print(TARGET)


if __name__ == "__main__":
    main()
