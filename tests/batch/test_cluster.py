"""A real cluster on this machine, of worker processes, one of which is killed at work."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkgrad.batch import on_cluster
from inkgrad.batch.on_cluster import read_all_on
from inkgrad.batch.rows import Task, read_all
from inkgrad.data.datasets import load
from inkgrad.errors import UsageError
from inkgrad.nn import files
from inkgrad.nn.architectures import line_reader
from inkgrad.reading.number import NumberReader

pytestmark = pytest.mark.filterwarnings("ignore")  # what a dying worker leaves open is not ours


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    network = line_reader("0123456789")
    network.layers[-1].W *= 0.02
    path = tmp_path_factory.mktemp("model") / "reader.safetensors"
    files.save(network, path, {"alphabet": "0123456789"})
    return path


@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_nothing_is_read_twice(model, tmp_path):
    from distributed import LocalCluster

    digits = load("mnist-5k").train.images
    paths = []
    for i in range(120):
        paths.append(tmp_path / f"{i:03}.png")
        Image.fromarray(255 - np.hstack(digits[i * 3 : i * 3 + 3])).save(paths[-1])
    expected = [row for (row,) in read_all(NumberReader.load(model), Task(), paths)]
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as machines:
        rows = []
        for (row,) in read_all_on(machines.scheduler_address, [model], Task(), paths):
            if len(rows) == 20:
                victim = next(iter(machines.workers.values())).pid
                os.kill(victim, signal.SIGKILL)
            rows.append(row)
        assert victim not in [worker.pid for worker in machines.workers.values()]
    assert [row.path for row in rows] == [row.path for row in expected]
    for row, same in zip(rows, expected, strict=True):
        assert row.text == same.text
        assert row.confidence == pytest.approx(same.confidence, abs=1e-6)


def test_where_no_scheduler_is_it_is_said_soon(model, monkeypatch):
    monkeypatch.setattr(on_cluster, "_PATIENCE", 1.0)
    started = time.monotonic()
    with pytest.raises(UsageError, match="no Dask scheduler answers there"):
        list(read_all_on("tcp://127.0.0.1:9", [model], Task(), []))
    assert time.monotonic() - started < 30
