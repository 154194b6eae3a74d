"""A network's weights for PyTorch, with the Sequential that loads them, and back again.

The file is of safetensors, named as the state of a Sequential is ("0.weight", "0.bias", ...), and
says `format: pt`, as transformers and others ask. Beside that it tells the network that it was
made of, so that it can come back as it went.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from inkgrad.atomic import atomic_write
from inkgrad.errors import InkgradError, ModelError
from inkgrad.interchange.channels_first import Step, steps_of
from inkgrad.interchange.ensemble import Ensemble, opened, targets
from inkgrad.interchange.pytorch_layers import THEIRS, modules_of
from inkgrad.nn import architectures, files
from inkgrad.nn.network import Network
from inkgrad.nn.vectors import Array
from inkgrad.schema import decoded

_KEY = "made_of"
_COUNTED = "num_batches_tracked"  # PyTorch's, of a normalization; nothing depends on it
_LARGEST = 1 << 30  # bytes of a file


@dataclass(frozen=True)
class TorchFile:
    """A file of weights, and the lines of Python that load them."""

    path: Path
    code: str


class _MadeOf(TypedDict):
    """What our own files say: the network, and what was known of it."""

    architecture: files.Architecture
    about: dict[str, Any]


def export_torch(model: str | Path | Ensemble, path: str | Path) -> list[TorchFile]:
    """Write a model (a name, a file, a run) for PyTorch: a file for each network.

    Raises ModelError for what is no model and for layers that have no form there.
    """
    model = model if isinstance(model, Ensemble) else opened(model)
    paths, made = targets(path, len(model.networks)), []
    for target, network in zip(paths, model.networks, strict=True):
        try:
            steps = steps_of(network)
            code = _code(target.name, network, [modules_of(step) for step in steps])
        except ModelError as error:
            raise ModelError(f"{model.name}: {error}") from None
        said = {"architecture": files.architecture(network), "about": model.about}
        content = to_bytes(_state(steps), {"format": "pt", _KEY: json.dumps(said)})
        made.append((target, content, code))
    for target, content, _ in made:
        atomic_write(target, content)
    return [TorchFile(target, code) for target, _, code in made]


def _state(steps: Sequence[Step]) -> dict[str, Array]:
    """The weights by the names that the Sequential gives them."""
    state: dict[str, Array] = {}
    at = 0
    for step in steps:
        count = len(modules_of(step))
        for name, values in step.weights().items():
            state[f"{at + count - 1}.{THEIRS[name]}"] = values.astype(np.float32)
        if "mean" in step.arrangements:
            state[f"{at + count - 1}.{_COUNTED}"] = np.array(0, np.int64)
        at += count
    return state


def _code(file: str, network: Network, modules: Sequence[Sequence[str]]) -> str:
    *sides, c = network.input_shape
    given = ", ".join(["n", *map(str, (c, *sides))])
    answers = network.output_shape
    out = ", ".join(["n", *map(str, (answers[-1], *answers[:-1]))])
    body = "".join(f"    {module},\n" for layer in modules for module in layer)
    wide = "; any width" if network.any_width else ""
    return (
        "from safetensors.torch import load_file\n"
        "from torch import nn\n\n"
        f"# float32 ({given}), 0..1 -> logits ({out}){wide}\n"
        f"model = nn.Sequential(\n{body})\n"
        f"model.load_state_dict(load_file({file!r}))\n"
        "model.eval()\n"
    )


def import_torch(
    path: str | Path,
    out: str | Path,
    network: str | Path | None = None,
    alphabet: str | None = None,
) -> Network:
    """Write weights of PyTorch, as safetensors, as a model of inkgrad.

    `network` says what they are of: "deck", "cnn:large", "mlp:512-256" and the like; "line:small",
    medium, large or joined with an `alphabet`; or a model whose layers and classes it shares. A
    file that `export_torch` wrote says it itself. Modules with weights are taken in the order of
    their names, numbers by value. Raises ModelError, naming the file, where they do not fit.
    """
    path = Path(path)
    try:
        tensors, said = _read(path)
        made, about = _wanted(network, alphabet, said, tensors)
        _fill(made, tensors)
        files.save(made, out, about)
    except InkgradError as error:
        raise ModelError(f"{path}: {error}") from None
    return made


def _read(path: Path) -> tuple[dict[str, Array], str | None]:
    if not path.is_file():
        raise ModelError("no such file, expected weights of PyTorch as safetensors")
    if path.stat().st_size > _LARGEST:
        raise ModelError(f"has over {_LARGEST:,} bytes, expected fewer")
    try:
        with safe_open(path, framework="numpy") as file:
            names = [name for name in file.keys() if not name.endswith(_COUNTED)]  # noqa: SIM118
            return {name: file.get_tensor(name) for name in names}, (file.metadata() or {}).get(
                _KEY
            )
    except (SafetensorError, OSError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"is no whole safetensors file of plain floats ({error})") from None


def _wanted(
    network: str | Path | None, alphabet: str | None, said: str | None, tensors: dict[str, Array]
) -> tuple[Network, Mapping[str, Any]]:
    """The network that is asked for, to be filled, and what is known of it."""
    if network is None:
        if said is None:
            raise ModelError("does not say of what network it is, expected --network")
        facts, _ = decoded(_MadeOf, said, "what it says it is made of", ModelError)
        return _rebuilt(facts["architecture"]), facts["about"]
    name = str(network)
    if name.startswith("line:"):
        if not alphabet:
            raise ModelError("a reader of lines was asked for, expected its --alphabet too")
        made = architectures.line_reader(alphabet, name.removeprefix("line:"))
        return made, {"alphabet": alphabet}
    try:
        return architectures.build(name, _classes(tensors)), {}
    except InkgradError as unknown:
        try:
            model = opened(network)
        except ModelError:
            raise unknown from None
    return files.rebuild(files.architecture(files.only(model.networks))), model.about


def _rebuilt(architecture: files.Architecture) -> Network:
    try:
        return files.rebuild(architecture)
    except (LookupError, TypeError, ValueError, ArithmeticError) as error:
        raise ModelError(f"what it says it is made of does not hold together ({error})") from None


def _classes(tensors: dict[str, Array]) -> int:
    """As many as the last module has outputs."""
    if not tensors:
        raise ModelError("holds no weights")
    last = tensors[max(tensors, key=_natural)]
    return int(last.shape[0]) if last.ndim else 1


def _natural(name: str) -> list[tuple[int, str]]:
    """A key by which "2.weight" comes before "10.weight"."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def _fill(network: Network, tensors: dict[str, Array]) -> None:
    """Their modules with weights onto our layers with weights, in order."""
    steps = [step for step in steps_of(network) if step.arrangements]
    modules = sorted({name.rpartition(".")[0] for name in tensors}, key=_natural)
    if len(modules) != len(steps):
        raise ModelError(
            f"has {len(modules)} modules with weights, expected {len(steps)} for the network"
        )
    for step, module in zip(steps, modules, strict=True):
        for name, how in step.arrangements.items():
            _put(step, name, how.there(getattr(step.layer, name)).shape, module, tensors)
    if tensors:
        raise ModelError(f"has {', '.join(sorted(tensors)[:3])}, expected no such weights")


def _put(
    step: Step, name: str, shape: tuple[int, ...], module: str, tensors: dict[str, Array]
) -> None:
    theirs = f"{module}.{THEIRS[name]}".lstrip(".")
    if theirs not in tensors:
        raise ModelError(f"has no {theirs}, expected it for layer {step.place + 1}, {step.layer}")
    values = tensors.pop(theirs)
    if values.shape != shape or values.dtype.kind != "f":
        raise ModelError(
            f"{theirs} is {values.dtype} {values.shape}, expected floats {shape} for layer "
            f"{step.place + 1}, {step.layer}"
        )
    getattr(step.layer, name)[...] = step.arrangements[name].back(values)
