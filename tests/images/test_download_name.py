"""A downloaded picture gets a name that people can read and every system takes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.images.download_name import download_name

RUN_ID = "01932c07-3a5e-7cc1-9f3c-2a71aa00ff12"
PNG = "image/png"


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A red fox, in snow!", "a-red-fox-in-snow-aa00ff12-0.png"),
        ("Crème brûlée at the café's", "creme-brulee-at-the-cafes-aa00ff12-0.png"),
        ("../../etc/passwd\0.exe", "etc-passwd-exe-aa00ff12-0.png"),
        ("C:\\Windows\\system32", "c-windows-system32-aa00ff12-0.png"),
        ("‮gnp.exe", "gnp-exe-aa00ff12-0.png"),
        ("con", "con-aa00ff12-0.png"),
        ("שלום", "picture-aa00ff12-0.png"),
        ("", "picture-aa00ff12-0.png"),
        ("x" * 50_000, f"{'x' * 50}-aa00ff12-0.png"),
        (
            "A bioluminescent treehouse hotel suspended between ancient redwoods",
            "a-bioluminescent-treehouse-hotel-suspended-between-aa00ff12-0.png",
        ),
    ],
)  # fmt: skip
def test_the_name_begins_with_the_first_words_of_the_prompt(prompt: str, expected: str):
    assert download_name(prompt=prompt, run_id=RUN_ID, index=0, mime=PNG) == expected


@pytest.mark.parametrize(
    ("mime", "extension"),
    [
        (PNG, "png"), ("image/jpeg", "jpg"), ("image/webp", "webp"),
        ("application/octet-stream", "bin"), ("text/html", "bin"), ("", "bin"),
    ],
)  # fmt: skip
def test_the_extension_is_that_of_the_media_type(mime: str, extension: str):
    assert (
        download_name(prompt="fox", run_id=RUN_ID, index=3, mime=mime)
        == f"fox-aa00ff12-3.{extension}"
    )


@given(prompt=st.text(st.characters(exclude_categories=())), run_id=st.text(), mime=st.text())
def test_no_name_is_dangerous_or_long(prompt: str, run_id: str, mime: str):
    name = download_name(prompt=prompt, run_id=run_id, index=12, mime=mime)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z]+", name)
    assert len(name) <= 80
    assert not re.fullmatch(r"(con|prn|aux|nul|com\d|lpt\d)", name.partition(".")[0])
