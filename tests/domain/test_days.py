"""Days begin and end where their zone says, also at the ends of the calendar."""

from datetime import date
from zoneinfo import ZoneInfo, available_timezones

import pytest

from lib.domain.days import span_ms, start_ms

HOUR_MS = 3_600_000
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 6, 1), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)]
)
def test_a_day_is_as_long_as_its_zone_makes_it(day: tuple[int, int, int], hours: int) -> None:
    begins, is_over = span_ms(date(*day), date(*day), BERLIN)

    assert begins == start_ms(date(*day), BERLIN)
    assert is_over is not None
    assert is_over - (begins or 0) == hours * HOUR_MS


def test_a_side_that_is_not_asked_for_has_no_end() -> None:
    assert span_ms(None, None, BERLIN) == (None, None)


def test_the_ends_of_the_calendar_have_moments_in_every_zone() -> None:
    for name in sorted(available_timezones()):
        begins, is_over = span_ms(date.min, date.max, ZoneInfo(name))
        assert begins is not None
        assert is_over is not None
        assert begins < 0 < is_over
