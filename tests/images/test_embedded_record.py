"""A record goes into a picture and comes out again exactly, whatever its text."""

import json
import re
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.images.embedded_record import MAX_RECORD_BYTES, embed, extract
from lib.images.errors import RecordRefused
from lib.images.inspection import inspect
from tests.images.pictures import FORMATS, picture, pixels, png_chunk
from tests.images.records import RECORD, every_kind

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
