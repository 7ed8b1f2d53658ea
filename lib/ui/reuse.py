"""Whose settings the form was filled with, for the run that is made of it next."""

from collections.abc import Mapping
from typing import Any

from lib.domain.model import Model
from lib.domain.run import Parent, ParentKind
from lib.services.runs import RunService
from lib.ui import state

SEED = "seed"


def parent_of_form(runs: RunService, model: Model, values: Mapping[str, Any]) -> Parent | None:
    """The run that the form was filled with, and how far the form still is as that was.

    Raises InputInvalid.
    """
    run_id = state.reused()
    run = runs.find(run_id) if run_id else None
    return None if run is None else Parent(run.id, _kind(run.input, model.check(values)))


def _kind(before: Mapping[str, Any], now: Mapping[str, Any]) -> ParentKind:
    """Only the seed is new, or whatever a person has changed."""
    others = ({name: value for name, value in one.items() if name != SEED} for one in (before, now))
    first, second = others
    is_new_seed = first == second and before.get(SEED) != now.get(SEED)
    return ParentKind.NEW_SEED if is_new_seed else ParentKind.RE_USED
