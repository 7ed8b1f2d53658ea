"""Explore small, finish large: chosen cells at a higher resolution, and what that saves."""

from collections.abc import Collection, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import find_model
from lib.domain.errors import PlantainError
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_promotion import Chosen, Promotion, Saved, larger_sizes
from lib.domain.experiment_words import word_of
from lib.ui import experiment_grid, experiment_link, experiment_state, form_values, money
from lib.ui.cost_figures import counted
from lib.ui.plain import dollars, excerpt
from lib.ui.refusal import draw_refusal

BOX, WHICH, SIZE = "experiment_promote", "experiment_promote_which", "experiment_promote_size"
TABLE = "experiment_promote_table"
SELECTED, RATED, VOTED, LISTED, ALL = "selected", "rated", "voted", "listed", "all"
GOOD = 4
"""Ratings from here on are good."""
BEST_BY_VOTES = 5
"""So many of those that were voted for are offered."""
LONGEST_WORD = 40
NOTHING_CHOSEN = "Choose at least one cell."
LARGE_ALREADY = "These have the largest size already."
SEEDS = "A picture made without a seed is made again with the one that the API drew."


def draw(services: Services, found: Experiment) -> None:
    """Draw what can be finished, put away; nothing before there is a picture."""
    if not found.progress.stored:
        return
    box = st.expander(
        "Finish at a higher resolution", icon=":material/hd:", key=BOX, on_change="rerun"
    )
    if box.open:
        with box:
            _draw_open(services, found)


def _draw_open(services: Services, found: Experiment) -> None:
    done = [one for one in services.experiments.promoting.cells(found.id) if one.is_done]
    voted = [one.key for one in services.judging.standing(found.id).scores if one.votes]
    chosen = _draw_choice(done, set(experiment_grid.selected(found.id)), voted[:BEST_BY_VOTES])
    if not chosen:
        st.caption(NOTHING_CHOSEN)
        return
    sizes = larger_sizes(find_model(found.design.model_id), chosen)
    if not sizes:
        st.caption(LARGE_ALREADY)
        return
    size = st.selectbox("Resolution", sizes, index=len(sizes) - 1, key=SIZE, width=240)
    try:
        _draw_sum(services, found, [one.key for one in chosen], str(size))
    except PlantainError as error:
        draw_refusal(str(error))


def _draw_choice(
    done: Sequence[Chosen], selected: Collection[str], best: Collection[str]
) -> Sequence[Chosen]:
    """Draw the ways to choose that there are, and give what is chosen.

    `selected` are the keys of the cells that are selected in the grid, `best` of those that came
    out best by votes.
    """
    ways = {
        SELECTED: [one for one in done if one.key in selected],
        RATED: [one for one in done if one.rating >= GOOD],
        VOTED: [one for one in done if one.key in best],
        ALL: list(done),
    }
    words = {SELECTED: "Selected in the grid", RATED: "Rated 4 or 5", VOTED: "Best by votes"}
    words[ALL] = "All that are done"
    offered = [way for way, found in ways.items() if found]
    way = st.segmented_control(
        "Which cells",
        [*offered[:-1], LISTED, ALL],
        default=offered[0] if len(offered) > 1 else LISTED,
        key=WHICH,
        format_func=lambda one: (
            "From a list" if one == LISTED else f"{words[one]} ({len(ways[one]):,})"
        ),
    )
    return _draw_list(done) if way == LISTED else ways.get(str(way), [])


def _draw_list(done: Sequence[Chosen]) -> list[Chosen]:
    """A table of the cells, best rated first, some of which are chosen."""
    has_repeats = any(one.repeat > 1 for one in done)
    ordered = sorted(done, key=lambda one: (-one.rating, one.number))
    table = pd.DataFrame(
        [
            {
                "Cell": one.number,
                "Rating": "★" * one.rating,
                **{
                    name: excerpt(word_of(value), LONGEST_WORD)
                    for name, value in one.varied.items()
                },
                **({"repeat": one.repeat} if has_repeats else {}),
            }
            for one in ordered
        ]
    )
    # A position is another cell's once the order changes: so does the key.
    key = f"{TABLE}_{form_values.fingerprint({'order': [one.key for one in ordered]})[:12]}"
    event = st.dataframe(
        table, key=key, hide_index=True, on_select="rerun", selection_mode="multi-row"
    )
    return [ordered[row] for row in event["selection"]["rows"] if row < len(ordered)]


def _draw_sum(services: Services, found: Experiment, keys: Sequence[str], size: str) -> None:
    experiments = services.experiments
    promotion = experiments.promoting.promote(found, keys, size)
    plan = experiments.plan(promotion.design, reuse=True)
    st.markdown(
        dollars(
            f"**{counted(len(plan.cells), 'cell')} at {size}: {money.price(plan.total_micros)}**"
        )
    )
    draw_saved(experiments.promoting.saved(found, promotion.design, plan.total_micros))
    st.caption("  \n".join([*_told(promotion), SEEDS]))
    st.button(
        "Look at the design",
        key="experiment_promote_take",
        icon=":material/arrow_forward:",
        type="primary",
        help="Nothing is sent before Start.",
        on_click=partial(_take, promotion),
    )


def _told(promotion: Promotion) -> list[str]:
    told = []
    if promotion.large_already:
        told.append(f"{counted(promotion.large_already, 'cell')} of that size or larger left out.")
    if promotion.alike:
        told.append(f"{counted(promotion.alike, 'cell')} alike at that size: made once.")
    return told


def draw_saved(saved: Saved | None) -> None:
    """Draw the sum of exploring and finishing beside that of a flat sweep."""
    if saved is None:
        return
    flat = f"all {counted(saved.flat_cells, 'cell')} at {saved.resolution}"
    if saved.flat_cells == 1:
        flat = f"the one cell at {saved.resolution}"
    differs = (
        f"saves **{money.price(saved.saved_micros)}**"
        if saved.saved_micros >= 0
        else f"costs **{money.price(-saved.saved_micros)}** more"
    )
    st.markdown(
        dollars(
            f"Explored for {money.price(saved.explored_micros)} and finished for "
            f"{money.price(saved.finished_micros)} is {money.price(saved.both_micros)}; "
            f"{flat} would be {money.price(saved.flat_micros)}: {differs}."
        )
    )


def _take(promotion: Promotion) -> None:
    experiment_state.load(promotion.design)
    experiment_link.close()


# -- families ------------------------------------------------------------------------------------


def draw_family(services: Services, found: Experiment) -> None:
    """Draw which experiment this one finishes, with what that saves, and which finish it."""
    parent = services.experiments.find(found.design.parent) if found.design.parent else None
    if parent is not None:
        _draw_relative("Finishes", parent)
        now = found.progress
        finished = now.spent_micros + now.held_micros + now.in_doubt_micros
        try:
            draw_saved(services.experiments.promoting.saved(parent, found.design, finished))
        except PlantainError as error:
            draw_refusal(str(error))
    for child_id in services.experiments.promoting.finishing(found.id):
        child = services.experiments.find(child_id)
        if child is not None:
            _draw_relative("Finished by", child)


def draw_parent_of_form(services: Services, finished_micros: int) -> None:
    """The same for the design in the form, before its start."""
    design = experiment_state.design()
    parent = services.experiments.find(design.parent) if design.parent else None
    if parent is None:
        return
    _draw_relative("Finishes", parent)
    draw_saved(services.experiments.promoting.saved(parent, design, finished_micros))


def _draw_relative(how: str, other: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(f"{how} {other.name}", width="content")
        st.button(
            "Open it",
            key=f"experiment_relative_{other.id}",
            icon=":material/account_tree:",
            type="tertiary",
            on_click=experiment_link.open_one,
            args=(other.id,),
        )
