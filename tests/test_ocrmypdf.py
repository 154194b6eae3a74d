"""The plug-in in OCRmyPDF itself, with no Tesseract or Ghostscript to be found."""

from __future__ import annotations

import importlib
import sys
from dataclasses import replace
from types import ModuleType, SimpleNamespace

import ocrmypdf
import pypdfium2
import pytest
from PIL import Image

from inkgrad.errors import ImageError, ModelError
from inkgrad.pretrained import pages


@pytest.fixture
def shipped(monkeypatch, page_of, tmp_path):
    """A model "text" that reads the same on every page; none where the paper is all white."""

    class NotesReader:
        @classmethod
        def load(cls, *paths):
            assert [path.stem for path in paths] == ["text", "crossed-out"]
            return cls()

        def read(self, grey):
            if grey.min() == 255:
                raise ImageError("the page shows no ink")
            return page_of("Two words here\nand a second-line", size=grey.shape[::-1])

    module = ModuleType("inkgrad.reading.notes")
    module.NotesReader = NotesReader
    monkeypatch.setitem(sys.modules, "inkgrad.reading.notes", module)
    monkeypatch.setattr(pages, "find", lambda model: tmp_path / f"{model}.safetensors")
    pages._loaded.cache_clear()
    yield
    pages._loaded.cache_clear()


@pytest.fixture
def scan(tmp_path):
    sheets = [Image.new("L", (900, 1200), shade) for shade in (200, 255)]
    sheets[0].save(tmp_path / "in.pdf", save_all=True, append_images=sheets[1:], resolution=150)
    return tmp_path / "in.pdf"


@pytest.mark.parametrize("renderer", ["auto", "sandwich"])
@pytest.mark.parametrize("kind", ["pdf", "auto"])
def test_ocrmypdf_puts_the_words_on_the_pages(shipped, scan, tmp_path, monkeypatch, renderer, kind):
    monkeypatch.setenv("PATH", str(tmp_path))
    done = ocrmypdf.ocr(
        scan,
        tmp_path / "out.pdf",
        plugins=["inkgrad.ocrmypdf"],
        pdf_renderer=renderer,
        output_type=kind,
        sidecar=tmp_path / "out.txt",
        use_threads=True,
        jobs=1,
        optimize=0,
        progress_bar=False,
    )
    assert done == 0
    assert (tmp_path / "out.txt").read_text().startswith("Two words here\nand a second-line\n")
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        first, second = (page.get_textpage() for page in document)
        assert first.get_text_range().split() == ["Two", "words", "here", "and", "a", "second-line"]
        assert second.get_text_range().split() == []
        assert first.count_rects() > 0
        left, bottom, _, top = first.get_rect(0)
        assert left == pytest.approx(60 * 72 / 150, abs=4)
        assert bottom < (1200 - 120) * 72 / 150 < top


def test_another_engine_can_still_be_none(shipped):
    plugin = importlib.import_module("inkgrad.ocrmypdf")
    assert plugin.get_ocr_engine(SimpleNamespace(ocr_engine="none")) is None
    engine = plugin.get_ocr_engine(None)
    assert str(engine).startswith("inkgrad ")
    assert engine.languages(None) == {"eng"}


def test_a_model_that_is_not_there_is_said_before_anything_is_read():
    with pytest.raises(ModelError, match="nowhere: no such file"):
        pages.page_reader("nowhere")


def test_ocrmypdf_says_where_there_is_no_model(scan, tmp_path, monkeypatch):
    def nowhere(model):
        raise ModelError(f"{model}: no such file, expected a model")

    monkeypatch.setattr(pages, "find", nowhere)
    with pytest.raises(ocrmypdf.MissingDependencyError, match="text: no such file"):
        ocrmypdf.ocr(
            scan, tmp_path / "out.pdf", plugins=["inkgrad.ocrmypdf"], output_type="pdf", jobs=1
        )


@pytest.mark.parametrize(("words", "turned", "angle"), [("one two three", 1, 90), ("one", 3, 270)])
def test_a_page_says_how_it_has_to_be_turned(page_of, tmp_path, monkeypatch, words, turned, angle):
    from inkgrad import ocrmypdf as plug_in

    page = replace(page_of(words), turned=turned)
    monkeypatch.setattr(plug_in, "page_reader", lambda: lambda grey: page)
    Image.new("L", (300, 200), 200).save(tmp_path / "page.png")
    found = plug_in.Engine.get_orientation(tmp_path / "page.png", SimpleNamespace())
    assert found.angle == angle
    assert (found.confidence > 14) == (len(words.split()) > 2)
