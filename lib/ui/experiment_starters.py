"""Questions to start from, each one click: with what it takes, before it is taken."""

from dataclasses import replace

import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.errors import PlantainError
from lib.domain.experiment import Design
from lib.domain.experiment_starters import QUESTIONS, Starter, starters
from lib.domain.run import prompt_of
from lib.ui import experiment_state, first_steps, money, wiring
from lib.ui.cost_figures import counted
from lib.ui.plain import dollars
from lib.ui.price_notes import ASSUMED

IN_A_ROW = 3
ICONS = {
    "aspect_ratios": ":material/aspect_ratio:",
    "resolutions": ":material/stairs:",
    "seeds": ":material/casino:",
    "thinking": ":material/psychology:",
    "web_search": ":material/travel_explore:",
    "prompts": ":material/splitscreen_left:",
}
USUAL_ICON = ":material/science:"
FIRST = "What do you want to find out?"
WITH_PROMPT = "Each varies the prompt in the form. Nothing is sent before Start."
WITHOUT_PROMPT = "Without a prompt in the form each begins with an example. Nothing is sent yet."


def draw_first(services: Services) -> None:
    """Draw them in front of everything else, as long as nothing is varied."""
    if not experiment_state.axes():
        st.subheader(FIRST, anchor=False)
        _draw_all(services)


def draw_again(services: Services) -> None:
    """Draw them put away, once something is varied."""
    if experiment_state.axes():
        with st.expander("Start from a question", icon=":material/lightbulb:"):
            _draw_all(services)


def _draw_all(services: Services) -> None:
    base = dict(experiment_state.design().base)
    has_prompt = bool(prompt_of(base).strip())
    if not has_prompt:
        base["prompt"] = first_steps.EXAMPLES[1].prompt
    st.caption(WITH_PROMPT if has_prompt else WITHOUT_PROMPT)
    number = experiment_state.seeds_from(wiring.clock().now_ms())
    found = starters(DEFAULT_MODEL, base, drawn_from=number)
    for begin in range(0, len(found), IN_A_ROW):
        row = found[begin : begin + IN_A_ROW]
        for place, starter in zip(st.columns(IN_A_ROW), row, strict=False):
            with place:
                _draw_one(services, starter)


def _draw_one(services: Services, starter: Starter) -> None:
    question = starter.question
    key = f"starter_card_{question.key}"
    with st.container(border=True, gap="xsmall", height="stretch", key=key):
        st.button(
            question.title,
            key=f"starter_{question.key}",
            icon=ICONS.get(question.key, USUAL_ICON),
            width="stretch",
            on_click=_take,
            args=(starter.design,),
        )
        st.caption(question.finds_out)
        st.markdown(dollars(_price_of(services, starter.design)))


def _price_of(services: Services, design: Design) -> str:
    """What it takes, without what is there already."""
    try:
        plan = services.experiments.plan(design)
    except PlantainError:
        return "Not with this prompt."
    mark = ASSUMED if plan.is_assumed else ""
    return f"{counted(len(plan.cells), 'cell')}, **{mark}{money.price(plan.total_micros)}**"


def _take(design: Design) -> None:
    """Put it into the form; a name that somebody has written stays."""
    name = experiment_state.design().name
    is_written = name and name not in {question.title for question in QUESTIONS}
    experiment_state.load(replace(design, name=name) if is_written else design)
