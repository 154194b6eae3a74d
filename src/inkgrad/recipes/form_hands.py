"""Where composed forms come from that forms are measured on: hands that no reader learned from."""

from __future__ import annotations

from inkgrad.data.datasets import load
from inkgrad.data.unipen import load_unipen
from inkgrad.synthetic.filled_forms import FormWriter
from inkgrad.synthetic.numbers import Hands
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import Wording


def form_writer(seed: int) -> FormWriter:
    """Who fills in forms, in hands held out."""
    images, (_, theirs) = load("emnist-pool-62").test, load_unipen().by_writer(0.2, seed)
    return FormWriter(Texts(Hands.of(images, theirs, 62), Wording(held=True), 0, typed=0.0))
