"""A file that carries a record is still a right file of its format, and shows it to others."""

import json
import struct
import zlib
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image, PngImagePlugin

from lib.images import xmp_packet
from lib.images.embedded_record import embed, extract
from lib.images.inspection import inspect
from tests.images.pictures import FORMATS, noise, picture, saved
from tests.images.records import EXIF, FOREIGN_XMP, RECORD, every_kind


@every_kind
def test_everything_else_in_the_file_stays(format_: str, how: dict):
    data = picture(format_, **how)

    before, after = parts(data), parts(embed(data, RECORD))

    for new in set(after) - set(before):
        assert b"plantain" in new or new.startswith(b"VP8X")
    for gone in set(before) - set(after):
        assert gone.startswith(b"VP8X") or b"dc:format" in gone
    assert [part for part in after if part in before] == [part for part in before if part in after]


def parts(data: bytes) -> list[bytes]:
    """The file cut into its chunks or segments, by rules written apart from the code under test."""
    found, at = [], 2 if data[:2] == b"\xff\xd8" else 12 if data[:4] == b"RIFF" else 8
    while at < len(data):
        if data[:4] == b"RIFF":
            length = 8 + (int.from_bytes(data[at + 4 : at + 8], "little") + 1) // 2 * 2
        elif data[:2] == b"\xff\xd8":
            length = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
            length = len(data) - at if data[at + 1] == 0xDA else length
        else:
            length = 12 + int.from_bytes(data[at : at + 4], "big")
        found.append(data[at : at + length])
        at += length
    return found


def test_pillow_shows_the_record_of_a_png_at_once():
    with Image.open(BytesIO(embed(picture("PNG"), RECORD))) as image:
        assert json.loads(image.info["plantain"]) == RECORD
        assert json.loads(image.text["plantain"]) == RECORD
        assert isinstance(image.text["plantain"], PngImagePlugin.iTXt)


def test_pillow_shows_the_record_of_a_jpeg_as_its_comment():
    with Image.open(BytesIO(embed(picture("JPEG"), RECORD))) as image:
        assert json.loads(image.info["comment"].removeprefix(b"plantain:1/1:")) == RECORD


@pytest.mark.parametrize("how", [{}, {"xmp": FOREIGN_XMP}])
def test_pillow_shows_the_record_of_a_webp_in_its_xmp(how: dict):
    with Image.open(BytesIO(embed(picture("WEBP", **how), RECORD))) as image:
        packet = ElementTree.fromstring(image.info["xmp"])

    records = [element.text for element in packet.iter("{urn:plantain:1.0/}record")]
    assert [json.loads(record) for record in records] == [RECORD]
    assert (b"dc:format" in image.info["xmp"]) == ("xmp" in how)


def test_every_crc_of_a_png_is_right():
    data = embed(picture("PNG"), RECORD)

    for chunk in parts(data):
        assert struct.unpack(">I", chunk[-4:])[0] == zlib.crc32(chunk[4:-4])


@pytest.mark.parametrize("odd", range(4))
@pytest.mark.parametrize(
    "how", [{}, {"mode": "RGBA"}, {"mode": "RGBA", "lossless": True}, {"exif": EXIF}]
)
def test_a_webp_has_right_sizes_padding_and_flags(how: dict, odd: int):
    data = embed(picture("WEBP", 63, 47, **how), {"p": "x" * odd})

    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8
    assert len(data) % 2 == 0
    assert data[12:16] == b"VP8X"
    flags = data[20]
    assert flags & 0x04
    assert bool(flags & 0x10) == (how.get("mode") == "RGBA")
    assert bool(flags & 0x08) == ("exif" in how)
    assert int.from_bytes(data[24:27], "little") + 1 == 63
    assert int.from_bytes(data[27:30], "little") + 1 == 47


def test_a_jpeg_keeps_the_offsets_of_its_further_pictures():
    file = BytesIO()
    noise().save(file, "MPO", save_all=True, append_images=[noise(32, 24)])
    data = file.getvalue()

    with Image.open(BytesIO(embed(data, RECORD))) as image:
        assert image.info["comment"].startswith(b"plantain:")
        assert image.n_frames == 2
        image.seek(1)
        assert image.size == (32, 24)
        image.load()


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_an_animation_keeps_its_frames(format_: str):
    frames = [noise(24, 16), noise(24, 16).rotate(180)]
    data = saved(
        frames[0], format_, save_all=True, append_images=frames[1:], lossless=True, duration=40
    )

    with Image.open(BytesIO(embed(data, RECORD))) as image:
        assert image.n_frames == 2
        image.seek(1)
        assert image.convert("RGB").tobytes() == frames[1].tobytes()


@pytest.mark.parametrize("format_", FORMATS)
def test_what_follows_the_picture_stays_behind_it(format_: str):
    data = picture(format_) + b"<html>behind</html>"

    carrying = embed(data, RECORD)

    assert carrying.endswith(b"<html>behind</html>")
    assert extract(carrying) == RECORD
    assert inspect(carrying) == inspect(data)


def test_a_strangers_texts_and_comments_stay():
    info = PngImagePlugin.PngInfo()
    info.add_itxt("plantain\xa0", "near, but not ours")
    info.add_text("plantain", "a plain text of that name")
    data = saved(noise(), "PNG", pnginfo=info)

    carrying = embed(embed(data, RECORD), RECORD)

    assert [part for part in parts(carrying) if part in parts(data)] == parts(data)
    assert extract(carrying) == RECORD


def test_xmp_rewritten_by_another_program_still_gives_the_record():
    attribute = json.dumps(RECORD).replace("&", "&amp;").replace('"', "&quot;")
    packet = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description xmlns:ns0="{xmp_packet.NAMESPACE}" ns0:record="{attribute}"/></rdf:RDF></x:xmpmeta>'
    )

    assert extract(picture("WEBP", xmp=packet.encode())) == RECORD
    assert extract(embed(picture("WEBP", xmp=packet.encode()), {"new": 1})) == {"new": 1}


def test_xmp_with_entities_is_not_read():
    packet = (
        """<!DOCTYPE x [<!ENTITY little '{"a": 1}'>]>"""
        f'<x xmlns:p="{xmp_packet.NAMESPACE}"><p:record>&little;</p:record></x>'
    )
    data = picture("WEBP", xmp=packet.encode())

    assert extract(data) is None
    assert extract(embed(data, RECORD)) == RECORD


def test_a_jpeg_that_lost_a_part_of_its_record_has_none():
    carrying = embed(picture("JPEG"), {"p": "x" * 200_000})
    [second] = [part for part in parts(carrying) if b"plantain:2/" in part[:16]]

    assert extract(carrying.replace(second, b"")) is None
