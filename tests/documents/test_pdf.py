"""Searchable PDF files, looked at with pypdfium2, which had no part in writing them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageOps

from inkgrad.documents.page import Page
from inkgrad.documents.pdf import write_layer, write_pdf
from inkgrad.documents.turning import as_opened, upright
from inkgrad.errors import ImageError, UsageError
from inkgrad.images.files import open_pages

TEXT = (
    "Two words here\nand a second-line, yes\n\n- caf\u00e9 \u0142\u00f3d\u017a na\u00efve \u20ac5"
)


def photo(size: tuple[int, int], seed: int = 0) -> Image.Image:
    """Paper whose shade tells where one is, with some grain."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    red = 255 * columns / size[0]
    pixels = np.stack([red, 255 * rows / size[1], rng.uniform(90, 110, red.shape)], -1)
    return Image.fromarray(pixels.astype(np.uint8))


def words_of(path: Path, number: int = 0) -> list[tuple[str, list[float]]]:
    """The words of a page and their boxes in 0..1 of it, from the left and from the top."""
    with pypdfium2.PdfDocument(path) as document:
        page = document[number]
        text = page.get_textpage()
        width, height = page.get_size()
        found: list[tuple[str, list[list[float]]]] = [("", [])]
        for i in range(text.count_chars()):
            sign = text.get_text_range(i, 1)
            if sign.isspace() or not sign:
                found.append(("", []))
                continue
            corners = text.get_charbox(i)
            xs, ys = zip(*(on_page(page, *corners[j : j + 2]) for j in (0, 2)), strict=True)
            found[-1] = (found[-1][0] + sign, [*found[-1][1], [*xs, *ys]])
    words = []
    for said, boxes in found:
        if said:
            places = np.array(boxes)
            box = [
                places[:, :2].min(),
                places[:, 2:].min(),
                places[:, :2].max(),
                places[:, 2:].max(),
            ]
            words.append((said, [box[0] / width, box[1] / height, box[2] / width, box[3] / height]))
    return words


def on_page(page, x: float, y: float) -> tuple[float, float]:
    """A point of the PDF's space in points of the page as it is shown, from its top left."""
    left, bottom, right, top = page.get_cropbox()
    return {
        0: (x - left, top - y),
        90: (y - bottom, x - left),
        180: (right - x, y - bottom),
        270: (top - y, right - x),
    }[page.get_rotation()]


def assert_every_word_is_in_its_place(path: Path, page: Page, number: int = 0) -> None:
    words = [word for line in page.lines for word in line.words]
    found = words_of(path, number)
    assert [said for said, _ in found] == [word.text for word in words]
    for (said, (l2, t2, r2, b2)), word in zip(found, words, strict=True):
        left, top, right, bottom = word.box
        l2, r2, t2, b2 = l2 * page.width, r2 * page.width, t2 * page.height, b2 * page.height
        wide, high = right - left, bottom - top
        assert abs(l2 - left) < 0.1 * wide + 2, said
        assert abs(r2 - right) < 0.1 * wide + 2, said
        shared = min(bottom, b2) - max(top, t2)
        assert shared > 0.6 * high, said
        assert b2 - t2 < 1.8 * high, said


@pytest.mark.parametrize("slope", [0.0, 0.06, -0.08])
def test_selecting_a_word_selects_that_word(page_of, tmp_path, slope):
    page = page_of(TEXT, slope)
    photo((page.width, page.height)).save(tmp_path / "note.png", dpi=(150, 150))
    write_pdf([page], [tmp_path / "note.png"], tmp_path / "out.pdf")
    assert_every_word_is_in_its_place(tmp_path / "out.pdf", page)
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        assert document[0].get_size() == pytest.approx((432, 576), abs=0.1)
        text = document[0].get_textpage().get_text_range()
    lines = [row.strip() for row in text.replace("\r", "").split("\n") if row.strip()]
    assert lines == [line.text for line in page.lines]


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_turned_page_is_shown_upright_and_its_words_with_it(page_of, tmp_path, quarters):
    size = (1200, 900) if quarters % 2 else (900, 1200)
    page = as_opened(page_of(TEXT, 0.05), quarters, *size)
    photo(size).save(tmp_path / "note.png")
    write_pdf([page], [tmp_path / "note.png"], tmp_path / "out.pdf")
    straight, _ = upright(page)
    assert_every_word_is_in_its_place(tmp_path / "out.pdf", straight)
    (shown,) = open_pages(tmp_path / "out.pdf")
    before = np.rot90(np.asarray(Image.open(tmp_path / "note.png").convert("L")), quarters)
    small = np.asarray(Image.fromarray(shown).resize(before.shape[::-1]), float)
    assert np.abs(small - before).mean() < 12


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("cropped", [False, True])
def test_pages_of_a_pdf_stay_and_get_their_words(page_of, tmp_path, rotate, cropped):
    with pikepdf.new() as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(400, 500))
        sheet = pdf.pages[1]
        sheet.contents_add(b"2 0 0 2 50 50 cm 0.2 0.5 0.2 rg 10 10 60 80 re f")  # leaves its scale
        if cropped:
            sheet.obj.CropBox = pikepdf.Array([40, 30, 340, 430])
        pdf.Root.Pages.Rotate = rotate  # inherited
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("kept", 1))
        pdf.save(tmp_path / "in.pdf")
    *_, grey = open_pages(tmp_path / "in.pdf")
    page = replace(page_of(TEXT, 0.02, (grey.shape[1], grey.shape[0])), number=2)
    write_pdf([page], [tmp_path / "in.pdf"], tmp_path / "out.pdf")
    assert words_of(tmp_path / "out.pdf", 0) == []
    assert_every_word_is_in_its_place(tmp_path / "out.pdf", page, 1)
    *_, after = open_pages(tmp_path / "out.pdf")
    np.testing.assert_array_equal(after, grey)
    with pikepdf.open(tmp_path / "out.pdf") as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["kept"]


def test_images_and_pdfs_together_keep_their_order(page_of, tmp_path):
    first, second, third = (page_of(text) for text in ("one", "two", "three"))
    size = (first.width, first.height)
    frames = [photo(size, i).convert("1") for i in range(2)]
    frames[0].save(tmp_path / "a.tif", save_all=True, append_images=frames[1:], dpi=(200, 100))
    photo(size).save(tmp_path / "b.pdf", resolution=100)
    photo(size).save(tmp_path / "c.jpg")
    pages = [first, replace(second, number=2), third, page_of("four")]
    originals = [tmp_path / name for name in ("a.tif", "b.pdf", "c.jpg")]
    write_pdf(iter(pages), originals, tmp_path / "out.pdf")
    for number, page in enumerate(pages):
        assert_every_word_is_in_its_place(tmp_path / "out.pdf", page, number)
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        sizes = [page.get_size() for page in document]
    assert sizes[1] == pytest.approx((900 * 72 / 200, 1200 * 72 / 100), abs=0.1)
    assert sizes[3] == pytest.approx((900 * 72 / 200, 1200 * 72 / 200), abs=0.1)


def test_a_jpeg_is_kept_byte_for_byte_and_turned_upright(page_of, tmp_path):
    page = page_of("turned")
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        stored = photo((90, 120) if orientation < 5 else (120, 90))
        stored.save(tmp_path / "in.jpg", exif=exif, quality=95)
        write_pdf([page], [tmp_path / "in.jpg"], tmp_path / "out.pdf")
        with pikepdf.open(tmp_path / "out.pdf") as pdf:
            raw = pdf.pages[0].Resources.XObject.Image.read_raw_bytes()
        assert raw == (tmp_path / "in.jpg").read_bytes()
        with Image.open(tmp_path / "in.jpg") as image:
            upright = ImageOps.exif_transpose(image)
        with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
            seen = document[0].render(scale=199.99 / 72).to_pil().convert("RGB")
        assert seen.size == upright.size == (90, 120)
        apart = np.asarray(seen, float) - np.asarray(upright, float)
        assert np.abs(apart).mean() < 6, orientation


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_images_of_any_mode_look_the_same(page_of, tmp_path, mode):
    image = photo((90, 120))
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    name = tmp_path / ("in.tif" if mode == "CMYK" else "in.png")
    image.save(name)
    write_pdf([page_of("x")], [name], tmp_path / "out.pdf")
    (before,) = open_pages(name)
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        seen = document[0].render(scale=199.99 / 72, grayscale=True).to_numpy()
    seen = seen.reshape(before.shape)
    assert np.abs(seen.astype(float) - before).mean() < 6


def test_a_resolution_that_cannot_be_is_not_believed(page_of, tmp_path):
    for dots, inches in (((72, 72), 20), ((1, 1), 20), ((80, 80), 20), ((100, 100), 40)):
        Image.new("1", (4000, 40)).save(tmp_path / "in.png", dpi=dots)
        write_pdf([page_of("x")], [tmp_path / "in.png"], tmp_path / "out.pdf")
        with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
            assert document[0].get_width() / 72 == pytest.approx(inches, rel=0.01)


def test_words_of_any_script_and_none_are_extracted(page_of, tmp_path):
    page = page_of("\u4f60\u597d \u041f\u0440\u0438\u0432\u0435\u0442 \ufb01ne a\x07b end")
    empty = replace(page.paragraphs[0].lines[0].words[0], text=" ")
    words = (empty, *page.paragraphs[0].lines[0].words[1:])
    line = replace(page.paragraphs[0].lines[0], words=words)
    page = replace(page, paragraphs=(replace(page.paragraphs[0], lines=(line,)),))
    write_layer(page, (200, 200), tmp_path / "out.pdf")
    said = [text for text, _ in words_of(tmp_path / "out.pdf")]
    assert said[0] == "\u041f\u0440\u0438\u0432\u0435\u0442"
    assert said[-1] == "end"
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        assert document[0].get_size() == pytest.approx((324, 432))
        assert not (255 - document[0].render().to_numpy()).any()  # nothing of it is seen


def test_many_images_go_to_the_disk_in_parts(page_of, tmp_path, monkeypatch):
    monkeypatch.setattr("inkgrad.documents.pdf._HELD", 10_000)
    pages = [page_of(f"page {i}") for i in range(7)]
    for i in range(7):
        photo((90, 120), i).save(tmp_path / f"{i}.png")
    names = [tmp_path / f"{i}.png" for i in range(7)]
    write_pdf(iter(pages), names, tmp_path / "deep" / "out.pdf")
    said = [[text for text, _ in words_of(tmp_path / "deep" / "out.pdf", i)] for i in range(7)]
    assert said == [["page", str(i)] for i in range(7)]
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out.pdf"]


def test_a_page_that_could_not_be_read_does_not_get_the_words_of_the_next(page_of, tmp_path):
    names = [tmp_path / f"{i}.png" for i in range(3)]
    for i, name in enumerate(names):
        photo((90, 120), i).save(name)
    pages = [replace(page_of(f"page{i}"), source=str(names[i])) for i in (0, 2)]
    write_pdf(pages, names, tmp_path / "out.pdf")
    said = [[text for text, _ in words_of(tmp_path / "out.pdf", i)] for i in range(3)]
    assert said == [["page0"], [], ["page2"]]


def test_what_cannot_be_written_is_said_and_leaves_nothing(page_of, tmp_path):
    photo((90, 120)).save(tmp_path / "a.png")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 no more")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(tmp_path / "e.pdf", encryption=pikepdf.Encryption(user="secret", owner="secret"))
    page = page_of("x")
    for pages, names, error, message in (
        ([page], ["e.pdf"], ImageError, "e.pdf: is no PDF, locked or broken"),
        ([page, page], ["a.png"], UsageError, "page 1 of a file: is in no original"),
        ([page], ["b.pdf"], ImageError, "b.pdf: is no PDF, locked or broken"),
        ([page], ["c.pdf"], ImageError, "c.pdf: no such file"),
        ([page], ["c.png"], ImageError, "c.png: no such file"),
        ([], [], UsageError, "nothing to write"),
    ):
        with pytest.raises(error, match=message):
            write_pdf(pages, [tmp_path / name for name in names], tmp_path / "out.pdf")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["a.png", "b.pdf", "e.pdf"]


def test_the_font_is_one_that_others_can_read(tmp_path, page_of):
    from fontTools import ttLib as ttf  # comes with matplotlib

    write_layer(page_of("x"), (72, 72), tmp_path / "out.pdf")
    with pikepdf.open(tmp_path / "out.pdf") as pdf:
        (font,) = pdf.pages[0].Resources.Font.as_dict().values()
        descendant = font.DescendantFonts[0]
        file = descendant.FontDescriptor.FontFile2.read_bytes()
    read = ttf.TTFont(io.BytesIO(file), checkChecksums=1)
    assert read["maxp"].numGlyphs == 2
    assert read["hmtx"][read.getGlyphOrder()[1]] == (500, 0)
    glyph = read["glyf"][read.getGlyphOrder()[1]]
    assert (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax) == (0, -200, 500, 800)


def printed(path: Path, mode: int, inside: bool = False) -> None:
    """A page that says "printed words", seen (0) or not (3), and has room under it."""
    with pikepdf.new() as pdf:
        sheet = pdf.add_blank_page(page_size=(432, 576))
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        named = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=pdf.make_indirect(font)))
        rows = b"q BT %d Tr /F 20 Tf 30 520 Td (printed words) Tj ET Q 0 0 9 9 re f" % mode
        if inside:
            form = pdf.make_stream(rows)
            form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
            form.BBox, form.Resources = pikepdf.Array([0, 0, 432, 576]), named
            named = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=form))
            rows = b"/X Do"
        sheet.obj.Resources = named
        sheet.contents_add(rows)
        pdf.save(path)


def read_there(page_of, words: str) -> Page:
    """A page of 900 x 1200 pixels with these words where the printed ones are, and one below."""
    page = page_of(f"{words}\n\nhandwritten")
    first, second = page.paragraphs
    line = first.lines[0]
    boxes = [(62, 75, 180, 125), (195, 75, 310, 125)]
    moved = [replace(word, box=box) for word, box in zip(line.words, boxes, strict=True)]
    line = replace(line, words=tuple(moved), box=(62, 75, 310, 125), baseline=(62, 117, 310, 117))
    return replace(page, paragraphs=(replace(first, lines=(line,)), second))


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    ("mode", "there", "expected"),
    [
        (0, "keep", "printed words handwritten"),
        (3, "keep", "printed words handwritten"),
        (0, "redo", "printed words handwritten"),
        (3, "redo", "read anew handwritten"),
        (0, "skip", "printed words"),
        (3, "skip", "printed words"),
    ],
)
def test_text_that_is_there_is_kept_once_or_redone_or_skipped(
    page_of, tmp_path, mode, there, expected, inside
):
    printed(tmp_path / "in.pdf", mode, inside)
    page = read_there(page_of, "read anew")
    write_pdf([page], [tmp_path / "in.pdf"], tmp_path / "out.pdf", there)
    assert [said for said, _ in words_of(tmp_path / "out.pdf")] == expected.split()
    (before,), (after,) = open_pages(tmp_path / "in.pdf"), open_pages(tmp_path / "out.pdf")
    np.testing.assert_array_equal(before, after)


def test_writing_a_layer_twice_leaves_it_once(page_of, tmp_path):
    page = page_of(TEXT)
    photo((page.width, page.height)).save(tmp_path / "note.png", dpi=(150, 150))
    write_pdf([page], [tmp_path / "note.png"], tmp_path / "1.pdf")
    for number, there in ((2, "keep"), (3, "redo"), (4, "skip")):
        write_pdf([page], [tmp_path / f"{number - 1}.pdf"], tmp_path / f"{number}.pdf", there)
        assert_every_word_is_in_its_place(tmp_path / f"{number}.pdf", page)


@pytest.mark.parametrize("size", [(3, 3), (1, 40), (4000, 1)])
def test_an_image_of_a_few_pixels_is_a_page_too_and_takes_no_other_with_it(page_of, tmp_path, size):
    Image.new("L", size, 90).save(tmp_path / "a.png")
    photo((90, 120)).save(tmp_path / "b.png")
    pages = [replace(Page(*size, ()), source=str(tmp_path / "a.png")), page_of("x")]
    write_pdf(pages, [tmp_path / "a.png", tmp_path / "b.png"], tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        assert len(document) == 2
        assert min(document[0].get_size()) >= 3
        assert max(document[0].get_size()) <= 14400
        assert abs(int(document[0].render(scale=2).to_numpy().mean()) - 90) < 3


def test_the_words_of_a_fax_lie_where_they_are(page_of, tmp_path):
    photo((900, 600)).convert("L").save(tmp_path / "fax.tif", dpi=(200, 100))
    (grey,) = open_pages(tmp_path / "fax.tif")
    page = page_of(TEXT, 0.0, grey.shape[::-1])
    write_pdf([page], [tmp_path / "fax.tif"], tmp_path / "out.pdf")
    assert_every_word_is_in_its_place(tmp_path / "out.pdf", page)


def test_a_turned_tiff_is_as_large_as_its_turned_resolution_says(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    image = photo((400, 300)).convert("L")
    image.save(tmp_path / "a.tif", dpi=(200, 150), exif=exif)
    write_pdf([], [tmp_path / "a.tif"], tmp_path / "out.pdf")
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        assert document[0].get_size() == pytest.approx((144, 144), abs=0.1)
