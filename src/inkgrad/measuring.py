"""Models measured by name: on a data set, or on the test data that each was made with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from inkgrad.data.dataset import Dataset
from inkgrad.data.datasets import NAMES
from inkgrad.data.datasets import load as load_data
from inkgrad.evaluation.evaluate import Evaluation, evaluate
from inkgrad.nn import files
from inkgrad.nn.about import About, known_data
from inkgrad.pretrained.shipped import find
from inkgrad.runs import validation_part


def evaluate_models(
    models: Sequence[str | Path],
    data: str | None = None,
    views: int = 1,
    threads: int | None = None,
    *,
    label: str | None = None,
    as_is: bool = False,
    load: Callable[[str, str | None, bool], Dataset] | None = None,
) -> Evaluation:
    """Measure models, by name, file or run, that answer together with the mean of their answers.

    On the test data of the first one if no data set is named; calibrated where its validation data
    can be had. Labels count the model's classes, whichever of them the data have. `load` gets a
    data set by its name, label and as_is. Raises ModelError or DataError for what is not there.
    """
    loaded = [files.load(find(model)) for model in models]
    networks, about = [network for network, _ in loaded], loaded[0][1]
    everything = (load or _load)(data or known_data(about, NAMES), label, as_is)
    held_out = validation_part(about, everything)
    validation = held_out.test if held_out else None
    fitted = about.get("temperature") if len(networks) == views == 1 else None
    everything = _as_the_model_names_them(everything, about)
    return evaluate(
        networks,
        everything.test,
        everything.classes,
        validation,
        temperature=fitted,
        views=views,
        threads=threads,
    )


def _load(name: str, label: str | None, as_is: bool) -> Dataset:
    return load_data(name, label=label, as_is=as_is)


def _as_the_model_names_them(data: Dataset, about: About) -> Dataset:
    """The data with the model's classes, where it knows all of theirs; else as they are."""
    named = about.get("classes")
    if not named or not set(data.classes) <= set(named):
        return data
    return data.named_as(list(named))


def write_report(page: str | Path, model: str | Path, found: Evaluation) -> None:
    """Write one HTML page of a measured model, with the curves of the run that it lies in.

    Raises UsageError without matplotlib.
    """
    from inkgrad.atomic import atomic_write
    from inkgrad.evaluation.report import report
    from inkgrad.runs import read_history

    path = find(model)
    network, about = files.load(path)
    facts = [
        ("model", str(path)),
        ("trained on", str(about.get("data", "not said"))),
        ("seed", str(about.get("seed", "not said"))),
        ("parameters", f"{network.theta.size:,}"),
    ]
    title = f"{path.parent.name or path.stem}: {path.name}"
    history = read_history(path.parent)
    atomic_write(Path(page), report(title, network, found, history, facts))
