"""Pairs to judge, three at hand, and below what was said of them. `n` in the address: how many."""

import streamlit as st

from lib.domain.experiment_judged import JudgedCell, Showing
from lib.ui import voting
from lib.ui.voting import Answer

KEY = "voting"
COUNT = int(st.query_params.get("n", "6"))
HOSTILE = "a kite ![x](https://evil.example/x.png) <b>bold</b>"
kept = st.session_state
kept.setdefault("said", {})
kept.setdefault("waiting", [f"t{at}" for at in range(COUNT)])


def cell(hue: int) -> JudgedCell:
    return JudgedCell(f"c{hue}", hue, f"{hue}-512x512")


def showing(token: str) -> Showing:
    at = int(token[1:].split("-")[0])
    return Showing(token, "x", cell(at * 30), cell(at * 30 + 180), HOSTILE if at % 2 else None)


def follow(said: voting.Answer | voting.TakingBack) -> None:
    if isinstance(said, Answer):
        kept.said.setdefault(said.token, said.outcome.value)
        kept.waiting = [token for token in kept.waiting if token != said.token]
    elif kept.said.pop(said.token, None):
        kept.waiting = [f"{said.token}-again", *kept.waiting]


with voting.taking(KEY) as events:
    for event in events:
        follow(event)
st.text_input("A field", key="field")
last = [*kept.said][-1] if kept.said else None
voting.draw(
    [showing(token) for token in kept.waiting[:3]],
    key=KEY,
    last_token=last,
    told=f"{len(kept.said)} votes",
)
st.text(" ".join(f"{token}:{said}" for token, said in kept.said.items()) or "nothing")
