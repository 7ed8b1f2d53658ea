"""The address of an experiment that is judged blind, and which of its cells are."""

import streamlit as st

from lib.domain.experiment_judged import Choice
from lib.domain.organising import BEST_RATING
from lib.ui import experiment_link

JUDGE, RATED, FLAGGED, ALONG = "judge", "rated", "flagged", "along"
"""Whether it is judged; its cells rated so well; flagged ones too; the columns of one axis."""
OWN = (JUDGE, RATED, FLAGGED, ALONG)
RATINGS = tuple(str(stars) for stars in range(1, BEST_RATING + 1))
EVERY_CELL = Choice()


def judged() -> Choice | None:
    """Which cells of the experiment are judged; None where it is not judged."""
    if not experiment_link.opened() or st.query_params.get(JUDGE) != "1":
        return None
    rated = st.query_params.get(RATED, "")
    return Choice(
        least_rating=int(rated) if rated in RATINGS else 0,
        with_flagged=st.query_params.get(FLAGGED) == "true",
        along=tuple(st.query_params.get_all(ALONG)),
    )


def judge(experiment_id: str, choice: Choice = EVERY_CELL) -> None:
    """Judge an experiment blind."""
    query: dict[str, str | list[str]] = {experiment_link.EXPERIMENT: experiment_id, JUDGE: "1"}
    query |= {RATED: str(choice.least_rating)} if choice.least_rating else {}
    query |= {FLAGGED: "true"} if choice.with_flagged else {}
    query |= {ALONG: list(choice.along)} if choice.along else {}
    st.query_params.from_dict(query)
