"""A file on its way out is watched, and ended by whoever asks for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.domain.history_query import HistoryQuery
from lib.services.taking_away.prepared import Form
from lib.services.taking_away.taking_away import TakingAway
from lib.services.taking_away.transfer import BrokenOff, Transfer, Transfers
from tests.images.pictures import noise, saved
from tests.services.taking import Takings, open_takings
from tests.set_clock import SetClock

every_form = pytest.mark.parametrize("form", [Form.CSV, Form.PARQUET, Form.EXCEL, Form.ZIP])


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    for run_id in opened.put("one", "two", "three"):
        opened.paint(run_id, saved(noise(), "PNG"))
    yield opened
    opened.database.dispose()


@pytest.fixture
def away(takings: Takings) -> TakingAway:
    return takings.away(SetClock())


def begin(away: TakingAway, form: Form) -> tuple[Iterator[bytes], Transfer]:
    """A file whose first part was taken."""
    token = away.order(form, HistoryQuery(), viewer="local")
    found = away.fetch(token)
    assert found is not None
    assert away.transfer(token) is None, "nobody has taken anything yet"
    next(found.data)
    transfer = away.transfer(token)
    assert transfer is not None
    return found.data, transfer


@every_form
def test_a_transfer_counts_the_runs_up_to_its_end(away: TakingAway, form: Form) -> None:
    data, transfer = begin(away, form)
    assert (transfer.total, transfer.is_over) == (3, False)
    for _part in data:
        pass
    assert (transfer.gone_through, transfer.is_over, transfer.is_whole) == (3, True, True)


@every_form
def test_a_canceled_transfer_is_broken_off(away: TakingAway, form: Form) -> None:
    data, transfer = begin(away, form)
    transfer.cancel()
    with pytest.raises(BrokenOff):
        list(data)
    assert (transfer.is_canceled, transfer.is_over, transfer.is_whole) == (True, True, False)


def test_a_transfer_that_its_browser_has_left_is_over(away: TakingAway) -> None:
    data, transfer = begin(away, Form.ZIP)
    data.close()  # type: ignore[attr-defined]
    assert (transfer.is_over, transfer.is_whole) == (True, False)


def test_only_the_newest_transfers_are_remembered() -> None:
    transfers, first = Transfers(), Transfer(1)
    transfers.put("first", first)
    for number in range(Transfers.MOST - 1):
        transfers.put(str(number), Transfer(1))
    assert transfers.get("first") is first
    transfers.put("one more", Transfer(1))
    assert transfers.get("first") is None
