"""What is exported: the networks of one file with what it says of them, and where each goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inkgrad.nn import files
from inkgrad.nn.about import About
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import find


@dataclass(frozen=True)
class Ensemble:
    """Networks that answer together, what is known of them, and a name for messages."""

    networks: Sequence[Network]
    about: About
    name: str

    @property
    def reads_lines(self) -> bool:
        """Whether it answers column by column."""
        return len(self.networks[0].output_shape) == 2

    @property
    def classes(self) -> list[str]:
        """What each output stands for, as far as that is known; "" is the blank between columns."""
        if "alphabet" in self.about:
            return [*self.about["alphabet"], ""]
        return list(self.about.get("classes", ()))

    def facts(self) -> dict[str, str]:
        """What a program must know to use the networks, as text: JSON where it is no plain text."""
        answers = self.networks[0].output_shape[-1]
        classes = self.classes
        told = {"preparation": preparation(self.networks[0])}
        if len(classes) == answers:
            told["classes"] = json.dumps(classes)
        told["temperature"] = repr(float(self.about.get("temperature", 1.0)))
        if self.reads_lines:
            told["blank"] = str(answers - 1)
        elif "refuse_below" in self.about:
            told["refuse_below"] = repr(float(self.about["refuse_below"]))
        return told


def opened(model: str | Path) -> Ensemble:
    """A model that comes with inkgrad, by name, or of a file or run. Raises ModelError."""
    path = find(model)
    networks, about = files.load_together(path)
    return Ensemble(networks, about, path.parent.name if path.stem == "model" else path.stem)


def targets(path: str | Path, count: int) -> list[Path]:
    """A file for each of `count` networks: `path`, or with several name-1, name-2, ..."""
    path = Path(path)
    if count == 1:
        return [path]
    return [path.with_name(f"{path.stem}-{place}{path.suffix}") for place in range(1, count + 1)]


def preparation(network: Network) -> str:
    """How an image becomes what the network takes, for somebody without inkgrad."""
    if network.any_width:
        return (
            f"One line of writing: ink light on dark, 0 paper to 1 ink, {network.input_shape[0]} "
            "pixels high and as wide as it comes, a multiple of 4. Level the line, scale it so "
            "that its writing, from top to bottom, is 22 pixels high and stands in the middle, "
            "and leave 4 pixels of paper before and after it. "
            f"Columns of the answer: argmax, repeats taken once, then class "
            f"{network.output_shape[-1] - 1} (the blank) left out."
        )
    if network.input_shape in ((28, 28, 1), (784,)):
        return (
            "One character: ink light on dark, 0 paper to 1 ink. Crop to the ink, scale it so that "
            "its longer side is 20 pixels, proportions kept, and place it on 28 x 28 so that its "
            "centre of mass is in the middle."
        )
    return "Values from 0 to 1 as in training; bytes are divided by 255."
