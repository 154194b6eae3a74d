"""A deeper network that begins by computing what a shallower one does, to be trained further.

Chen, Goodfellow and Shlens 2016, "Net2Net: accelerating learning via knowledge transfer": a new
convolution is the identity at first, and its normalization undoes itself.
"""

from __future__ import annotations

import numpy as np

from inkgrad.errors import ShapeError
from inkgrad.nn.convolution import Conv1D
from inkgrad.nn.network import Network
from inkgrad.nn.normalization import BatchNorm
from inkgrad.nn.vectors import Array


def deepened(shallow: Network, deep: Network, x: Array) -> Network:
    """`deep` with the parameters of `shallow`, and its further layers as the identity.

    The further layers are Conv1D, BatchNorm and ReLU after a ReLU, as many channels in as out;
    layers without parameters (dropout) may be added anywhere. x (n, ...) are samples whose mean and
    variance the new normalizations begin with. Raises ShapeError where the layers do not match.
    """
    known = [layer for layer in shallow.layers if _has_parameters(shallow, layer)]
    wanted = [layer for layer in deep.layers if _has_parameters(deep, layer)]
    further = len(wanted) - len(known)
    if further < 0 or further % 2:
        raise ShapeError(
            f"has {len(wanted)} layers with parameters, expected pairs over those of "
            f"the shallower network, {len(known)}"
        )
    # The last layer is the head; what is new stands before it.
    pairs = [*zip(known[:-1], wanted[: len(known) - 1], strict=True), (known[-1], wanted[-1])]
    for old, new in pairs:
        if type(old) is not type(new):
            raise ShapeError(f"has {new} where the shallower network has {old}")
        for name in _names(shallow, old):
            if getattr(old, name).shape != getattr(new, name).shape:
                raise ShapeError(
                    f"has {name} of shape {getattr(new, name).shape} in {new}, "
                    f"expected {getattr(old, name).shape}"
                )
            getattr(new, name)[...] = getattr(old, name)
    added = wanted[len(known) - 1 : -1]
    x = deep.prepare(x)
    for layer in deep.layers:
        if any(layer is new for new in added):
            _become_identity(layer, x)
        x = layer(x)
    return deep


def _become_identity(layer: object, x: Array) -> None:
    if isinstance(layer, Conv1D):
        layer.W[...] = 0
        layer.W[layer.kernel // 2] = np.eye(x.shape[-1], layer.channels)
        layer.b[...] = 0
    elif isinstance(layer, BatchNorm):
        axes = tuple(range(x.ndim - 1))
        layer.mean[...], layer.variance[...] = x.mean(axes), x.var(axes)
        layer.gamma[...] = np.sqrt(layer.variance + layer.epsilon)
        layer.beta[...] = layer.mean
    else:
        raise ShapeError(f"has a further {layer}, expected a convolution or a normalization")


def _has_parameters(network: Network, layer: object) -> bool:
    return bool(_names(network, layer))


def _names(network: Network, layer: object) -> list[str]:
    place = next(i for i, other in enumerate(network.layers) if other is layer)
    every = {**network.parameters(), **network.statistics()}
    return [name.split(".")[1] for name in every if name.split(".")[0] == str(place)]
