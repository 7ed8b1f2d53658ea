"""Months of the books: when they begin and end, and where what comes after their end counts."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.budget import Span
from lib.domain.months import Month, counting_moment

MOMENTS = st.integers(0, 4_000)
SPANS = st.sets(st.integers(0, 30)).map(lambda nos: [Span(n * 100, n * 100 + 100) for n in nos])
ZONES = ("UTC", "Europe/Berlin", "Africa/Cairo", "Pacific/Chatham", "America/St_Johns")


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "2026-10-01", "x", ""])
def test_what_is_no_month_is_refused(text: str):
    with pytest.raises(ValueError, match=r"isoformat|month must be"):
        Month.parse(text)


def test_a_month_knows_its_days_and_its_neighbours():
    december = Month.parse("2026-12")

    assert (december.first, december.last) == (date(2026, 12, 1), date(2026, 12, 31))
    assert (str(december.before()), str(december.next())) == ("2026-11", "2027-01")


@pytest.mark.parametrize("zone_name", ZONES)
@given(moment=st.integers(1_577_836_800_000, 1_893_456_000_000))
def test_every_moment_is_in_the_month_of_its_zone_alone(zone_name: str, moment: int):
    zone = ZoneInfo(zone_name)

    month = Month.at(moment, zone)

    assert month.span(zone).has(moment)
    assert month.before().span(zone).to_ms == month.span(zone).from_ms


@given(closed=SPANS, anchor=MOMENTS, now=MOMENTS)
def test_nothing_ever_counts_in_a_closed_month_or_before_its_click(
    closed: list[Span], anchor: int, now: int
):
    counts_at = counting_moment(closed, anchor, now)

    assert not any(span.has(counts_at) for span in closed)
    assert counts_at >= anchor
    if not any(span.has(anchor) for span in closed):
        assert counts_at == anchor
