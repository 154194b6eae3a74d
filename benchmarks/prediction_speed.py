"""Predicting one digit, and 10,000: ours against PyTorch, onnxruntime and scikit-learn.

    python benchmarks/prediction_speed.py [--json]

The network is the deck's, with the same weights in every library. Each library runs in a process of
its own with 1 and 2 threads, the processes take turns, and the median over all turns counts; its
best is compared with our best. A library that is not installed is said and skipped.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import machine
from race import race, serve

COUNTS = (1, 10_000)
Step = Callable[[int], object]


def pixels(count: int) -> np.ndarray:
    """Real digits, (count, 784) float32 in 0..1, the same for all."""
    from inkgrad import load

    test = load("mnist-5k").test
    places = np.random.default_rng(0).integers(0, len(test), count)
    return test.images[places].reshape(count, 784).astype(np.float32) / 255


def ours(count: int, threads: int) -> Step:
    from inkgrad import deck, logits_of

    network, x = deck(), pixels(count)
    if count == 1:
        return lambda i: network(x)
    return lambda i: logits_of(network, x, threads)


def pytorch(count: int, threads: int) -> Step:
    import torch

    torch.set_num_threads(threads)
    model, x = torch_deck(), torch.from_numpy(pixels(count))

    def step(i: int) -> None:
        with torch.inference_mode():
            model(x)

    return step


def torch_deck():
    import torch
    from torch.nn import Linear, ReLU, Sequential

    from inkgrad import deck

    model = Sequential(Linear(784, 128), ReLU(), Linear(128, 64), ReLU(), Linear(64, 10))
    weights = deck().parameters()
    with torch.no_grad():
        for place in (0, 2, 4):
            model[place].weight.copy_(torch.from_numpy(weights[f"{place}.W"].T.copy()))
            model[place].bias.copy_(torch.from_numpy(weights[f"{place}.b"].copy()))
    return model


def onnxruntime(count: int, threads: int) -> Step:
    import onnx
    import onnxruntime as runtime
    from onnx import TensorProto, helper, numpy_helper

    from inkgrad import deck

    weights, nodes, at = deck().parameters(), [], "x"
    for place in (0, 2, 4):
        nodes.append(helper.make_node("Gemm", [at, f"{place}.W", f"{place}.b"], [f"y{place}"]))
        at = f"y{place}"
        if place < 4:
            nodes.append(helper.make_node("Relu", [at], [f"r{place}"]))
            at = f"r{place}"
    graph = helper.make_graph(
        nodes,
        "deck",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 784])],
        [helper.make_tensor_value_info(at, TensorProto.FLOAT, ["n", 10])],
        [numpy_helper.from_array(np.ascontiguousarray(w), name) for name, w in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deck.onnx"
        onnx.save(model, path)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        session = runtime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    x = pixels(count)
    return lambda i: session.run(None, {"x": x})


PEERS = {"PyTorch": ("pytorch", "torch"), "onnxruntime": ("onnxruntime", "onnxruntime")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one object a line")
    parser.add_argument("--worker", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.worker:
        function, given = arguments.worker
        serve(globals()[function](**json.loads(given)), steps=25)
        return
    print(machine.describe(), file=sys.stderr)
    libraries = {"inkgrad": "ours"}
    for name, (function, module) in PEERS.items():
        if find_spec(module):
            libraries[name] = function
        else:
            print(f"{name} is not installed: skipped", file=sys.stderr)
    if not arguments.json:
        print("digits  peer          ours ms  peer ms  ratio  threads (ours; peer)")
    for count in COUNTS:
        jobs = {
            (name, threads): (function, {"count": count, "threads": threads})
            for name, function in libraries.items()
            for threads in (1, 2)
        }
        medians = race(Path(__file__), jobs)
        best = {
            name: min((medians[name, threads], threads) for threads in (1, 2)) for name in libraries
        }
        ours_ms, ours_threads = best.pop("inkgrad")
        for peer, (peer_ms, peer_threads) in best.items():
            row = {
                "network": "deck",
                "peer": peer,
                "digits": count,
                "ours_ms": round(ours_ms, 4),
                "peer_ms": round(peer_ms, 4),
                "ratio": round(peer_ms / ours_ms, 3),
                "ours_setting": f"{ours_threads} threads",
                "peer_setting": f"{peer_threads} threads",
            }
            if arguments.json:
                print(json.dumps(row), flush=True)
            else:
                print(
                    f"{count:>6}  {peer:<12} {ours_ms:>8.4f} {peer_ms:>8.4f} "
                    f"{peer_ms / ours_ms:>6.2f}  {ours_threads}; {peer_threads}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
