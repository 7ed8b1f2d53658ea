"""What runs cost, to the micro-dollar, and what the price rules say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.sandbox.catalog import find_model
from lib.sandbox.money import to_micros, to_text
from lib.sandbox.prices import cost_micros

MODEL = find_model("google/nano-banana-2")


def cost(images=1, **values):
    return cost_micros(MODEL, {**MODEL.defaults(), **values}, images)


@pytest.mark.parametrize(
    ("values", "images", "micros"),
    [
        ({}, 1, 80_000),
        ({"resolution": "0.5K"}, 1, 60_000),
        ({"resolution": "2K"}, 1, 120_000),
        ({"resolution": "4K"}, 1, 160_000),
        ({"enable_web_search": True}, 1, 95_000),
        ({"thinking_level": "high"}, 1, 82_000),
        ({"thinking_level": "minimal"}, 1, 80_000),
        ({"resolution": "4K", "enable_web_search": True, "thinking_level": "high"}, 4, 708_000),
    ],
)
def test_a_run_costs_tier_and_add_ons_for_each_image(values, images, micros):
    assert cost(images, **values) == micros


@given(st.integers(-(10**15), 10**15))
def test_money_keeps_its_value_as_text(micros):
    text = to_text(micros)

    assert to_micros(text) == micros
    assert Decimal(text) * 1_000_000 == micros


@pytest.mark.parametrize(
    ("micros", "text"), [(0, "0.00"), (80_000, "0.08"), (97_000, "0.097"), (1, "0.000001")]
)
def test_money_has_at_least_two_decimals(micros, text):
    assert to_text(micros) == text


@pytest.mark.parametrize("text", ["", "ten", "NaN", "Infinity", "0.0000001"])
def test_what_is_no_amount_of_money_is_refused(text):
    with pytest.raises(ValueError, match="dollar"):
        to_micros(text)


def test_the_price_rules_add_up_to_the_cost_of_a_run(sandbox):
    rules = sandbox.api.get("/v1/models/google/nano-banana-2/pricing").json()["items"]
    by_match = {(rule["dimension_code"], rule["match_value"]): rule for rule in rules}
    base = Decimal(by_match[None, None]["price"])
    tier = Decimal(by_match["resolution", "2K"]["price"])
    search = Decimal(by_match["enable_web_search", "true"]["price"])
    thinking = Decimal(by_match["thinking_level", "high"]["price"])

    run = sandbox.ended(
        resolution="2K", enable_web_search=True, thinking_level="high", num_images=3
    )

    assert Decimal(run["cost"]) == 3 * (base * tier + search + thinking) == Decimal("0.411")
    assert by_match["resolution", "2K"]["measurement_source"] == "assumed"
    assert by_match[None, None]["measurement_source"] == "documented"


def test_price_rules_are_found_by_path_by_uuid_and_for_all_models(sandbox):
    by_path = sandbox.api.get("/v1/models/google/nano-banana-2/pricing").json()["items"]
    by_uuid = sandbox.api.get(f"/v1/models/{by_path[0]['model_id']}/pricing").json()["items"]
    of_all = sandbox.api.get("/v1/models/any/pricing?limit=500").json()["items"]

    assert by_path == by_uuid
    assert all(rule in of_all for rule in by_path)
    assert sandbox.api.get("/v1/models/google/nano-apple/pricing").status_code == 404
