"""How far off the proportions of sheets are that corners in a photo tell, by what is believed.

    python benchmarks/accuracy/sheet_proportions.py [--count 300]

Corners alone, each a few pixels off, of sheets that are turned and tilted by up to 35 degrees: of
two usual sizes and of any other, as `synthetic/photos.py` cuts photos out, and as telephones take
them. Less than a tenth off does not matter to who reads.
"""

from __future__ import annotations

import argparse
import itertools

import numpy as np
from numpy.typing import NDArray

from inkgrad.imaging.proportions import Beliefs, proportion
from inkgrad.synthetic.photos import STEEPEST, corners_seen, in_space

_SIZE, _OFF = (4000, 3000), 8.0  # pixels
_SHEETS = {"letter": (11 / 8.5,) * 2, "A4": (2**0.5,) * 2, "others": (1.0, 2.2)}
_LYING = 0.3  # part of the sheets that lie on their long side
_FOCAL = (0.72, 0.75, 0.8, 1.0, 1.5)  # of the photo's longer side, of lenses of telephones
_FILLS = (0.4, 0.9)  # of the photo
_TRIED = [(0.0, 0.02, 0.4), *itertools.product((0.5, 0.7), (0.02, 0.05), (0.2, 0.4))]
# parts of usual sheets, how far off, and more


def by_telephone(
    sheet: tuple[float, float], tilt: float, turn: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Corners (4, 2) of a sheet (width, height) by a camera whose axis is the photo's middle."""
    moved = in_space(sheet, tilt, turn, rng)
    moved[:, :2] += rng.uniform(-0.1, 0.1, 2) * sheet
    focal, fills = max(_SIZE) * rng.choice(_FOCAL), rng.uniform(*_FILLS)
    near = max(sheet)
    while True:  # the camera steps back until the sheet is as small as it should be
        seen = focal * moved[:, :2] / (near + moved[:, 2:])
        if (np.abs(seen) < fills * np.array(_SIZE) / 2).all():
            return np.asarray(seen + np.array(_SIZE) / 2)
        near *= 1.05


def drawn(
    kind: str, telephone: bool, rng: np.random.Generator
) -> tuple[float, NDArray[np.float64]]:
    """The logarithm of a sheet's width over its height, and its corners as they are found."""
    long = float(np.exp(rng.uniform(*np.log(_SHEETS[kind]))))
    ratio = long if rng.random() < _LYING else 1 / long
    tilt, turn = rng.uniform(0, STEEPEST), rng.uniform(-STEEPEST, STEEPEST)
    if telephone:
        corners = by_telephone((1000.0, 1000.0 / ratio), tilt, turn, rng)
    else:
        corners = corners_seen((1000, round(1000 / ratio)), _SIZE, tilt, turn, rng)
    return float(np.log(ratio)), corners + rng.normal(0, _OFF, (4, 2))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300, help="of each kind, by each camera")
    count = parser.parse_args().count
    rng = np.random.default_rng(3)
    kinds = [(kind, telephone) for telephone in (False, True) for kind in _SHEETS]
    sheets = [[drawn(*kind, rng) for _ in range(count)] for kind in kinds]
    names = [f"{kind}{', telephone' * telephone}" for kind, telephone in kinds]
    print(f"part, off, more: a logarithm off, half / 90 / 98 % at most: {'; '.join(names)}")
    for part, off, more in _TRIED:
        beliefs, row = Beliefs(part, off=off, more=more), list[str]()
        for kind in sheets:
            errors = [
                abs(np.log(proportion(corners, _SIZE[::-1], beliefs)) - true)
                for true, corners in kind
            ]
            row.append(" / ".join(f"{at:.2f}" for at in np.quantile(errors, (0.5, 0.9, 0.98))))
        mark = " (shipped)" if beliefs == Beliefs() else ""
        print(f"{part}, {off}, {more}{mark}: {'; '.join(row)}", flush=True)


if __name__ == "__main__":
    main()
