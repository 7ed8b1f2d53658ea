"""What mattered? of an opened experiment: sentences, and the figures behind them."""

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_effects import FEWEST_PAIRS, Measure
from lib.domain.experiment_progress import Experiment
from lib.domain.experiment_refusals import FEWEST_RUNS
from lib.domain.experiment_vote_shares import FEWEST_PICTURES, FEWEST_VOTES
from lib.services.experiments import mattered_words
from lib.services.experiments.mattered import Mattered
from lib.ui import experiment_mattered_chart as chart
from lib.ui import experiment_mattered_figures as figures
from lib.ui import money, seed_badge
from lib.ui.plain import excerpt

OPEN, ON = "experiment_mattered", "experiment_mattered_on"
LONGEST_REASON = 300
NAMES = {
    Measure.VOTES: "Votes",
    Measure.RATING: "Rating",
    Measure.TIME: "Time",
    Measure.PRICE: "Price",
    Measure.FAILURES: "Failures",
}
NOTHING = "It takes pictures with at least two values of something that is varied: come back then."
COMPARED = (
    "Compared are cells that are alike in everything else, so what else varies counts on neither "
    "side; their differences stand with where they lie with 95% confidence, for all values of a "
    f"parameter together (t interval, Bonferroni), from {FEWEST_PAIRS} pairs up. It holds for the "
    "cells of this experiment. Of a sample, where such pairs are too few, all parameters are fitted together "
    "(least squares, HC3), which takes it that none depends on another. "
)
HOW = {
    Measure.VOTES: (
        "The share of votes between pictures that differ in it; a tie is half a vote for each. "
        "Pictures may differ in more, unless most votes were on those that do not. The intervals "
        "allow for votes on one picture and by one person hanging together (Wilson). It takes "
        f"{FEWEST_VOTES} votes, and {FEWEST_PICTURES} pictures on either side."
    ),
    Measure.RATING: COMPARED + "Ratings are taken as stars from 1 to 5, and averaged.",
    Measure.TIME: COMPARED + "Time is the API's own, of runs that delivered pictures.",
    Measure.PRICE: COMPARED.partition(" Of a sample")[0]
    + " Price is what runs that delivered pictures were charged, also where they were there already.",
    Measure.FAILURES: (
        "The share of runs that failed or were flagged, retries too; with Wilson's interval, and "
        "the difference between cells alike in everything else (Newcombe), from "
        f"{FEWEST_RUNS} runs up."
    ),
}


def draw(services: Services, experiment: Experiment) -> None:
    """Draw it when it is asked for."""
    box = st.expander("What mattered?", icon=":material/balance:", key=OPEN, on_change="rerun")
    if not box.open:
        return
    with box:
        found = services.mattered.look_at(experiment)
        if found.seeds:
            seed_badge.draw_badge(found.seeds)
        told = mattered_words.sentences(found, money.price)
        for sentence in told:
            st.text(sentence)
        if not told:
            st.caption(NOTHING)
        _draw_measure(found)
        _draw_offers(found)
        _draw_reasons(found)


def _draw_measure(found: Mattered) -> None:
    there = [one for one in Measure if any(each.on(one) for each in found.factors)]
    if not there:
        return
    if st.session_state.get(ON) not in there:
        st.session_state[ON] = there[0]
    st.segmented_control("On", there, key=ON, format_func=NAMES.__getitem__, required=True)
    measure = Measure(st.session_state[ON])
    effects = [effect for each in found.factors if (effect := each.on(measure))]
    st.altair_chart(
        chart.dots(figures.dots_of(effects), measure),
        width="stretch",
        alt=f"What each value does to {NAMES[measure].lower()}",
    )
    st.dataframe(
        figures.table_of(effects),
        hide_index=True,
        height="content" if sum(len(one.figures) for one in effects) < 16 else 600,
        alt=f"{NAMES[measure]} by value",
        placeholder="",
    )
    st.caption(HOW[measure])


def _draw_offers(found: Mattered) -> None:
    if not found.offers or found.quality is None:
        return
    st.markdown(f"**Price against {found.quality}**")
    st.altair_chart(
        chart.frontier_of(figures.offers_frame(found.offers, found.quality), found.quality),
        width="stretch",
        alt="Settings by price and quality; those that no cheaper ones beat are joined by a line",
    )
    st.dataframe(
        figures.offers_table(found.offers, found.quality),
        hide_index=True,
        height="content",
        alt="Settings by price and quality",
        placeholder="",
    )


def _draw_reasons(found: Mattered) -> None:
    if not found.reasons:
        return
    st.markdown("**Why runs failed**, in the API's words")
    rows = [
        (one.code or "", excerpt(one.message or "", LONGEST_REASON), one.runs)
        for one in found.reasons
    ]
    table = pd.DataFrame(rows, columns=["Code", "Message", "Runs"])
    st.dataframe(table, hide_index=True, height="content", alt="Why runs failed", placeholder="")
