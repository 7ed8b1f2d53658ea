"""Everything else about a run, put away until someone asks: facts, code, JSON, story."""

import streamlit as st

from lib.domain.run import Run
from lib.ui import wiring
from lib.ui.card_facts import all_facts
from lib.ui.code_view import draw_run_code, draw_run_json
from lib.ui.times import exact

VIEWS = ("Facts", "Code", "JSON", "Story")


def draw_details(run: Run) -> None:
    """Draw the closed box; what is in it is made when it is opened."""
    box = st.expander("Details", key=f"details_{run.id}", on_change="rerun", type="compact")
    if not box.open:
        return
    with box:
        view = st.segmented_control(
            "View",
            VIEWS,
            default=VIEWS[0],
            required=True,
            key=f"view_{run.id}",
            label_visibility="collapsed",
        )
        match view:
            case "Code":
                draw_run_code(run)
            case "JSON":
                draw_run_json(run)
            case "Story":
                _draw_story(run)
            case _:
                _draw_facts(run)


def _draw_facts(run: Run) -> None:
    st.caption("Prompt")
    st.code(run.prompt, language=None, wrap_lines=True)
    facts = all_facts(run, wiring.services().settings.zone)
    width = max(map(len, facts))
    told = "\n".join(f"{name:<{width}}  {value}" for name, value in facts.items())
    st.code(told, language=None, wrap_lines=True)
    for name, value in (("model_data", run.model_data), ("timing", run.timing)):
        if value:
            st.caption(f"`{name}`")
            st.json(value, expanded=True)


def _draw_story(run: Run) -> None:
    zone = wiring.services().settings.zone
    told = [
        f"{exact(event.at, zone)}  {event.kind}{_told(event.body)}"
        for event in wiring.services().runs.story(run.id)
    ]
    st.code("\n".join(told), language=None, wrap_lines=True)


def _told(body: object) -> str:
    return f"  {body}" if body else ""
