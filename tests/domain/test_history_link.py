"""A question to the history survives its link, and a link that is wrong says so."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lib.domain.catalog import MODELS
from lib.domain.history_filters import FILTERS, LONGEST_VALUE
from lib.domain.history_link import PARAMETERS, parameters_of, query_from
from lib.domain.history_query import LARGEST_MICROS, Cursor, HistoryQuery, Sort

ANY_TEXT = st.text(max_size=LONGEST_VALUE)
VALUES = {
    known.name: st.sampled_from(known.values) if known.values else ANY_TEXT for known in FILTERS
}
MICROS = st.none() | st.integers(-LARGEST_MICROS, LARGEST_MICROS)
QUERIES = st.builds(
    HistoryQuery,
    text=st.text(max_size=600),
    filters=st.lists(
        st.sampled_from(sorted(VALUES)).flatmap(
            lambda name: st.tuples(st.just(name), st.lists(VALUES[name], max_size=3).map(tuple))
        ),
        max_size=5,
    ).map(tuple),
    cost_from_micros=MICROS,
    cost_to_micros=MICROS,
    created_from=st.none() | st.dates(),
    created_to=st.none() | st.dates(),
    deleted=st.booleans(),
    sort=st.sampled_from(Sort),
)


def through_an_address(parameters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return parse_qs(urlencode(parameters, doseq=True), keep_blank_values=True)


@given(query=QUERIES)
@example(HistoryQuery(text="\0 \ud800 x"))
@example(HistoryQuery().where("rating", ""))
@example(HistoryQuery().where("tag", "&=?#%", "+ +", " "))
def test_a_question_survives_its_link(query: HistoryQuery) -> None:
    assert query_from(through_an_address(parameters_of(query))) == (query, [])


@given(parameters=st.dictionaries(st.sampled_from(PARAMETERS) | st.text(), st.lists(st.text())))
@example({"cost_from": ["1e999999"], "created_to": ["0000-13-99"], "sort": [""], "rating": ["9"]})
@example({"cost_to": ["nan"], "cost_from": ["١"], "deleted": ["yes"]})
def test_any_link_is_a_question(parameters: dict[str, list[str]]) -> None:
    query, notes = query_from(parameters)

    assert isinstance(query, HistoryQuery)
    assert all(notes)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rating", "9", "rating cannot be '9': choose of 5, 4, 3, 2, 1, nothing (not set)."),
        ("state", "done", "state cannot be 'done': choose of queued, "),
        ("cost_from", "ten", "cost_from cannot be 'ten': give dollars, such as 0.08."),
        ("created_to", "today", "created_to cannot be 'today': give a day as 2026-11-22."),
        (
            "sort",
            "best",
            "sort cannot be 'best': choose of newest, oldest, cost, duration, rating.",
        ),
        ("deleted", "1", "deleted cannot be '1': choose true or false."),
        ("colour", "red", "'colour' is not known here: it was left out."),
        ("tag", "x" * 201, "tag is too long (201): 200 characters at most."),
        ("q", "x" * 501, "q was cut off after 500 characters."),
    ],
)
def test_what_is_wrong_in_a_link_is_said_and_left_out(name: str, text: str, said: str) -> None:
    query, notes = query_from({name: [text], "resolution": ["2K"]})

    assert len(notes) == 1
    assert notes[0].startswith(said)
    assert query.chosen("resolution") == ("2K",)


def test_a_link_reads_as_a_person_would_write_it() -> None:
    query = HistoryQuery(
        text="red kite",
        filters=(("resolution", ("4K", "2K")), ("rating", ("5",))),
        cost_from_micros=80_000,
        created_from=date(2026, 11, 1),
        sort=Sort.COST,
    )

    assert parameters_of(query) == {
        "q": ["red kite"],
        "rating": ["5"],
        "resolution": ["2K", "4K"],
        "cost_from": ["0.08"],
        "created_from": ["2026-11-01"],
        "sort": ["cost"],
    }
    assert parameters_of(HistoryQuery()) == {}


def test_questions_that_mean_the_same_are_equal() -> None:
    one = HistoryQuery(text=" kite ").where("tag", "b", "a", "b").where("rating", "5")
    other = HistoryQuery(text="kite").where("rating", "5").where("tag", "a", "b")

    assert one == other
    assert hash(one) == hash(other)
    assert one.toggled("tag", "a").toggled("tag", "b") == HistoryQuery("kite").where("rating", "5")


def test_a_filter_that_does_not_exist_is_a_mistake_in_code() -> None:
    with pytest.raises(KeyError):
        HistoryQuery().where("colour", "red")
    with pytest.raises(ValueError, match="rating cannot be"):
        HistoryQuery().where("rating", "9")
    with pytest.raises(ValueError, match="billion"):
        HistoryQuery(cost_to_micros=LARGEST_MICROS + 1)


def test_every_field_of_every_model_can_be_searched_for() -> None:
    fields = {rule.name for model in MODELS for rule in model.input_fields}

    assert fields - set(PARAMETERS) == {"prompt"}


@given(
    key=st.integers(-(10**18) + 1, 10**18 - 1), no=st.integers(0, 10**18 - 1), back=st.booleans()
)
def test_a_cursor_survives_its_link(key: int, no: int, back: bool) -> None:
    cursor = Cursor(key, no, back)

    assert Cursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize(
    "text", [None, "", "after.1", "after.1.x", "after.١.1", "x.1.1", "after.1.1 "]
)
def test_what_is_no_cursor_is_the_first_page(text: str | None) -> None:
    assert Cursor.parse(text) is None
