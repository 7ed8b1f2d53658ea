"""Every way the API is known to spell a list, a status, a balance and a price."""

from decimal import Decimal

import pytest

from lib.runflow import wire
from lib.runflow.lenient_json import UnusableAnswer
from lib.runflow.wire import PricingRule


@pytest.mark.parametrize(
    ("body", "ids", "following"),
    [
        ({"items": []}, [], None),
        ([], [], None),
        ([{"id": "a"}, {"id": "b"}], ["a", "b"], None),
        ({"items": [{"id": "a"}], "first": "1", "next": "2", "previous": None}, ["a"], "2"),
        ({"items": [{"id": "a"}], "next_pq": "2", "prev_pq": "0"}, ["a"], "2"),
        ({"items": [], "next": None, "next_pq": "2"}, [], "2"),
        ({"items": [], "next": ""}, [], None),
        ({"items": [], "next": 2}, [], None),
        ({"items": [], "next": "https://api.example/v1/runs?limit=5&pq=a%2Bb"}, [], "a+b"),
        ({"items": [], "next": "/v1/runs?pq=ab"}, [], "ab"),
        ({"items": [], "next": "?pq=ab"}, [], "ab"),
        ({"items": [], "next": "cGFnZT0y=="}, [], "cGFnZT0y=="),
    ],
)
def test_a_page_is_read_in_every_form(body, ids, following):
    page = wire.parse_page(body)

    assert [run.remote_id for run in page.items] == ids
    assert page.next == following


@pytest.mark.parametrize(
    "body",
    [None, 1, "x", {}, {"items": None}, {"items": {}}, {"items": [{"id": "a"}, {}]}, [None]],
)
def test_a_list_with_something_unreadable_in_it_is_not_taken_for_a_shorter_one(body):
    with pytest.raises(UnusableAnswer):
        wire.parse_page(body)


@pytest.mark.parametrize(
    "body",
    [
        ["queued", "cancelled", "queued", "odd"],
        [{"code": "queued"}, {"code": "canceled"}, {"code": "odd"}],
        {"items": ["queued", "canceled", "odd"]},
        {"items": [{"status_code": "queued"}, {"value": "canceled"}, {"name": "odd"}, 7, None]},
        {"statuses": ["QUEUED", "CANCELLED", "odd"]},
    ],
)
def test_statuses_are_read_in_every_form(body):
    assert wire.parse_statuses(body) == ("queued", "canceled", "odd")


@pytest.mark.parametrize("body", [None, "queued", {}, {"items": "queued"}, 3])
def test_what_lists_no_statuses_is_refused(body):
    with pytest.raises(UnusableAnswer):
        wire.parse_statuses(body)


@pytest.mark.parametrize(
    ("body", "micros"),
    [
        ({"id": "b", "balance": "12.345678", "low_balance_threshold": "1"}, 12_345_678),
        ({"balance": "-0.50"}, -500_000),
        ({"balance": 10}, 10_000_000),
        ({"balance": Decimal("10.5")}, 10_500_000),
        ({"balance_cents": 12_450, "currency": "USD"}, 124_500_000),
        ({"balance_cents": "12450", "currency": "usd"}, 124_500_000),
        ({"balance": "124.51", "balance_cents": 12_450, "currency": "USD"}, 124_510_000),
        ({"balance": None, "balance_cents": 0}, 0),
        ({"balance_usd": "3"}, 3_000_000),
    ],
)
def test_a_balance_is_read_in_every_form(body, micros):
    assert wire.parse_balance(body) == micros


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"balance": "much"}, {"balance": None}, {"balance": "5", "currency": "EUR"}],
)
def test_what_names_no_balance_is_refused_and_not_zero(body):
    with pytest.raises(UnusableAnswer):
        wire.parse_balance(body)


def test_pricing_rules_are_read_with_exact_prices():
    rules = wire.parse_pricing(
        {
            "items": [
                {"id": "1", "price": "0.08", "currency_code": "USD", "unit_code": "image"},
                {"id": "2", "match_value": "2K", "price": 0.12, "model_input_id": "resolution"},
                {"id": 3, "match_value": True, "min_value": 2, "price": None, "new": {}},
            ],
            "next": None,
        }
    )

    assert [(rule.id, rule.price_micros) for rule in rules] == [
        ("1", 80_000),
        ("2", 120_000),
        ("3", None),
    ]
    assert (rules[1].match_value, rules[2].match_value, rules[2].min_value) == ("2K", "true", "2")
    assert isinstance(rules[0], PricingRule)


@pytest.mark.parametrize("body", [None, {}, {"items": [1]}, {"rules": []}])
def test_what_lists_no_rules_is_refused(body):
    with pytest.raises(UnusableAnswer):
        wire.parse_pricing(body)
