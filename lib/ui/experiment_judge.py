"""Judging an experiment blind: two pictures, and which one is better."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_axes import name_of
from lib.domain.experiment_judged import Choice
from lib.domain.experiment_pairing import SAME_AGAIN_EVERY, SECOND_OPINION_EVERY
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_scores import Standing
from lib.domain.organising import BEST_RATING
from lib.ui import (
    experiment_judge_link,
    experiment_judge_queue,
    experiment_link,
    person,
    voting,
    wiring,
)
from lib.ui.cost_figures import counted
from lib.ui.refusal import draw_refusal

KEY = "experiment_judge"
LEAST_RATING, WITH_FLAGGED = "experiment_judge_rated", "experiment_judge_flagged"
ALONG = "experiment_judge_along"
ANY_TWO = "Any two"
TOO_FEW = "There is nothing to judge yet: two cells with pictures that differ are needed."
ALL_SEEN = "You have judged every pair, twice. More votes take another person, or more cells."
RULES = (
    "What is varied stays hidden, and sides are shuffled. A tie is half a win for each. "
    "Where a cell has several pictures, its first one is judged. "
    f"Every {SECOND_OPINION_EVERY}th pair is one that somebody else has judged, and every "
    f"{SAME_AGAIN_EVERY}th one of your own with its sides swapped: to see how far answers agree. "
    "It is enough when one cell is the best with a probability of 95 %."
)


def draw(services: Services, experiment_id: str) -> None:
    """Draw the pair that comes next. Each answer draws this part of the page alone."""
    found = services.experiments.find(experiment_id)
    if found is None:
        draw_refusal(experiment_link.NO_SUCH)
        return
    _draw_head(found)
    st.fragment(_draw_now)(experiment_id)


def _draw_head(found: Experiment) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Back to the experiment",
            key="experiment_judge_close",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=experiment_link.open_one,
            args=(found.id,),
        )
        st.text(found.name, width="stretch")
        _draw_options(found)


def _draw_options(found: Experiment) -> None:
    choice = experiment_judge_link.judged() or Choice()
    st.session_state.setdefault(LEAST_RATING, choice.least_rating)
    st.session_state.setdefault(WITH_FLAGGED, choice.with_flagged)
    with st.popover("Options", icon=":material/tune:"):
        experiment_judge_queue.prepare()
        st.text_input(
            "Judging as",
            key=experiment_judge_queue.VOTER,
            placeholder=person.name(),
            max_chars=experiment_judge_queue.LONGEST_NAME,
            on_change=experiment_judge_queue.keep_voter,
            help="Votes are counted by person. Several people can judge in turn.",
        )
        _draw_along(found, choice)
        st.selectbox(
            "Cells",
            range(BEST_RATING + 1),
            key=LEAST_RATING,
            format_func=lambda stars: f"Rated {stars} and better" if stars else "All",
            on_change=_choose,
            args=(found.id,),
        )
        st.toggle("Flagged ones too", key=WITH_FLAGGED, on_change=_choose, args=(found.id,))
        st.caption(RULES)


def _draw_along(found: Experiment, choice: Choice) -> None:
    names = {axis.columns: name_of(axis) for axis in found.design.axes}
    if len(names) < 2:
        return
    st.session_state.setdefault(ALONG, choice.along if choice.along in names else ())
    st.selectbox(
        "Pairs",
        [(), *names],
        key=ALONG,
        format_func=lambda along: f"Differ in {names[along]} alone" if along else ANY_TWO,
        on_change=_choose,
        args=(found.id,),
        help="Along one axis no single cell comes out best, but which of its values do.",
    )


def _choose(experiment_id: str) -> None:
    held = st.session_state
    along = tuple(held.get(ALONG) or ())
    choice = Choice(int(held[LEAST_RATING] or 0), bool(held[WITH_FLAGGED]), along)
    experiment_judge_link.judge(experiment_id, choice)


# -- the pair ------------------------------------------------------------------------------------


def _draw_now(experiment_id: str) -> None:
    judging, choice = wiring.services().judging, experiment_judge_link.judged()
    if choice is None:  # a button of this part has led elsewhere: that is the whole page's
        st.rerun()
    with voting.taking(KEY) as said:
        experiment_judge_queue.take(judging, experiment_id, choice, said)
    problem = experiment_judge_queue.problem()
    if problem:
        draw_refusal(problem)
    shown = experiment_judge_queue.at_hand(judging, experiment_id, choice)
    standing = judging.standing(experiment_id, choice, is_rough=True)
    if standing.is_enough and not choice.along:
        _draw_enough(experiment_id, standing)
    if not shown:
        st.info(ALL_SEEN if standing.votes else TOO_FEW)
    last = judging.last_token(experiment_id, by=experiment_judge_queue.voter())
    if shown or last:
        voting.draw(shown, key=KEY, last_token=last, told=told(standing, choice))


def _draw_enough(experiment_id: str, standing: Standing) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f":material/check_circle: **Enough votes**: one cell is the best, {percent(standing.sure)} "
            "sure. Stop here, or go on."
        )
        st.button(
            "Show the result",
            key="experiment_judge_result",
            on_click=experiment_link.open_one,
            args=(experiment_id,),
        )


def told(standing: Standing, choice: Choice) -> str:
    """How far judging is, without a word of which cell leads."""
    own = standing.by.get(experiment_judge_queue.voter(), 0)
    votes = f"{counted(standing.votes, 'vote')}"
    parts = [votes if own == standing.votes else f"{votes}, {own:,} yours"]
    if standing.votes and not choice.along:
        parts += [f"{percent(standing.sure)} sure which is best", more(standing)]
    return " · ".join(part for part in parts if part)


def more(standing: Standing) -> str:
    """How many votes are likely still needed."""
    if standing.is_enough:
        return "enough votes"
    if standing.more is not None:
        return f"about {counted(max(1, standing.more), 'more vote')} needed"
    return "the first ones are hard to tell apart" if standing.votes > len(standing.scores) else ""


def percent(share: float) -> str:
    """A probability for people: never none, and never all, of what is not certain."""
    rounded = round(100 * share)
    return "less than 1 %" if rounded < 1 else f"{min(99, rounded)} %"
