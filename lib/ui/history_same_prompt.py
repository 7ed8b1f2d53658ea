"""Runs of one prompt: what differs among them stands where the prompt would say the same each time."""

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from lib.ui import history_differences

Told = Mapping[str, Sequence[str]]
"""The fields that differ, each with a text a run."""


def told(runs: pd.DataFrame) -> Told:
    """What differs among the runs of a page."""
    return history_differences.among(runs)


def draw(differing: Told) -> None:
    """Say which fields differ. They may be those of a run made elsewhere: plain text."""
    names = ", ".join(differing)
    st.text(f"The same prompt. What differs here: {names or 'nothing'}.")


def labels(runs: pd.DataFrame, differing: Told) -> dict[str, str]:
    """What the tile of each run says in place of its prompt; nothing where nothing differs."""
    if not differing:
        return {}
    ids = [str(run_id) for run_id in runs["id"]]
    return {
        run_id: " · ".join(
            history_differences.brief(name, texts[at]) for name, texts in differing.items()
        )
        for at, run_id in enumerate(ids)
    }
