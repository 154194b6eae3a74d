"""A neural network for handwriting, from scratch in NumPy: read it, watch it, use it.

Read one character     read_character(path); open_grey(path) is the image it sees
Open a file            open_pages(path) are all its pages, open_images(path) with what is known of
                       them, in colour too
Get data               load("mnist-5k"); Dataset and Split hold what is loaded
Build a network        deck(), lenet(), cnn(), mlp(), tiny(); or Network((784,), [Dense(64), ...])
  of these layers      Dense Conv2D MaxPool2D AveragePool2D GlobalMaxPool GlobalAveragePool Flatten
                       BatchNorm Dropout SpatialDropout ReLU LeakyReLU GELU Sigmoid Tanh
  or one of your own   a dataclass that is a Layer; gradient_error says whether its slope is right
Train it               fit(network, data, epochs=20) returns a History, which .plot() draws
  epoch by epoch       for epoch in train(network, data.train, Settings(...))
  step by step         network.forward, softmax_cross_entropy, network.backward, and
                       AdamW(0.003).start().step(network), within one_blas_thread()
  how                  Settings, SGD, RMSprop, Adam, AdamW, schedules, Augmented, augment
  as a book prints it  with plain(): the formulas in NumPy, slow, the same to rounding
Use it                 network(images) are logits, softmax(logits) probabilities; several networks
                       or views at once: logits_of, ensemble_logits
Measure it             evaluate(network, data.test, data.classes)
Keep it                save_network(network, path), load_network(path); network.state() in memory
Search for a better    search(Space({...}), score), with Choice, Integers, Uniform

Every error that is raised on purpose is an InkgradError. Numbers, pages and envelopes are read by
the command line: `inkgrad --help`. Each name is imported when it is first used, so that
`import inkgrad` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkgrad.data.augment import Augmentation, Augmented, augment
    from inkgrad.data.dataset import Dataset, Split
    from inkgrad.data.datasets import load
    from inkgrad.data.images import open_grey, open_images, open_pages
    from inkgrad.errors import InkgradError
    from inkgrad.evaluation.evaluate import Evaluation, evaluate
    from inkgrad.nn.activations import GELU, LeakyReLU, ReLU, Sigmoid, Tanh
    from inkgrad.nn.architectures import cnn, deck, lenet, mlp, tiny
    from inkgrad.nn.convolution import Conv2D
    from inkgrad.nn.files import load as load_network
    from inkgrad.nn.files import save as save_network
    from inkgrad.nn.gradient_check import gradient_error
    from inkgrad.nn.layers import Dense, Dropout, Flatten, Layer, SpatialDropout
    from inkgrad.nn.losses import softmax, softmax_cross_entropy
    from inkgrad.nn.network import Network
    from inkgrad.nn.normalization import BatchNorm
    from inkgrad.nn.operations import plain
    from inkgrad.nn.parallel import one_blas_thread
    from inkgrad.nn.pooling import AveragePool2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D
    from inkgrad.nn.prediction import ensemble_logits, logits_of
    from inkgrad.nn.state import NetworkState
    from inkgrad.reading.character import Reading, read_character
    from inkgrad.training import schedules
    from inkgrad.training.fit import History, fit
    from inkgrad.training.optimizers import SGD, Adam, AdamW, Optimizer, OptimizerState, RMSprop
    from inkgrad.training.settings import Settings
    from inkgrad.training.train import Epoch, train
    from inkgrad.tuning.search import Outcome, search
    from inkgrad.tuning.space import Choice, Integers, Space, Uniform
    from inkgrad.tuning.workers import Pruned

__version__ = "0.1.0"

__all__ = [
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "Augmentation",
    "Augmented",
    "AveragePool2D",
    "BatchNorm",
    "Choice",
    "Conv2D",
    "Dataset",
    "Dense",
    "Dropout",
    "Epoch",
    "Evaluation",
    "Flatten",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "History",
    "InkgradError",
    "Integers",
    "Layer",
    "LeakyReLU",
    "MaxPool2D",
    "Network",
    "NetworkState",
    "Optimizer",
    "OptimizerState",
    "Outcome",
    "Pruned",
    "RMSprop",
    "ReLU",
    "Reading",
    "Settings",
    "Sigmoid",
    "Space",
    "SpatialDropout",
    "Split",
    "Tanh",
    "Uniform",
    "augment",
    "cnn",
    "deck",
    "ensemble_logits",
    "evaluate",
    "fit",
    "gradient_error",
    "lenet",
    "load",
    "load_network",
    "logits_of",
    "mlp",
    "one_blas_thread",
    "open_grey",
    "open_images",
    "open_pages",
    "plain",
    "read_character",
    "save_network",
    "schedules",
    "search",
    "softmax",
    "softmax_cross_entropy",
    "tiny",
    "train",
]

_MODULES = {
    "data.augment": "Augmentation Augmented augment",
    "data.dataset": "Dataset Split",
    "data.datasets": "load",
    "data.images": "open_grey open_images open_pages",
    "errors": "InkgradError",
    "evaluation.evaluate": "Evaluation evaluate",
    "nn.activations": "GELU LeakyReLU ReLU Sigmoid Tanh",
    "nn.architectures": "cnn deck lenet mlp tiny",
    "nn.convolution": "Conv2D",
    "nn.files": "load_network save_network",
    "nn.gradient_check": "gradient_error",
    "nn.layers": "Dense Dropout Flatten Layer SpatialDropout",
    "nn.losses": "softmax softmax_cross_entropy",
    "nn.network": "Network",
    "nn.normalization": "BatchNorm",
    "nn.operations": "plain",
    "nn.parallel": "one_blas_thread",
    "nn.pooling": "AveragePool2D GlobalAveragePool GlobalMaxPool MaxPool2D",
    "nn.prediction": "ensemble_logits logits_of",
    "nn.state": "NetworkState",
    "reading.character": "Reading read_character",
    "training.fit": "History fit",
    "training.optimizers": "SGD Adam AdamW Optimizer OptimizerState RMSprop",
    "training.settings": "Settings",
    "training.train": "Epoch train",
    "tuning.search": "Outcome search",
    "tuning.space": "Choice Integers Space Uniform",
    "tuning.workers": "Pruned",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}
_NAMED_OTHERWISE = {"load_network": "load", "save_network": "save"}


def __getattr__(name: str) -> Any:
    if name == "schedules":
        return import_module("inkgrad.training.schedules")
    if name not in _HOME:
        raise AttributeError(f"module 'inkgrad' has no attribute {name!r}")
    return getattr(import_module(f"inkgrad.{_HOME[name]}"), _NAMED_OTHERWISE.get(name, name))


def __dir__() -> list[str]:
    return __all__
