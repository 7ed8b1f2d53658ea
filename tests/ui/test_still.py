"""The collector does not look again and again at what was loaded for good."""

import gc
import sys
import types

import pytest

from lib.ui import still


@pytest.fixture(autouse=True)
def thawed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(still, "_known", len(sys.modules))
    yield
    gc.unfreeze()


def test_nothing_is_frozen_while_little_was_loaded():
    before = gc.get_freeze_count()
    still.freeze_if_grown()

    assert gc.get_freeze_count() == before


def test_a_library_that_was_loaded_is_frozen_once(monkeypatch: pytest.MonkeyPatch):
    for number in range(still.MANY_MODULES):
        monkeypatch.setitem(sys.modules, f"library_{number}", types.ModuleType("part"))

    still.freeze_if_grown()
    frozen = gc.get_freeze_count()
    kept = [[] for _ in range(1000)]
    still.freeze_if_grown()

    assert frozen > 0
    assert gc.get_freeze_count() <= frozen
    assert len(kept) == 1000
