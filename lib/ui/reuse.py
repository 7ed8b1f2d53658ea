"""Whose settings the form was filled with, for the run that is made of it next."""

from collections.abc import Mapping
from typing import Any

from lib.domain.kinship import is_made_of
from lib.domain.model import Model
from lib.domain.run import Parent, ParentKind, Run, prompt_of
from lib.services.runs import RunService
from lib.ui import state

SEED = "seed"


def source(runs: RunService, prompt: str) -> Run | None:
    """The run that the form was filled with; None once its prompt was replaced by another one."""
    run_id = state.reused()
    run = runs.find(run_id) if run_id else None
    return run if run is not None and is_made_of(run.prompt, prompt) else None


def parent_of_form(runs: RunService, model: Model, values: Mapping[str, Any]) -> Parent | None:
    """The run that the form was filled with, and how far the form still is as that was.

    Raises InputInvalid.
    """
    checked = model.check(values)
    run = source(runs, prompt_of(checked))
    return None if run is None else Parent(run.id, _kind(run.input, checked))


def _kind(before: Mapping[str, Any], now: Mapping[str, Any]) -> ParentKind:
    """Only the seed is new, or whatever a person has changed."""
    others = ({name: value for name, value in one.items() if name != SEED} for one in (before, now))
    first, second = others
    is_new_seed = first == second and before.get(SEED) != now.get(SEED)
    return ParentKind.NEW_SEED if is_new_seed else ParentKind.RE_USED
