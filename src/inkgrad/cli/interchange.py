"""`inkgrad export`: a model for the tools of others; `inkgrad models import`: one from there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import aside, busy, say, writable, write_out


def export(
    model: Annotated[str, typer.Argument(help="A shipped model, a file, or a run's folder.")],
    onnx: Annotated[
        Path | None, typer.Option(help="Write it as ONNX, opset 17, for onnxruntime and others.")
    ] = None,
    torch: Annotated[
        Path | None, typer.Option(help="Write weights for PyTorch, as safetensors.")
    ] = None,
    hub: Annotated[
        Path | None, typer.Option(help="Write a folder for a model hub: weights and a card.")
    ] = None,
    licence: Annotated[
        str | None,
        typer.Option(help="The hub's name of its licence.", show_default="mit for shipped models"),
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Write a model as others read it: ONNX, PyTorch's weights and the lines that load them, a hub.

    A file holds one network: of several, PyTorch's become FILE-1, FILE-2, ..., and those in ONNX
    that read lines. Others answer with the mean of their probabilities, in one file of ONNX.
    Nothing is uploaded.
    """
    from inkgrad.errors import UsageError, needed
    from inkgrad.interchange.ensemble import opened, targets
    from inkgrad.interchange.hub import export_hub, hub_targets
    from inkgrad.interchange.onnx_model import export_onnx, onnx_targets
    from inkgrad.interchange.pytorch import export_torch

    if onnx is None and torch is None and hub is None:
        raise UsageError("nothing to write, expected --onnx FILE, --torch FILE or --hub FOLDER")
    if onnx is not None:
        needed("onnx", "onnx", "writing ONNX")
    given = opened(model)
    for path in [
        *(onnx_targets(given, onnx) if onnx else ()),
        *(targets(torch, len(given.networks)) if torch else ()),
        *(hub_targets(hub) if hub else ()),
    ]:
        writable(path, force)
    if onnx is not None:
        with busy("writing ONNX"):
            paths = export_onnx(given, onnx)
        aside(f"{given.name}: written to {', '.join(map(str, paths))}")
    if hub is not None:
        paths = export_hub(model, hub, licence)
        aside(f"{given.name}: written to {', '.join(map(str, paths))}; nothing was uploaded")
    for file in export_torch(given, torch) if torch else ():
        aside(f"{given.name}: written to {file.path}, which these lines load:")
        write_out(file.code)


def import_weights(
    weights: Annotated[Path, typer.Argument(help="Weights of PyTorch, as safetensors.")],
    out: Annotated[Path, typer.Option(help="File of the model to write.")],
    network: Annotated[
        str | None,
        typer.Option(
            help="What they are of: deck, lenet, cnn:large, mlp:512-256, line:small ..., or a "
            "model whose layers and classes it has.",
            show_default="what the file says",
        ),
    ] = None,
    alphabet: Annotated[
        str | None, typer.Option(help="The characters that a line:... reads, in their order.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over a file that is there.")] = False,
) -> None:
    """Make a model of weights that were trained with PyTorch.

    Modules with weights are taken in the order of their names. A file that `inkgrad export --torch`
    wrote says itself of what it is.
    """
    from inkgrad.interchange.pytorch import import_torch

    made = import_torch(weights, writable(out, force), network, alphabet)
    say(f"{made.theta.size:,} parameters, written to {out}")
