"""What people settled as a data set to train on and to evaluate by: `desk:FOLDER`.

It holds the single characters of a desk. Nothing here changes a model: who wants that trains one,
or lets one be adapted, and evaluates it before and after.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from inkgrad.data.dataset import Dataset
from inkgrad.desk.truths import Truths
from inkgrad.errors import DataError, ImageError
from inkgrad.ink.character import from_image

PREFIX = "desk:"
"""What the name of such a data set begins with; the folder of the desk follows."""

_KIND = "character"


def desk_data(folder: str | Path) -> Dataset:
    """The characters that people settled on a desk, as `predict` brings them to 28x28.

    A fifth of each class is the test part, the same in every call on the same desk. Raises
    DataError where there are none, or of one class alone.
    """
    name = f"{PREFIX}{folder}"
    truths = Truths(Path(folder), _KIND)
    images, texts, missed = [], [], 0
    for grey, text in truths:
        if len(text) != 1:
            missed += 1
            continue
        try:
            images.append(from_image(grey))
        except ImageError:
            missed += 1
            continue
        texts.append(text)
    if not images:
        raise DataError(f"{name}: holds no settled characters, expected those read as {_KIND}")
    classes = tuple(sorted(set(texts)))
    labels = np.array([classes.index(text) for text in texts], np.intp)
    data = Dataset.parted(name, np.stack(images), labels, classes)
    if not missed:
        return data
    note = f"{name}: {missed:,} settled as characters are none, or cannot be opened: left out"
    return Dataset(name, classes, data.train, data.test, notes=(note,))
