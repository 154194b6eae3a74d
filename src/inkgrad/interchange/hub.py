"""A folder as model hubs show one: the weights, and a card whose metadata a hub can search.

https://huggingface.co/docs/hub/model-cards says what the metadata are. Nothing is uploaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypedDict

from inkgrad import __version__
from inkgrad.atomic import atomic_write
from inkgrad.errors import ModelError
from inkgrad.interchange.ensemble import Ensemble, opened
from inkgrad.pretrained.shipped import card, find, is_shipped
from inkgrad.schema import Count, Part, checked

_SETS = {  # what data are called on the hub, by what a model says that it was trained on
    r"\bMNIST\b|^mnist(-5k)?$": "ylecun/mnist",
    r"^fashion-mnist$": "zalando-datasets/fashion_mnist",
}
_FILES = ("model.safetensors", "README.md")


class _Score(TypedDict, total=False):
    accuracy: Part
    images: Count


class _Measured(TypedDict, total=False):
    """What was measured of a model: by its recipe, or at the end of a run."""

    scores: dict[str, _Score]
    figures: dict[str, Part]


def hub_targets(folder: str | Path) -> list[Path]:
    """The files that `export_hub` writes."""
    return [Path(folder) / name for name in _FILES]


def export_hub(model: str | Path, folder: str | Path, licence: str | None = None) -> list[Path]:
    """Write a model's weights, as they are, and its card to a folder; the files.

    `licence` is the hub's name of one ("mit", "cc-by-4.0"): MIT for what comes with inkgrad, and
    "unknown" for a model of your own, if not said. Raises ModelError for what is no model.
    """
    path, given = find(model), opened(model)
    ours = is_shipped(path)
    licence = licence or ("mit" if ours else "unknown")
    if not re.fullmatch(r"[a-z0-9][a-z0-9.\-]{0,60}", licence):
        raise ModelError(f"licence {licence!r} is none of the hub's, expected mit or the like")
    body = card(given.name) if ours else _own_card(given)
    weights, text = hub_targets(folder)
    head = "\n".join(yaml_lines(metadata(given, licence)))
    atomic_write(text, f"---\n{head}\n---\n\n{body.rstrip()}\n\n{_use(given)}")
    atomic_write(weights, path.read_bytes())
    return [weights, text]


def metadata(model: Ensemble, licence: str) -> dict[str, Any]:
    """What the head of the card says, as the hub names it."""
    lines = model.reads_lines
    said: dict[str, Any] = {
        "license": licence,
        "library_name": "inkgrad",
        "pipeline_tag": "image-to-text" if lines else "image-classification",
        "tags": ["handwriting", "handwriting-recognition", "ocr" if lines else "digits", "numpy"],
    }
    if lines and " " in model.about.get("alphabet", ""):  # words are parted: it reads text
        said["language"] = ["en"]
    elif not lines and not all(name.isdigit() for name in model.classes):
        said["tags"].remove("digits")
    data = model.about.get("data", "")
    if sets := [name for pattern, name in _SETS.items() if re.search(pattern, data)]:
        said["datasets"] = sets
    metric = "exact_match" if lines else "accuracy"
    if results := list(_results(model, said["pipeline_tag"], metric)):
        said["metrics"] = [metric]
        said["model-index"] = [{"name": f"inkgrad {model.name}", "results": results}]
    return said


def measured(model: Ensemble) -> dict[str, float]:
    """The part read right of each set that the model was measured on, by the set's name."""
    known = checked(_Measured, dict(model.about), model.name, ModelError)
    found = {name: s["accuracy"] for name, s in known.get("scores", {}).items() if "accuracy" in s}
    figures = known.get("figures", {})
    for part in ("validation", "test"):
        if f"{part}_accuracy" in figures:
            data = model.about.get("data", "its data")
            found[f"{data}, {part} part"] = figures[f"{part}_accuracy"]
    return found


def _results(model: Ensemble, task: str, metric: str) -> Iterator[dict[str, Any]]:
    for name, part in measured(model).items():
        kind = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "data"
        yield {
            "task": {"type": task},
            "dataset": {"type": kind, "name": name},
            "metrics": [{"type": metric, "value": round(part, 6)}],
        }


def _own_card(model: Ensemble) -> str:
    """What there is to say of a model that has no card."""
    networks = "\n\n".join(f"```\n{network.summary()}\n```" for network in model.networks)
    data = model.about.get("data", "data that its file does not name")
    rows = [f"| {name} | {100 * part:.2f} % |" for name, part in measured(model).items()]
    table = "\n".join(["", "| what | read right |", "| --- | --- |", *rows, ""]) if rows else ""
    return f"# {model.name}\n\nTrained with inkgrad {__version__} on {data}.\n{table}\n{networks}"


def _use(model: Ensemble) -> str:
    alphabet = model.about.get("alphabet", "")
    kind = "character" if not model.reads_lines else "number" if alphabet.isdigit() else "text"
    return (
        "## Use\n\n```python\n"
        "from huggingface_hub import hf_hub_download\n"
        "from inkgrad import open_reader\n\n"
        f'path = hf_hub_download("YOUR-NAME/{model.name}", "{_FILES[0]}")\n'
        f'print(open_reader("{kind}", path).read("photo.png").text)\n'
        "```\n"
    )


def yaml_lines(value: Mapping[str, Any] | list[Any], indent: str = "") -> Iterator[str]:
    """Plain values as YAML in lines: texts between quotes as in JSON, which YAML holds too."""
    pairs = value.items() if isinstance(value, Mapping) else ((None, each) for each in value)
    for key, inner in pairs:
        begin = f"{indent}- " if key is None else f"{indent}{key}:"
        if isinstance(inner, Mapping | list):
            below = list(yaml_lines(inner, f"{indent}  "))
            if key is None:
                yield begin + below[0].lstrip()
                yield from below[1:]
            else:
                yield begin
                yield from below
        else:
            # YAML takes 1e-06 for a text.
            told = f"{inner:.6f}" if isinstance(inner, float) else json.dumps(inner)
            yield f"{begin.rstrip()} {told}"
