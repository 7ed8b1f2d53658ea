"""A record goes into a picture and comes out again, and nothing else in the file changes."""

import json
import re
import struct
import zlib
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from lib.images import xmp_packet
from lib.images.embedded_record import MAX_RECORD_BYTES, embed, extract
from lib.images.errors import RecordRefused
from lib.images.inspection import inspect
from tests.images.pictures import FORMATS, noise, picture, pixels, png_chunk, saved

RECORD = {
    "input": {"prompt": "A red fox in snow", "seed": 7},
    "model": "google/nano-banana-2",
    "run_id": "01932c07-3a5e-7cc1-9f3c-2a71aa00ff12",
    "cost_microusd": 80_000,
    "created_at": "2026-11-23T06:00:00Z",
}
EXIF = Image.Exif()
EXIF[0x010E] = "somebody's description"
FOREIGN_XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:format="image/webp"/></r:RDF></x:xmpmeta>'
    b'<?xpacket end="w"?>'
)
KINDS = [
    ("PNG", {}),
    ("PNG", {"mode": "RGBA", "exif": EXIF, "icc_profile": b"profile", "dpi": (72, 72)}),
    ("PNG", {"mode": "1"}),
    ("JPEG", {}),
    ("JPEG", {"progressive": True, "exif": EXIF, "icc_profile": b"p" * 70_000}),
    ("JPEG", {"comment": "somebody's comment"}),
    ("JPEG", {"mode": "CMYK", "xmp": FOREIGN_XMP}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"mode": "RGBA"}),
    ("WEBP", {"mode": "RGBA", "lossless": True}),
    ("WEBP", {"exif": EXIF, "icc_profile": b"odd"}),
    ("WEBP", {"xmp": FOREIGN_XMP, "exif": EXIF}),
    ("WEBP", {"xmp": b"no XML at all"}),
]
every_kind = pytest.mark.parametrize(("format_", "how"), KINDS)

any_text = st.text(st.characters(exclude_categories=()))
any_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=8,
)
HOSTILE = [
    "\0", "a\0b\0\0", "‮gnp.exe", "שלום עולם", "--", "-->", "]]>", "<![CDATA[", "</plantain:record>",
    "</rdf:RDF>", "&amp;&#0;&lt;", "\"'`\\", "\ud800", "tail \udfff", "\ufffe\uffff\ufeff", "\r\n\t\x85\u2028",
    "\x1b[31m", "plantain:1/2:", "<?xpacket end='w'?>", "𝄞🍌" * 3, "<!DOCTYPE a [<!ENTITY b 'c'>]>", " ", "",
]  # fmt: skip


@every_kind
def test_a_record_comes_out_as_it_went_in_and_no_pixel_changes(format_: str, how: dict):
    data = picture(format_, **how)

    carrying = embed(data, RECORD)

    assert extract(carrying) == RECORD
    assert pixels(carrying) == pixels(data)
    assert inspect(carrying) == inspect(data)
    assert extract(data) is None


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


@every_kind
def test_a_second_record_takes_the_place_of_the_first(format_: str, how: dict):
    data = picture(format_, **how)
    other = {"prompt": "x" * 200_000}

    assert embed(embed(data, other), RECORD) == embed(data, RECORD)
    assert embed(embed(data, RECORD), RECORD) == embed(data, RECORD)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_too_strange_to_be_carried(format_: str, text: str):
    record = {"prompt": text, text: [text]}

    carrying = embed(picture(format_), record)

    assert extract(carrying) == record
    assert pixels(carrying) == pixels(picture(format_))


@given(format_=st.sampled_from(FORMATS), record=st.dictionaries(any_text, any_json, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_json_comes_out_as_it_went_in(format_: str, record: dict):
    carrying = embed(SMALL[format_], record)

    assert extract(carrying) == json.loads(json.dumps(record))
    assert pixels(carrying) == pixels(SMALL[format_])


SMALL = {format_: picture(format_, 5, 3) for format_ in FORMATS}


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("length", [0, 1, 64_950, *range(64_984, 65_002), 65_533, 65_534, 130_000])
def test_a_record_of_any_length_fits(format_: str, length: int):
    record = {"p": "x" * length}

    assert extract(embed(SMALL[format_], record)) == record


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("character", ["🍌", "\0", "<", "\ud800", "é"])
def test_the_longest_prompt_fits(format_: str, character: str):
    record = {"prompt": character * 50_000}

    carrying = embed(SMALL[format_], record)

    assert extract(carrying) == record
    assert pixels(carrying) == pixels(SMALL[format_])


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


def test_xmp_that_would_grow_without_end_is_not_read():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(12)
    )
    packet = f'<!DOCTYPE x [{entities}]><x xmlns:p="{xmp_packet.NAMESPACE}"><p:record>&e11;</p:record></x>'
    data = picture("WEBP", xmp=packet.encode())

    assert extract(data) is None
    assert extract(embed(data, RECORD)) == RECORD


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"<svg/>", b"GIF89a", picture("PNG")[:-13], picture("WEBP")[:-3], picture("JPEG")[:30]]
)  # fmt: skip
def test_what_is_no_whole_picture_is_given_back_unchanged(data: bytes):
    assert embed(data, RECORD) == data
    assert extract(data) is None


@pytest.mark.parametrize(
    "text", [b"[1]", b"7", b"{", b"\xff", b'{"a":NaN', b"[" * 100_000, b"9" * 5_000]
)
def test_a_record_that_is_none_is_no_record(text: bytes):
    chunk = png_chunk(b"iTXt", b"plantain\0\0\0\0\0" + text)
    comment = b"plantain:1/1:" + text[:60_000]
    png, jpeg = picture("PNG"), picture("JPEG")

    assert extract(png[:33] + chunk + png[33:]) is None
    assert (
        extract(jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + jpeg[2:])
        is None
    )


def test_a_jpeg_that_lost_a_part_of_its_record_has_none():
    carrying = embed(picture("JPEG"), {"p": "x" * 200_000})
    [second] = [part for part in parts(carrying) if b"plantain:2/" in part[:16]]

    assert extract(carrying.replace(second, b"")) is None


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {1, 2}, b"bytes", object(), {"deep": [complex(1)]}]
)
def test_a_value_that_json_does_not_know_is_refused_by_name(value: object):
    with pytest.raises(RecordRefused, match="'cost'"):
        embed(picture("PNG"), {"model": "m", "cost": value})


def test_a_record_that_holds_itself_is_refused():
    record: dict = {}
    record["again"] = record

    with pytest.raises(RecordRefused, match="'again'"):
        embed(picture("PNG"), record)


def test_a_record_without_end_is_refused():
    with pytest.raises(RecordRefused, match=re.escape(f"{MAX_RECORD_BYTES:,}")):
        embed(picture("PNG"), {"p": "x" * MAX_RECORD_BYTES})


@pytest.mark.parametrize("format_", FORMATS)
def test_the_longest_record_is_read_by_pillow_without_a_word(format_: str):
    carrying = embed(SMALL[format_], {"p": "x" * (MAX_RECORD_BYTES - 8)})

    assert pixels(carrying) == pixels(SMALL[format_])
