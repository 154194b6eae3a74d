"""A network, or several that answer together, as one safetensors file.

The weights are its tensors, the architecture is JSON beside them; of several networks, the tensors
of each have its number before their names. Loading looks layer names up in a table, so a file can
only ask for layers that are listed here or given by the caller; nothing in it is run.
https://huggingface.co/docs/safetensors describes the format.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Required, TypedDict

import numpy as np
from msgspec import Meta
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as to_bytes

from inkgrad.atomic import atomic_write
from inkgrad.errors import ModelError, ShapeError
from inkgrad.nn.about import About, as_about
from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
from inkgrad.nn.convolution import Columns, Conv1D, Conv2D
from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D
from inkgrad.nn.vectors import Array
from inkgrad.schema import Scalar, decoded

_Size = Annotated[int, Meta(ge=1, le=1 << 24)]
LAYERS: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in (
        *(Dense, Dropout, SpatialDropout, Flatten),
        *(ReLU, LeakyReLU, Tanh, Sigmoid, GELU),
        *(
            Conv2D,
            Columns,
            Conv1D,
            MaxPool2D,
            AveragePool2D,
            GlobalMaxPool,
            GlobalAveragePool,
            BatchNorm,
        ),
    )
}


class Architecture(TypedDict):
    """How a network is described: the shape of a sample, and its layers with their settings."""

    input_shape: Annotated[list[_Size], Meta(min_length=1, max_length=4)]
    layers: Annotated[list[dict[str, Scalar]], Meta(max_length=1000)]


class _Facts(TypedDict, total=False):
    """What stands beside the weights; of several networks, each has its architecture."""

    format: Required[str]
    architecture: Architecture
    architectures: list[Architecture]
    about: dict[str, Any]


_KEY, _FORMAT = "inkgrad", "1"
_KINDS = (np.float32, np.float16)  # of weights
_FARTHEST = 1 << 31  # numbers in the settings of a layer: units, sizes, rates
_LARGEST = 1 << 30  # bytes of weights: far over any network this is for


def architecture(network: Network) -> dict[str, Any]:
    """What to build the network from, as plain JSON values."""
    return {
        "input_shape": list(network.input_shape),
        "layers": [{"type": type(layer).__name__, **layer.settings()} for layer in network.layers],
    }


def save(
    network: Network,
    path: str | Path,
    about: Mapping[str, Any] | None = None,
    layers: Iterable[type[Layer]] = (),
) -> None:
    """Write the network to `path`, whole or not at all.

    `about` is kept with it: plain JSON values, such as class names and what it was trained on.
    `layers` are classes of one's own among its layers: `load` needs them too. Raises ModelError for
    what could not be read back.
    """
    _require_readable([network], _table(layers))
    if network.theta.dtype != np.float32:
        raise ModelError(f"the network is of {network.theta.dtype}, expected float32 to save it")
    weights = {name: np.ascontiguousarray(array) for name, array in _weights(network).items()}
    described = {"architecture": architecture(network)}
    _write(path, described, weights, as_about(about or {}, [network], "about"))


def save_together(
    networks: Sequence[Network],
    path: str | Path,
    about: Mapping[str, Any] | None = None,
    layers: Iterable[type[Layer]] = (),
) -> None:
    """Write several networks that answer together to `path`, whole or not at all.

    Their weights are rounded to 16 bits (IEEE 754 binary16), a thousandth part of each or less.
    Raises ModelError for weights that are too large for that, and as `save` does.
    """
    _require_readable(networks, _table(layers))
    weights = {}
    for place, network in enumerate(networks):
        for name, array in _weights(network).items():
            if np.abs(array).max(initial=0) > np.finfo(np.float16).max:
                raise ModelError(f"{name} of network {place + 1} does not fit in 16 bits")
            weights[f"{place}.{name}"] = np.ascontiguousarray(array, np.float16)
    described = {"architectures": [architecture(network) for network in networks]}
    _write(path, described, weights, as_about(about or {}, networks, "about"))


def load(path: str | Path, layers: Iterable[type[Layer]] = ()) -> tuple[Network, About]:
    """The network in a file, and what was written about it.

    `layers` are classes of one's own that the file may ask for by their names. Raises ModelError,
    naming the file and the fault, for whatever is not a whole model file of one network.
    """
    networks, about = load_together(path, layers)
    try:
        return only(networks), about
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None


def only(networks: Sequence[Network]) -> Network:
    """The network of a file that holds one. Raises ModelError where there are several."""
    if len(networks) != 1:
        raise ModelError(f"holds {len(networks)} networks, expected one")
    return networks[0]


def load_together(
    path: str | Path, layers: Iterable[type[Layer]] = ()
) -> tuple[list[Network], About]:
    """The networks in a file, one or more, and what was written about them.

    Raises ModelError, naming the file and the fault, for whatever is not a whole model file.
    """
    path, table = Path(path), _table(layers)
    if not path.is_file():
        raise ModelError(f"{path}: no such file, expected a model written by inkgrad")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            if _KEY not in metadata:
                raise ModelError("was not written by inkgrad")
            facts, everything = decoded(_Facts, metadata[_KEY], "its description", ModelError)
            if facts["format"] != _FORMAT:
                raise ModelError(f"is of format {facts['format']}, expected {_FORMAT}")
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            networks = _rebuilt(facts, tensors, 2 * path.stat().st_size, table)
            about = as_about(everything["about"], networks, "what it says of itself")
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{path}: is no whole safetensors file ({error})") from None
    except (LookupError, TypeError, ValueError, ArithmeticError, ShapeError) as error:
        raise ModelError(f"{path}: its description does not hold together ({error})") from None
    return networks, about


def _write(
    path: str | Path,
    described: dict[str, Any],
    weights: dict[str, Any],
    about: About,
) -> None:
    # One entry: several would be written in random order, and equal networks in unequal files.
    try:
        text = json.dumps({"format": _FORMAT, **described, "about": about}, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ModelError(f"what is said about a network is no plain JSON ({error})") from None
    atomic_write(path, to_bytes(weights, {_KEY: text}))


def _table(layers: Iterable[type[Layer]]) -> dict[str, type[Layer]]:
    """The classes that a file may ask for: those of inkgrad, and these."""
    table = dict(LAYERS)
    for kind in layers:
        if not (isinstance(kind, type) and issubclass(kind, Layer)):
            raise ModelError(f"layers hold {kind!r}, expected classes of layers")
        if table.setdefault(kind.__name__, kind) is not kind:
            raise ModelError(f"there are two layers {kind.__name__}: rename yours")
    return table


def _require_readable(networks: Sequence[Network], table: Mapping[str, type[Layer]]) -> None:
    """What will be written can be built again from what is written of it, and filled."""
    for network in networks:
        for place, layer in enumerate(network.layers, 1):
            name = type(layer).__name__
            if table.get(name) is not type(layer):
                raise ModelError(
                    f"layer {place}, {name}, is none of inkgrad's, so no file of it could be "
                    f"loaded: give its class, here and to load: layers=[{name}]"
                )
        described = architecture(network)
        if architecture(rebuild(described, table=table)) != described:
            raise ModelError("the network would not come back as it is")
        for name, values in _weights(network).items():
            if not np.isfinite(values).all():
                raise ModelError(f"{name} holds values that are not finite")


def _weights(network: Network) -> dict[str, Array]:
    return {**network.parameters(), **network.statistics()}


def _rebuilt(
    facts: _Facts,
    tensors: dict[str, Any],
    largest: int,
    table: Mapping[str, type[Layer]],
) -> list[Network]:
    """The networks of a file that may hold so many bytes of weights, as 32 bits each."""
    if "architectures" not in facts:
        network = rebuild(facts["architecture"], largest, table)
        _fill(network, tensors)
        return [network]
    networks = []
    for place, description in enumerate(facts["architectures"]):
        network, begin = rebuild(description, largest, table), f"{place}."
        mine = {name: values for name, values in tensors.items() if name.startswith(begin)}
        _fill(network, {name.removeprefix(begin): values for name, values in mine.items()})
        for name in mine:
            del tensors[name]
        networks.append(network)
    if tensors or not networks:
        raise ModelError(
            f"the weights do not match the architectures: {', '.join(list(tensors)[:3])}"
        )
    return networks


def rebuild(
    description: Mapping[str, Any],
    largest: int = _LARGEST,
    table: Mapping[str, type[Layer]] = LAYERS,
) -> Network:
    """A network from its architecture; weights of more than `largest` bytes are refused."""
    layers = []
    for settings in description["layers"]:
        settings = dict(settings)
        name = settings.pop("type")
        if name not in table:
            raise ModelError(
                f"layer type {name!r} is unknown: expected one of {', '.join(table)}, "
                "or classes of your own given as layers=[...]"
            )
        kind = table[name]
        known = inspect.signature(kind).parameters
        for key, value in settings.items():
            if key not in known or not _fits(value):
                raise ModelError(f"layer {name}: unknown setting {key} = {value!r}")
        layers.append(kind(**settings))
    shape: tuple[int, ...] = tuple(description["input_shape"])
    if _weight_bytes(shape, layers) > min(largest, _LARGEST):
        raise ModelError("the architecture asks for more weights than there are")
    return Network(shape, layers)


def _fits(value: object) -> bool:
    """Whether a layer may be asked for this: a plain value, and no number that is out of reach."""
    if isinstance(value, int | float):
        return abs(value) <= _FARTHEST
    return isinstance(value, str | None)


def _weight_bytes(shape: tuple[int, ...], layers: list[Layer]) -> int:
    total = 0
    for layer in layers:
        parameters, shape = layer.shapes(shape)
        for sizes in parameters.values():
            count = 4
            for size in sizes:
                count *= size
            total += count
    return total


def _fill(network: Network, tensors: dict[str, Any]) -> None:
    parameters = _weights(network)
    if set(tensors) != set(parameters):
        odd = sorted(set(tensors) ^ set(parameters))
        raise ModelError(f"the weights do not match the architecture: {', '.join(odd[:3])}")
    for name, values in tensors.items():
        if values.shape != parameters[name].shape or values.dtype not in _KINDS:
            raise ModelError(
                f"{name} is {values.dtype} {values.shape}, "
                f"expected float32 {parameters[name].shape}"
            )
        if not np.isfinite(values).all():
            raise ModelError(f"{name} holds values that are not finite")
        parameters[name][...] = values
