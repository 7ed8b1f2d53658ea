"""Charts: the theme gives their colours, so that they fit light and dark."""

import json
from collections.abc import Mapping
from math import floor, log10

import altair as alt
import pandas as pd

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
"""Told apart by the colour-blind as well; in this order they are the theme's."""
REST = "#8B918A"
"""All that is too little for a colour of its own."""
HEIGHT = 280
LEGEND_ROW = 18
TICKS = 5
PICK = "pick"


def stacked_bars(
    bars: pd.DataFrame, keys: Mapping[str, str], colors: Mapping[str, str]
) -> alt.Chart:
    """Bars of what was spent, in parts; a click picks the `key` and the `series` of one.

    Columns: `key` (text, one of `keys`, in their order), `label`, `series` (a key of `colors`),
    `place` (of the part in its bar), `dollars`, `exact`, `total` (texts), `is_final`. The axis
    shows what stands in `keys`.
    """
    # Moments are words here: the time zone of the browser would move them.
    told = f"{json.dumps(dict(keys))}[datum.value]"
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr=told)
    tops = bars[bars["dollars"] > 0].groupby("key")["dollars"].sum()
    amounts = alt.Axis(format=axis_format(float(tops.max() or 0)), tickCount=TICKS)
    scale = alt.Scale(domain=list(colors), range=list(colors.values()))
    # So wide that it fits a phone: a legend cannot know how wide the page is.
    legend = alt.Legend(orient="top", title=None, columns=2, labelLimit=140, symbolLimit=0)
    height = HEIGHT + LEGEND_ROW * (len(colors) // 2)
    picked = alt.selection_point(name=PICK, fields=["key", "series"])
    chart: alt.Chart = (
        alt.Chart(bars, height=height)
        .mark_bar(cursor="pointer")
        .encode(
            x=alt.X("key:N", title=None, sort=None, axis=axis, scale=alt.Scale(domain=list(keys))),
            y=alt.Y("dollars:Q", title=None, axis=amounts, stack="zero"),
            color=alt.Color("series:N", scale=scale, legend=legend if len(colors) > 1 else None),
            order=alt.Order("place:Q"),
            opacity=alt.condition("datum.is_final", alt.value(1), alt.value(0.6)),
            tooltip=[
                alt.Tooltip("label:N", title="When"),
                alt.Tooltip("series:N", title="Part"),
                alt.Tooltip("exact:N", title="Spend"),
                alt.Tooltip("total:N", title="Whole bar"),
            ],
        )
        .add_params(picked)
    )
    return chart


def axis_format(highest: float) -> str:
    """How the ticks of an axis of dollars are written: all with as many decimals, and no more."""
    if highest <= 0:
        return "$,.2f"
    # A step is 1, 2 or 5 times a power of ten.
    power = floor(log10(highest / TICKS))
    return "$,.0f" if power >= 0 else f"$,.{max(2, -power)}f"
