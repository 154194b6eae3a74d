"""Forms from the empty one to a table: fields found, filled ones laid on them and read."""

from __future__ import annotations

import csv
import json
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

from inkgrad.cli.app import app
from inkgrad.errors import ImageError
from inkgrad.forms.cutting import by_cells, cut
from inkgrad.forms.fields import find_fields
from inkgrad.forms.laying import Bed
from inkgrad.forms.naming import kind_of, named
from inkgrad.forms.reading import FormReader
from inkgrad.forms.template import FormField, FormTemplate, Option
from inkgrad.imaging.regions import connected
from inkgrad.imaging.ways import homography, mapped
from inkgrad.synthetic.filled_forms import scanned
from inkgrad.synthetic.form_designs import DESIGNS, SIZE, empty_form
from inkgrad.synthetic.photos import photographed


def template_of(design, blank) -> FormTemplate:
    fields = tuple(
        FormField(
            each.asked.label,
            each.asked.kind,
            each.box,
            0 if each.asked.shape == "tick" else len(each.cells),
            "",
            tuple(Option(*pair) for pair in zip(each.asked.options, each.cells, strict=False)),
        )
        for each in design.fields
        if each.asked.kind != "text"
    )
    return FormTemplate(fields, (), blank)


@pytest.fixture(scope="session")
def bed(blank) -> Bed:
    return Bed(blank)


def middles(design):
    boxes = np.array([field.box for field in design.fields])
    return (boxes[:, :2] + boxes[:, 2:]) / 2


@pytest.mark.parametrize("number", range(len(DESIGNS)))
def test_all_fields_of_a_form_are_found_and_hardly_anything_else(number):
    form = empty_form(number)
    grain = np.random.default_rng(number).normal(0, 1.5, form.print.shape)
    found = find_fields((242 - 200 * form.print + grain).clip(0, 255).astype(np.uint8), 150.0)
    wanted = [
        (field.asked.shape, box, 0 if field.asked.shape == "tick" else len(field.cells))
        for field in form.fields
        for box in (field.cells if field.asked.shape == "tick" else (field.box,))
    ]
    for shape, box, cells in wanted:
        near = [
            each
            for each in found.fields
            if np.abs(np.array(each.box)[[0, 2, 3]] - np.array(box)[[0, 2, 3]]).max() <= 6
        ]
        assert len(near) == 1, (shape, box)
        assert near[0].shape == ("line" if shape == "dots" else shape)
        assert near[0].cells == cells
    assert len(found.fields) == len(wanted)


def test_a_scan_is_laid_on_its_form_to_a_pixel(design, bed, filled):
    scan = scanned(filled, np.random.default_rng(1))
    off = bed.lay(scan.grey).way.there(middles(design)) - mapped(scan.matrix, middles(design))
    assert np.hypot(*off.T).max() < 1.5


def test_a_scan_that_lies_on_its_head_is_too(design, bed, filled):
    laid = bed.lay(np.ascontiguousarray(np.rot90(filled, 2)))
    there = np.array([SIZE[1], SIZE[0]]) - middles(design)
    assert np.hypot(*(laid.way.there(middles(design)) - there).T).max() < 1.5


def test_a_photo_on_a_desk_is_laid_on_its_form(design, bed, filled):
    photo = photographed(filled, (1200, 1600), np.random.default_rng(3), "dark")
    points = middles(design)
    bent = points + np.stack([0 * points[:, 0], photo.bend[points[:, 0].astype(int)]], 1)
    h, w = SIZE
    sheet = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    there = mapped(homography(sheet, photo.corners), bent)
    assert np.hypot(*(bed.lay(photo.grey).way.there(points) - there).T).max() < 3


@pytest.mark.parametrize("turn", [25, 160, 290])
def test_where_no_edge_tells_a_form_is_found_by_its_print(design, bed, filled, turn):
    """A sheet on a desk as light as itself, at an angle and turned, in a light from one side."""
    h, w = SIZE
    sheet = np.array([(0, 0), (w, 0), (w, h), (0, h)], float)
    cos, sin = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    corners = (sheet - sheet.mean(0)) @ np.array([[cos, sin], [-sin, cos]])
    corners = 450 * corners / (900 + 0.1 * corners[:, 1:]) + (700, 750)
    matrix = homography(corners, sheet)
    data = (matrix / matrix[2, 2]).reshape(-1)[:8].tolist()
    paper = int(np.median(filled))
    photo = Image.fromarray(filled).transform(
        (1400, 1500), Image.Transform.PERSPECTIVE, data, Image.Resampling.BICUBIC, fillcolor=paper
    )
    light = np.linspace(1.0, 0.4, 1400)
    laid = bed.lay((np.asarray(photo) * light).astype(np.uint8))
    there = mapped(homography(sheet, corners), middles(design))
    assert np.hypot(*(laid.way.there(middles(design)) - there).T).max() < 3


def test_another_form_is_none_of_this(bed):
    other = (240 - 190 * empty_form(2).print).astype(np.uint8)
    with pytest.raises(ImageError, match="is not recognized as this form"):
        bed.lay(other)


def test_print_is_taken_off_and_writing_over_it_stays(design, bed, filled):
    laid = bed.lay(filled)
    fields = {field.asked.label: field for field in design.fields}
    assert cut(laid.pixels, bed.blank, fields["Account"].box).empty
    piece = cut(laid.pixels, bed.blank, fields["Meter"].box)
    cells = by_cells(piece, 8)
    assert all(cell.any() for cell in cells)
    assert np.maximum.reduce(cells).sum() == pytest.approx(piece.ink.sum())


def test_each_field_is_read_by_its_kind_and_empty_ones_are_said_to_be(design, blank, filled):
    read = {each.name: each for each in FormReader(template_of(design, blank)).read(filled)}
    assert read["Meter"].text == "40718253"
    assert read["Read by"].text == "owner"
    assert read["Call me back"].text == "no"
    for name in ("Account", "ZIP", "Day", "Gas", "Telephone"):
        assert (read[name].text, read[name].status) == ("", "empty")
        assert read[name].confidence > 0.8


@pytest.mark.parametrize(
    ("label", "cells", "kind"),
    [
        ("Date of birth", 8, "date"),
        ("Geburtsdatum", 0, "date.dmy"),
        ("ZIP code", 5, "zip"),
        ("Electricity", 6, "number"),
        ("City", 0, "text"),
        ("Telephone", 10, "phone"),
        ("", 0, "number"),
    ],
)
def test_a_label_says_what_kind_a_field_is(label, cells, kind):
    assert kind_of(label, cells) == kind


def labels_in_a_column() -> np.ndarray:
    """An empty form whose labels stand far before their boxes, one under another."""
    image = Image.new("L", (1240, 900), 240)
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for place, label in enumerate(("Name", "Amount", "Total")):
        y = 160 + 140 * place
        pen.text((120, y), label, font=font, fill=30)
        pen.rectangle((420, y - 20, 880, y + 50), outline=40, width=2)
    pen.text((120, 700), "Please write clearly, with a dark pen.", font=font, fill=40)
    return np.asarray(image)


def test_labels_may_stand_in_a_column_of_their_own():
    found = named(
        find_fields(labels_in_a_column(), 150.0),
        lambda box: ("Name", "Amount", "Total")[round((box[1] - 160) / 140)],
    )
    assert [field.name for field in found] == ["Name", "Amount", "Total"]
    assert [field.kind for field in found] == ["text", "amount", "number"]


def test_points_of_an_amount_stay_where_marks_are_read():
    blank = labels_in_a_column()
    image = Image.fromarray(blank)
    pen = ImageDraw.Draw(image)
    for x in (460, 520, 640):
        pen.line([(x, 295), (x + 4, 335)], fill=60, width=4)
    pen.rectangle((590, 331, 594, 335), fill=60)
    box = (420.0, 280.0, 880.0, 350.0)
    counts = [
        connected(cut(np.asarray(image), blank, box, marks=marks).ink > 0.3)[1]
        for marks in (False, True)
    ]
    assert counts == [3, 4]


def test_forms_are_learned_and_read_from_the_command_line(tmp_path, blank, filled):
    for name, grey in (("blank", blank), ("one", filled), ("other", 0 * blank + 235)):
        Image.fromarray(grey).save(tmp_path / f"{name}.png", dpi=(150, 150))
    runner = CliRunner()
    template, show = tmp_path / "meter.toml", tmp_path / "show.png"
    given = ["form", "learn", str(tmp_path / "blank.png"), "--out", str(template)]
    made = runner.invoke(app, [*given, "--show", str(show)])
    assert made.exit_code == 0, made.output
    with Image.open(show) as picture:
        assert picture.size == SIZE[::-1]
    out = tmp_path / "rows.csv"
    files = [str(tmp_path / "one.png"), str(tmp_path / "other.png")]
    read = runner.invoke(app, ["read", "--form", str(template), *files, "--out", str(out)])
    assert read.exit_code == 1  # the other is no such form
    first, second = csv.DictReader(out.read_text().splitlines())
    assert (first["Meter"], second["status"]) == ("40718253", "failed")
    assert not list(tmp_path.glob("*.partial"))
    as_json = runner.invoke(app, ["read", "--form", str(template), files[0], "--format", "json"])
    assert json.loads(as_json.stdout)["fields"]["Meter"]["text"] == "40718253"


def test_fields_of_a_file_are_taken_in_place_of_looking_for_them(tmp_path, blank):
    Image.fromarray(blank).save(tmp_path / "blank.png")
    fields = tmp_path / "fields.toml"
    fields.write_text('[[field]]\nname = "gas"\nkind = "number"\nbox = [120, 659, 252, 693]\n')
    given = ["form", "learn", str(tmp_path / "blank.png"), "--fields", str(fields)]
    made = CliRunner().invoke(app, [*given, "--out", str(tmp_path / "t.toml")])
    assert made.exit_code == 0, made.output
    assert [field.name for field in FormTemplate.load(tmp_path / "t.toml").fields] == ["gas"]


def test_what_the_template_says_is_not_said_again(tmp_path):
    given = ["read", "--form", str(tmp_path / "t.toml"), "--as", "zip", str(tmp_path / "a.png")]
    result = CliRunner().invoke(app, given)
    assert "--as is not for forms" in str(result.exception)


@pytest.mark.slow
def test_a_job_that_was_killed_goes_on_and_ends_with_the_same_table(
    tmp_path, design, blank, filled
):
    template_of(design, blank).save(tmp_path / "meter.toml")
    for k in range(8):
        Image.fromarray(np.roll(filled, k, axis=1)).save(tmp_path / f"{k}.png")
    command = [sys.executable, "-m", "inkgrad", "read", "--form", "meter.toml", "--threads", "1"]
    command += [f"{k}.png" for k in range(8)]
    whole = subprocess.run([*command, "--out", "whole.csv"], cwd=tmp_path, check=False)
    assert whole.returncode == 0
    run = subprocess.Popen([*command, "--out", "rows.csv"], cwd=tmp_path)
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and run.poll() is None:
        kept = list(tmp_path.glob("rows.csv.*.partial"))
        if kept and kept[0].read_bytes().count(b"\n") > 2:
            break
        time.sleep(0.01)
    run.kill()
    assert run.wait() == -signal.SIGKILL
    assert not (tmp_path / "rows.csv").exists()
    again = [*command, "--out", "rows.csv"]
    done = subprocess.run(again, cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0
    assert "from before" in done.stdout
    assert (tmp_path / "rows.csv").read_text() == (tmp_path / "whole.csv").read_text()
    assert not list(tmp_path.glob("*.partial"))


def test_an_empty_form_may_be_a_pdf(tmp_path, monkeypatch, design, blank):
    Image.fromarray(blank).save(tmp_path / "gas meter.pdf", resolution=150)
    monkeypatch.chdir(tmp_path)
    made = CliRunner().invoke(app, ["form", "learn", "gas meter.pdf"])
    assert made.exit_code == 0, made.output
    template = FormTemplate.load(tmp_path / "gas meter.form.toml")
    assert template.blank.shape == blank.shape
    found = {field.name: field for field in template.fields}
    (meter,) = (field for field in design.fields if field.asked.label == "Meter")
    assert found["Meter"].cells == 8
    assert np.allclose(found["Meter"].box, meter.box, atol=4)
