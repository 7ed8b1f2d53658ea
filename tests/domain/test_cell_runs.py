"""The ids of the runs of cells: the same cell gives the same id, and nothing else does."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.cell_runs import MOST_AHEAD, OfCell, cell_of, ids_of_time, run_id_of, time_of

TIMES = st.integers(0, 2**48 - 1)
CELLS = st.builds(OfCell, st.text(max_size=40), st.text(max_size=40), st.integers(1, 9))


def an_experiment(at: int, rest: int = 7) -> str:
    return str(uuid.UUID(int=(at << 80) | (0x7 << 76) | (0b10 << 62) | rest))


@given(CELLS)
def test_the_id_is_a_uuid_of_version_7(of: OfCell):
    found = uuid.UUID(run_id_of(of))

    assert (found.version, found.variant) == (7, uuid.RFC_4122)
    assert str(found) == run_id_of(of)


@given(TIMES, st.text(max_size=40), st.integers(1, 9))
def test_its_time_is_that_of_the_experiment(at: int, key: str, attempt: int):
    run_id = run_id_of(OfCell(an_experiment(at), key, attempt))

    assert time_of(run_id) == time_of(an_experiment(at)) == at
    first, last = ids_of_time(at)
    assert first <= run_id <= last
    assert first <= an_experiment(at) <= last


@given(st.lists(CELLS, unique_by=lambda of: of.click_token, max_size=20))
def test_no_two_cells_and_no_two_attempts_share_an_id(cells: list[OfCell]):
    assert len({run_id_of(of) for of in cells}) == len(cells)


def test_the_ids_of_an_installation_never_change():
    """They are at the API already: another way to make them would buy all cells again."""
    of = OfCell("019a0000-0000-7000-8000-000000000007", "0123456789abcdef", 1)

    assert run_id_of(of) == "019a0000-0000-7c96-9a33-f7ea673f7fd0"


@given(st.lists(CELLS, min_size=1, max_size=9), st.data())
def test_a_run_tells_its_cell_also_when_the_cell_was_retried_since(cells, data):
    known = data.draw(st.sampled_from(cells))
    attempt = data.draw(st.integers(1, known.attempt + MOST_AHEAD))
    of = OfCell(known.experiment_id, known.key, attempt)

    assert cell_of(run_id_of(of), cells) == of


def test_what_is_no_id_of_ours_is_of_no_time():
    shouted = an_experiment(0xABCDEF).upper()
    for id in (None, "", "job 7", str(uuid.uuid4()), shouted):
        assert time_of(id) is None
