"""Columns come out of their blocks as they went in, and no more of them are kept than may be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.store import columns
from lib.store.block_cache import BlockCache
from lib.store.columns import ABSENT, joined, pack

CODES = st.integers(0, 300)
KEYS = st.integers(-1, 2**40)
BLOCKS = st.lists(st.lists(CODES, min_size=4, max_size=4), min_size=1, max_size=5)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "BLOCK", 4)


@given(blocks=BLOCKS)
def test_codes_of_neighbouring_blocks_are_those_that_were_packed(blocks: list[list[int]]) -> None:
    packed = [
        pack(values, is_there=values > 0, from_lowest=False) for values in map(np.array, blocks)
    ]

    found = joined(packed)

    wanted = [code for block in blocks for code in block]
    assert np.broadcast_to(found, len(wanted)).tolist() == wanted


@given(
    blocks=st.lists(st.lists(KEYS, min_size=4, max_size=4), min_size=1, max_size=5),
    shift=st.sampled_from([0, 2**41]),
)
def test_keys_of_neighbouring_blocks_are_those_that_were_packed(
    blocks: list[list[int]], shift: int
) -> None:
    everywhere = np.ones(4, bool)
    packed = [
        pack(np.array(block) + shift, is_there=everywhere, from_lowest=True) for block in blocks
    ]

    found = joined(packed)

    wanted = [key + shift for block in blocks for key in block]
    assert np.broadcast_to(found, len(wanted)).tolist() == wanted


def test_lines_of_a_block_that_is_not_there_are_not_there() -> None:
    values = np.array([1, 2, 3, 0])

    found = joined([pack(values, is_there=values > 0, from_lowest=False), ABSENT])

    assert found.tolist() == [1, 2, 3, 0, 0, 0, 0, 0]


def test_the_columns_used_the_longest_ago_make_room_for_new_ones() -> None:
    cache = BlockCache(most_bytes=8)
    for number in (1, 2):
        cache.put((number,), {"state": np.zeros(4, np.uint8)})
    cache.columns((1,))

    cache.put((3,), {"state": np.ones(4, np.uint8)})

    assert [list(cache.columns((number,))) for number in (1, 2, 3)] == [["state"], [], ["state"]]


def test_columns_of_a_block_that_was_written_anew_are_not_known() -> None:
    cache = BlockCache()
    cache.put((1, 77), {"state": np.zeros(4, np.uint8)})

    assert cache.columns((1, 78)) == {}
