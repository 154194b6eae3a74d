"""`inkgrad read` and `inkgrad sort` as people use them, with the weights that come along."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from inkgrad.batch.job import partial_of
from inkgrad.batch.rows import Task
from inkgrad.data.datasets import load
from inkgrad.pretrained.shipped import find
from inkgrad.reading.number import NumberReader


def inkgrad(*arguments: object, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inkgrad", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        input=stdin,
        env={**os.environ, "COLUMNS": "100"},
    )


def write_number(path: Path, number: str, seed: int) -> None:
    """A number in dark ink on paper, its digits from the embedded test part."""
    rng = np.random.default_rng(seed)
    test = load("mnist-5k").test
    images = [rng.choice(test.images[test.labels == int(digit)]) for digit in number]
    row = np.hstack(images)
    paper = np.full((44, row.shape[1] + 24), 215.0)
    paper[8:36, 12:-12] -= 0.65 * row
    Image.fromarray(paper.astype(np.uint8)).resize((2 * paper.shape[1], 88)).save(path)


NUMBERS = ["10001", "90210", "60614", "33101", "02139", "73301", "48226", "97205"]


@pytest.fixture
def fields(tmp_path) -> Path:
    folder = tmp_path / "fields"
    folder.mkdir()
    for i, number in enumerate(NUMBERS):
        write_number(folder / f"{i}.png", number, i)
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def test_a_folder_of_fields_becomes_a_table(fields, tmp_path):
    done = inkgrad("read", fields, "--pattern", "99999", cwd=tmp_path)
    rows = table(done.stdout)
    assert [Path(row["path"]).name for row in rows] == [f"{i}.png" for i in range(8)]
    right = sum(row["text"] == number for row, number in zip(rows, NUMBERS, strict=True))
    assert right >= 7
    assert all(0 <= float(row["confidence"]) <= 1 for row in rows)
    assert {row["status"] for row in rows} == {"read"}


def test_a_file_gives_patterns_names(fields, tmp_path):
    (tmp_path / "own.toml").write_text("code = '99999'", encoding="utf-8")
    command = ["read", fields / "0.png", "--patterns", "own.toml"]
    (row,) = table(inkgrad(*command, "--pattern", "{code}", cwd=tmp_path).stdout)
    assert (row["text"], row["status"]) == (NUMBERS[0], "read")
    wrong = inkgrad(*command, cwd=tmp_path)
    assert wrong.returncode == 1
    assert wrong.stderr.splitlines() == [
        "inkgrad: own.toml: gives patterns names, expected one to read by: --pattern '{code}'"
    ]


def test_a_spreadsheet_keeps_what_is_read(fields, tmp_path):
    command = ["read", fields / "0.png", "--pattern", "99999", "--excel"]
    (row,) = csv.DictReader(inkgrad(*command, cwd=tmp_path).stdout.splitlines())
    assert row["text"] == f'="{NUMBERS[0]}"'
    wrong = inkgrad(*command, "--format", "tsv", cwd=tmp_path)
    assert wrong.returncode == 1
    assert "--excel is for CSV" in wrong.stderr


def test_one_unreadable_file_is_a_row_and_not_the_end(fields, tmp_path):
    (fields / "4.png").write_bytes(b"not an image")
    done = inkgrad("read", fields, "--format", "json", "--alternatives", 2, cwd=tmp_path)
    assert done.returncode == 1
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["status"] for row in rows].count("failed") == 1
    assert rows[4]["status"] == "failed"
    assert "4.png: is no image" in done.stderr
    assert len(rows[0]["alternatives"]) == 2


def test_a_list_on_standard_input_and_a_file_that_is_not_written_over(fields, tmp_path):
    names = "".join(f"{fields / f'{i}.png'}\n" for i in (3, 0))
    blurred = Image.open(fields / "0.png").filter(ImageFilter.GaussianBlur(6))
    blurred.save(fields / "0.png")
    command = ["read", "-", "--as", "zip", "--max-error", "0.05", "--out", "out.tsv"]
    done = inkgrad(*command, cwd=tmp_path, stdin=names)
    assert done.returncode == 0, done.stderr
    assert "out.tsv: " in done.stdout
    rows = table((tmp_path / "out.tsv").read_text())
    assert [Path(row["path"]).name for row in rows] == ["3.png", "0.png"]
    least = NumberReader.load(find("numbers")).threshold(0.05)
    assert 0 < least < 1
    assert [float(row["confidence"]) >= least for row in rows] == [True, False]
    assert [row["status"] for row in rows] == ["read", "rejected"]
    again = inkgrad(*command, cwd=tmp_path, stdin=names)
    assert again.returncode == 1
    assert again.stderr == "inkgrad: out.tsv: is there already: choose another name, or --force\n"
    assert inkgrad(*command, "--force", cwd=tmp_path, stdin=names).returncode == 0


@pytest.mark.slow
def test_a_run_that_was_killed_goes_on_where_it_was(fields, tmp_path):
    for i in range(8, 120):
        write_number(fields / f"{i:03}.png", "12345", i)
    command = [sys.executable, "-m", "inkgrad", "read", fields, "--out", "out.tsv", "--threads", 1]

    def begun() -> list[Path]:
        return list(tmp_path.glob("out.tsv.*.partial"))

    with subprocess.Popen([str(part) for part in command], cwd=tmp_path) as process:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and (
            not begun() or begun()[0].read_text().count("\n") < 5
        ):
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
    assert not (tmp_path / "out.tsv").exists()
    (partial,) = begun()
    whole = partial.read_bytes()
    before = whole.count(b"\n")
    assert 4 <= before < 120
    partial.write_bytes(whole + b'{"file": "fields/cut off", "rows"')
    done = subprocess.run(
        [str(part) for part in command], cwd=tmp_path, capture_output=True, text=True
    )
    assert f"{before} from before" in done.stdout
    rows = table((tmp_path / "out.tsv").read_text())
    assert len(rows) == len({row["path"] for row in rows}) == 120
    assert not partial.exists()


def test_every_stage_is_drawn(fields, tmp_path):
    done = inkgrad("read", fields / "0.png", "--show", "stages.png", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "stages.png") as image:
        colours = {c: n for n, c in image.convert("RGB").getcolors(1 << 20)}
    assert colours[(42, 125, 225)] > 3  # characters over their places
    assert sum(n for (r, g, b), n in colours.items() if b > r + 40) > 500  # and the places


def test_a_folder_without_images_is_said(tmp_path):
    (tmp_path / "empty").mkdir()
    done = inkgrad("read", "empty", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "inkgrad: empty: no images there, expected some to read\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pattern", "--"], "pattern '--' has nothing to read"),
        (["--as", "word"], "as 'word' is unknown, expected one of number, zip, envelope"),
        (["--format", "xml"], "format 'xml' is unknown"),
        (["--model", "digits"], "is no reader of lines"),
        (["--scheduler", "tcp://127.0.0.1:9"], "no Dask scheduler answers there"),
    ],
)
def test_what_makes_no_sense_is_one_line(arguments, message, fields, tmp_path):
    done = inkgrad("read", fields, *arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert message in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr


def test_pieces_are_sorted_by_plan(fields, tmp_path):
    (tmp_path / "plan.csv").write_text("prefix,bin\n0,east\n1,east\n3,south\n6,middle\n9,west\n")
    command = ["sort", fields, "--plan", "plan.csv", "--out", "bins", "--max-error", "0.2"]
    done = inkgrad(*command, "--move", "--review", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "bins" / "bins.csv").read_text().splitlines()))
    columns = ["piece", "zip", "state", "confidence", "bin", "moved_to", "reason"]
    assert list(rows[0]) == columns
    bins = {Path(row["piece"]).name: row["bin"] for row in rows}
    wanted = dict(zip([f"{i}.png" for i in range(8)],
                      ["east", "west", "middle", "south", "east", "manual", "manual", "west"],
                      strict=True))  # fmt: skip
    assert sum(bins[name] in (bin_, "manual") for name, bin_ in wanted.items()) >= 7
    assert bins["6.png"] == "manual"  # 48226 has no bin
    for row in rows:
        name = Path(row["piece"]).name
        assert Path(row["moved_to"]) == Path("bins") / row["bin"] / name
        assert (tmp_path / row["moved_to"]).exists()
    assert "for a person to settle" in (tmp_path / "bins" / "review.html").read_text()
    assert (tmp_path / "bins" / "bins.png").exists()
    assert not list(fields.iterdir())
    write_number(fields / "0.png", "10001", 0)  # the next batch uses the same names
    reviewed = (tmp_path / "bins" / "review.html").read_bytes()
    more = inkgrad(*command, "--move", "--add", "--review", cwd=tmp_path)
    assert more.returncode == 0, more.stderr
    assert "9 pieces" in more.stdout
    assert "8 from before" in more.stdout
    table = (tmp_path / "bins" / "bins.csv").read_text()
    later = list(csv.DictReader(table.splitlines()))
    assert later[:8] == rows
    assert Path(later[8]["moved_to"]).name == "0-2.png"
    assert (tmp_path / "bins" / "review.html").read_bytes() == reviewed
    assert (tmp_path / "bins" / "review-2.html").exists()
    refused = inkgrad(*command, cwd=tmp_path)
    assert refused.returncode == 1
    assert "choose another name, or --add or --force" in refused.stderr
    assert (tmp_path / "bins" / "bins.csv").read_text() == table


def test_what_sort_cannot_read_is_said_and_its_own_output_is_not_sorted(fields, tmp_path):
    (tmp_path / "plan.csv").write_text("prefix,bin\n,all\n")
    (fields / "4.png").write_bytes(b"not an image")
    (fields / "dir.png").mkdir()
    (fields / ".hidden.png").write_bytes(b"what an editor left")
    odd = os.fsencode(fields) + b"/\xff.png"
    Path(os.fsdecode(odd)).write_bytes((fields / "0.png").read_bytes())
    command = ["sort", "-", "--plan", "plan.csv", "--out", fields / "bins"]
    done = inkgrad(*command, "--move", cwd=tmp_path, stdin=f"{fields}\r\n")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "4.png: is no image" in done.stderr
    text = (fields / "bins" / "bins.csv").read_text(errors="surrogateescape")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 9
    assert [row["reason"] for row in rows if row["reason"]] == [
        f"{fields / '4.png'}: is no image, expected PNG, JPEG, TIFF, BMP, GIF, WebP, PGM, "
        "JPEG 2000, HEIC or PDF"
    ]
    again = inkgrad(*command, "--force", cwd=tmp_path, stdin=f"{fields}\n")
    assert again.returncode == 0, again.stderr
    assert "0 pieces" in again.stdout


def test_ctrl_c_says_that_what_was_read_is_kept(fields, tmp_path):
    for i in range(8, 120):
        write_number(fields / f"{i:03}.png", "12345", i)
    with subprocess.Popen(
        [sys.executable, "-m", "inkgrad", "read", fields, "--out", "out.tsv", "--threads", "1"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and not any(
            path.read_text() for path in tmp_path.glob("out.tsv.*.partial")
        ):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "inkgrad: stopped: the same command goes on\n"
    assert list(tmp_path.glob("out.tsv.*.partial"))


def test_a_partial_of_another_model_is_not_gone_on_with(tmp_path):
    for name, model in (("a", "numbers"), ("b", "text"), ("c", "numbers")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(find(model).read_bytes())
    a, b, c = (
        partial_of(tmp_path / "out.tsv", Task(), [tmp_path / name / "model.safetensors"])
        for name in "abc"
    )
    assert a == c != b


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("forms.csv", "path,text,confidence,status"),
        ("forms.tsv", "path\ttext\tconfidence\tstatus"),
        ("forms", "path\ttext\tconfidence\tstatus"),
        ("forms.JSON", '{"path": '),
    ],
)
def test_the_format_follows_the_suffix(name, first, fields, tmp_path):
    done = inkgrad("read", fields / "0.png", "--out", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / name).read_text().startswith(first)


def test_a_file_of_no_known_format_is_refused_before_anything_is_read(fields, tmp_path):
    done = inkgrad("read", fields, "--out", "forms.xlsx", cwd=tmp_path)
    expected = "expected .tsv, .txt, .csv, .json, .jsonl"
    assert done.stderr == f"inkgrad: forms.xlsx: is of no known format, {expected}\n"
    assert done.returncode == 1
    assert not list(tmp_path.glob("forms*"))


def piped(*arguments: object, cwd: Path, stdin: bytes) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "inkgrad", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, input=stdin)


def test_standard_input_is_an_image_or_a_list_with_nuls(fields, tmp_path):
    named = inkgrad("read", fields / "0.png", cwd=tmp_path).stdout.splitlines()[1]
    for source in ("-", "/dev/stdin"):
        done = piped("read", source, cwd=tmp_path, stdin=(fields / "0.png").read_bytes())
        assert done.returncode == 0, done.stderr
        row = done.stdout.decode().splitlines()[1]
        assert row.split("\t") == [source, *named.split("\t")[1:]]
    odd = fields / "a\nb.png"
    odd.write_bytes((fields / "0.png").read_bytes())
    done = piped("read", "-", "-0", cwd=tmp_path, stdin=os.fsencode(odd) + b"\0")
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode()), delimiter="\t")
    assert row["path"] == str(odd)


def test_a_file_with_a_line_break_in_its_name_is_one_row_also_after_a_stop(fields, tmp_path):
    odd = fields / "a\r\n=b.png"
    odd.write_bytes((fields / "0.png").read_bytes())
    command = ["read", odd, fields / "0.png", "--out", "out.csv"]
    assert inkgrad(*command, cwd=tmp_path).returncode == 0
    text = (tmp_path / "out.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["path"] for row in rows] == [str(odd), str(fields / "0.png")]
    assert rows[0]["text"] == rows[1]["text"]


WITHOUT = "import sys; sys.modules['matplotlib'] = None; from inkgrad.cli.entry import main; main()"


def test_without_matplotlib_a_sort_is_whole_and_a_picture_is_refused_at_once(fields, tmp_path):
    (tmp_path / "plan.csv").write_text("prefix,bin\n,all\n")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", WITHOUT, *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    done = run("sort", fields, "--plan", "plan.csv", "--move")
    needs = "drawing a picture needs matplotlib: pip install 'inkgrad[plots]'\n"
    assert (done.returncode, done.stderr) == (0, f"inkgrad: no bins.png: {needs}")
    assert not list(fields.iterdir())
    write_number(fields / "new.png", "10001", 0)
    for kind in ("number", "text"):
        done = run("read", fields, "--as", kind, "--show", "seen.png", "--out", "out.txt")
        assert (done.returncode, done.stderr) == (1, f"inkgrad: {needs}")
        assert not list(tmp_path.glob("out*"))
    for command in (
        ("predict", "digits", fields / "new.png", "--show", "seen.png"),
        ("evaluate", "digits", "--report", "page.html"),
        ("tune", "--report", "page.html", "--trials", "1"),
    ):
        done = run(*command)
        assert (done.returncode, done.stdout, done.stderr) == (1, "", f"inkgrad: {needs}")


@pytest.mark.skipif(sys.platform == "win32", reason="no such devices there")
def test_a_name_as_long_as_can_be_is_written_and_a_device_is_not_replaced(fields, tmp_path):
    name = "é" * 125 + "x.tsv"  # 255 bytes
    done = inkgrad("read", fields / "0.png", "--out", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir() if path != fields] == [name]
    (tmp_path / "device").symlink_to("/dev/null")
    done = inkgrad("read", fields / "0.png", "--out", "device", "--force", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("inkgrad: device: is a device or a pipe")
    assert (tmp_path / "device").is_symlink()
