"""Images of every kind of file and source: upright, square, scaled as they say, and bounded."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from PIL import Image

from inkgrad.errors import ImageError, UsageError
from inkgrad.images.budget import Budget
from inkgrad.images.files import open_frames, open_grey, open_images, open_pages

SHORT, LONG, RATIONAL, SHORTS = "H", "I", "II", {3: "H", 4: "I", 11: "f", 12: "d"}


def pattern(height: int = 40, width: int = 60, seed: int = 0) -> np.ndarray:
    """Grey that differs in every corner."""
    rng = np.random.default_rng(seed)
    return (np.add.outer(np.arange(height) * 3, np.arange(width)) + rng.integers(0, 9)).astype(
        np.uint8
    )


def tiff(pixels: np.ndarray, order: str = "<", **tags: object) -> bytes:
    """An uncompressed TIFF of one page; the names of tags are those that this function knows."""
    return tiff_of([(pixels, tags)], order)


NUMBERS = {
    "kind": (254, 4),
    "white": (262, 3),
    "orientation": (274, 3),
    "unit": (296, 3),
    "least": (340, 12),
    "most": (341, 12),
    "old_least": (280, 3),
    "old_most": (281, 3),
    "across": (282, 5),
    "down": (283, 5),
    "inner": (330, 4),
}
FORMATS = {"u": 1, "i": 2, "f": 3}


def tiff_of(pages: list[tuple[np.ndarray, dict]], order: str = "<") -> bytes:
    """The same of several; a page with `inner` True is in the directory before it."""
    out = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 0)
    linked_at, inner_at = 4, 0
    for pixels, tags in pages:
        pixels = pixels.astype(pixels.dtype.newbyteorder(order))
        data_at = len(out)
        out += pixels.tobytes()
        out += b"\0" * (-len(out) % 2)
        bits, colours = 8 * pixels.dtype.itemsize, 1 if pixels.ndim == 2 else pixels.shape[2]
        entries = {
            256: (4, pixels.shape[1]),
            257: (4, pixels.shape[0]),
            258: (3, bits),
            259: (3, 1),
            262: (3, 1 if colours == 1 else 2),
            273: (4, data_at),
            277: (3, colours),
            278: (4, pixels.shape[0]),
            279: (4, pixels.nbytes),
            339: (3, FORMATS[pixels.dtype.kind]),
        }
        tags = dict(tags)
        within = tags.pop("within", False)
        for name, value in tags.items():
            number, kind = NUMBERS[name]
            entries[number] = (kind, value)
        rows, more_at = b"", len(out)
        more = b""
        for number, (kind, value) in sorted(entries.items()):
            if kind == 5:
                said, count = struct.pack(order + "I", more_at + len(more)), 1
                more += struct.pack(order + "II", *value)
            elif kind == 12:
                said, count = struct.pack(order + "I", more_at + len(more)), 1
                more += struct.pack(order + "d", value)
            elif number == 258 and colours > 1:
                said, count = struct.pack(order + "I", more_at + len(more)), colours
                more += struct.pack(order + f"{colours}H", *[bits] * colours)
            else:
                said, count = struct.pack(order + SHORTS[kind], value).ljust(4, b"\0"), 1
            rows += struct.pack(order + "HHI", number, kind, count) + said
        out += more
        directory_at = len(out)
        out += struct.pack(order + "H", len(entries)) + rows + struct.pack(order + "I", 0)
        link = struct.pack(order + "I", directory_at)
        if within:
            out = out[:inner_at] + link + out[inner_at + 4 :]
        else:
            out = out[:linked_at] + link + out[linked_at + 4 :]
            linked_at = len(out) - 4
            if "inner" in tags:
                place = sorted(entries).index(330)
                inner_at = directory_at + 2 + 12 * place + 8
    return out


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_an_uncompressed_tiff_is_upright_by_its_path_as_by_its_bytes(orientation, order, tmp_path):
    grey = pattern()
    data = tiff(grey, order, orientation=orientation)
    (tmp_path / "a.tif").write_bytes(data)
    expected = {
        1: grey,
        2: grey[:, ::-1],
        3: grey[::-1, ::-1],
        4: grey[::-1],
        5: grey.T,
        6: np.rot90(grey, -1),
        7: grey.T[::-1, ::-1],
        8: np.rot90(grey),
    }[orientation]
    for source in (tmp_path / "a.tif", data):
        np.testing.assert_array_equal(open_grey(source), expected)
    (frame,) = open_frames(tmp_path / "a.tif")
    np.testing.assert_array_equal(np.asarray(frame), expected)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_other_images_are_turned_as_pillow_turns_them(orientation, tmp_path):
    from PIL import ImageOps

    exif = Image.Exif()
    exif[274] = orientation
    rgb = np.stack([pattern(seed=i)[:, ::1] for i in range(3)], -1)
    rgb[..., 1] = rgb[::-1, :, 1]
    Image.fromarray(rgb).save(tmp_path / "a.png", exif=exif)
    with Image.open(tmp_path / "a.png") as image:
        expected = ImageOps.exif_transpose(image)
    (page,) = open_images(tmp_path / "a.png", colour=True)
    np.testing.assert_array_equal(page.rgb, np.asarray(expected))
    np.testing.assert_array_equal(page.grey, np.asarray(expected.convert("L")))


def test_exif_data_that_are_broken_turn_nothing(tmp_path):
    grey = pattern()
    for exif in (b"Exif\0\0MM\0*\0\0\0\x08\xff\xff", b"Exif\0\0nothing", b"Exif\0\0"):
        Image.fromarray(grey).save(tmp_path / "a.png", exif=exif, icc_profile=b"broken")
        np.testing.assert_array_equal(open_grey(tmp_path / "a.png"), grey)


@pytest.mark.parametrize("dots", [(204, 98), (204, 102), (100, 200)])
def test_the_pixels_of_a_fax_are_made_square(dots, tmp_path):
    image = Image.new("1", (300, 140), 1)
    image.paste(0, (100, 50, 200, 100))
    image.save(tmp_path / "fax.tif", compression="group4", dpi=dots)
    (page,) = open_images(tmp_path / "fax.tif")
    finer = max(dots)
    assert page.grey.shape == (round(140 * finer / dots[1]), round(300 * finer / dots[0]))
    assert page.dots == pytest.approx(finer, rel=0.01)
    ink = np.argwhere(page.grey < 128)
    high, wide = np.ptp(ink, 0) + 1
    assert wide / high == pytest.approx(100 / 50 / (dots[0] / dots[1]), rel=0.03)
    turned = tiff(pattern(140, 300), orientation=6, unit=2, across=(dots[0], 1), down=(dots[1], 1))
    assert open_grey(turned).shape == page.grey.shape[::-1]


def test_a_form_of_pixels_is_believed_without_a_unit_and_not_where_it_cannot_be():
    grey = pattern(140, 300)
    assert open_grey(tiff(grey, unit=1, across=(2, 1), down=(1, 1))).shape == (280, 300)
    for across, down in ((1, 72), (204, 196), (0, 100)):
        said = tiff(grey, unit=2, across=(across, 1), down=(down, 1))
        np.testing.assert_array_equal(open_grey(said), grey)


def test_thumbnails_and_masks_in_a_tiff_are_no_pages():
    page, small, other = pattern(), pattern(10, 15), pattern(seed=3)
    plain = [(page, {}), (small, {"kind": 1}), (other, {"kind": 2}), (small, {"kind": 4})]
    found = list(open_images(tiff_of(plain)))
    assert [p.number for p in found] == [1, 2]
    np.testing.assert_array_equal(found[0].grey, page)
    np.testing.assert_array_equal(found[1].grey, other)
    within = [(page, {"inner": 0}), (small, {"kind": 1, "within": True}), (other, {})]
    np.testing.assert_array_equal(list(open_pages(tiff_of(within))), [page, other])
    first = [(small, {"kind": 1, "inner": 0}), (page, {"within": True})]
    np.testing.assert_array_equal(list(open_pages(tiff_of(first))), [page])
    np.testing.assert_array_equal(list(open_pages(tiff(small, kind=1))), [small])


RAMP = np.linspace(0, 1, 60)[None].repeat(40, 0)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "low", "high", "tags"),
    [
        ("u2", 0, 65535, {}),
        ("u2", 0, 4095, {}),
        ("u2", 100, 3000, {"old_least": 100, "old_most": 3000}),
        ("i2", -32768, 32767, {}),
        ("i2", -200, 600, {"least": -200.0, "most": 600.0}),
        ("i1", -128, 127, {}),
        ("u4", 0, 2**32 - 1, {}),
        ("i4", -(2**31), 2**31 - 1, {}),
        ("i4", 0, 2**24 - 1, {}),
        ("f4", 0, 1, {}),
        ("f4", -3, 9, {"least": -3.0, "most": 9.0}),
        ("f4", 0, 1e9, {}),
    ],
)
def test_values_of_any_size_and_sign_are_scaled_by_what_a_tiff_says(kind, low, high, tags, order):
    values = (low + RAMP * (high - low)).astype(kind)
    grey = open_grey(tiff(values, order, **tags))
    assert np.abs(grey - 255 * RAMP).max() <= 1.5
    white_is_zero = open_grey(tiff(values, order, white=0, **tags))
    assert np.abs(255.0 - white_is_zero - 255 * RAMP).max() <= 1.5


@pytest.mark.parametrize("mode", ["LAB", "CMYK", "YCbCr", "P", "RGBA", "LA", "1", "I;16"])
def test_a_tiff_of_any_colour_space_is_read(mode, tmp_path):
    from PIL import ImageCms

    rgb = Image.new("RGB", (90, 60), (240, 235, 220))
    rgb.paste((20, 30, 160), (30, 20, 60, 40))
    if mode == "LAB":
        profiles = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(rgb, *profiles, outputMode="LAB")
    elif mode == "I;16":
        image = Image.fromarray(np.asarray(rgb.convert("L")).astype(np.uint16) * 257)
    else:
        image = rgb.quantize(4) if mode == "P" else rgb.convert(mode)
    image.save(tmp_path / "a.tif")
    (page,) = open_images(tmp_path / "a.tif", colour=True)
    assert int(page.grey[10, 10]) - int(page.grey[30, 45]) > 150
    if mode in ("LA", "1", "I;16"):
        assert page.rgb is None
    else:
        assert page.rgb is not None
        assert np.abs(page.rgb[30, 45].astype(int) - (20, 30, 160)).max() < 12
        assert np.abs(page.rgb[10, 10].astype(int) - (240, 235, 220)).max() < 12


def test_a_tiff_that_cannot_be_read_names_the_way(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff(RAMP.astype("c8").view("f8"), white=9))
    with pytest.raises(ImageError, match=r"a\.tif: is a broken TIFF, or of a kind .* as PNG"):
        open_grey(tmp_path / "a.tif")


def test_jpeg_2000_is_read_and_heic_names_its_extra(tmp_path, monkeypatch):
    grey = pattern()
    Image.fromarray(grey).save(tmp_path / "a.jp2", irreversible=False)
    np.testing.assert_array_equal(open_grey(tmp_path / "a.jp2"), grey)
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    photo = struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + bytes(100)
    with pytest.raises(ImageError, match=r"phone: is HEIC, .* pip install 'inkgrad\[heic\]'"):
        open_grey(photo, "phone")


def test_decoders_that_take_much_memory_are_given_less_to_do(tmp_path, monkeypatch):
    image = Image.fromarray(pattern(400, 600))
    image.save(tmp_path / "a.jp2")
    image.save(tmp_path / "a.webp")
    monkeypatch.setattr("inkgrad.images.frames._MOST_REDUCED", 70_000)
    monkeypatch.setattr("inkgrad.images.frames._MOST_WEBP", 70_000)
    grey = open_grey(tmp_path / "a.jp2")
    assert grey.shape == (200, 300)
    small = np.asarray(image.reduce(2), float)
    inner = slice(20, 60)
    assert np.abs(grey[inner, inner] - small[inner, inner]).mean() < 6
    with pytest.raises(ImageError, match=r"a\.webp: is 600 x 400 pixels, expected at most"):
        open_grey(tmp_path / "a.webp")


def test_a_source_is_a_path_bytes_a_file_or_an_image(tmp_path):
    grey = pattern()
    path = tmp_path / "a.png"
    Image.fromarray(grey).save(path)
    data = path.read_bytes()
    sources = [path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data)]
    for source in [*sources, Image.open(io.BytesIO(data)), Image.fromarray(grey)]:
        np.testing.assert_array_equal(open_grey(source), grey)
    with path.open("rb") as file:
        np.testing.assert_array_equal(open_grey(file), grey)
        assert not file.closed
    with pytest.raises(ImageError, match="the image: is no image"):
        open_grey(b"nothing at all")
    with pytest.raises(ImageError, match="upload 7: is truncated"):
        open_grey(data[:-40], "upload 7")
    with pytest.raises(UsageError, match="is open as text"):
        open_grey(io.StringIO("text"))
    with pytest.raises(UsageError, match="int is no image, expected a path"):
        open_grey(3)


def test_a_pipe_is_a_file(tmp_path):
    grey = pattern()
    Image.fromarray(grey).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=lambda: (tmp_path / "pipe").write_bytes(data))
    writer.start()
    np.testing.assert_array_equal(open_grey(tmp_path / "pipe"), grey)
    writer.join()
    code = "from inkgrad.images.files import open_grey; print(open_grey('/dev/stdin').shape)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=data, capture_output=True, check=True, timeout=60
    )
    assert done.stdout.strip() == b"(40, 60)"


def test_a_page_that_is_broken_does_not_take_the_others_with_it():
    grey = pattern()
    data = bytearray(tiff_of([(grey, {}), (grey, {"white": 9}), (grey, {})]))
    pages = open_pages(bytes(data), name="three.tif")
    np.testing.assert_array_equal(next(pages), grey)
    with pytest.raises(ImageError, match=r"three\.tif: is a broken TIFF"):
        next(pages)
    np.testing.assert_array_equal(next(pages), grey)
    assert next(pages, None) is None


def test_some_pages_of_a_tiff_are_opened():
    data = tiff_of([(pattern(seed=i), {}) for i in range(5)])
    assert [page.number for page in open_images(data, "2-3,5-")] == [2, 3, 5]
    with pytest.raises(ImageError, match="has 5 pages, expected some of 9"):
        next(open_pages(data, "9"))


def test_a_chain_of_directories_that_comes_back_ends():
    data = bytearray(tiff_of([(pattern(), {}), (pattern(), {})]))
    first = struct.unpack_from("<I", data, 4)[0]
    data[-4:] = struct.pack("<I", first)
    assert len(list(open_pages(bytes(data)))) == 2


def test_the_time_for_many_pages_grows_as_they_do(tmp_path):
    def seconds(count: int) -> float:
        small = np.zeros((8, 8), np.uint8)
        path = tmp_path / f"{count}.tif"
        page = tiff(small)
        begin, size = 8, len(page) - 8  # every page has its own offsets: they are moved
        out, link = bytearray(page[:4]) + struct.pack("<I", 0), 4
        for _ in range(count):
            at = len(out)
            body = bytearray(page[begin:])
            entries_at = struct.unpack_from("<I", page, 4)[0] - begin
            (entries,) = struct.unpack_from("<H", body, entries_at)
            for i in range(entries):
                place = entries_at + 2 + 12 * i
                if struct.unpack_from("<H", body, place)[0] == 273:
                    struct.pack_into("<I", body, place + 8, at)
            struct.pack_into("<I", out, link, at + entries_at)
            link = at + size - 4
            out += body
        path.write_bytes(out)
        begun = time.process_time()
        assert sum(1 for _ in open_pages(path)) == count
        return time.process_time() - begun

    few, many = seconds(200), seconds(1600)
    assert many < 16 * few  # it would be 64 times were it to grow with the square


@pytest.mark.parametrize("kind", ["RGBA", "16 bit", "float", "JPEG"])
def test_120_megapixels_of_any_depth_would_take_less_than_1200_megabytes(kind, tmp_path):
    path, size = tmp_path / "big", (5000, 4000)
    if kind == "RGBA":
        Image.new("RGBA", size, (10, 20, 30, 200)).save(path, "PNG", compress_level=1)
    elif kind == "16 bit":
        Image.new("I;16", size, 900).save(path, "PNG", compress_level=1)
    elif kind == "float":
        Image.new("F", size, 0.5).save(path, "TIFF", compression="tiff_lzw")
    else:
        Image.new("RGB", size, (10, 20, 30)).save(path, "JPEG")
    Image.new("RGBA", (9, 9)).save(tmp_path / "small.png")
    code = (
        "import sys\n"
        "from inkgrad.images.files import open_grey\n"
        "from inkgrad.process import peak\n"
        "open_grey(sys.argv[1])\n"
        "print(peak())\n"
        "print(open_grey(sys.argv[2]).shape)\n"
        "print(peak())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "small.png", path],
        capture_output=True,
        text=True,
        timeout=250,
        check=True,
    )
    before, shape, peak = done.stdout.splitlines()
    assert shape == "(4000, 5000)"
    strips = 150e6  # are as large whatever the image
    assert int(peak) - int(before) < strips + 20e6 * (1.2e9 - strips - 1e8) / 120e6


def test_an_image_that_does_not_fit_into_memory_is_one_that_fails():
    code = (
        "import resource\n"
        "import numpy as np\n"
        "from PIL import Image\n"
        "from inkgrad.images.files import open_grey\n"
        "from inkgrad.errors import ImageError\n"
        "image = Image.new('1', (11_000, 10_000))\n"
        "resource.setrlimit(resource.RLIMIT_AS, (64 * 2**20,) * 2)\n"
        "try: open_grey(image)\n"
        "except ImageError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=True
    )
    assert done.stdout.strip() == ("the image: does not fit into memory, expected a smaller image")


def test_threads_share_one_budget_of_memory():
    budget, held, most = Budget(100), [0], [0]
    lock = threading.Lock()

    def work(size: int) -> None:
        with budget.held(size):
            with lock:
                held[0] += size
                most[0] = max(most[0], held[0])
            time.sleep(0.005)
            with lock:
                held[0] -= size

    threads = [threading.Thread(target=work, args=(size,)) for size in (30, 60, 50, 250, 20) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert most[0] == 250  # what is larger than all of it is alone
    with pytest.raises(ImageError), budget.held(100):
        raise ImageError("let go of all the same")
    with budget.held(100):
        pass
