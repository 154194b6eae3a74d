"""Jobs that put what they read on a desk: what is accepted as read, what is in doubt to wait."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from typer.testing import CliRunner

from inkgrad.batch.rows import Task
from inkgrad.bulk import job_for, on_desk
from inkgrad.cli.app import app
from inkgrad.desk import form_kinds, pictures_kept
from inkgrad.desk.incoming import Incoming
from inkgrad.desk.ledger import Ledger
from inkgrad.errors import EmptyError
from inkgrad.forms.template import FormField, FormTemplate
from inkgrad.opening import Reader
from inkgrad.reading.result import Reading
from inkgrad.synthetic.form_designs import empty_form


class Greys:
    """Reads how grey a page is: the lighter, the surer; and nothing on a white one."""

    alphabet, refuse_below = "0123456789", 0.0

    def read(self, grey, patterns=(), count=5, unlikely=None):
        if grey.min() == 255:
            raise EmptyError("nothing is written there")
        mean = int(grey.mean())
        others = tuple((f"{mean + k:05}", 0.1) for k in range(1, count))
        return Reading(f"{mean:05}", mean / 255, others, boxes=((2, 3, 20, 12),))


@pytest.fixture
def reader(tmp_path):
    model = tmp_path / "model"
    model.write_bytes(b"weights")
    return Reader(Task("zip", threshold=0.5), Greys(), (model,))


def written(path, *greys):
    frames = [Image.new("L", (40, 20), grey) for grey in greys]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return path


def put(ledger, reader, *paths):
    incoming = Incoming(ledger, reader)
    rows = [reader.task.reading(reader.images)(path) for path in paths]
    assert list(incoming.passed(rows)) == rows
    return ledger.results()


def test_what_is_accepted_is_recorded_as_read_and_what_is_in_doubt_waits(ledger, reader, tmp_path):
    sure, doubtful = written(tmp_path / "a.png", 200), written(tmp_path / "b.png", 40)
    first, second = put(ledger, reader, sure, doubtful)
    assert (first.state, first.text, first.read.why) == ("accepted", "00200", ())
    assert (second.state, second.read.text) == ("open", "00040")
    assert second.read.why == ("or 00041",) or "fifth place" in second.read.why[0]
    assert len(second.read.alternatives) == 9
    assert (second.name, second.read.box) == (str(doubtful), (2, 3, 20, 12))
    assert first.read.model == second.read.model != ""
    for kind in ("", "zip"):
        assert pictures_kept.shown(ledger.folder, second.sha256, 1, kind).is_file()


def test_each_page_is_a_piece_and_one_without_writing_says_so(ledger, reader, tmp_path):
    fields = put(ledger, reader, written(tmp_path / "a#1.tif", 200, 255, 40))
    assert [(field.page, field.state) for field in fields] == [
        (1, "accepted"),
        (2, "open"),
        (3, "open"),
    ]
    assert fields[1].read.why == ("nothing is written there",)


def test_a_file_that_is_gone_or_no_image_is_left_to_its_row(ledger, reader, tmp_path):
    broken, gone = tmp_path / "broken.png", tmp_path / "gone.png"
    broken.write_bytes(b"no image")
    assert put(ledger, reader, broken, gone) == []


def test_a_second_job_leaves_what_a_person_settled(ledger, reader, tmp_path):
    path = written(tmp_path / "b.png", 40)
    (field,) = put(ledger, reader, path)
    ledger.settle(field.id, field.version, "44724", "ada")
    (again,) = put(ledger, reader, path)
    assert (again.state, again.text, again.read.text) == ("settled", "44724", "00040")


def test_without_a_desk_nothing_is_put_anywhere():
    def watch(rows, count):
        return rows

    with on_desk(None, None, watch) as given:
        assert given is watch


def field(path):
    image = Image.new("L", (240, 80), 235)
    ImageDraw.Draw(image).text((30, 12), "20516", fill=40, font=ImageFont.load_default(44))
    image.save(path)
    return np.asarray(image)


def test_the_commands_put_what_they_read_on_one_desk(tmp_path, database):
    image, desk = tmp_path / "a.png", tmp_path / "desk"
    field(image)
    command = ["read", str(image), "--as", "zip", "--desk", str(desk)]
    done = CliRunner().invoke(app, [*command, "--max-error", "0"])
    assert (done.exit_code, done.exception) == (0, None)
    with Ledger(desk, database) as ledger:
        (found,) = ledger.queue()
        assert found.name == str(image)
        assert found.read.why
    (tmp_path / "plan.csv").write_text("prefix,bin\n2,two\n")
    out = ["--plan", str(tmp_path / "plan.csv"), "--out", str(tmp_path / "bins")]
    again = ["sort", str(image), *out, "--desk", str(desk), "--max-error", "1", "--move"]
    done = CliRunner().invoke(app, again)
    assert (done.exit_code, done.exception) == (0, None)
    with Ledger(desk, database) as ledger:
        (found,) = ledger.results()
        assert (found.state, found.text) == ("accepted", found.read.text)


def test_a_page_of_text_is_on_the_desk_line_by_line_and_stays_as_settled(tmp_path):
    image = Image.new("L", (760, 160), 235)
    font = ImageFont.load_default(56)
    ImageDraw.Draw(image).text((40, 40), "WATER THE PLANTS", fill=40, font=font)
    image.save(tmp_path / "note.png")
    command = ["read", str(tmp_path / "note.png"), "--as", "text", "--desk", str(tmp_path / "d")]
    done = CliRunner().invoke(app, command)
    assert done.output.split() == [*["WATER", "THE", "PLANTS"]] or "[?]" in done.output
    with Ledger(tmp_path / "d") as ledger:
        (field,) = ledger.results()
        assert (field.kind, field.read.text.upper()) == ("text#1", "WATER THE PLANTS")
        ledger.settle(field.id, 0, "Water the plants!", "ada")
    CliRunner().invoke(app, command)
    with Ledger(tmp_path / "d") as ledger:
        assert [field.text for field in ledger.results()] == ["Water the plants!"]


def test_forms_are_on_the_desk_which_then_knows_their_template(tmp_path):
    design = empty_form(3)
    blank = (240 - 190 * design.print).round().astype(np.uint8)
    (meter,) = (each for each in design.fields if each.asked.label == "Meter")
    field = FormField("Meter", "number", meter.box, len(meter.cells))
    FormTemplate((field,), (), blank).save(tmp_path / "gas.form.toml")
    Image.fromarray(blank).save(tmp_path / "empty.png")
    arguments = ["--form", str(tmp_path / "gas.form.toml"), "--desk", str(tmp_path / "d")]
    done = CliRunner().invoke(app, ["read", str(tmp_path / "empty.png"), *arguments])
    assert done.exit_code == 0, done.output
    with Ledger(tmp_path / "d") as ledger:
        (found,) = ledger.results()
        assert (found.kind, found.read.label, found.text) == ("form.gas#1", "Meter", "")
        assert found.state in ("accepted", "open")
    assert form_kinds.names(tmp_path / "d") == ["form.gas"]


def test_a_job_by_name_is_put_on_a_desk_with_its_own_models(tmp_path):
    job = job_for("zip", max_error=0.01)
    with on_desk(tmp_path / "desk", job, lambda rows, count: rows) as watch:
        assert list(watch(iter([[]]), 0)) == [[]]
    assert (tmp_path / "desk" / "desk.db").is_file()
