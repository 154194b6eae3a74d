"""`inkgrad read --as text` as people use it, with the weights that come along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from inkgrad.evaluation.metrics import character_error_rate

LINES = ["Plant tomatoes in May", "water them every morning", "Call 555-0134 about paint"]


def inkgrad(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inkgrad", "read", "--as", "text", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "100"},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A page in Pillow's own font, and a file that is no image."""
    folder = tmp_path_factory.mktemp("pages")
    image = Image.new("L", (1000, 620), 236)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(42)
    for i, text in enumerate(LINES):
        draw.text((90, 100 + 90 * i), text, fill=45, font=font)
    draw.ellipse((620, 400, 900, 600), outline=40, width=7)
    image.save(folder / "page.png")
    (folder / "broken.jpg").write_bytes(b"no image")
    return folder


def test_a_page_becomes_its_text(folder):
    done = inkgrad("page.png", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert character_error_rate(["\n".join(LINES)], [done.stdout.strip()]) < 0.1


def test_json_says_where_words_and_drawings_are_and_what_the_ink_alone_says(folder):
    done = inkgrad("page.png", "--format", "json", "--out", "page.json", "--force", cwd=folder)
    assert done.returncode == 0, done.stderr
    (page,) = json.loads((folder / "page.json").read_text())["pages"]
    words = [w for p in page["paragraphs"] for line in p["lines"] for w in line["words"]]
    assert len(words) == sum(len(line.split()) for line in LINES)
    for word in words:
        left, top, right, bottom = word["box"]
        assert 80 <= left < right <= 1000
        assert 90 <= top < bottom <= 360
        assert 0 <= word["confidence"] <= 1
        assert word["raw"]
    (drawing,) = page["drawings"]
    assert drawing["kind"] == "drawing"
    assert all(abs(a - b) < 12 for a, b in zip(drawing["box"], (620, 400, 900, 600), strict=True))
    assert "page.json: 1 pages" in done.stdout


def test_what_is_no_image_is_one_line_and_the_rest_is_read(folder):
    done = inkgrad("broken.jpg", "page.png", cwd=folder)
    assert done.returncode == 1
    assert "tomatoes" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "broken.jpg: is no image" in done.stderr


def test_a_picture_of_the_page_is_drawn(folder):
    done = inkgrad("page.png", "--show", "seen.png", "--force", cwd=folder)
    assert done.returncode == 0, done.stderr
    with Image.open(folder / "seen.png") as seen:
        colours = {c: n for n, c in seen.convert("RGB").getcolors(1 << 22)}
    assert colours[(39, 174, 96)] > 20  # baselines
    assert colours[(44, 127, 184)] > 20  # boxes of words
    assert colours[(127, 140, 141)] > 20  # the drawing that is left out
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["page.png", "--format", "pdf"], "expected --out FILE.pdf"),
        (["page.png", "--format", "tsv"], "format 'tsv' is unknown"),
        (["page.png", "--pattern", "999"], "--pattern is for numbers"),
        (["page.png", "--model", "numbers"], "reads no spaces"),
        (["nothing"], "no such file"),
    ],
)
def test_what_makes_no_sense_is_one_line(folder, arguments, message):
    done = inkgrad(*arguments, cwd=folder)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_format_of_a_page_follows_the_suffix(folder):
    done = inkgrad("page.png", "--out", "page.hocr", "--force", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "ocr_page" in (folder / "page.hocr").read_text()
    refused = inkgrad("page.png", "--out", "page.docx", cwd=folder)
    assert "page.docx: is of no known format, expected .txt, .md" in refused.stderr
