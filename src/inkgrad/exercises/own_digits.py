"""A learner's own photographed digits: read, and counted in a confusion matrix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkgrad.errors import ImageError
from inkgrad.images.files import open_grey
from inkgrad.nn import files
from inkgrad.pretrained.shipped import find
from inkgrad.reading.character import read_character

_CLASSES = 10


def own_confusion(folder: str | Path, model: str | Path = "digits") -> NDArray[np.intp]:
    """The confusion matrix (10, 10) of a folder of photographs, rows being what they are.

    Each is named by its digit: 7-first.jpg is a 7; other files are passed over. Raises ImageError,
    naming the file, for what is no image.
    """
    network, about = files.load(find(model))
    classes = tuple(about["classes"])
    matrix = np.zeros((_CLASSES, _CLASSES), np.intp)
    for path in sorted(Path(folder).iterdir()):
        if not path.name[:1].isdigit() or path.name.startswith("."):
            continue
        try:
            found = read_character(network, classes, open_grey(path), about["temperature"])
        except ImageError as error:
            said = str(error)
            raise ImageError(said if path.name in said else f"{path}: {said}") from None
        matrix[int(path.name[0]), classes.index(found.label)] += 1
    return matrix
