"""Charts: the theme gives their colours, so that they fit light and dark."""

import altair as alt
import pandas as pd

COST = "Cost"
ESTIMATE = "Estimate"
HEIGHT = 280
A_YEAR = 366


def spend_by_day(days: pd.DataFrame) -> alt.LayerChart | alt.FacetChart:
    """A bar a day for what was charged, and a tick for what was expected.

    Columns: `day` and `label` (text), `cost` and `estimate` (dollars), `cost_text` and
    `estimate_text` (exact), `runs`, `pictures`.
    """
    # Days are words here: as moments they would be moved into the time zone of the browser.
    label = "datum.value" if len(days) > A_YEAR else "slice(datum.value, 5)"
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr=label)
    x = alt.X("day:O", title=None, sort=None, axis=axis)
    tooltip = [
        alt.Tooltip("label:N", title="Day"),
        alt.Tooltip("cost_text:N", title=COST),
        alt.Tooltip("estimate_text:N", title=ESTIMATE),
        alt.Tooltip("runs:Q", title="Runs"),
        alt.Tooltip("pictures:Q", title="Pictures"),
    ]
    y_axis = alt.Axis(format="$,.6~f", tickCount=5)
    colors = alt.Scale(domain=[COST, ESTIMATE])
    legend = alt.Legend(orient="top", title=None)
    base = alt.Chart(days, height=HEIGHT).encode(x=x, tooltip=tooltip)
    bars = base.mark_bar(cornerRadiusEnd=2).encode(alt.Y("cost:Q", title=None, axis=y_axis))
    ticks = base.mark_tick(thickness=2).encode(alt.Y("estimate:Q", title=None, axis=y_axis))
    return alt.layer(
        *(
            marks.transform_calculate(series=f"'{name}'").encode(
                color=alt.Color("series:N", scale=colors, legend=legend)
            )
            for name, marks in ((COST, bars), (ESTIMATE, ticks))
        )
    )
