"""Pictures that come within the answer itself."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.runflow.data_uri import is_data_uri, read_data_uri
from lib.runflow.download import DownloadBroken, Downloads

PICTURE = bytes(range(256))
ENCODED = base64.b64encode(PICTURE).decode()


def read(uri, largest_bytes=1_000):
    return read_data_uri(uri, largest_bytes=largest_bytes)


@pytest.mark.parametrize(
    ("uri", "content"),
    [
        (f"data:image/png;base64,{ENCODED}", PICTURE),
        (f"data:;base64,{ENCODED}", PICTURE),
        (f"DATA:image/png;BASE64,{ENCODED}", PICTURE),
        (f"data:image/png;charset=x;base64,{ENCODED}", PICTURE),
        (f"data:image/png; base64 ,{ENCODED}", PICTURE),
        (f"data:image/png;base64,{ENCODED[:40]}\n {ENCODED[40:]}", PICTURE),
        (f"data:image/png;base64,{ENCODED.rstrip('=')}", PICTURE),
        (f"data:image/png;base64,{ENCODED.replace('+', '%2B').replace('=', '%3D')}", PICTURE),
        (f"data:image/png;base64,{base64.urlsafe_b64encode(PICTURE).decode()}", PICTURE),
        ("data:text/plain,a%20b%00+c", b"a b\0+c"),
        ("data:,hello", b"hello"),
        ("data:text/plain,base64,YQ==", b"base64,YQ=="),
        ("data:image/png;base64,", b""),
    ],
)
def test_a_data_uri_is_read(uri, content):
    assert is_data_uri(uri)
    assert read(uri) == content


@pytest.mark.parametrize(
    "uri",
    ["data:", "data:image/png;base64", "data:;base64,a", "data:;base64,****", "data:;base64,YQ=Y",
     "data:;base64,YWé", "data:,\ud800"],
)  # fmt: skip
def test_a_malformed_one_is_refused(uri):
    with pytest.raises(ValueError, match=r".+"):
        read(uri)


def test_the_size_is_capped_before_and_after_decoding():
    assert len(read("data:," + "x" * 1_000)) == 1_000
    for flood in ("x" * 1_001, "x" * 100_000, "%00" * 1_001):
        with pytest.raises(ValueError, match="too large"):
            read("data:," + flood)
    with pytest.raises(ValueError, match="too large"):
        read("data:;base64," + base64.b64encode(b"x" * 1_001).decode())


@pytest.mark.parametrize("url", ["https://a.example/data:", "dat:,x", "", " data:,x"])
def test_other_urls_are_none(url):
    assert not is_data_uri(url)


@given(st.binary())
def test_whatever_was_encoded_comes_back(content):
    assert read("data:;base64," + base64.b64encode(content).decode()) == content


@pytest.mark.parametrize(
    "uri", ["data:,", "data:;base64,", "data:", "data:;base64,*", "data:,xxxxx"]
)
def test_a_download_of_one_that_is_no_file_is_broken(uri):
    with pytest.raises(DownloadBroken):
        Downloads(api_base_url="https://api.runflow.io", largest_bytes=4).fetch(uri)


def test_a_download_of_one_needs_no_network():
    downloads = Downloads(api_base_url="https://api.runflow.io", resolve=None)

    assert downloads.fetch(f"data:image/png;base64,{ENCODED}") == PICTURE
