"""A stranger's file is shown only when it proves to be a whole picture of a sane size."""

import os
import struct
import warnings
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lib.images.errors import CutOff, Damaged, NotAPicture, TooManyPixels, UnknownFormat
from lib.images.inspection import MAX_IMAGE_PIXELS, PictureFacts, inspect, measure
from tests.images.child import run_in_child
from tests.images.pictures import FORMATS, MIMES, bomb, noise, picture, png_chunk, saved

KINDS = [
    ("PNG", {}),
    ("PNG", {"mode": "RGBA"}),
    ("PNG", {"mode": "L"}),
    ("PNG", {"mode": "1"}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True}),
    ("JPEG", {"mode": "L"}),
    ("JPEG", {"mode": "CMYK"}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"mode": "RGBA"}),
    ("WEBP", {"mode": "RGBA", "lossless": True}),
    ("WEBP", {"exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}),
]


@pytest.mark.parametrize(("format_", "how"), KINDS)
def test_the_facts_come_from_the_bytes(format_: str, how: dict):
    facts = inspect(picture(format_, 64, 48, **how))

    assert facts == PictureFacts(MIMES[format_], 64, 48)


@pytest.mark.parametrize(("format_", "how"), KINDS)
@pytest.mark.parametrize("sixteenth", range(16))
def test_a_picture_cut_off_is_found(format_: str, how: dict, sixteenth: int):
    data = picture(format_, 160, 120, **how)

    with pytest.raises(NotAPicture):
        inspect(data[: len(data) * sixteenth // 16])


@pytest.mark.parametrize("format_", FORMATS)
def test_a_picture_that_lacks_only_its_last_bytes_is_cut_off(format_: str):
    data = picture(format_)

    for missing in range(1, 13 if format_ == "PNG" else 3):
        with pytest.raises(CutOff):
            inspect(data[:-missing])


def test_a_png_without_its_end_chunk_is_refused_though_pillow_loads_it():
    data = picture("PNG")[:-12]
    Image.open(BytesIO(data)).load()

    with pytest.raises(CutOff, match="IEND"):
        inspect(data)


def test_a_jpeg_without_its_end_is_not_saved_by_the_end_of_the_preview_inside():
    preview = picture("JPEG", 16, 16)
    data = picture("JPEG", 64, 48, comment=preview)
    assert preview.endswith(b"\xff\xd9")

    assert inspect(data).width == 64
    with pytest.raises(CutOff):
        inspect(data[: data.rindex(b"\xff\xd9")])


@pytest.mark.parametrize("place", range(1, 16))
def test_a_byte_changed_in_a_png_is_found(place: int):
    data = bytearray(picture("PNG"))
    data[len(data) * place // 16] ^= 0x10

    with pytest.raises(NotAPicture):
        inspect(bytes(data))


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html></html>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"GIF89a", b"\x89PNG", b"RIFF\0\0\0\0WAVE",
        b'{"error": "expired"}', b"\xff\xd8",
    ],
)  # fmt: skip
def test_what_is_no_picture_is_of_unknown_format(data: bytes):
    with pytest.raises(UnknownFormat):
        inspect(data)


@pytest.mark.parametrize("format_", ["GIF", "BMP", "TIFF", "AVIF", "ICO"])
def test_other_formats_of_pictures_are_not_taken(format_: str):
    with pytest.raises(UnknownFormat):
        inspect(saved(noise(), format_))


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\x04\0\0\0WEBP"])
def test_a_mere_beginning_is_no_picture(data: bytes):
    with pytest.raises(NotAPicture):
        inspect(data)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_picture_with_a_page_behind_it_stays_a_picture(format_: str):
    data = picture(format_) + b"<html><script>alert(document.domain)</script></html>"

    assert inspect(data) == PictureFacts(MIMES[format_], 64, 48)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="limits memory as Linux does")
def test_a_bomb_is_refused_without_being_decoded():
    data = bomb()
    assert len(data) < 3_000_000

    def refuse() -> None:
        leave_memory(100_000_000)
        with pytest.raises(TooManyPixels, match="13,000 x 13,000"):
            inspect(data)

    def decode() -> None:
        leave_memory(100_000_000)
        warnings.simplefilter("ignore")
        image = Image.open(BytesIO(data))
        with pytest.raises(MemoryError):
            image.load()

    assert run_in_child(refuse) == 0
    assert run_in_child(decode) == 0


def leave_memory(more_bytes: int) -> None:
    """Let this process have only so much memory more than it has."""
    import resource  # Windows has none

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * os.sysconf("SC_PAGE_SIZE") + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_limit_of_pixels_counts_before_anything_is_opened(format_: str):
    side = 6_325  # squared: just above 40 million
    assert side * side > MAX_IMAGE_PIXELS > (side - 1) ** 2

    with pytest.raises(TooManyPixels):
        measure(resized(picture(format_), format_, side, side))
    assert measure(resized(picture(format_), format_, side - 1, side - 1)).width == side - 1


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_a_size_that_the_pixels_do_not_bear_out_is_damage(format_: str):
    with pytest.raises(Damaged):
        inspect(resized(picture(format_), format_, 640, 480))


@pytest.mark.parametrize("format_", ["PNG", "JPEG"])
def test_a_picture_without_pixels_is_damage(format_: str):
    with pytest.raises(Damaged, match="no pixels"):
        measure(resized(picture(format_), format_, 0, 48))


def test_a_png_that_says_two_sizes_is_refused_before_it_is_decoded():
    data = picture("PNG")
    second = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 9_000, 9_000, 8, 2, 0, 0, 0))

    with pytest.raises(Damaged, match="two sizes"):
        inspect(data[:33] + second + data[33:])


def test_a_wrong_crc_is_found_though_pillow_passes_over_it():
    data = bytearray(picture("PNG"))
    data[-13] ^= 1
    Image.open(BytesIO(data)).load()

    with pytest.raises(Damaged, match="CRC"):
        inspect(bytes(data))


def resized(data: bytes, format_: str, width: int, height: int) -> bytes:
    """The same file claiming another size."""
    if format_ == "PNG":
        head = struct.pack(">II", width, height) + data[24:29]
        return data[:8] + png_chunk(b"IHDR", head) + data[33:]
    if format_ == "JPEG":
        at = data.index(b"\xff\xc0") + 5
        return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]
    at = data.index(b"\x9d\x01\x2a") + 3
    return data[:at] + struct.pack("<HH", width, height) + data[at + 4 :]


def test_a_webp_that_hides_its_size_behind_a_small_canvas_is_damage():
    frame = picture("WEBP", 64, 48)[12:]
    head = b"VP8X" + struct.pack("<IBBBB", 10, 0, 0, 0, 0) + bytes(6)
    riff = b"RIFF" + struct.pack("<I", 4 + len(head) + len(frame)) + b"WEBP"

    with pytest.raises(Damaged):
        inspect(riff + head + frame)


def test_a_jpeg_of_countless_scans_is_refused_unread():
    data = picture("JPEG", progressive=True)
    last_scan = data.rindex(b"\xff\xda")

    with pytest.raises(Damaged, match="100 scans"):
        inspect(data[:-2] + data[last_scan:-2] * 200 + b"\xff\xd9")


def test_a_png_of_countless_chunks_is_refused_unread():
    data = picture("PNG")

    with pytest.raises(Damaged, match="100,000 chunks"):
        inspect(data[:33] + png_chunk(b"tIME", b"") * 100_001 + data[33:])


def test_a_text_that_inflates_without_end_is_refused():
    text = b"zip\0\0" + zlib.compress(bytes(70_000_000), 9)
    data = picture("PNG")

    with pytest.raises(Damaged):
        inspect(data[:33] + png_chunk(b"zTXt", text) + data[33:])


SMALL = {format_: picture(format_, 24, 16) for format_ in FORMATS}


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_garbage_raises_anything_but_our_own_errors(data: st.DataObject):
    whole = bytearray(SMALL[data.draw(st.sampled_from(FORMATS))])
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), min_size=1, max_size=8)):
        whole[place] = data.draw(st.integers(0, 255))

    try:
        facts = inspect(bytes(whole))
    except NotAPicture:
        return
    assert facts.width * facts.height <= MAX_IMAGE_PIXELS


@pytest.mark.parametrize("stream", [b"not deflate", zlib.compress(bytes(999))[:-6]])
def test_pixels_that_do_not_inflate_are_damage(stream: bytes):
    head = picture("PNG")[:33]

    with pytest.raises(Damaged, match="pixels"):
        inspect(head + png_chunk(b"IDAT", stream) + png_chunk(b"IEND", b""))
