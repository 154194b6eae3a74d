"""Whether PyTorch answers as inkgrad does, with the weights and the lines that `export` writes.

Every architecture and every shipped network, on seeded random input: the largest difference of a
logit, in parts of the largest logit. Then PyTorch trains a network for a step, and its weights come
back. Needs PyTorch (pip install torch), which nothing else in inkgrad does.

python benchmarks/torch_exchange.py
"""

from __future__ import annotations

import os
import runpy
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from inkgrad import load_network
from inkgrad.interchange.ensemble import Ensemble, opened
from inkgrad.interchange.pytorch import export_torch, import_torch
from inkgrad.nn.architectures import build, line_reader
from inkgrad.nn.network import Network
from inkgrad.pretrained.shipped import names

ALLOWED = 1e-5
TRIES = 8  # images


def networks() -> Iterator[tuple[str, Network]]:
    for name in ("deck", "mlp:64-32", "mlp:wide", "lenet", "cnn", "cnn:large", "tiny"):
        yield name, build(name, dropout=0.1, normalize=name == "mlp:64-32")
    for size in ("small", "medium", "large", "joined"):
        yield f"line:{size}", line_reader("0123456789", size)
    for name in names():
        for place, network in enumerate(opened(name).networks, 1):
            yield f"{name} {place}", network


def loaded(network: Network, folder: Path) -> torch.nn.Sequential:
    """What the printed lines make of the file."""
    (file,) = export_torch(Ensemble([network], {}, "it"), folder / "it.safetensors")
    script = folder / "load.py"
    script.write_text(file.code)
    os.chdir(folder)
    return runpy.run_path(str(script))["model"]


def difference(network: Network, model: torch.nn.Module, x: np.ndarray) -> float:
    theirs = torch.from_numpy(np.ascontiguousarray(np.moveaxis(x, -1, 1) if x.ndim > 2 else x))
    with torch.no_grad():
        y = np.moveaxis(model(theirs).numpy(), 1, -1)
    ours = network(x)
    return float(np.abs(y - ours).max() / max(1.0, np.abs(ours).max()))


def round_trip(folder: Path) -> float:
    """A step of PyTorch's on a network of ours, read back."""
    model = loaded(build("lenet", seed=1), folder).train()
    torch.manual_seed(0)
    x = torch.rand(16, 1, 28, 28)
    torch.nn.functional.cross_entropy(model(x), torch.arange(16) % 10).backward()
    torch.optim.SGD(model.parameters(), 0.1).step()
    save_file(model.state_dict(), folder / "trained.safetensors")
    import_torch(folder / "trained.safetensors", folder / "back.safetensors", "lenet")
    network, _ = load_network(folder / "back.safetensors")
    return difference(network, model.eval(), np.ascontiguousarray(x.permute(0, 2, 3, 1).numpy()))


def main() -> None:
    rng = np.random.default_rng(0)
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, network in networks():
            x = rng.random((TRIES, *network.input_shape), np.float32)
            found = difference(network, loaded(network, folder), x)
            print(f"{title:<16} {found:.1e}", flush=True)
            worst = max(worst, found)
        found = round_trip(folder)
        print(f"{'trained there':<16} {found:.1e}")
        os.chdir("/")
    worst = max(worst, found)
    print(f"PyTorch {torch.__version__}: largest difference {worst:.1e}, allowed {ALLOWED:.0e}")
    sys.exit(worst > ALLOWED)


if __name__ == "__main__":
    main()
