"""The rest of an opened run: what was asked for, what it cost, what happened, and the JSON.

What the API or a person wrote stands in code and tables only: as Markdown it could call other
hosts.
"""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.catalog import find_model
from lib.domain.errors import PriceUnknown
from lib.domain.prices import EstimateLine, estimate
from lib.domain.run import CostBasis, Run, RunState
from lib.ui import money, times
from lib.ui.asked import pictures_asked
from lib.ui.history_differences import as_text

TALL_PROMPT = 600
"""Characters from which on the prompt gets a box of its own height."""

BASES = {
    CostBasis.CONFIRMED: "confirmed by the API",
    CostBasis.COMPUTED: "computed from the price book",
    CostBasis.IN_DOUBT: "in doubt: it may have been charged",
}
EVENTS = {
    "queued": "Recorded, waiting to be sent",
    "sending": "Sending",
    "unknown": "The answer was lost",
    "accepted": "Accepted by the API",
    "status": "The API says",
    "stored": "Done, pictures kept",
    "failed": "Failed",
    "canceled": "Canceled",
    "parked": "Left for a person to decide",
    "deleted": "Deleted",
    "restored": "Restored",
    "asked": "Asked the API about it",
    "found": "Found at the API",
    "adopted": "Given its run at the API",
    "given up": "Given up",
    "decision undone": "Decision taken back",
    "made elsewhere": "Made elsewhere, found in the API's list",
    "missing": "The API does not know it any more",
    "seen again": "The API knows it again",
    "cost changed": "The API named another cost",
    "cost confirmed": "The API confirmed the cost",
    "id was another's": "Its id at the API was another run's",
}


MONEY_IN_EVENTS = frozenset({"cost_micros", "from_micros", "to_micros"})


def draw_input(run: Run) -> None:
    """The prompt in full, and every other field as it was sent."""
    st.subheader("Input")
    with st.container(border=True, height=240 if len(run.prompt) > TALL_PROMPT else "content"):
        st.text(run.prompt)
    _draw_copy(run.prompt)
    rows = [(name, _text(value)) for name, value in run.input.items() if name != "prompt"]
    if run.seed_used is not None:
        rows.append(("seed used", _text(run.seed_used)))
    _draw_table(pd.DataFrame(rows, columns=["Field", "Value"], dtype="str"), "Input fields")


def _draw_copy(prompt: str) -> None:
    # What has a button to copy brings 1.5 MB of script along: as a whole, the drawer would be seen
    # in double the time.
    box = st.popover(
        "Copy the prompt",
        icon=":material/content_copy:",
        type="tertiary",
        key="history_copy",
        on_change="rerun",
    )
    if box.open:
        with box:
            st.code(prompt, language=None, wrap_lines=True, height=240)


def draw_costs(services: Services, run: Run) -> None:
    """The estimate part by part, against what was charged."""
    st.subheader("Cost")
    lines = [_cost_row(line) for line in _estimate_lines(services, run)]
    lines.append(("Estimate", "", "", money.price(run.estimate_micros)))
    lines.append(("Cost", "", "", money.price(run.cost_micros)))
    if run.cost_micros is not None and run.cost_micros != run.estimate_micros:
        difference = run.cost_micros - run.estimate_micros
        lines.append(("Difference", "", "", money.signed(difference)))
    table = pd.DataFrame(lines, columns=["Part", "Pictures", "Each", "Amount"], dtype="str")
    _draw_table(table, "Estimate and cost", right=("Pictures", "Each", "Amount"))
    basis = _basis(run)
    st.caption(f"Cost: {basis}.")
    st.text(f"Price book {run.price_version}")  # a run that was brought in may name anything


def draw_story(services: Services, run: Run) -> None:
    """What happened, when, and under which ids."""
    st.subheader("What happened")
    rows = [
        (
            times.exact(event.at, services.settings.zone),
            EVENTS.get(event.kind, event.kind),
            _detail(event.body),
        )
        for event in services.runs.story(run.id)
    ]
    _draw_table(pd.DataFrame(rows, columns=["When", "What", "Detail"], dtype="str"), "States")
    facts = {
        "Run": run.id,
        "At the API": run.remote_id,
        "Model": run.model_id,
        "Made by": run.created_by,
        "Duration at the API": None if run.duration_ms is None else times.lasting(run.duration_ms),
        "HTTP status": run.http_status,
        "nsfw_detected": run.nsfw_detected,
        "timing": run.timing,
        "model_data": run.model_data,
    }
    known = [(name, _text(value)) for name, value in facts.items() if value is not None]
    _draw_table(pd.DataFrame(known, columns=["Fact", "Value"], dtype="str"), "Facts")


def draw_json(run: Run) -> None:
    """Request and answer, as they went over the wire."""
    box = st.expander("JSON", icon=":material/data_object:", key="history_json", on_change="rerun")
    if not box.open:
        return
    with box:
        st.caption("Request")
        st.json(run.request_body.decode(errors="replace"), expanded=True)
        st.caption("Response")
        if run.remote_body is None:
            st.caption("None yet.")
        else:
            st.json(dict(run.remote_body), expanded=True)


def _basis(run: Run) -> str:
    if run.cost_basis is CostBasis.COMPUTED and run.state is RunState.PARKED:
        return "decided by a person"
    return BASES[run.cost_basis] if run.cost_basis else "not known yet"


def _estimate_lines(services: Services, run: Run) -> tuple[EstimateLine, ...]:
    """The estimate again, under the prices that the run was frozen with."""
    prices = services.pricing.find(run.price_version)
    if prices is None:
        return ()
    try:
        values = find_model(run.model_id).completed(run.input)
        images = pictures_asked(values.get("num_images"))
        return estimate(prices, values, images=images).lines
    except (KeyError, PriceUnknown, TypeError):  # made elsewhere, of a size that is a list
        return ()


def _cost_row(line: EstimateLine) -> tuple[str, str, str, str]:
    label = f"{line.label} (assumed price)" if line.assumed else line.label
    return label, str(line.quantity), money.price(line.unit_micros), money.price(line.amount_micros)


def _detail(body: Any) -> str:
    if not isinstance(body, dict):
        return _text(body)
    told = {**body}
    for name in MONEY_IN_EVENTS & told.keys():
        told[name] = money.price(told[name])
    return ", ".join(map(_text, told.values()))


def _text(value: Any) -> str:
    return "" if value is None else as_text(value)


def _draw_table(table: pd.DataFrame, alt: str, right: Sequence[str] = ()) -> None:
    columns = {name: st.column_config.TextColumn(alignment="right") for name in right}
    st.dataframe(table, hide_index=True, height="content", column_config=columns, alt=alt)
