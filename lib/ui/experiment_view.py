"""One experiment: how far it is, what it has cost against what is held, and what can be done."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from lib.bootstrap import Services
from lib.domain.errors import PlantainError
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_progress import Experiment, ExperimentState, Progress
from lib.domain.experiment_words import words_of
from lib.ui import (
    experiment_grid,
    experiment_layout_link,
    experiment_link,
    experiment_mattered,
    experiment_promotion,
    experiment_ranking,
    experiment_state,
    experiment_table,
    experiment_take_away,
    money,
    state,
    times,
    wiring,
)
from lib.ui.cost_figures import counted
from lib.ui.experiment_list import state_words
from lib.ui.plain import dollars
from lib.ui.refusal import draw_refusal

LIVE_S = 1.5
COLORS = {"Done": "green", "Going on": "blue", "Paused": "orange", "Stopped": "gray"}
AXIS, VALUE = "experiment_add_axis", "experiment_add_value"


def draw(services: Services, experiment_id: str) -> None:
    """Draw the experiment that the address names, live while something of it goes on."""
    st.button(
        "All experiments",
        key="experiment_close",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=experiment_link.close,
    )
    found = services.experiments.find(experiment_id)
    if found is None:
        draw_refusal(experiment_link.NO_SUCH)
        return
    if experiment_grid.draw_compared(services):
        return
    is_live = not found.progress.is_over
    st.fragment(_draw_now, run_every=LIVE_S if is_live else None)(experiment_id, is_live)


def _draw_now(experiment_id: str, is_live: bool) -> None:
    services = wiring.services()
    found = services.experiments.find(experiment_id)
    if found is None:
        return
    if state.take_whole_page() or (is_live and found.progress.is_over):
        st.rerun()
    _draw_head(found)
    experiment_promotion.draw_family(services, found)
    _draw_progress(services, found)
    said = experiment_state.problem()
    if said:
        draw_refusal(said)
    _draw_actions(found)
    experiment_grid.draw(services, found)
    experiment_ranking.draw(services, found)
    experiment_mattered.draw(services, found)
    experiment_take_away.draw(services, found, experiment_layout_link.asked(found.design))
    experiment_promotion.draw(services, found)
    experiment_table.draw(services, found)
    _draw_more(services, found)


def _draw_head(found: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(found.name, width="content")
        words = state_words(found)
        st.badge(words, color=COLORS[words])  # type: ignore[arg-type]
    if found.reason and found.state is ExperimentState.PAUSED:
        draw_refusal(found.reason)


def _draw_progress(services: Services, found: Experiment) -> None:
    now = found.progress
    st.progress(now.share, text=f"{now.ended:,} of {counted(now.cells, 'cell')}")
    held = f", {money.price(now.held_micros)} held" if now.held_micros else ""
    told = [f"**{money.price(now.spent_micros)}** spent{held}"]
    if now.in_doubt_micros:
        told.append(f"{money.price(now.in_doubt_micros)} in doubt")
    told += _numbers(now)
    rest = services.experiments.expected_ms(found) if not now.is_over else None
    if rest and found.state is ExperimentState.GOING:
        told.append(f"about {times.lasting(round(rest))} left")
    st.markdown(dollars(" · ".join(told)))


def _numbers(now: Progress) -> list[str]:
    numbers = {"stored": now.stored, "under way": now.open, "waiting": now.waiting}
    numbers |= {"failed": now.failed, "dropped": now.dropped}
    return [f"{number:,} {word}" for word, number in numbers.items() if number]


# -- what can be done ----------------------------------------------------------------------------


def _draw_actions(found: Experiment) -> None:
    with st.container(horizontal=True, gap="small"):
        if found.state is ExperimentState.GOING and found.progress.waiting:
            _draw_action("Pause", "pause", found.id, "pause")
        if found.state is ExperimentState.PAUSED:
            _draw_action("Go on", "go_on", found.id, "play_arrow")
        if found.progress.failed and found.state is not ExperimentState.STOPPED:
            _draw_action("Retry failed", "retry_failed", found.id, "replay")
        if found.progress.waiting and found.state is not ExperimentState.STOPPED:
            _draw_stop(found)


def _draw_action(label: str, name: str, experiment_id: str, icon: str) -> None:
    st.button(
        label,
        key=f"experiment_{name}",
        icon=f":material/{icon}:",
        on_click=_act,
        args=(name, experiment_id),
    )


def _draw_stop(found: Experiment) -> None:
    with st.popover("Stop", icon=":material/stop:"):
        st.markdown(
            f"Drops {counted(found.progress.waiting, 'cell')} for good. "
            "What is under way goes on, and is paid."
        )
        st.button("Stop it", key="experiment_stop", on_click=_stop, args=(found.id,))


def _act(name: str, experiment_id: str) -> None:
    _carried_out(lambda: getattr(wiring.services().experiments, name)(experiment_id))


def _stop(experiment_id: str) -> None:
    done = _carried_out(lambda: wiring.services().experiments.stop(experiment_id))
    if done:
        freed = f"{money.price(done.freed_micros)} is free again"
        still = (
            f"{counted(done.under_way, 'run')} under way may cost {money.price(done.still_micros)}"
        )
        state.say(dollars(f"Dropped {counted(done.dropped, 'cell')}: {freed}. {still}."))


def _carried_out(act: Callable[[], Any]) -> Any:
    """What came of it; a refusal is said instead."""
    try:
        done = act()
    except PlantainError as error:
        experiment_state.set_problem(str(error))
        return None
    experiment_state.set_problem(None)
    state.ask_for_whole_page()
    return done


# -- more ----------------------------------------------------------------------------------------


def _draw_more(services: Services, found: Experiment) -> None:
    with st.expander("Design", icon=":material/tune:"):
        for axis in found.design.axes:
            st.text(f"{name_of(axis)}: {words_of(axis)}")
        for name, value in found.design.base.items():
            st.text(f"{name}: {value}")
        st.button(
            "Use this design",
            key="experiment_reuse",
            icon=":material/edit:",
            on_click=_reuse,
            args=(found,),
        )
        if found.design.axes and found.state is not ExperimentState.STOPPED:
            _draw_add_value(found)


def _reuse(found: Experiment) -> None:
    """The button stands in a part of the page that is drawn by itself; the form takes all of it."""
    experiment_state.load(found.design)
    experiment_link.close()
    state.ask_for_whole_page()


def _draw_add_value(found: Experiment) -> None:
    """Later values: only the new cells are run."""
    axes = found.design.axes
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Add a value to",
            range(len(axes)),
            key=AXIS,
            format_func=lambda number: name_of(axes[number]),
        )
        st.text_input("Value", key=VALUE, help="Only its new cells are run.")
        st.button("Add", key="experiment_grow", on_click=_add_value, args=(found.id,))


def _add_value(experiment_id: str) -> None:
    axis, text = int(st.session_state[AXIS] or 0), str(st.session_state[VALUE] or "")
    add = wiring.services().experiments.add_value
    added = _carried_out(lambda: add(experiment_id, axis, text))
    if added is not None:
        state.say(f"Added {counted(added, 'cell')}.")
