"""Filled forms of five designs, scanned and photographed: fields found, fields read right.

    python benchmarks/accuracy/forms.py [--count 150] [--seed 0] [--verbose]

`--count` forms, each once scanned and once photographed: 300 of 150. The templates are learned from
empty forms with a little grain by `inkgrad.forms.learning`; a field of one is that of the form with
which it shares most of its box, and its kind is put right where it was guessed otherwise, as a
person would. A field is found where the middle of its box comes to within a fifth of its height,
and 3 pixels, of where it is in the image. What is read exactly is compared with the same field cut
out at its known place, with its print, and read by the reader of its kind alone; boxes to tick have
no such reader, and are held to what was ticked. All constants of `inkgrad.forms` were chosen on
forms of seed 100.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.forms.fields import find_fields
from inkgrad.forms.learning import _by_reading as by_reading
from inkgrad.forms.naming import named
from inkgrad.forms.reading import FormReader
from inkgrad.forms.template import CHOICE, TICK, FormField, FormTemplate
from inkgrad.imaging.view import View
from inkgrad.imaging.ways import homography, mapped
from inkgrad.nn.parallel import one_blas_thread
from inkgrad.opening import open_reader
from inkgrad.randomness import generator
from inkgrad.recipes.form_hands import form_writer
from inkgrad.synthetic.filled_forms import FilledForm, scanned
from inkgrad.synthetic.form_designs import DESIGNS, SIZE, Blank, EmptyForm, empty_form
from inkgrad.synthetic.photos import photographed

_PHOTO = (1950, 2600)
_MARGIN = 0.25  # of a field's height, around it, when it is cut out by hand
_CORNERS = np.array([(0, 0), (SIZE[1], 0), (SIZE[1], SIZE[0]), (0, SIZE[0])], float)
Places = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    forms = [empty_form(i) for i in range(len(DESIGNS))]
    learned = [learned_from(form, i) for i, form in enumerate(forms)]
    writer, counts = form_writer(0), Counter[tuple[str, str, str]]()
    with one_blas_thread():
        for i in range(arguments.count):
            rng = generator(arguments.seed, "sample", 60, i)
            filled = writer.fill(forms[i % len(forms)], rng)
            sheet = filled.sheet(rng)
            scan, photo = scanned(sheet, rng), photographed(sheet, _PHOTO, rng)
            seen = homography(_CORNERS, photo.corners)
            bend = photo.bend

            def bent(
                points: NDArray[np.float64],
                seen: NDArray[np.float64] = seen,
                bend: NDArray[np.float64] = bend,
            ) -> NDArray[np.float64]:
                column = points[..., 0].astype(int).clip(0, len(bend) - 1)
                return mapped(seen, points + np.stack([0 * column, bend[column]], -1))

            def flat(
                points: NDArray[np.float64], matrix: NDArray[np.float64] = scan.matrix
            ) -> NDArray[np.float64]:
                return mapped(matrix, points)

            taken: tuple[tuple[str, NDArray[np.uint8], Places], ...] = (
                ("scan", scan.grey, flat),
                ("photo", photo.grey, bent),
            )
            for how, grey, there in taken:
                measure(learned[i % len(forms)], filled, grey, there, how, counts)
            if arguments.verbose:
                told(counts)
    told(counts)


def learned_from(form: EmptyForm, number: int) -> tuple[FormReader, dict[str, str]]:
    """A reader of a form by what is found on it empty, and which of its fields is which."""
    rng = generator(1, "sample", 61, number)
    grain = rng.normal(0, 1.5, form.print.shape)
    blank = (242 - 215 * form.print + grain).clip(0, 255).astype(np.uint8)
    fields, which = list[FormField](), dict[str, str]()
    for field in named(find_fields(blank, 150.0), by_reading(blank)):
        own = max(form.fields, key=lambda each: shared(each, field))
        if shared(own, field) < 0.5 or own.asked.label in which.values():
            continue
        which[field.name] = own.asked.label
        options = tuple(
            replace(option, name=name)
            for option, name in zip(field.options, own.asked.options, strict=False)
        )
        fields.append(replace(field, kind=own.asked.kind, options=options))
    missed = [each.asked.label for each in form.fields if each.asked.label not in which.values()]
    print(f"{DESIGNS[number].title}: {len(fields)} fields learned, missed: {missed}", flush=True)
    return FormReader(FormTemplate(tuple(fields), (), blank)), which


def shared(blank: Blank, field: FormField) -> float:
    """How much of both boxes together is in both."""
    a, b = blank.box, field.box
    wide, tall = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    both = max(0.0, wide) * max(0.0, tall)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return both / (sum(areas) - both)


def measure(
    learned: tuple[FormReader, dict[str, str]],
    filled: FilledForm,
    grey: NDArray[np.uint8],
    there: Places,
    how: str,
    counts: Counter[tuple[str, str, str]],
) -> None:
    """Count what became of each field of one image of a form."""
    reader, which = learned
    try:
        laid = reader.bed.lay(grey)
        read = {which[each.name]: each.text for each in reader.read_laid(laid)}
    except ImageError:
        laid, read = None, {}
    boxes = {which[field.name]: field.box for field in reader.template.fields}
    for blank in filled.form.fields:
        label, kind = blank.asked.label, blank.asked.kind
        answer = filled.answers[label]
        counts[how, kind, "all"] += 1
        if laid and label in boxes:
            left, top, right, bottom = boxes[label]
            middle = np.array([((left + right) / 2, (top + bottom) / 2)])
            off = float(np.hypot(*(laid.way.there(middle) - there(middle))[0]))
            counts[how, kind, "found"] += off <= max(3.0, (bottom - top) / 5)
        counts[how, kind, "right"] += read.get(label) == answer
        if kind in (TICK, CHOICE):
            counts[how, kind, "by hand"] += 1  # a person sees what is ticked
        else:
            counts[how, kind, "by hand"] += by_hand(blank, grey, there) == answer
        if not answer:
            counts[how, "empty", "all"] += 1
            counts[how, "empty", "right"] += read.get(label) == ""


_READERS = {kind: open_reader(kind) for kind in ("number", "zip", "date", "phone", "text")}


def by_hand(blank: Blank, grey: NDArray[np.uint8], there: Places) -> str:
    """The field cut out where it is known to be, and read as one alone."""
    left, top, right, bottom = blank.box
    m = _MARGIN * (bottom - top)
    box = (max(0.0, left - m), max(0.0, top - m), right + m, bottom + m)
    corners = np.array([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])])
    size = max(8, round(box[2] - box[0])), max(8, round(box[3] - box[1]))
    cut = np.asarray(View(grey).straightened(there(corners), size).pixels, np.uint8)
    return _READERS[blank.asked.kind].read(cut).text


def told(counts: Counter[tuple[str, str, str]]) -> None:
    """Say what was counted, by kind and in all."""
    for how in ("scan", "photo"):
        kinds = sorted({kind for way, kind, _ in counts if way == how})
        for kind in kinds:
            n = counts[how, kind, "all"]
            parts = {what: 100 * counts[how, kind, what] / n for what in ("right", "by hand")}
            hand = "" if kind == "empty" else f", by hand {parts['by hand']:.1f} %"
            print(f"  {how} {kind:<7} {n:4} fields: right {parts['right']:.1f} %{hand}")
        own = [kind for kind in kinds if kind != "empty"]
        n, found, right, hand = (
            sum(counts[how, kind, what] for kind in own)
            for what in ("all", "found", "right", "by hand")
        )
        print(
            f"{how}: {n} fields: found {100 * found / n:.2f} % (goal 99.5), read exactly "
            f"{100 * right / n:.1f} %, by hand {100 * hand / n:.1f} %",
            flush=True,
        )


if __name__ == "__main__":
    main()
