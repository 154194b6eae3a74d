"""1,797 digits of 8 x 8 pixels, as they are and enlarged, read as photographs are.

The test part of "Optical Recognition of Handwritten Digits" (Alpaydin and Kaynak 1998), which
scikit-learn carries: other writers, and a coarser scan than any training data. For measuring.
"""

from __future__ import annotations

import argparse

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from inkgrad import InkgradError, load_network, read_character
from inkgrad.pretrained.shipped import find

_SEEN = (
    ("8 x 8", 8, Image.Resampling.NEAREST),
    ("16 x 16, smoothly enlarged", 16, Image.Resampling.BICUBIC),
    ("32 x 32, smoothly enlarged", 32, Image.Resampling.BILINEAR),
    ("80 x 80, in squares", 80, Image.Resampling.NEAREST),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="digits", help="a name, a file or a run's folder")
    arguments = parser.parse_args()
    network, about = load_network(find(arguments.model))
    classes, data = tuple(about["classes"]), load_digits()
    for what, side, how in _SEEN:
        right = 0
        for values, digit in zip(data.images, data.target, strict=True):
            small = Image.fromarray((values * 255 / 16).astype(np.uint8))
            grey = np.asarray(small.resize((side, side), how))
            try:
                found = read_character(network, classes, grey, about["temperature"])
            except InkgradError:
                continue
            right += found.label == str(digit)
        print(f"{what}: {100 * right / len(data.target):.1f} % of {len(data.target):,}")


if __name__ == "__main__":
    main()
