"""The table of runs: what each column shows, and how a row is opened."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.domain.money import MICROS_PER_DOLLAR
from lib.domain.run import RunState
from lib.ui import history_link, history_selection, money
from lib.ui.asked import pictures_asked
from lib.ui.history_words import state_words
from lib.ui.plain import excerpt

ROW_HEIGHT = 68
"""High enough for three lines of text."""
LONGEST_TEXT = 92
DEFAULT = "history_table_default"

INPUT_COLUMNS = (
    *("resolution", "aspect_ratio", "num_images", "output_format", "seed"),
    *("thinking_level", "enable_web_search"),
)
COLUMNS = (
    *("picture", "prompt", "cost", "state", "created_at", "estimate", "pictures"),
    *INPUT_COLUMNS,
    *("duration", "reason", "favourite", "rating", "tags", "note", "created_by"),
)
BESIDE_INPUT = tuple(name for name in COLUMNS if name not in ("prompt", *INPUT_COLUMNS))


def draw(
    runs: pd.DataFrame,
    zone: ZoneInfo,
    label: str,
    told: Mapping[str, Sequence[str]] | None = None,
    columns: Sequence[str] = COLUMNS,
) -> None:
    """Draw one page of runs; a click into a row opens that run, its first cell selects it.

    `told` are columns of text that stand first, `columns` the others.
    """
    told = {name: texts for name, texts in (told or {}).items() if name not in columns}
    ids = [str(run_id) for run_id in runs["id"]]
    key = table_key(ids)
    st.dataframe(
        shown(runs, zone).assign(**told),
        key=key,
        on_select=lambda: _follow(ids, key),
        selection_mode=["multi-row", "single-cell"],
        selection_default=_default(ids, key),
        column_order=("picture", *told, *(name for name in columns if name != "picture")),
        column_config=_columns(runs, zone),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
        placeholder="",
        alt=label,
    )


def table_key(ids: list[str]) -> str:
    """A key of its own for each set of rows: a keyed table keeps its selection by position.

    After a run was closed the key is new as well: a cell that stayed selected could not be clicked.
    And so it is when the selection was changed elsewhere.
    """
    rows = hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]
    return f"history_{rows}_{history_link.times_closed()}_{history_selection.times_set()}"


def _default(ids: list[str], key: str) -> Any:
    """The rows that are selected when a table is new; the same for as long as it has this key."""
    known: tuple[str, list[int]] | None = st.session_state.get(DEFAULT)
    if known is None or known[0] != key:
        selected = set(history_selection.ids())
        known = (key, [row for row, run_id in enumerate(ids) if run_id in selected])
        st.session_state[DEFAULT] = known
    return {"selection": {"rows": known[1]}}


def _follow(ids: list[str], key: str) -> None:
    """Select the runs whose rows are, and open the one whose cell was clicked."""
    selection = st.session_state[key].selection
    history_selection.select_on_page(ids, [ids[row] for row in selection.rows if row < len(ids)])
    cells = [row for row, _column in selection.cells if row < len(ids)]
    if cells:
        history_link.open_run(ids[cells[0]])


# -- what is shown -------------------------------------------------------------------------------


def shown(runs: pd.DataFrame, zone: ZoneInfo) -> pd.DataFrame:
    """The page as it is shown: text cut to what fits, money in dollars, times in the zone."""
    table = pd.DataFrame(
        {
            "picture": runs["thumbnail"].map(_thumbnail_url, na_action="ignore"),
            "prompt": runs["prompt"].map(_beginning),
            "state": [_state(run) for run in runs.to_dict("records")],
            "created_at": runs["created_at"].dt.tz_convert(zone),
            "cost": _dollars(runs["cost_micros"]),
            "estimate": _dollars(runs["estimate_micros"]),
            "pictures": runs["pictures"],
            "duration": runs["duration_ms"].astype("Float64") / 1000,
            "reason": runs["failure_message"]
            .fillna(runs["note"])
            .map(_beginning, na_action="ignore"),
            "favourite": runs["favourite"].map(_heart),
            "rating": runs["rating"],
            "tags": runs["tags"].map(list),
            "note": runs["remark"].map(_beginning, na_action="ignore"),
            "created_by": runs["created_by"],
        }
    )
    for name in INPUT_COLUMNS:
        table[name] = _input(runs, name)
    return table


def _beginning(text: str) -> str:
    return excerpt(text, LONGEST_TEXT)


def _thumbnail_url(sha256: str) -> str:
    return f"/app/static/thumb/{sha256}"


def _state(run: dict[Any, Any]) -> str:
    return state_words(
        RunState(run["state"]),
        pictures=run["pictures"],
        num_images=pictures_asked(run.get("num_images")),
        nsfw_detected=None if pd.isna(run["nsfw_detected"]) else bool(run["nsfw_detected"]),
        is_decided=bool(pd.notna(run["decided_at"])),
    )


def _heart(favourite: Any) -> str:
    return "♥" if pd.notna(favourite) and favourite else ""


def _dollars(micros: "pd.Series[Any]") -> "pd.Series[Any]":
    # For the eye only: every sum is made of micro-dollars, in the database.
    return micros.astype("Float64") / MICROS_PER_DOLLAR


def _input(runs: pd.DataFrame, name: str) -> "pd.Series[Any]":
    """One input field as text, empty where it was not set: a seed may be larger than any column."""
    if name not in runs:
        return pd.Series([""] * len(runs), index=runs.index, dtype="str")
    return runs[name].map(_as_text).astype("str")


def _as_text(value: Any) -> str:
    match value:
        case True:
            return "yes"
        case None | False:
            return ""
        case float() if value != value:  # a run of this page that has not got the field
            return ""
        case _:
            return str(value)


# -- how it is shown -----------------------------------------------------------------------------


def _columns(runs: pd.DataFrame, zone: ZoneInfo) -> dict[str, Any]:
    column = st.column_config
    return {
        "picture": column.ImageColumn("Picture", width=72, pinned=True),
        "prompt": column.TextColumn("prompt", width=240),
        "state": column.TextColumn("State", width=130),
        "created_at": column.DatetimeColumn(
            "When",
            format="YYYY-MM-DD HH:mm:ss",
            timezone=zone.key,
            help=f"The click, in the time zone {zone.key}.",
        ),
        "cost": _money_column("Cost", runs["cost_micros"]),
        "estimate": _money_column("Estimate", runs["estimate_micros"]),
        "pictures": column.NumberColumn("Pictures", help="How many were delivered and kept."),
        "num_images": column.TextColumn("num_images", alignment="right"),
        "seed": column.TextColumn("seed", alignment="right"),
        "duration": column.NumberColumn(
            "Duration", format="%.1f s", help="How long the API took, in its own words."
        ),
        "reason": column.TextColumn("Reason", width=280, help="Why there is no picture."),
        "favourite": column.TextColumn("Favourite"),
        "rating": column.NumberColumn("Rating", format="%d ★"),
        "tags": column.ListColumn("Tags"),
        "note": column.TextColumn("Note", width=240, help="What somebody wrote about the run."),
        "created_by": column.TextColumn("Who"),
    }


def _money_column(label: str, micros: "pd.Series[Any]") -> Any:
    places = money.column_places([int(amount) for amount in micros.dropna()])
    return st.column_config.NumberColumn(label, format=f"$%.{places}f")
