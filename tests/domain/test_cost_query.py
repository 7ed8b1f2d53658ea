"""Questions to the report of costs: as links and back without loss, and what a bad link is told."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.bucket_names import bucket_at, named_bucket
from lib.domain.buckets import Bucket, buckets_between
from lib.domain.cost_query import PARAMETERS, CostQuery, parameters_of, query_from
from lib.domain.periods import Days, Period
from lib.domain.spend import Group

MOMENTS = st.integers(0, 4_000_000_000_000).map(lambda at: at - at % 900_000)
BUCKETS = st.builds(
    bucket_at, st.sampled_from(Bucket), MOMENTS, st.just(ZoneInfo("Asia/Kathmandu"))
)
DAYS = st.dates(date(1970, 1, 1), date(2060, 1, 1))
OWN = st.tuples(DAYS, DAYS).map(lambda ends: Days(min(ends), max(ends)))
FILTERS = st.dictionaries(
    st.sampled_from(Group), st.lists(st.text(max_size=9), max_size=3).map(tuple), max_size=3
)


@st.composite
def queries(draw: st.DrawFn) -> CostQuery:
    period = draw(st.sampled_from(Period))
    return CostQuery(
        period=period,
        own=draw(OWN) if period is Period.CUSTOM else None,
        at=draw(st.none() | BUCKETS),
        by=tuple(draw(st.lists(st.sampled_from(Group), min_size=1, max_size=2, unique=True))),
        every=draw(st.none() | st.sampled_from(Bucket)),
        filters=tuple(draw(FILTERS).items()),
    )


@given(queries())
def test_a_link_asks_the_same_question(query: CostQuery) -> None:
    assert query_from(parameters_of(query)) == (query, [])


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(max_size=30), max_size=3)))
def test_no_link_is_too_bad_to_be_read(parameters: dict[str, list[str]]) -> None:
    query, _ = query_from(parameters)

    assert query_from(parameters_of(query)) == (query, [])


def test_what_is_asked_without_a_word_needs_no_parameter() -> None:
    assert parameters_of(CostQuery()) == {}
    assert query_from({}) == (CostQuery(), [])


@pytest.mark.parametrize(
    ("parameters", "note"),
    [
        ({"period": ["never"]}, "Period cannot be 'never': choose of this-month, last-month"),
        ({"period": ["custom"]}, "A custom period has its days"),
        ({"period": ["custom"], "from": ["2026-11-01"]}, "To cannot be ''"),
        ({"period": ["custom"], "from": ["x"], "to": ["2026-11-01"]}, "From cannot be 'x'"),
        ({"at": ["2026-13"]}, "At cannot be '2026-13': give a month as 2026-11"),
        ({"at": ["2026-W54"]}, "At cannot be '2026-W54'"),
        ({"at": ["2026-11-22T13:07Z"]}, "At cannot be '2026-11-22T13:07Z'"),
        ({"at": ["0000-01-01"]}, "At cannot be '0000-01-01'"),
        ({"by": ["colour"]}, "By cannot be 'colour': choose of sku, created_by"),
        ({"every": ["year"]}, "Every cannot be 'year': choose of hour, day"),
        ({"colour": ["red"]}, "'colour' is not known here"),
    ],
)
def test_a_bad_link_is_told_what_would_be_right(
    parameters: dict[str, list[str]], note: str
) -> None:
    query, notes = query_from(parameters)

    assert query == CostQuery()
    assert len(notes) == 1
    assert notes[0].startswith(note)


def test_too_many_groups_and_values_are_cut_off_and_told() -> None:
    many = [str(number) for number in range(60)]
    query, notes = query_from({"by": ["tag", "sku", "outcome"], "tag": many, "sku": ["x" * 201]})

    assert query.by == (Group.TAG, Group.SKU)
    assert len(query.filters[0][1]) == 50
    assert len(notes) == 3


def test_filters_are_taken_away_one_by_one() -> None:
    query = CostQuery().where(Group.TAG, "red", "blue").where(Group.PERSON, "ana")

    assert query.without(Group.TAG, "red").filters == (
        (Group.PERSON, ("ana",)),
        (Group.TAG, ("blue",)),
    )
    assert query.without(Group.TAG, "red").without(Group.TAG, "blue").filters == (
        (Group.PERSON, ("ana",)),
    )
    assert not query.where(Group.TAG).where(Group.PERSON).is_filtered


# -- buckets by name -----------------------------------------------------------------------------


@pytest.mark.parametrize("zone_name", ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("bucket", list(Bucket))
def test_a_bucket_is_found_by_its_name(zone_name: str, bucket: Bucket) -> None:
    zone = ZoneInfo(zone_name)
    year = [datetime(year, 1, 1, tzinfo=zone).timestamp() * 1000 for year in (2026, 2027)]

    spans = buckets_between(bucket, int(year[0]), int(year[1]), zone)[1:-1]

    found = [
        named_bucket(bucket_at(bucket, begins, zone).name).span_ms(zone) for begins, _ in spans
    ]
    assert found == spans


def test_a_week_that_a_period_cuts_short_has_the_name_of_the_whole() -> None:
    zone = ZoneInfo("UTC")
    sunday = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)

    assert bucket_at(Bucket.WEEK, sunday, zone).name == "2026-W44"
    assert bucket_at(Bucket.MONTH, sunday, zone).name == "2026-11"
