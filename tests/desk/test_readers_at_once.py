"""Several processes, or a cluster, that read for a desk."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PIL import Image

from inkgrad.data.datasets import load
from inkgrad.desk import pictures_kept
from inkgrad.desk.cluster_reader import ClusterReader
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.readers_at_once import ReadersAtOnce
from inkgrad.desk.waiting_room import Busy
from inkgrad.errors import DataError, ImageError, UsageError


class Slow:
    """A worker that takes until it is told, and says who it is."""

    ready = True

    def __init__(self, name, gate):
        self.name, self.gate, self.closed = name, gate, False

    def read(self, sha256, name, kind):
        assert self.gate.wait(20)
        return [(1, 0, ReadField(self.name, 1.0, "read"))]

    def close(self):
        self.closed = True


def test_as_many_read_at_once_as_there_are_and_one_more_waits():
    gate, said = threading.Event(), []
    crew = ReadersAtOnce([Slow("a", gate), Slow("b", gate)], most=3)
    threads = [
        threading.Thread(target=lambda: said.append(crew.read("0" * 64, "x", "zip")[0][2].text))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 20
    while True:  # until all three have their places
        try:
            crew._room._counting.acquire()
            there = crew._room._there
        finally:
            crew._room._counting.release()
        if there == 3 or time.monotonic() > deadline:
            break
        time.sleep(0.01)
    with pytest.raises(Busy, match="3 files wait to be read"):
        crew.read("0" * 64, "x", "zip")
    gate.set()
    for thread in threads:
        thread.join(20)
    assert sorted(said)[0] == "a"
    assert sorted(said)[-1] == "b"
    assert len(said) == 3


def test_one_alone_is_asked_while_nothing_else_is_read():
    gate = threading.Event()
    gate.set()
    crew = ReadersAtOnce([Slow("a", gate), Slow("b", gate)])
    assert {crew.read("0" * 64, "x", "zip")[0][2].text for _ in range(4)} == {"a"}
    assert crew.ready
    crew.close()
    assert [worker.closed for worker in crew._workers] == [True, True]


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made.scheduler_address


def number() -> bytes:
    train = load("mnist-5k").train
    row = np.hstack([train.images[np.flatnonzero(train.labels == int(c))[7]] for c in "47325"])
    large = Image.fromarray(row).resize((row.shape[1] * 3, row.shape[0] * 3))
    grey = (240 - 0.8 * np.pad(np.asarray(large, float), ((12, 12), (30, 30)))).astype(np.uint8)
    import io

    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG")
    return out.getvalue()


def test_a_cluster_reads_and_its_pictures_come_back(cluster, tmp_path):
    reader = ClusterReader(tmp_path, cluster, 0.01)
    try:
        assert reader.ready
        sha256 = pictures_kept.keep(tmp_path, number())
        ((page, part, read),) = reader.read(sha256, "number.png", "number")
        assert (page, part, read.text) == (1, 0, "47325")
        for kind in ("", "number"):
            assert pictures_kept.shown(tmp_path, sha256, 1, kind).is_file()
        other = pictures_kept.keep(tmp_path, b"no image")
        with pytest.raises(ImageError, match=r"^x\.png: "):
            reader.read(other, "x.png", "number")
    finally:
        reader.close()


def test_where_no_cluster_is_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("inkgrad.batch.on_cluster._PATIENCE", 0.2)
    with pytest.raises(UsageError, match="no Dask scheduler answers there"):
        ClusterReader(tmp_path, "tcp://127.0.0.1:9")


@pytest.mark.parametrize("name", ["../x.png", "shown/../../x.png", "files/ab/x", "shown/ab/x.png"])
def test_no_other_machine_names_a_file_elsewhere(tmp_path, name):
    with pytest.raises(DataError, match="is no picture of a desk"):
        pictures_kept.among(tmp_path, name)
