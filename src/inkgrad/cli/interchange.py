"""`inkgrad export`: a model for the tools of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inkgrad.cli.show import busy, say, writable


def export(
    model: Annotated[str, typer.Argument(help="A shipped model, a file, or a run's folder.")],
    onnx: Annotated[
        Path | None, typer.Option(help="Write it as ONNX, opset 17, for onnxruntime and others.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Write over files that are there.")] = False,
) -> None:
    """Write a model as others read it: ONNX.

    A model of several networks that read lines becomes a file for each: FILE-1, FILE-2, ...
    """
    from inkgrad.errors import UsageError, needed
    from inkgrad.interchange.ensemble import opened
    from inkgrad.interchange.onnx_model import export_onnx, onnx_targets

    if onnx is None:
        raise UsageError("nothing to write, expected --onnx FILE")
    needed("onnx", "onnx", "writing ONNX")
    given = opened(model)
    for path in onnx_targets(given, onnx):
        writable(path, force)
    with busy("writing ONNX"):
        paths = export_onnx(given, onnx)
    say(f"{given.name}: written to {', '.join(map(str, paths))}")
