"""A photo of a digit or of a number read with onnxruntime, numpy and Pillow alone.

Made once, where inkgrad is:  inkgrad export digits --onnx digits.onnx
Read anywhere:                python onnx_alone.py digits.onnx PHOTO.png

A model of numbers (numbers-1.onnx) is shown the whole line. Everything that is asked for here, the
model's file says of itself. Paper has to be even: taking off shade and rules is inkgrad's part.
"""

import json
import sys

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from numpy.typing import NDArray
from PIL import Image

Ink = NDArray[np.float32]


def ink_of(path: str) -> Ink:
    """Ink 0..1 on paper 0, of either polarity, cropped to what is written."""
    grey = np.asarray(Image.open(path).convert("L"), np.float32)
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(edge))
    ink = np.where(ink > 0.3 * ink.max(), ink / ink.max(), 0)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].astype(np.float32)


def scaled(ink: Ink, scale: float) -> Ink:
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    return np.asarray(Image.fromarray(ink).resize((width, height), Image.Resampling.BOX))


def as_character(ink: Ink) -> Ink:
    """28 x 28: the longer side 20 pixels, the centre of mass in the middle."""
    ink = scaled(ink, 20 / max(ink.shape))
    form = np.zeros((28, 28), np.float32)
    top, left = (
        min(max(round(14 - float(ink.sum(1 - axis) @ np.arange(side)) / ink.sum()), 0), 28 - side)
        for axis, side in enumerate(ink.shape)
    )
    form[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return form


def as_line(ink: Ink) -> Ink:
    """32 pixels high, the writing 22 in the middle, 4 of paper around, a multiple of 4 wide."""
    ink = scaled(ink, 22 / ink.shape[0])
    after = 4 + -ink.shape[1] % 4
    return np.pad(ink, ((5, 32 - 5 - ink.shape[0]), (4, after)))


def main(model: str, image: str) -> None:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    facts = session.get_modelmeta().custom_metadata_map
    classes = json.loads(facts["classes"])
    if "blank" in facts:
        line = as_line(ink_of(image))
        (log_ps,) = session.run(["log_probabilities"], {"x": line[None, None]})
        best = log_ps[0].argmax(1)
        kept = best[np.flatnonzero(np.diff(best, prepend=-1))]  # repeats count once
        print("".join(classes[k] for k in kept if k != int(facts["blank"])))
    else:
        character = as_character(ink_of(image))
        (ps,) = session.run(["probabilities"], {"x": character[None, None]})
        sure = float(ps[0].max())
        refused = "  (unreadable)" if sure < float(facts.get("refuse_below", 0)) else ""
        print(f"{classes[ps[0].argmax()]}  {100 * sure:.1f} %{refused}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("expected a model and an image: onnx_alone.py digits.onnx PHOTO.png")
    main(*sys.argv[1:])
