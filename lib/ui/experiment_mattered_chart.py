"""The charts of what mattered: dots with their intervals, and price against quality."""

import json

import altair as alt
import pandas as pd

from lib.domain.experiment_effects import Measure
from lib.ui.charts import OKABE_ITO, REST
from lib.ui.experiment_mattered_figures import CHEAPEST, CLEAR, DEARER, FIRST, UNCLEAR

ROW = 24
HEAD = 140
LABEL = 120
TITLES = {
    Measure.VOTES: "Share of votes won",
    Measure.RATING: "Stars more than the first",
    Measure.TIME: "Seconds more than the first",
    Measure.PRICE: "Dollars more than the first",
    Measure.FAILURES: "Share of runs that failed or were flagged",
}
FORMATS = {Measure.VOTES: "%", Measure.FAILURES: "%", Measure.PRICE: "$,.3f"}
COLORS = {CLEAR: OKABE_ITO[0], UNCLEAR: REST, FIRST: OKABE_ITO[1]}
OFFERS = {CHEAPEST: OKABE_ITO[2], DEARER: REST}
QUALITY = {Measure.VOTES: "Share of votes won", Measure.RATING: "Stars"}


def dots(points: pd.DataFrame, measure: Measure) -> alt.LayerChart | alt.FacetChart:
    """A dot for each value, and where it lies; the line is where nothing happens."""
    labels = dict(zip(points["key"], points["label"], strict=True))
    told = f"{json.dumps(labels)}[datum.value]"
    axis = alt.Axis(labelExpr=told, labelLimit=LABEL, labelOverlap=False, ticks=False)
    base = alt.Chart(points).encode(y=alt.Y("key:N", title=None, sort=None, axis=axis))
    color = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=list(COLORS), range=list(COLORS.values())),
        legend=alt.Legend(orient="top", title=None, columns=1, symbolType="circle"),
    )
    numbers = alt.Axis(format=FORMATS.get(measure, "~g"), tickCount=5)
    tooltip = [alt.Tooltip("label:N", title="Value"), alt.Tooltip("told:N", title="Figure")]
    place = alt.X("mean:Q", title=TITLES[measure], axis=numbers, scale=alt.Scale(zero=False))
    spans = base.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q", color=color)
    points_drawn = base.mark_point(size=80, filled=True, opacity=1).encode(
        x=place, color=color, tooltip=tooltip
    )
    nothing = 0.5 if measure is Measure.VOTES else 0
    line = alt.Chart(pd.DataFrame({"at": [nothing]})).mark_rule(strokeDash=[4, 4], color=REST)
    return alt.layer(line.encode(x="at:Q"), spans, points_drawn).properties(
        height=HEAD + ROW * len(points)
    )


def frontier_of(offers: pd.DataFrame, quality: Measure) -> alt.LayerChart | alt.FacetChart:
    """A dot for each combination of settings; those that no cheaper ones beat are joined."""
    numbers = alt.Axis(format=FORMATS.get(quality, "~g"), tickCount=5)
    prices = alt.Axis(format="$,.3f", tickCount=4)
    base = alt.Chart(offers).encode(
        x=alt.X("price:Q", title="Price of a run", axis=prices, scale=alt.Scale(zero=False)),
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=list(OFFERS), range=list(OFFERS.values())),
            legend=alt.Legend(orient="top", title=None, columns=1, symbolType="circle"),
        ),
    )
    place = alt.Y("quality:Q", title=QUALITY[quality], axis=numbers, scale=alt.Scale(zero=False))
    tooltip = [
        alt.Tooltip("label:N", title="Settings"),
        alt.Tooltip("exact:N", title="Price"),
        alt.Tooltip("told:N", title="Quality"),
    ]
    spans = base.mark_rule(strokeWidth=1.5, opacity=0.6).encode(y="low:Q", y2="high:Q")
    joined = (
        alt.Chart(offers[offers["kind"] == CHEAPEST])
        .mark_line(color=OFFERS[CHEAPEST], interpolate="step-after")
        .encode(x="price:Q", y="quality:Q")
    )
    drawn = base.mark_point(size=90, filled=True, opacity=1).encode(y=place, tooltip=tooltip)
    names = base.mark_text(align="left", dx=8, dy=-8, limit=LABEL).encode(y=place, text="label:N")
    return alt.layer(spans, joined, drawn, names).properties(height=340)
