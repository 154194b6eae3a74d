"""Downloads, against a real server on loopback that can break off, lie and resume."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from inkgrad.data import catalogue, fetching
from inkgrad.data.datasets import load
from inkgrad.data.download import download
from inkgrad.data.idx import write_idx
from inkgrad.errors import DataError

CONTENT = bytes(range(256)) * 2000
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Range")))
        content = self.server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        if start >= len(content):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        broken = self.path in self.server.break_off
        self.wfile.write(content[start : start + 100_000] if broken else content[start:])

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.files, server.break_off, server.asked = {"/good": CONTENT}, set(), []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_next_mirror_is_tried_and_progress_told(server, tmp_path):
    told = []
    download(
        tmp_path / "file",
        [f"{server.url}/none", f"{server.url}/good"],
        MD5,
        lambda *facts: told.append(facts),
    )
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert told[-1] == ("file", len(CONTENT), len(CONTENT))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_download_goes_on_where_it_broke_off(server, tmp_path):
    server.break_off.add("/good")
    with pytest.raises(DataError, match=r"ended after 100,000 of 512,000 bytes"):
        download(tmp_path / "file", [f"{server.url}/good"], MD5)
    assert not (tmp_path / "file").exists()
    server.break_off.clear()
    download(tmp_path / "file", [f"{server.url}/good"], MD5)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert server.asked[-1] == ("/good", "bytes=100000-")


def test_a_wrong_checksum_is_refused_and_nothing_kept(server, tmp_path):
    server.files["/good"] = CONTENT[:-1] + b"!"
    with pytest.raises(DataError, match="wrong checksum .* expected " + MD5):
        download(tmp_path / "file", [f"{server.url}/good"], MD5)
    assert not list(tmp_path.iterdir())


def test_no_network_is_one_line_that_names_every_mirror(tmp_path):
    urls = ["http://127.0.0.1:9/a", "http://localhost:9/b"]
    with pytest.raises(DataError, match=r"127\.0\.0\.1:9.*localhost:9") as caught:
        download(tmp_path / "file", urls, MD5)
    assert "\n" not in str(caught.value)


def test_a_named_set_is_downloaded_once_then_kept(server, tmp_path, monkeypatch):
    files = {}
    for part, (name, _) in catalogue.SOURCES["kmnist"].files.items():
        array = np.zeros((20, 28, 28) if "images" in part else 20, np.uint8)
        write_idx(array, tmp_path / name)
        content = (tmp_path / name).read_bytes()
        server.files[f"/{name}"] = content
        files[part] = (name, hashlib.md5(content, usedforsecurity=False).hexdigest())
    source = replace(catalogue.SOURCES["kmnist"], files=files, mirrors=(f"{server.url}/",))
    monkeypatch.setitem(catalogue.SOURCES, "kmnist", source)
    monkeypatch.setenv("INKGRAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("INKGRAD_DATA", raising=False)
    assert len(load("kmnist").train) == 20
    asked = len(server.asked)
    assert len(load("kmnist").train) == 20
    assert len(server.asked) == asked == 4


def test_the_archive_gives_every_set_in_it_and_goes(server, tmp_path, monkeypatch):
    emnist = [s for s in catalogue.SOURCES.values() if s.archive]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as zipped:
        for source in emnist:
            for part, (name, _) in source.files.items():
                first = source.first_label
                array = (
                    np.zeros((30, 28, 28), np.uint8)
                    if "images" in part
                    else np.full(30, first, np.uint8)
                )
                write_idx(array, tmp_path / name)
                zipped.write(tmp_path / name, f"gzip/{name}")
    content = (tmp_path / "a.zip").read_bytes()
    server.files["/emnist.zip"] = content
    archive = replace(
        emnist[0].archive,
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        mirrors=(f"{server.url}/emnist.zip",),
    )
    for source in emnist:
        monkeypatch.setitem(catalogue.SOURCES, source.name, replace(source, archive=archive))
    monkeypatch.setenv("INKGRAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("INKGRAD_DATA", raising=False)
    for name in ("emnist-letters", "emnist-balanced", "emnist-digits"):
        assert len(load(name).train) == 30
    assert len(server.asked) == 1
    assert not (fetching.cache_folder() / "emnist" / archive.name).exists()


def test_every_set_to_download_has_several_mirrors():
    for source in catalogue.SOURCES.values():
        mirrors = source.archive.mirrors if source.archive else source.mirrors
        assert len(mirrors) != 1
