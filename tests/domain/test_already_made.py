"""Requests are the same when they ask for the same, however that is written down."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.already_made import fingerprint_of
from lib.domain.catalog import DEFAULT_MODEL

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "prompt": st.sampled_from(["a kite", "a kite ", "A kite"]),
    "resolution": st.sampled_from([None, "1K", "2K"]),
    "num_images": st.sampled_from([None, 1, 2]),
    "seed": st.sampled_from([None, 0, 1]),
    "enable_web_search": st.sampled_from([None, False, True]),
}
INPUTS = st.fixed_dictionaries(FIELDS)


def asks(values: dict[str, Any]) -> str:
    return fingerprint_of(DEFAULT_MODEL.id, values)


@given(INPUTS, INPUTS)
def test_two_are_the_same_exactly_when_their_completed_inputs_are(
    first: dict[str, Any], second: dict[str, Any]
):
    is_same = DEFAULT_MODEL.completed(first) == DEFAULT_MODEL.completed(second)

    assert (asks(first) == asks(second)) is is_same


@given(INPUTS)
def test_neither_order_nor_defaults_nor_unset_fields_make_a_difference(values: dict[str, Any]):
    completed = DEFAULT_MODEL.completed(values)
    sent = {name: value for name, value in completed.items() if value is not None}

    assert len({asks(one) for one in (values, completed, sent)}) == 1
    assert asks(dict(reversed(sent.items()))) == asks(json.loads(json.dumps(sent)))


def test_a_run_with_a_seed_is_not_offered_to_who_asks_without_one():
    assert asks({"prompt": "a kite"}) != asks({"prompt": "a kite", "seed": 0})


def test_another_model_or_a_field_that_nobody_knows_makes_another_request():
    assert fingerprint_of("another/model", {"prompt": "a kite"}) != asks({"prompt": "a kite"})
    assert asks({"prompt": "a kite", "style": "bold"}) != asks({"prompt": "a kite"})


@pytest.mark.parametrize("odd", [{"seed": 7.0}, {"prompt": "\ud800"}, {"seed": {"a": [1]}}, {}])
def test_whatever_others_have_asked_for_has_a_fingerprint(odd: dict[str, Any]):
    assert len(asks(odd)) == 64
    assert asks({"seed": 7.0}) == asks({"seed": 7})
