"""The grid of an experiment, live while it fills, and what is done in it."""

from collections.abc import Sequence

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_layout import Layout, Page, laid_out
from lib.domain.experiment_progress import CellNow, Experiment
from lib.ui import (
    experiment_layout_form,
    experiment_layout_link,
    history_compared,
    history_link,
    matrix,
    person,
)
from lib.ui.cost_figures import counted
from lib.ui.experiment_sheet import sheet_of
from lib.ui.history_link import Compared

KEY = "experiment_grid_{}"
SELECTED = "experiment_selected_{}"
ALL_HIDDEN = "Every cell is hidden: show some values again in Layout."


def selected(experiment_id: str) -> tuple[str, ...]:
    """The keys of the cells that are selected, on all pages."""
    found: tuple[str, ...] = st.session_state.get(SELECTED.format(experiment_id), ())
    return found


def draw(services: Services, experiment: Experiment) -> None:
    """Do what was asked for in the grid, and draw it as it stands now."""
    if not experiment.design.columns and experiment.design.repeats == 1:
        return
    cells = services.experiments.cells(experiment.id)
    with matrix.taking(KEY.format(experiment.id)) as events:
        leads_elsewhere = events is not None and _follow(services, experiment, cells, events)
    if leads_elsewhere:
        st.rerun()
    layout, pages, number = _laid_out(experiment, cells)
    experiment_layout_form.draw(experiment.design, layout, pages, number)
    if not pages:
        st.caption(ALL_HIDDEN)
        return
    sheet = sheet_of(layout, pages[number], services.experiments.sights(experiment.id))
    matrix.draw(
        sheet,
        key=KEY.format(experiment.id),
        selected=selected(experiment.id),
        label=counted(len(sheet.cells), "cell"),
    )


def run_ids(services: Services, experiment: Experiment) -> list[str]:
    """The runs of the page that is shown, in reading order, each once."""
    cells = services.experiments.cells(experiment.id)
    layout, pages, number = _laid_out(experiment, cells)
    if not pages:
        return []
    shown = {cell.key: cell.run_id for cell in cells}
    found = [shown[cell.id] for cell in sheet_of(layout, pages[number], {}).cells]
    return list(dict.fromkeys(run_id for run_id in found if run_id))


def draw_compared(services: Services) -> bool:
    """Draw the runs that the address has to be compared in place of the grid; False when none."""
    compared = history_link.compared()
    if compared:
        history_compared.draw(services, compared, back="Back to the grid")
    return bool(compared)


def _laid_out(
    experiment: Experiment, cells: Sequence[CellNow]
) -> tuple[Layout, Sequence[Page], int]:
    layout = experiment_layout_link.asked(experiment.design)
    pages = laid_out(layout, experiment.design, cells)
    return layout, pages, experiment_layout_link.opened_page(layout, pages)


def _follow(
    services: Services,
    experiment: Experiment,
    cells: Sequence[CellNow],
    events: matrix.GalleryEvents,
) -> bool:
    """Do it; True where the rest of the page has something else to show then."""
    runs = {cell.key: cell.run_id for cell in cells if cell.run_id}
    if events.selected is not None:
        st.session_state[SELECTED.format(experiment.id)] = events.selected
    _mark(services, runs, events)
    if events.opened and events.opened.id in runs:
        history_link.open_run(runs[events.opened.id])
        return True
    those = dict.fromkeys(runs[key] for key in events.compared if key in runs)
    if len(those) > 1:
        history_link.compare(map(Compared, those))
    return len(those) > 1


def _mark(services: Services, runs: dict[str, str], events: matrix.GalleryEvents) -> None:
    """Favourites and ratings are those of the runs; those that are alike are kept together."""
    by = person.name()
    for is_favourite in set(events.favourites.values()):
        these = [key for key, value in events.favourites.items() if value is is_favourite]
        services.organising.favour(_runs_of(these, runs), is_favourite, by=by)
    for rating in set(events.ratings.values()):
        these = [key for key, value in events.ratings.items() if value == rating]
        services.organising.rate(_runs_of(these, runs), rating or None, by=by)


def _runs_of(keys: Sequence[str], runs: dict[str, str]) -> list[str]:
    return list(dict.fromkeys(runs[key] for key in keys if key in runs))
