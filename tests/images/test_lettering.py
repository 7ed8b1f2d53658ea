"""Words in pictures: what can be drawn is drawn, and what cannot is never a box."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFont

from lib.images import lettering
from lib.images.lettering import MISSING, lettered, lines_of

SIZE = 13


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without fonts."""
    monkeypatch.setattr(lettering, "FONTS", ("no-such-font.ttf",))
    _forget()
    yield
    _forget()


def _forget() -> None:
    lettering._fonts.cache_clear()
    lettering._has.cache_clear()


def test_a_machine_without_fonts_still_draws_ascii(bare: None) -> None:
    found = lettered("resolution: 4K [plain] #12", SIZE)

    assert (found.text, found.is_whole) == ("resolution: 4K [plain] #12", True)


def test_what_no_font_has_is_replaced_and_told(bare: None) -> None:
    found = lettered("red 风筝 and עברית", SIZE)

    assert (found.text, found.is_whole) == (f"red {MISSING} and {MISSING}", False)


def test_a_font_that_has_all_of_a_text_is_taken_before_one_that_has_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lettering, "_fonts", lambda _size: (_font(), _font()))
    monkeypatch.setattr(lettering, "_has", lambda nth, sign: sign != "é" or nth == 1)

    assert lettered("cafe", SIZE).is_whole
    assert lettered("café", SIZE).is_whole


def _font() -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(SIZE)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def test_signs_that_turn_or_hide_a_text_are_not_drawn() -> None:
    assert lettered("a\u202eb\x00c\u200bd\n e", SIZE).text == "ab cd e"


def test_a_long_text_ends_in_dots_within_its_lines() -> None:
    lines = lines_of("a kite on a hill " * 50, size=SIZE, width=120, most=3)

    assert len(lines) == 3
    assert lines[-1].text.endswith("...")
    assert all(line.font.getlength(line.text) <= 140 for line in lines)


@given(st.text(max_size=60), st.integers(1, 300), st.integers(1, 4))
def test_lines_are_never_more_than_there_is_room_for(text: str, width: int, most: int) -> None:
    lines = lines_of(text, size=SIZE, width=width, most=most)

    assert len(lines) <= most
    for line in lines:
        assert len(line.text) <= 3 + 1 or line.font.getlength(line.text) <= width * 2
