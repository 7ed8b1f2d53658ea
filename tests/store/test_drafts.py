"""Drafts: what a link was made of comes back, under an id that the content decides."""

import pytest
import sqlalchemy as sa

from lib.domain.clock import SystemClock
from lib.store.drafts import Drafts


@pytest.fixture
def drafts(database: sa.Engine) -> Drafts:
    return Drafts(database, SystemClock())


@pytest.mark.parametrize(
    "prompt", ["x" * 50_000, "nul \0, emoji 🍌 and \u202e", "'; DROP TABLE draft"]
)
def test_a_draft_comes_back_as_it_was(drafts: Drafts, prompt: str):
    assert drafts.find(drafts.keep({"prompt": prompt})) == {"prompt": prompt}


def test_the_same_values_have_the_same_id_in_whatever_order(drafts: Drafts):
    first = drafts.keep({"prompt": "a kite", "seed": 7})

    assert drafts.keep({"seed": 7, "prompt": "a kite"}) == first
    assert drafts.keep({"prompt": "a kite", "seed": 8}) != first


@pytest.mark.parametrize("unknown", ["", "0" * 16, "'; --", "x" * 10_000])
def test_an_unknown_draft_is_none(drafts: Drafts, unknown: str):
    assert drafts.find(unknown) is None
