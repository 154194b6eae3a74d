"""A neural network for handwriting, from scratch in NumPy: read it, watch it, use it.

Read handwriting       open_reader("zip").read(image) is a Reading: of a path, bytes or an array
  many images          reader.read_all(paths); read_table(paths, "out.csv"), which can be stopped
  by names of yours    open_reader("number", patterns=patterns_of(["{customer}"], "own.toml"))
  pages of text        open_reader("text"); read_document(paths, "notes.md")
  kinds                number zip envelope date phone character text ...; add_kind(Kind(...)) one
  look                 draw_reading(path, reading); open_grey(path) is an image as it is read
  with your network    read_character(network, classes, grey)
Read filled forms      FormReader(FormTemplate.load("f.form.toml")).read(grey); learn_form(blank)
  as files come        for handled in watch_folder("in", "out", "zip"): ...
Sort mail              sort_mail(paths, "plan.csv", "bins")
Keep notes             with Archive("notes") as archive: archive.add(path, page_reader()),
                       archive.search("milk"); export_notes, show_notes
Open a file            open_pages(path) are all its pages, open_images(path) with what is known of
                       them, in colour too
Get data               load("mnist-5k"); Dataset and Split hold what is loaded
Build a network        deck(), lenet(), cnn(), mlp(), tiny(); or Network((784,), [Dense(64), ...])
  of these layers      Dense Conv2D MaxPool2D AveragePool2D GlobalMaxPool GlobalAveragePool Flatten
                       BatchNorm Dropout SpatialDropout ReLU LeakyReLU GELU Sigmoid Tanh
  or one of your own   a dataclass that is a Layer; gradient_error says if its gradient is right
Train it               fit(network, data, epochs=20) returns a History, which .plot() draws
  epoch by epoch       for epoch in train(network, data.train, Settings(...))
  weighted             fit(..., class_weight="balanced", sample_weight=weights), or
                       train(network, WeightedSource(data.train, weights), ...)
  step by step         network.forward, softmax_cross_entropy, network.backward, and
                       AdamW(0.003).start().step(network), within one_blas_thread()
  and looked into      network.trace(x, labels): z, a, dz, dW and db of every layer
  how                  Settings, SGD, RMSprop, Adam, AdamW, schedules, Augmented, augment
  as a book prints it  with plain(): the formulas in NumPy, slow, the same to rounding
  as the command does  Run.start(folder, Arguments(...), data), then .epochs() and .finish()
Use it                 network(images) are logits, softmax(logits) probabilities; several networks
                       or views at once: logits_of, ensemble_logits
In scikit-learn        from inkgrad.estimator import NetworkClassifier: fit, predict, and so on
Measure it             evaluate(network, data.test, data.classes); evaluate_models(["digits"]),
                       write_report
See through it         write_lab("lab.html", ["digits"]): a page to draw, train and look inside with
Models that come along model_names(), model_card("digits"), build_model, calibrate
Data that have a name  data_sets(), fetch_data("mnist"), draw_samples("mnist", "sheet.png")
Keep it                save_network(network, path), load_network(path); network.state() in memory
Compare runs           compare_runs(["runs/a", "runs/b"], png="curves.png")
Settle what is in doubt serve_desk("mail"): a desk in the browser
With your own hand     write_handsheet("sheet.pdf"), read_handsheet, collect_hand, save_hand, adapt;
                       of lines asked_lines, collect_lines, save_lines; read_own_lines,
                       kept_lines, adapt_lines
Use it elsewhere       export_onnx("digits", "digits.onnx"), export_torch, export_hub;
                       import_torch is the way back
Learn                  start_exercises("exercises"), check_exercises; own_confusion of one's digits
Search for a better    search(Space({...}), score), with Choice, Integers, Uniform; of training
                       runs: tune(TuningPlan(...), data)

Every error that is raised on purpose is an InkgradError. What a command does (`inkgrad --help`) is
one of these functions. Each name is imported when it is first used, so that `import inkgrad` costs
nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkgrad.archive.archive import Archive
    from inkgrad.archive.export import export as export_notes
    from inkgrad.archive.export import show as show_notes
    from inkgrad.arguments import Arguments
    from inkgrad.bulk import read_document, read_table, sort_mail
    from inkgrad.comparing.compare import compare_runs
    from inkgrad.data.augment import Augmentation, Augmented, augment
    from inkgrad.data.dataset import Dataset, Split
    from inkgrad.data.datasets import load
    from inkgrad.desk.serving import serve as serve_desk
    from inkgrad.errors import InkgradError
    from inkgrad.evaluation.evaluate import Evaluation, evaluate
    from inkgrad.exercises.folder import check_exercises, start_exercises
    from inkgrad.exercises.own_digits import own_confusion
    from inkgrad.fitting import History, fit
    from inkgrad.forms.learning import learn_form
    from inkgrad.forms.reading import FormReader
    from inkgrad.forms.template import FormTemplate
    from inkgrad.images.files import open_grey, open_images, open_pages
    from inkgrad.interchange.hub import export_hub
    from inkgrad.interchange.onnx_model import export_onnx
    from inkgrad.interchange.pytorch import export_torch, import_torch
    from inkgrad.lab.page import write_lab
    from inkgrad.measuring import evaluate_models, write_report
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
    from inkgrad.opening import Reader, open_reader
    from inkgrad.personal.adapting import adapt
    from inkgrad.personal.adapting_lines import adapt_lines
    from inkgrad.personal.asked_lines import asked_lines
    from inkgrad.personal.collecting import collect_hand, collect_lines, save_hand, save_lines
    from inkgrad.personal.handsheet import read_handsheet, write_handsheet
    from inkgrad.personal.own_lines import read_own_lines
    from inkgrad.pretrained.pages import page_reader
    from inkgrad.pretrained.shipped import card as model_card
    from inkgrad.pretrained.shipped import names as model_names
    from inkgrad.reading.character import read_character
    from inkgrad.reading.kinds import Kind
    from inkgrad.reading.kinds import add as add_kind
    from inkgrad.reading.pictures import draw_reading
    from inkgrad.reading.result import Reading
    from inkgrad.recipes.build import build_model
    from inkgrad.recipes.calibrating import calibrate
    from inkgrad.recipes.keeping import kept_lines
    from inkgrad.recognition.named_patterns import patterns_of
    from inkgrad.runs import Run
    from inkgrad.samples import data_sets, draw_samples, fetch_data
    from inkgrad.training import schedules
    from inkgrad.training.optimizers import SGD, Adam, AdamW, Optimizer, OptimizerState, RMSprop
    from inkgrad.training.settings import Settings
    from inkgrad.training.train import Epoch, train
    from inkgrad.training.weights import WeightedSource
    from inkgrad.tuning.search import Outcome, search
    from inkgrad.tuning.space import Choice, Integers, Space, Uniform
    from inkgrad.tuning.tune import TuningPlan, tune
    from inkgrad.tuning.workers import Pruned
    from inkgrad.watching import watch_folder

__version__ = "0.2.0"

__all__ = [
    "GELU",
    "SGD",
    "Adam",
    "AdamW",
    "Archive",
    "Arguments",
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
    "FormReader",
    "FormTemplate",
    "GlobalAveragePool",
    "GlobalMaxPool",
    "History",
    "InkgradError",
    "Integers",
    "Kind",
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
    "Reader",
    "Reading",
    "Run",
    "Settings",
    "Sigmoid",
    "Space",
    "SpatialDropout",
    "Split",
    "Tanh",
    "TuningPlan",
    "Uniform",
    "WeightedSource",
    "adapt",
    "adapt_lines",
    "add_kind",
    "asked_lines",
    "augment",
    "build_model",
    "calibrate",
    "check_exercises",
    "cnn",
    "collect_hand",
    "collect_lines",
    "compare_runs",
    "data_sets",
    "deck",
    "draw_reading",
    "draw_samples",
    "ensemble_logits",
    "evaluate",
    "evaluate_models",
    "export_hub",
    "export_notes",
    "export_onnx",
    "export_torch",
    "fetch_data",
    "fit",
    "gradient_error",
    "import_torch",
    "kept_lines",
    "learn_form",
    "lenet",
    "load",
    "load_network",
    "logits_of",
    "mlp",
    "model_card",
    "model_names",
    "one_blas_thread",
    "open_grey",
    "open_images",
    "open_pages",
    "open_reader",
    "own_confusion",
    "page_reader",
    "patterns_of",
    "plain",
    "read_character",
    "read_document",
    "read_handsheet",
    "read_own_lines",
    "read_table",
    "save_hand",
    "save_lines",
    "save_network",
    "schedules",
    "search",
    "serve_desk",
    "show_notes",
    "softmax",
    "softmax_cross_entropy",
    "sort_mail",
    "start_exercises",
    "tiny",
    "train",
    "tune",
    "watch_folder",
    "write_handsheet",
    "write_lab",
    "write_report",
]

_MODULES = {
    "archive.archive": "Archive",
    "arguments": "Arguments",
    "bulk": "read_document read_table sort_mail",
    "data.augment": "Augmentation Augmented augment",
    "data.dataset": "Dataset Split",
    "data.datasets": "load",
    "images.files": "open_grey open_images open_pages",
    "desk.serving": "serve_desk",
    "errors": "InkgradError",
    "evaluation.evaluate": "Evaluation evaluate",
    "archive.export": "export_notes show_notes",
    "exercises.folder": "check_exercises start_exercises",
    "exercises.own_digits": "own_confusion",
    "lab.page": "write_lab",
    "measuring": "evaluate_models write_report",
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
    "opening": "Reader open_reader",
    "recipes.build": "build_model",
    "recipes.calibrating": "calibrate",
    "recipes.keeping": "kept_lines",
    "recognition.named_patterns": "patterns_of",
    "personal.adapting": "adapt",
    "personal.adapting_lines": "adapt_lines",
    "personal.asked_lines": "asked_lines",
    "personal.collecting": "collect_hand collect_lines save_hand save_lines",
    "personal.handsheet": "read_handsheet write_handsheet",
    "personal.own_lines": "read_own_lines",
    "pretrained.pages": "page_reader",
    "pretrained.shipped": "model_card model_names",
    "reading.character": "read_character",
    "reading.pictures": "draw_reading",
    "reading.kinds": "Kind add_kind",
    "reading.result": "Reading",
    "interchange.onnx_model": "export_onnx",
    "interchange.pytorch": "import_torch export_torch",
    "interchange.hub": "export_hub",
    "comparing.compare": "compare_runs",
    "watching": "watch_folder",
    "runs": "Run",
    "forms.learning": "learn_form",
    "forms.reading": "FormReader",
    "forms.template": "FormTemplate",
    "samples": "data_sets draw_samples fetch_data",
    "fitting": "History fit",
    "training.optimizers": "SGD Adam AdamW Optimizer OptimizerState RMSprop",
    "training.settings": "Settings",
    "training.train": "Epoch train",
    "training.weights": "WeightedSource",
    "tuning.search": "Outcome search",
    "tuning.space": "Choice Integers Space Uniform",
    "tuning.tune": "TuningPlan tune",
    "tuning.workers": "Pruned",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}
_NAMED_OTHERWISE = {
    "add_kind": "add",
    "export_notes": "export",
    "load_network": "load",
    "model_card": "card",
    "model_names": "names",
    "save_network": "save",
    "serve_desk": "serve",
    "show_notes": "show",
}


def __getattr__(name: str) -> Any:
    if name == "schedules":
        return import_module("inkgrad.training.schedules")
    if name not in _HOME:
        raise AttributeError(f"module 'inkgrad' has no attribute {name!r}")
    return getattr(import_module(f"inkgrad.{_HOME[name]}"), _NAMED_OTHERWISE.get(name, name))


def __dir__() -> list[str]:
    return __all__
