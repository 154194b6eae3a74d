"""Where composed forms come from that forms are measured on: hands that no reader learned from."""

from __future__ import annotations

from inkgrad.recipes.hands import unseen_hands
from inkgrad.synthetic.filled_forms import FormWriter
from inkgrad.synthetic.texts import Texts
from inkgrad.synthetic.wording import Wording


def form_writer(seed: int) -> FormWriter:
    """Who fills in forms, in hands held out."""
    return FormWriter(Texts(unseen_hands(seed), Wording(held=True), 0, typed=0.0))
