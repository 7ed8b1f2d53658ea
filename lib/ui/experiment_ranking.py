"""What judging an experiment has come to: the cells by their strength, unblinded, and who voted."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.experiment_judged import JudgedCell
from lib.domain.experiment_progress import CellNow, Experiment
from lib.domain.experiment_scores import Agreement, Score, Standing, share_won
from lib.domain.experiment_words import word_of
from lib.ui import experiment_judge, experiment_judge_link, state
from lib.ui.cost_figures import counted
from lib.ui.plain import excerpt

LONGEST_WORD = 60
REPEAT = "repeat"
FEWEST_CELLS = 2
MOST_VOTERS = 12
WINS = "Wins against an average cell"


def draw(services: Services, found: Experiment) -> None:
    """Draw the way to judge it, and what votes have come to, if there are any."""
    judged = services.judging.cells(found.id)
    if len({cell.sha256 for cell in judged}) < FEWEST_CELLS:
        return
    standing = services.judging.standing(found.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Judge blind",
            key="experiment_judge_open",
            icon=":material/balance:",
            on_click=_judge,
            args=(found.id,),
        )
        if not standing.votes:
            st.caption("Two pictures at a time, without knowing what was varied: which is better?")
    if standing.votes:
        cells = {cell.key: cell for cell in services.experiments.cells(found.id)}
        _draw_best(found, standing, cells)
        _draw_table(found, standing, cells, {cell.key: cell for cell in judged})
        _draw_voters(standing)


def _judge(experiment_id: str) -> None:
    """The button stands in a part of the page that is drawn by itself; judging takes all of it."""
    experiment_judge_link.judge(experiment_id)
    state.ask_for_whole_page()


def _draw_best(found: Experiment, standing: Standing, cells: Mapping[str, CellNow]) -> None:
    best = standing.scores[0]
    lead = "Enough votes: the best is" if standing.is_enough else "Leading so far:"
    more = "" if standing.is_enough else experiment_judge.more(standing)
    sure = f"{experiment_judge.percent(standing.sure)} sure that it is the best"
    st.text(
        f"{lead} {name_of(found, cells[best.key])}. It wins {won(best)} of votes against an "
        f"average cell; {', '.join(part for part in (sure, more) if part)}."
    )


def name_of(found: Experiment, cell: CellNow) -> str:
    """A cell by what was varied."""
    words = [f"{name} {word_of(cell.varied[name])}" for name in found.design.columns]
    words += [f"{REPEAT} {cell.repeat}"] if found.design.repeats > 1 else []
    return excerpt(", ".join(words) or f"cell {cell.number}", 2 * LONGEST_WORD)


def won(score: Score) -> str:
    """The share of votes it wins against an average cell, with its bounds."""
    low, middle, high = (_percent(one) for one in (score.low, score.score, score.high))
    return f"{middle} % ({low}\N{EN DASH}{high})"


def _percent(log_odds: float) -> int:
    """Of votes won: never none, and never all, since that is never certain."""
    return min(99, max(1, round(100 * share_won(log_odds))))


def _draw_table(
    found: Experiment,
    standing: Standing,
    cells: Mapping[str, CellNow],
    judged: Mapping[str, JudgedCell],
) -> None:
    rows = []
    for rank, score in enumerate(standing.scores, start=1):
        cell = cells[score.key]
        varied = {name: excerpt(word_of(cell.varied[name]), LONGEST_WORD) for name in cell.varied}
        rows.append(
            {
                "Rank": rank if score.votes else None,
                "Picture": f"/app/static/thumb/{judged[score.key].sha256}",
                **{f"value {nth}": varied[name] for nth, name in enumerate(found.design.columns)},
                **({REPEAT: cell.repeat} if found.design.repeats > 1 else {}),
                WINS: _percent(score.score),
                "95 % interval": f"{_percent(score.low)}\N{EN DASH}{_percent(score.high)} %",
                "Votes": score.votes,
                "Won": score.wins,
                "Tied": score.ties,
                "Lost": score.losses,
            }
        )
    column = st.column_config
    config = {
        "Rank": column.NumberColumn(width="small"),
        "Picture": column.ImageColumn(width="small"),
        WINS: column.ProgressColumn(WINS, min_value=0, max_value=100, format="%d %%"),
    }
    # A column of the design may be called as one of ours: places keep them apart.
    names = {
        f"value {nth}": column.TextColumn(name) for nth, name in enumerate(found.design.columns)
    }
    table = pd.DataFrame(rows).astype({"Rank": "Int64"})
    st.dataframe(
        table, hide_index=True, row_height=56, column_config={**config, **names}, placeholder=""
    )


def _draw_voters(standing: Standing) -> None:
    by = sorted(standing.by.items(), key=lambda one: (-one[1], one[0]))
    named = ", ".join(f"{name} {number:,}" for name, number in by[:MOST_VOTERS])
    others = f" and {len(by) - MOST_VOTERS} others" if len(by) > MOST_VOTERS else ""
    skipped = f" {standing.skipped:,} skipped." if standing.skipped else ""
    st.text(f"{counted(standing.votes, 'vote')}: {named}{others}.{skipped}")
    words = agreement_words(standing.agreement)
    if words:
        st.caption(words)


def agreement_words(found: Agreement) -> str:
    """How far voters agree, with the numbers that it rests on."""
    said = []
    if found.pairs:
        alpha = "" if found.alpha is None else f" (Krippendorff's alpha {found.alpha:.2f})"
        pairs = counted(found.pairs, "pair")
        said.append(f"Of {pairs} judged by several people, all agree on {found.same:,}{alpha}.")
    if found.again:
        pairs = counted(found.again, "pair")
        said.append(
            f"Of {pairs} shown twice to the same person, {found.kept:,} had the same answer."
        )
    return " ".join(said)
