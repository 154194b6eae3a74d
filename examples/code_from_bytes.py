"""A ZIP code from bytes, as a queue or a web handler has them: five lines, and some mail.

`python code_from_bytes.py FIELD.png` reads an image of yours.
"""

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from inkgrad import load, open_reader


def field(text: str) -> bytes:
    """A PNG of digits from MNIST in dark ink on paper."""
    test = load("mnist-5k").test
    digits = np.hstack([test.images[test.labels == int(c)][3] for c in text])
    paper = 215 - 0.65 * np.pad(digits, 10)
    file = BytesIO()
    Image.fromarray(paper.astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


image = Path(sys.argv[1]).read_bytes() if sys.argv[1:] else field("90210")
reader = open_reader("zip")  # once: threads may share it
reading = reader.read(image)
print(f"{reading.text}  {100 * reading.confidence:.1f} %  {reading.status} {reading.reason}")
print("or", *(text for text, _ in reading.alternatives), "at", *reading.boxes[:1])
