"""An experiment among others takes longer, and never longer than all of them together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.experiment_queue import Queue, cells_until_done


@pytest.mark.parametrize(
    ("others", "until"),
    [
        ([], 10),
        ([("bo", 4)], 14),
        ([("bo", 500)], 20),
        ([("bo", 500), ("bo", 500), ("cy", 2)], 22),
        ([("ada", 3)], 13),
        ([("ada", 500)], 20),
        ([("ada", 500), ("bo", 15)], 35),
    ],
)
def test_people_share_the_room_and_so_do_ones_own(others, until):
    queues = [Queue(f"x{nth}", by, cells) for nth, (by, cells) in enumerate(others)]

    assert cells_until_done(10, "ada", queues) == until


@given(
    st.integers(0, 5_000),
    st.lists(st.builds(Queue, st.text(), st.sampled_from("abc"), st.integers(0, 5_000))),
)
def test_it_is_between_alone_and_last(cells, others):
    until = cells_until_done(cells, "a", others)

    assert cells <= until <= cells + sum(one.cells for one in others)
