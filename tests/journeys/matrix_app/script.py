"""A page of cells: what is done to them is kept in the session, and told as text.

In the address: `rows` and `columns`, how many there are. The second cell of each row waits, until
*Fill* is pressed; the third has failed.
"""

from dataclasses import asdict, replace

import streamlit as st

from lib.ui import matrix
from lib.ui.matrix import MatrixCell, Sheet

ROWS, COLUMNS = (int(st.query_params.get(name, "10")) for name in ("rows", "columns"))
HOSTILE = "\u202e<b>bold</b> ![x](https://evil.example/x.png) <img src=https://evil.example/y.png>"


def cell(row: int, column: int) -> MatrixCell:
    number = row * COLUMNS + column
    digests = tuple(f"{number * 4 + nth:064x}" for nth in range((1, 1, 1, 2, 4)[column % 5]))
    made = MatrixCell(f"cell-{row}-{column}", row, column, "", digests, "$0.080", "2.1 s")
    match column:
        case 1 if not st.session_state.get("filled"):
            return replace(made, pictures=(), state="Running", is_open=True)
        case 2:
            return replace(made, pictures=(), state="Failed", problem=f"Refused. {HOSTILE}")
    return made


kept = st.session_state
kept.setdefault("log", [])
kept.setdefault("marks", {})
kept.setdefault("selected", ())
with matrix.taking("grid") as events:
    if events:
        kept.log.append({name: value for name, value in asdict(events).items() if value})
        kept.selected = kept.selected if events.selected is None else events.selected
        for key, rating in events.ratings.items():
            kept.marks[key] = {**kept.marks.get(key, {}), "rating": rating}
        for key, value in events.favourites.items():
            kept.marks[key] = {**kept.marks.get(key, {}), "favourite": value}
if st.button("Fill"):
    kept.filled = True
cells = [cell(row, column) for row in range(ROWS) for column in range(COLUMNS)]
matrix.draw(
    Sheet(
        "one",
        ("animal", "style"),
        ("seed",),
        [(HOSTILE if row == 0 else f"animal {row}", "ink") for row in range(ROWS)],
        [(str(column),) for column in range(COLUMNS)],
        [replace(one, **kept.marks.get(one.id, {})) for one in cells],
    ),
    key="grid",
    selected=kept.selected,
)
st.code("\n".join(f"#{said}" for said in kept.log), language=None)
