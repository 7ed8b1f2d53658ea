"""`Retry-After` in every form that servers send."""

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.errors import TooManyRequests
from lib.runflow.retry import BRIEF
from lib.runflow.retry_after import LONGEST_S, retry_after_s

NOW_MS = 1_777_630_800_000  # Fri, 01 May 2026 10:20:00 GMT
NOW = "Fri, 01 May 2026 10:20:00 GMT"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("1", 1.0),
        (" 30 ", 30.0),
        ("1.5", 1.5),
        ("120", 120.0),
        ("121", 121.0),
        ("86401", LONGEST_S),
        ("99999999999", LONGEST_S),
        ("9" * 400, None),
        ("-1", None),
        ("+5", None),
        ("1e3", None),
        ("0x10", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
        ("soon", None),
        ("5, 10", None),
        ("5 seconds", None),
        ("Fri, 01 May 2026 10:20:30 GMT", 30.0),
        ("Friday, 01-May-26 10:20:30 GMT", 30.0),
        ("Fri May  1 10:20:30 2026", 30.0),
        ("Fri, 01 May 2026 12:20:30 +0200", 30.0),
        ("Fri, 01 May 2026 10:19:00 GMT", 0.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_S),
        ("Fri, 99 May 2026 10:20:30 GMT", None),
        ("Fri, 01 May 99999 10:20:30 GMT", None),
        ("2026-05-01T10:20:30Z", None),
    ],
)
def test_each_form_is_read_or_passed_over(header, seconds):
    assert retry_after_s(header, said_at=None, now_ms=NOW_MS) == seconds


def test_a_date_counts_from_the_servers_own_clock():
    an_hour_ahead = NOW_MS + 3_600_000

    seconds = retry_after_s("Fri, 01 May 2026 10:20:30 GMT", said_at=NOW, now_ms=an_hour_ahead)

    assert seconds == 30.0


def test_a_servers_clock_that_means_nothing_is_replaced_by_ours():
    assert retry_after_s("Fri, 01 May 2026 10:20:30 GMT", said_at="now", now_ms=NOW_MS) == 30.0


@given(st.text(), st.none() | st.text())
def test_nothing_that_a_server_writes_breaks_it(header, said_at):
    seconds = retry_after_s(header, said_at=said_at, now_ms=NOW_MS)

    assert seconds is None or 0 <= seconds <= LONGEST_S


def test_the_error_carries_the_wait(client_told):
    client, _ = client_told(httpx.Response(429, headers={"Retry-After": "9"}))

    with pytest.raises(TooManyRequests) as caught:
        client.me(patience=BRIEF)

    assert caught.value.retry_after_s == 9.0
