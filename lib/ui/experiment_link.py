"""The address of Experiments: a design in the making, or an experiment that was started."""

from collections.abc import Mapping

import streamlit as st

from lib.domain.experiment import DesignWrong
from lib.ui import address, experiment_state, state, wiring

DESIGN = "design"
"""The parameter that names a kept design."""
EXPERIMENT = "experiment"
"""The one that names an experiment."""
ACROSS = "across"
"""In older links: which column of it goes across the grid."""
OWN = (DESIGN, EXPERIMENT, ACROSS)
NO_SUCH = "There is no such experiment: the link is cut off, or it is of another account."
NOT_KNOWN = "This design is not known here: ask for a new link."


def follow() -> None:
    """Have the form filled with the design that the address names, if it has just been gone to."""
    named, went_back = st.query_params.get(DESIGN), address.is_history_navigation()
    if not (state.take_unread_link() or went_back):
        return
    if not named:
        if went_back and not opened():
            experiment_state.set_axes(())
        return
    try:
        found = wiring.services().experiments.kept(named)
    except DesignWrong as error:
        experiment_state.set_problem(str(error))
        return
    if found is None:
        experiment_state.set_problem(NOT_KNOWN)
    else:
        experiment_state.load(found)


def mirror() -> None:
    """Make the address name the design, so that a reload or a bookmark keeps it."""
    design = experiment_state.design()
    if not design.axes:
        _go({})
        return
    known = state.kept_draft()
    tree = {DESIGN: design}
    if known and known[0] == tree:
        kept = known[1]
    else:
        kept = wiring.services().experiments.keep(design)
        state.set_kept_draft(tree, kept)
    _go({DESIGN: kept})


def opened() -> str | None:
    """The experiment that is open."""
    return st.query_params.get(EXPERIMENT)


def open_one(experiment_id: str) -> None:
    """Show an experiment."""
    _go({EXPERIMENT: experiment_id})


def close() -> None:
    """Go back to the form and the list."""
    _go({})


def _go(query: Mapping[str, str]) -> None:
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)
