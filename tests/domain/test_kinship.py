"""Prompts that were changed are known from prompts that were replaced."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.kinship import is_made_of


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("A kite", "Another kite"),
        ("A red kite above a quiet bay", "A blue kite above a quiet bay at night"),
        ("A red kite above a quiet bay", "a RED kite\nabove a quiet   bay"),
        ("A red kite", "A red kite in the style of a woodcut"),
        ("红色风筝", "红色风筝在海边"),
    ],
)
def test_a_changed_prompt_is_made_of_the_one_before(before: str, now: str) -> None:
    assert is_made_of(before, now)
    assert is_made_of(now, before)


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("A kite", "A fox"),
        ("A red kite above a quiet bay", "Portrait of an old sailor, oil on canvas"),
        (
            "A lighthouse in a storm, dramatic light, seen from the sea, long exposure",
            "Isometric drawing of a small bakery with a striped awning and warm windows",
        ),
        ("红色风筝", "一只狐狸"),
        ("A kite", ""),
    ],
)
def test_a_replaced_prompt_is_not(before: str, now: str) -> None:
    assert not is_made_of(before, now)
    assert not is_made_of(now, before)


@given(st.text())
def test_every_prompt_is_made_of_itself(text: str) -> None:
    assert is_made_of(text, text)
