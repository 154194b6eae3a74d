"""The client in `examples/`, and a desk that is served for it as a person would serve it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from PIL import Image, ImageDraw, ImageFont

import inkgrad

CLIENT = Path(__file__).parents[2] / "examples" / "desk_client.py"
TOKENS = {
    "look": "0123456789abcdef",
    "settle": "123456789abcdef0",
    "administer": "23456789abcdef01",
}


def asked(at, role, path, said=None):
    headers = {"Authorization": f"Bearer {TOKENS[role]}", "Content-Type": "application/json"}
    content = None if said is None else json.dumps(said).encode()
    with urlopen(Request(at + path, content, headers), timeout=60) as answer:
        return json.load(answer)


@pytest.fixture
def environment():
    source = str(Path(inkgrad.__file__).parent.parent)
    kept = {name: value for name, value in os.environ.items() if name != "INKGRAD_TOKEN"}
    return {**kept, "PYTHONPATH": source}


@pytest.fixture
def desk(tmp_path, environment):
    """Where a desk is served whose tokens are in a file."""
    tokens = tmp_path / "tokens"
    tokens.write_text("".join(f"{role} {token}\n" for role, token in TOKENS.items()))
    command = [sys.executable, "-m", "inkgrad", "serve", tmp_path / "desk", "--port", "0"]
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(
            [*command, "--token-file", tokens], env=environment, stdout=said, stderr=said
        )
    try:
        for _ in range(600):
            told = (tmp_path / "said").read_text()
            if "Ctrl-C" in told:
                break
            assert process.poll() is None, told
            time.sleep(0.1)
        at = told.partition("/  Ctrl-C")[0]
        asked(at, "look", "/ready")
        yield at
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, (tmp_path / "said").read_text()


def test_the_client_sends_what_is_read_and_waits_for_a_person(desk, tmp_path, environment):
    image, broken = Image.new("L", (240, 80), 235), tmp_path / "broken.png"
    ImageDraw.Draw(image).text((30, 12), "20516", fill=40, font=ImageFont.load_default(44))
    image.save(tmp_path / "field.png")
    broken.write_bytes(b"no image")
    client = subprocess.Popen(
        [sys.executable, "-W", "error", CLIENT, tmp_path / "field.png", broken, "--wait"],
        env={**environment, "INKGRAD_DESK": desk, "INKGRAD_TOKEN": TOKENS["settle"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for _ in range(1200):
            if fields := asked(desk, "look", "/v1/results")["fields"]:
                break
            time.sleep(0.1)
        said = {"who": "ada", "version": 0, "text": "20516"}
        asked(desk, "settle", f"/v1/fields/{fields[0]['id']}/settle", said)
        told, _ = client.communicate(timeout=120)
    finally:
        client.kill()
        client.wait()
    (first, second) = told.splitlines()
    assert first in ("settled  field.png  20516", "accepted  field.png  20516")
    assert second.startswith("failed  broken.png: ")
    assert client.returncode == 0


def test_the_client_is_as_short_as_it_says():
    assert len(CLIENT.read_text(encoding="utf-8").splitlines()) <= 50
