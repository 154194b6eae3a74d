"""10. The confusion matrix: rows are what it was, columns what was said."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from inkgrad.exercises.judging import KnownMistake, function, same

HINTS = (
    "np.add.at(matrix, (labels, answers), 1) counts every pair; a loop does as well.",
    "Precision: of what was said to be c, how much is - the diagonal over the columns' sums.",
    "Recall: of what is c, how much was found - the diagonal over the rows' sums.",
    "A class that was never said has a precision of 0 / 0: say 0, np.maximum(sums, 1) does it.",
)


def check(learner: ModuleType) -> None:
    """See `exercise`."""
    labels = np.array([0, 0, 0, 1, 1, 2, 2, 2])
    answers = np.array([0, 0, 1, 1, 0, 1, 1, 0])
    matrix = np.zeros((3, 3))
    np.add.at(matrix, (labels, answers), 1)
    buffered = np.zeros((3, 3))
    buffered[labels, answers] += 1
    same(
        "confusion",
        function(learner, "confusion")(labels, answers, 3),
        matrix,
        [
            KnownMistake(
                "transposed", matrix.T, "rows and columns are exchanged: matrix[label, answer]"
            ),
            KnownMistake(
                "counted once",
                buffered,
                "matrix[labels, answers] += 1 counts a pair once, not every time: np.add.at",
            ),
        ],
    )
    columns, rows = matrix.sum(axis=0), matrix.sum(axis=1)
    precision, recall = np.diag(matrix) / np.maximum(columns, 1), np.diag(matrix) / rows
    found: Any = function(learner, "precision_and_recall")(matrix)
    with np.errstate(all="ignore"):
        undefined = np.diag(matrix) / columns
    same(
        "precision and recall",
        np.asarray(found, np.float64),
        [precision, recall],
        [
            KnownMistake(
                "exchanged", [recall, precision], "these are exchanged: precision goes by columns"
            ),
            KnownMistake(
                "nothing said", [undefined, recall], "0 / 0: class 2 was never said; say 0"
            ),
        ],
    )
