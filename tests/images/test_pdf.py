"""PDF pages as a viewer shows them, and PDF files that would take all memory and never end."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zlib

import numpy as np
import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from inkgrad.errors import ImageError
from inkgrad.images import pdf_process
from inkgrad.images.files import open_grey, open_images, open_pages


def written(objects: list[bytes]) -> bytes:
    """A PDF of these objects, the first of them its catalogue, as one would write it by hand."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


def stream(keys: bytes, data: bytes) -> bytes:
    return b"<<%b/Length %d>>stream\n%b\nendstream" % (keys, len(data), data)


def pages_of(contents: list[bytes], more: list[bytes], box: bytes = b"0 0 300 200") -> bytes:
    """A PDF with a page for each of these contents; `more` objects stand behind from /A on."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(len(contents)))
    named = b"".join(b"/%c %d 0 R" % (65 + i, 3 + 2 * len(contents) + i) for i in range(len(more)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(contents)),
    ]
    for i, content in enumerate(contents):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[%b]/Contents %d 0 R"
            b"/Resources<</XObject<<%b>>>>>>" % (box, 4 + 2 * i, named),
            content,
        ]
    return written([*objects, *more])


def form(inside: bytes, does: bytes) -> bytes:
    keys = b"/Type/XObject/Subtype/Form/BBox[0 0 300 200]/Resources<</XObject<<%b>>>>"
    return stream(keys % inside, does)


SQUARE = stream(b"", b"50 50 100 100 re f")


def nested(levels: int = 9, times: int = 10) -> bytes:
    """A form that shows a form ten times that shows a form ten times, and so on."""
    first = 5
    forms = [form(b"/A %d 0 R" % (first + i + 1), b"/A Do " * times) for i in range(levels)]
    return pages_of([stream(b"", b"/A Do")], [*forms, stream(b"/Type/XObject", b"0 0 9 9 re f")])


def endless() -> bytes:
    """A few kilobytes that are megabytes that are a gigabyte of squares."""
    packing, rows = zlib.compressobj(9), b"0 0 1 1 re f\n" * 100_000
    inner = b"".join(packing.compress(rows) for _ in range(1000)) + packing.flush()
    keys = b"/Filter[/FlateDecode/FlateDecode]"
    return pages_of([stream(keys, zlib.compress(inner, 9))], [])


def in_itself() -> bytes:
    return pages_of([stream(b"", b"/A Do")], [form(b"/A 5 0 R", b"/A Do " * 9)])


@pytest.mark.slow
@pytest.mark.parametrize("bomb", [nested, endless, in_itself])
def test_a_bomb_of_a_few_bytes_is_refused_within_seconds_and_a_gigabyte(bomb, tmp_path):
    (tmp_path / "bomb.pdf").write_bytes(bomb())
    assert (tmp_path / "bomb.pdf").stat().st_size < 15_000
    code = (
        "import resource, sys\n"
        "from inkgrad.images.files import open_grey\n"
        "from inkgrad.errors import ImageError\n"
        "try: open_grey(sys.argv[1])\n"
        "except ImageError as error: print(error)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(used.ru_maxrss, used.ru_utime + used.ru_stime)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "bomb.pdf"],
        capture_output=True,
        text=True,
        timeout=280,
        check=True,
    )
    said, used = done.stdout.splitlines()
    peak, seconds = map(float, used.split())  # of a processor, however many share it
    assert "bomb.pdf: has a page 1 that takes" in said
    assert peak * 1024 < 1.1 * 2**30
    assert seconds < 30


def test_the_pages_before_and_after_a_bomb_are_still_there():
    bomb = form(b"/A 9 0 R", b"/A Do " * 9)  # in itself
    pages = open_images(pages_of([SQUARE, stream(b"", b"/A Do"), SQUARE], [bomb]), name="three")
    first = next(pages)
    with pytest.raises(ImageError, match="three: has a page 2 that takes"):
        next(pages)
    third = next(pages)
    assert (first.number, third.number) == (1, 3)
    np.testing.assert_array_equal(first.grey, third.grey)
    assert next(pages, None) is None


def test_what_the_parent_has_in_memory_does_not_count_for_a_page():
    code = (
        "import subprocess, sys\n"
        "much = bytearray(b'x') * (200 * 2**20)\n"
        "child = 'import inkgrad.images.pdf_process as process; print(process.peak())'\n"
        "print(subprocess.check_output([sys.executable, '-c', child], text=True))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert 2**22 < int(done.stdout) < 100 * 2**20


def test_a_page_that_takes_too_long_is_ended():
    code = (
        "import inkgrad.images.pdf_process as process\n"
        "process.SECONDS = 0.2\n"
        "watch = process._Watch()\n"
        "watch.start()\n"
        "while True: pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == pdf_process.OUT_OF_TIME


@pytest.fixture
def begun(monkeypatch) -> list[subprocess.Popen]:
    """The processes that were begun."""
    noted = []

    class Noted(subprocess.Popen):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            noted.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return noted


def test_the_process_ends_with_a_page_that_fails(begun):
    with pytest.raises(ImageError) as kept:  # and with it the frames that the error went through
        open_grey(pages_of([SQUARE, SQUARE], [], box=b"0 0 2 99999"))
    assert kept.value.__traceback__
    assert begun[0].poll() is not None


def test_the_process_ends_with_the_pages_that_were_asked_for(begun):
    pages = open_pages(pages_of([SQUARE] * 50, []))
    next(pages)
    assert begun[0].poll() is None
    pages.close()
    assert begun[0].poll() is not None


def test_a_process_that_says_nothing_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("inkgrad.images.pdf._PATIENCE", 0.01)
    with pytest.raises(ImageError, match=r"the image: takes too long: no answer within 0\.01 s"):
        open_grey(pages_of([SQUARE], []))


def test_an_interrupt_ends_reading_and_leaves_no_process(tmp_path):
    (tmp_path / "long.pdf").write_bytes(in_itself())
    code = (
        "import sys\n"
        "from inkgrad.images.files import open_grey\n"
        "print('begun', flush=True)\n"
        "open_grey(sys.argv[1])\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "long.pdf")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert reader.stdout
    reader.stdout.readline()
    time.sleep(0.8)  # it is in the page by now
    begun = time.monotonic()
    reader.send_signal(signal.SIGINT)
    _, said = reader.communicate(timeout=60)
    assert time.monotonic() - begun < 10
    assert b"KeyboardInterrupt" in said or b"takes more" in said
    with pytest.raises(ProcessLookupError):
        os.killpg(reader.pid, 0)


def filled(kind: str, appears: bool) -> bytes:
    """A page with a text field, or with an annotation, with or without an appearance of its own."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(300, 200))
        page = pdf.pages[0]
        note = Dictionary(Type=Name.Annot, Rect=Array([50, 80, 250, 120]), F=4, P=page.obj)
        note.DA = String("/Helv 24 Tf 0 g")
        if kind == "field":
            note.Subtype, note.FT, note.T, note.V = Name.Widget, Name.Tx, "zip", "48213"
        elif kind == "ink":
            note.Subtype, note.InkList = Name.Ink, Array([Array([60, 90, 100, 110, 240, 90])])
            note.C = Array([0, 0, 0])
        else:
            note.Subtype, note.Contents = Name.FreeText, "48213"
        if appears:
            seen = pdf.make_stream(b"0 g 10 10 30 20 re f")
            seen.Type, seen.Subtype, seen.BBox = Name.XObject, Name.Form, Array([0, 0, 200, 40])
            note.AP = Dictionary(N=seen)
        note = pdf.make_indirect(note)
        page.obj.Annots = Array([note])
        if kind == "field":
            font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            fonts = Dictionary(Font=Dictionary(Helv=pdf.make_indirect(font)))
            pdf.Root.AcroForm = Dictionary(Fields=Array([note]), DR=fonts, DA="/Helv 0 Tf 0 g")
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()


@pytest.mark.parametrize("appears", [True, False])
@pytest.mark.parametrize("kind", ["field", "ink", "text"])
def test_what_was_filled_in_or_noted_is_on_the_page(kind, appears):
    grey = open_grey(filled(kind, appears))
    ink = np.argwhere(grey < 128)
    assert len(ink) > 1000
    top, left = ink.min(0) * 72 / 300
    bottom, right = ink.max(0) * 72 / 300
    assert (top, left) >= (79, 49)
    assert (bottom, right) <= (121, 251)


def photo(size: tuple[int, int], seed: int = 0) -> Image.Image:
    rng = np.random.default_rng(seed)
    small = rng.integers(0, 256, (size[1] // 20, size[0] // 20, 3), np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.NEAREST)


def sheet_of(image: Image.Image, size: tuple[float, float], more: bytes = b"", turn: int = 0):
    """A PDF with this image all over a page of this size in points."""
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        pixels = pdf.make_stream(image.tobytes())
        pixels.Type, pixels.Subtype, pixels.BitsPerComponent = Name.XObject, Name.Image, 8
        pixels.Width, pixels.Height = image.size
        pixels.ColorSpace = Name.DeviceRGB if image.mode == "RGB" else Name.DeviceGray
        page.obj.Resources = Dictionary(XObject=Dictionary(I=pixels))
        page.contents_add(b"q %f 0 0 %f 0 0 cm /I Do Q " % size + more)
        page.rotate(turn, relative=False)
        file = io.BytesIO()
        pdf.save(file)
    return file.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("size", [(4032.0, 3024.0), (306.123, 229.592)])
def test_an_image_that_fills_a_page_is_taken_pixel_by_pixel(turn, size):
    image = photo((400, 300))
    (page,) = open_images(sheet_of(image, size, turn=turn), colour=True)
    np.testing.assert_array_equal(page.rgb, np.rot90(np.asarray(image), -turn // 90))
    assert page.dots == pytest.approx(400 / size[0] * 72, rel=0.01)


def test_what_nobody_sees_over_an_image_leaves_it_as_it_is_and_what_is_seen_does_not():
    image = photo((400, 300)).convert("L")
    unseen = sheet_of(image, (400.0, 300.0), b"BT 3 Tr 20 20 Td ET")
    np.testing.assert_array_equal(open_grey(unseen), np.asarray(image))
    seen = open_grey(sheet_of(image, (400.0, 300.0), b"0 0 9 9 re f"))
    assert seen.shape == (1250, 1667)


def test_pixels_of_a_page_are_square_where_those_of_its_image_are_not():
    grey = open_grey(sheet_of(photo((1728, 1080)).convert("L"), (612.0, 792.0)))
    assert grey.shape == (2237, 1728)


def test_the_density_follows_a_large_page():
    (page,) = open_images(pages_of([SQUARE], [], b"0 0 4032 3024"))
    assert 59e6 < page.grey.size <= 60.1e6
    assert page.grey.shape[1] / page.grey.shape[0] == pytest.approx(4 / 3, rel=1e-3)
    assert page.dots == pytest.approx(72 * page.grey.shape[1] / 4032, rel=1e-3)


def test_an_ordinary_page_is_shown_as_it_always_was():
    import pypdfium2

    file = pages_of([SQUARE], [], b"0 0 612 792")
    with pypdfium2.PdfDocument(file) as document:
        seen = document[0].render(scale=300 / 72, grayscale=True).to_numpy()
    np.testing.assert_array_equal(open_grey(file), seen.reshape(seen.shape[:2]))


@pytest.mark.parametrize(
    ("box", "message"),
    [
        (b"0 0 0.5 0.5", "is 0.5 x 0.5 points"),
        (b"0 0 900000 900000", "is 12,500 x 12,500 inches"),
        (b"0 0 -300 -200", "shows nothing: all on it lies outside of -300 -200 0 0"),
    ],
)
def test_a_page_box_that_lets_nothing_be_seen_is_said(box, message):
    with pytest.raises(ImageError, match=f"a.pdf: has a page 1 that {message}"):
        open_grey(pages_of([SQUARE], [], box), "a.pdf")


def test_a_page_box_may_be_written_from_any_corner():
    upright = open_grey(pages_of([SQUARE], [], b"0 0 300 200"))
    np.testing.assert_array_equal(open_grey(pages_of([SQUARE], [], b"300 200 0 0")), upright)
    assert open_grey(pages_of([stream(b"", b"")], [])).min() == 255  # a blank page may be blank


def test_some_pages_are_opened_and_no_others():
    file = pages_of([SQUARE] * 6, [])
    assert [page.number for page in open_images(file, "2-3,6")] == [2, 3, 6]
    assert [page.number for page in open_images(file, [5, 4])] == [4, 5]
    with pytest.raises(ImageError, match="the image: has 6 pages, expected some of 7-"):
        next(open_pages(file, "7-"))


def test_a_count_of_pages_that_is_a_lie_costs_nothing():
    file = pages_of([SQUARE], []).replace(b"/Count 1", b"/Count 2000000000")
    assert open_grey(file).min() == 0


def test_what_is_no_pdf_is_said():
    for data in (b"%PDF-1.4 no more", b"%PDF-"):
        with pytest.raises(ImageError, match="the image: is no PDF, locked or broken"):
            open_grey(data)


def test_threads_open_many_at_once():
    files = [pages_of([stream(b"", b"%d 50 20 20 re f" % (10 * i))], []) for i in range(6)]
    alone = [open_grey(file) for file in files]
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda i=i: found.update({i: open_grey(files[i])}))
        for i in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, grey in enumerate(alone):
        np.testing.assert_array_equal(found[i], grey)
