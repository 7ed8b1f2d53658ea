"""A secret shows nothing of itself, however it is printed."""

import copy
import json
import pickle

import pytest

from lib.runflow.secret import Secret

LONG = "rf_live_0123456789abcdef"


@pytest.mark.parametrize("show", [repr, str, "{}".format, lambda secret: f"{secret:>10}", ascii])
def test_only_the_last_four_characters_are_seen(show):
    shown = show(Secret(LONG))

    assert "cdef" in shown
    assert "bcdef" not in shown


@pytest.mark.parametrize("value", ["", "a", "abcd", "abcdefghijk"])
def test_a_short_secret_shows_nothing(value):
    secret = Secret(value)

    assert repr(secret) == "Secret('…')"
    assert secret.last_four == ""


def test_twelve_characters_are_enough_to_show_four():
    assert Secret("abcdefghijkl").last_four == "ijkl"


def test_it_is_revealed_on_demand():
    assert Secret(LONG).reveal() == LONG


def test_secrets_are_equal_when_their_texts_are():
    assert Secret(LONG) == Secret(LONG)
    assert hash(Secret(LONG)) == hash(Secret(LONG))
    assert Secret(LONG) != Secret(LONG + "x")
    assert Secret("schlüssel") == Secret("schlüssel")
    assert Secret(LONG) != LONG


@pytest.mark.parametrize("carry_off", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_it_is_not_carried_off(carry_off):
    with pytest.raises(TypeError) as caught:
        carry_off(Secret(LONG))

    assert LONG not in str(caught.value)


def test_it_has_no_attributes_to_dump():
    assert not hasattr(Secret(LONG), "__dict__")


def test_an_empty_secret_is_no_secret():
    assert not Secret("")
    assert Secret("a")
