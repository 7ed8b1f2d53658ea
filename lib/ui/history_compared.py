"""Two to four runs compared: their pictures, what differs in their input, their cost and time.

Which ones they are stands in the address, so the comparison is a link.
"""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.run import Picture, Run
from lib.ui import compare, history_differences, history_link, money, times
from lib.ui.history_closely import picture_of
from lib.ui.history_link import Compared

LETTERS = "ABCD"
HEIGHT = 600
SHORTEST_CAPTION = 90
"""Characters of a prompt that stand below a picture where nothing of the input differs."""


def draw(services: Services, asked: Sequence[Compared], *, back: str = "Back to History") -> None:
    """Draw the comparison, or why there is none. `back` says where leaving it leads."""
    found = [(one, _find(services, one.run_id)) for one in asked]
    known = [(one, run) for one, run in found if run is not None]
    known.sort(key=lambda pair: not _pictures(pair[1]))  # letters are those of the pictures
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.subheader("Compare", width="content")
        st.button(
            back,
            key="history_leave_compare",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=history_link.leave_compare,
        )
    if len(known) < len(asked):
        st.caption("Some of these runs are not here, or were deleted.")
    if len(known) < compare.FEWEST:
        st.caption("Select two to four runs in the history to compare them.")
        return
    runs = [run for _one, run in known]
    _draw_pictures(known)
    _draw_choices(known)
    _draw_table(services, runs)


def _find(services: Services, run_id: str) -> Run | None:
    run = services.runs.find(run_id)
    is_here = run is not None and run.origin == services.runs.origin and run.deleted_at is None
    return run if is_here else None


# -- pictures ------------------------------------------------------------------------------------


def _draw_pictures(known: Sequence[tuple[Compared, Run]]) -> None:
    captions = _captions([run for _one, run in known])
    pictures = [
        replace(picture_of(run, shown), caption=caption)
        for (one, run), caption in zip(known, captions, strict=True)
        if (shown := _shown(run, one.number)) is not None
    ]
    if len(pictures) < len(known):
        st.caption("Runs without a picture are compared in the table alone.")
    if len(pictures) >= compare.FEWEST:
        compare.draw(pictures, key="history_compared", height=HEIGHT)


def _captions(runs: Sequence[Run]) -> list[str]:
    """Below each picture: its cost, its time, and what of its input is its own."""
    table = history_differences.table([run.input for run in runs], list(LETTERS[: len(runs)]))
    return [
        " · ".join([money.price(run.cost_micros), *_lasting(run), _own(table, letter, run)])
        for letter, run in zip(LETTERS, runs, strict=False)
    ]


def _lasting(run: Run) -> list[str]:
    return [] if run.duration_ms is None else [times.lasting(run.duration_ms)]


def _own(table: pd.DataFrame, letter: str, run: Run) -> str:
    told = zip(table["Differs"], table[letter], strict=True)
    own = [history_differences.brief(name, text) for name, text in told if name != "prompt"]
    return " · ".join(own) or run.prompt[:SHORTEST_CAPTION]


def _pictures(run: Run) -> list[Picture]:
    return [picture for picture in run.pictures if not picture.problem]


def _shown(run: Run, number: int) -> Picture | None:
    """The picture of that number, counted from 1; the first one where there is none."""
    pictures = _pictures(run)
    wanted = [picture for picture in pictures if picture.index + 1 == number]
    return next(iter([*wanted, *pictures]), None)


def _draw_choices(known: Sequence[tuple[Compared, Run]]) -> None:
    """For runs of several pictures, which of them is compared."""
    with st.container(horizontal=True, gap="medium"):
        for place, (one, run) in enumerate(known):
            numbers = [picture.index + 1 for picture in _pictures(run)]
            if len(numbers) > 1:
                key = f"history_compared_{place}_{run.id}"
                st.session_state[key] = one.number if one.number in numbers else numbers[0]
                st.segmented_control(
                    f"Picture of {LETTERS[place]}",
                    numbers,
                    key=key,
                    required=True,
                    on_change=_choose,
                    args=([one for one, _run in known], place, key),
                )


def _choose(asked: list[Compared], place: int, key: str) -> None:
    asked[place] = replace(asked[place], number=int(st.session_state[key]))
    history_link.compare(asked)


# -- what differs --------------------------------------------------------------------------------


def _draw_table(services: Services, runs: Sequence[Run]) -> None:
    st.dataframe(
        compared_table(services, runs),
        hide_index=True,
        height="content",
        alt="What differs among these runs",
    )
    with st.container(horizontal=True):
        for letter, run in zip(LETTERS, runs, strict=False):
            st.button(
                f"Open {letter}",
                key=f"history_open_{letter}",
                icon=":material/open_in_full:",
                type="tertiary",
                on_click=history_link.open_run,
                args=(run.id,),
            )


def compared_table(services: Services, runs: Sequence[Run]) -> pd.DataFrame:
    """A line a field of the input that differs, then the seed, cost, time and click of each."""
    letters = list(LETTERS[: len(runs)])
    table = history_differences.table([run.input for run in runs], letters)
    facts = {
        "Seed used": [history_differences.as_text(run.seed_used) for run in runs],
        "Cost": [money.price(run.cost_micros) for run in runs],
        "Time at the API": [" ".join(_lasting(run)) or "not known" for run in runs],
        "Made": [times.exact(run.created_at, services.settings.zone) for run in runs],
    }
    if all(run.seed_used is None for run in runs):
        del facts["Seed used"]
    rows = [(name, *texts) for name, texts in facts.items()]
    return pd.concat([table, pd.DataFrame(rows, columns=table.columns)], ignore_index=True)
