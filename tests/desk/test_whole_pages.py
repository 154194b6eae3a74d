"""Pages of text and forms on a desk: read in parts, settled part by part, handed out whole."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageDraw, ImageFont
from starlette.testclient import TestClient

from inkgrad.desk import form_kinds, pictures_kept
from inkgrad.desk.desk_fields import ReadField
from inkgrad.desk.desk_pieces import beside, kind_of, number_of, part_of
from inkgrad.desk.guard import Guard
from inkgrad.desk.reader_process import ToRead, read_file
from inkgrad.desk.service import Service
from inkgrad.desk.truths import Truths
from inkgrad.errors import DataError, UsageError
from inkgrad.forms.template import FormField, FormTemplate, Option
from inkgrad.synthetic.form_designs import empty_form

AT = "http://localhost:8420"
SAID = ("WATER THE PLANTS", "AND FEED THE BIRDS")


def note() -> Image.Image:
    image = Image.new("L", (760, 300), 235)
    for row, text in enumerate(SAID):
        font = ImageFont.load_default(56)
        ImageDraw.Draw(image).text((40, 40 + 110 * row), text, fill=40, font=font)
    return image


def as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


class InProcess:
    """A worker that reads here."""

    ready = True

    def __init__(self, folder):
        self.folder, self.files = folder, 0

    def read(self, sha256, name, kind):
        self.files += 1
        return list(read_file(self.folder, ToRead(sha256, name, kind), 0.05))


@pytest.fixture
def worker(ledger):
    return InProcess(ledger.folder)


@pytest.fixture
def client(ledger, worker):
    with TestClient(Service(ledger, worker, Guard(), "text").app, base_url=AT) as made:
        yield made


def send(client, content, **params):
    headers = {"content-type": "image/png"}
    return client.post("/v1/read", content=content, headers=headers, params=params)


@pytest.mark.parametrize("turns", [0, 1])
def test_a_page_of_text_is_a_field_for_each_line_with_its_place(client, ledger, turns):
    page = note().rotate(-90 * turns, expand=True)
    fields = send(client, as_png(page), name="note.png").json()["fields"]
    assert [field["kind"] for field in fields] == ["text#1", "text#2"]
    assert [field["read"]["text"].upper() for field in fields] == list(SAID)
    assert [field["read"]["label"] for field in fields] == ["line 1", "line 2"]
    (first, second) = (field["read"]["at"] for field in fields)
    assert first[3] < second[1] + 0.05  # upright, one above the other, whichever side was up
    assert first[2] - first[0] > first[3] - first[1]
    for field in fields:
        words = field["read"]["words"]
        assert len(words) == len(field["read"]["text"].split())
        assert (field["state"] == "open") == any(doubtful for _, doubtful, _ in words)
        left, _, right, _ = field["read"]["at"]
        assert all(left - 0.01 <= at[0] < at[2] <= right + 0.01 for _, _, at in words)
    with Image.open(pictures_kept.shown(ledger.folder, fields[0]["sha256"], 1)) as piece:
        assert piece.size == (760, 300)


def test_what_is_settled_stands_in_every_format(client):
    fields = send(client, as_png(note()), name="note.png").json()["fields"]
    for field, text in zip(fields, ("Water the old plants", "& feed <birds>"), strict=True):
        said = {"who": "ada", "version": field["version"], "text": text}
        assert client.post(f"/v1/fields/{field['id']}/settle", json=said).status_code == 200
    at = f"/v1/fields/{fields[1]['id']}/document."
    text = client.get(at + "text")
    assert text.text.split() == ["Water", "the", "old", "plants", "&", "feed", "<birds>"]
    assert text.headers["content-disposition"] == "attachment; filename*=UTF-8''note.txt"
    assert "feed" in client.get(at + "markdown").text
    for layout in ("hocr", "alto"):
        found = client.get(at + layout).text
        ElementTree.fromstring(found.encode())
        assert "&lt;birds&gt;" in found
    pdf = pikepdf.open(io.BytesIO(client.get(at + "pdf").content))
    assert len(pdf.pages) == 1
    piece = client.get(f"/v1/fields/{fields[0]['id']}/piece").json()
    assert [field["text"] for field in piece["fields"]] == [
        "Water the old plants",
        "& feed <birds>",
    ]
    assert set(piece["formats"]) == {"text", "markdown", "json", "hocr", "alto", "pdf"}
    assert client.get(at + "doc").status_code == 422
    none = {"who": "ada", "version": 1}
    assert client.post(f"/v1/fields/{fields[0]['id']}/none", json=none).status_code == 200
    assert client.get(at + "text").text.split() == ["&", "feed", "<birds>"]


def test_a_page_of_which_a_person_said_something_is_not_read_again(client, worker, ledger):
    content = as_png(note())
    fields = send(client, content).json()["fields"]
    assert worker.files == 1
    send(client, content)
    assert worker.files == 2
    said = {"who": "ada", "version": 0, "text": "Water the plants"}
    client.post(f"/v1/fields/{fields[0]['id']}/settle", json=said)
    again = send(client, content).json()["fields"]
    assert worker.files == 2
    assert [field["id"] for field in again] == [field["id"] for field in fields]
    assert again[0]["text"] == "Water the plants"


def test_lines_that_a_later_reading_has_not_wait_for_nobody(client, ledger, worker, monkeypatch):
    content = as_png(note())
    fields = send(client, content).json()["fields"]
    monkeypatch.setattr(
        worker, "read", lambda *_: [(1, 1, ReadField("WATER", 0.5, "rejected", label="line 1"))]
    )
    send(client, content)
    assert [field["id"] for field in client.get("/v1/queue").json()["fields"]] == [fields[0]["id"]]
    assert ledger.field(fields[1]["id"]).state == "none"


def test_a_page_without_writing_is_one_field_that_says_so(client):
    (field,) = send(client, as_png(Image.new("L", (300, 200), 240))).json()["fields"]
    assert (field["kind"], field["state"], field["read"]["status"]) == ("text", "open", "empty")
    at = f"/v1/fields/{field['id']}/document.text"
    assert client.get(at).status_code == 404


def test_parts_are_no_truths_of_a_kind_and_have_numbers(client, ledger):
    fields = send(client, as_png(note())).json()["fields"]
    said = {"who": "ada", "version": 0, "text": "12345"}
    client.post(f"/v1/fields/{fields[0]['id']}/settle", json=said)
    assert len(Truths(ledger.folder, "number")) == 0
    assert (part_of("text", 3), kind_of("text#3"), number_of("text#3")) == ("text#3", "text", 3)
    assert (part_of("zip", 0), kind_of("zip"), number_of("zip")) == ("zip", "zip", 0)
    assert [field.kind for field in beside(ledger, fields[1]["id"])] == ["text#1", "text#2"]


def test_lines_are_found_by_their_words_and_files_by_their_tags(client):
    fields = send(client, as_png(note()), name="note.png").json()["fields"]

    def found(text):
        return [f["id"] for f in client.get("/v1/search", params={"text": text}).json()["fields"]]

    one, two = (field["id"] for field in fields)
    assert found("pla") == [one]
    assert found("THE Wat") == [one]
    assert found("the") == [one, two]
    assert found("the sky") == []
    said = {"who": "ada", "version": 0, "text": "the blue sky"}
    client.post(f"/v1/fields/{two}/settle", json=said)
    assert found("the sky") == found("BLUE") == [two]
    assert found("bird") == []
    client.post("/v1/undo", json={"who": "ada"})
    assert (found("blue"), found("bird")) == ([], [two])
    tagged = client.post(f"/v1/fields/{two}/tags", json={"tags": ["garden", " to  do ", "garden"]})
    assert tagged.json() == {"tags": ["garden", "to do"]}
    assert found("tag:garden") == [one, two]
    assert client.get(f"/v1/fields/{one}/piece").json()["tags"] == ["garden", "to do"]
    client.post(f"/v1/fields/{two}/tags", json={"tags": ["to do"]})
    assert (found("tag:garden"), found("tag:to do")) == ([], [one, two])
    bad = client.post(f"/v1/fields/{two}/tags", json={"tags": ["\x1b[2J"]})
    assert (bad.status_code, "cannot be kept" in bad.json()["error"]) == (422, True)


@pytest.fixture(scope="module")
def template() -> FormTemplate:
    design = empty_form(3)
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
    return FormTemplate(fields, (), paper(design.print))


def paper(ink: np.ndarray) -> np.ndarray:
    return (240 - 190 * ink).round().astype(np.uint8)


def filled() -> Image.Image:
    design = empty_form(3)
    room = Image.new("L", design.print.shape[::-1])
    pen, font = ImageDraw.Draw(room), ImageFont.load_default(28)
    (meter,) = (field for field in design.fields if field.asked.label == "Meter")
    for digit, (left, _, right, bottom) in zip("40718253", meter.cells, strict=True):
        pen.text(((left + right) / 2, bottom - 4), digit, fill=255, font=font, anchor="ms")
    return Image.fromarray(paper(np.maximum(design.print, np.asarray(room, np.float32) / 255)))


def test_a_form_is_its_fields_on_one_page_and_a_row_of_a_table(ledger, worker, template, tmp_path):
    template.save(tmp_path / "meter.form.toml")
    assert form_kinds.adopt(ledger.folder, [tmp_path / "meter.form.toml"]) == ["form.meter"]
    service = Service(ledger, worker, Guard(), "form.meter")
    with TestClient(service.app, base_url=AT) as client:
        assert "form.meter" in client.get("/v1/session").json()["kinds"]
        fields = send(client, as_png(filled()), name="=one.png").json()["fields"]
        assert [f["read"]["label"] for f in fields] == [f.name for f in template.fields]
        (meter,) = (f for f in fields if f["read"]["label"] == "Meter")
        left, top, right, bottom = meter["read"]["at"]
        h, w = template.blank.shape
        (asked,) = (f.box for f in template.fields if f.name == "Meter")
        assert np.allclose((left * w, top * h, right * w, bottom * h), asked, atol=2)
        assert np.allclose(meter["read"]["box"], asked, atol=6)
        said = {"who": "ada", "version": 0, "text": "40718253"}
        client.post(f"/v1/fields/{meter['id']}/settle", json=said)
        rows = list(csv.DictReader(io.StringIO(client.get("/v1/forms/form.meter.csv").text)))
        assert [row["Meter"] for row in rows] == ["40718253"]
        assert rows[0]["name"] == "'=one.png"
        piece = client.get(f"/v1/fields/{meter['id']}/piece").json()
        assert (piece["forms"], piece["formats"]) == (["form.meter"], [])
        other = send(client, as_png(Image.new("L", (900, 1200), 235))).json()["fields"]
        assert [f["state"] for f in other] == ["open"]
        assert "is not recognized as this form" in other[0]["read"]["why"][0]
        assert client.get("/v1/forms/form.other.csv").status_code == 404


def test_templates_are_kept_and_two_of_one_name_are_refused(ledger, template, tmp_path):
    paths = [tmp_path / "a" / "x y.toml", tmp_path / "b" / "x-y.form.toml"]
    for path in paths:
        path.parent.mkdir()
        template.save(path)
    with pytest.raises(UsageError, match="second template called x-y"):
        form_kinds.adopt(ledger.folder, paths)
    assert form_kinds.names(ledger.folder) == []
    form_kinds.adopt(ledger.folder, paths[:1])
    assert form_kinds.names(ledger.folder) == ["form.x-y"]
    with pytest.raises(DataError, match="is no form of this desk"):
        form_kinds.template_of(ledger.folder, "form.../../x")
    with pytest.raises(DataError, match="is not there"):
        form_kinds.adopt(ledger.folder, [tmp_path / "none.toml"])
