"""A page of runs in a gallery: what is done to them is kept in the session, and told as text.

In the address: `n` runs a page, `actions` that can be done, `slow` seconds that a drawing takes after the first.
"""

import threading
from dataclasses import asdict, replace

import streamlit as st

from lib.ui import gallery
from lib.ui.gallery import GalleryEvents, GalleryItem, GalleryPicture

SHAPES = ((512, 512), (512, 288), (288, 512), (512, 220))
PAGE = int(st.query_params.get("n", "8"))
ACTIONS = st.query_params.get("actions", " ".join(gallery.EVERY_ACTION)).split()
HOSTILE = "\u202e<b>bold</b> ![x](https://evil.example/x.png) <img src=https://evil.example/y.png>"
LABELS = {1: HOSTILE, 2: "word \0 \ud800 " * 10_000}


def item(number: int) -> GalleryItem:
    """Every run is another case: one picture, several, none yet, none ever."""
    ended = GalleryItem(
        id=f"run-{number}",
        label=LABELS.get(number, f"A red kite, number {number}"),
        state="Done",
        pictures=pictures(number, count=(1, 1, 2, 1, 4, 1, 3)[number % 7]),
        cost="$0.080",
        time=f"{number + 1} min ago",
        exact_time="2026-11-23 06:58:59 UTC",
        flagged=number == 3,
        link=f"/?run=run-{number}",
    )
    match number:
        case 5:
            return replace(ended, state="Running", pictures=(), is_open=True)
        case 6:
            words = f"The provider refused it. {HOSTILE}"
            return replace(ended, state="Failed", pictures=(), cost="$0.000", problem=words)
    return ended


def pictures(number: int, count: int) -> tuple[GalleryPicture, ...]:
    width, height = SHAPES[number % len(SHAPES)]
    urls = [f"/app/static/thumb/{number * 47 + at * 25}-{width}x{height}" for at in range(count)]
    return tuple(GalleryPicture(at, url, width, height) for at, url in enumerate(urls))


def follow(events: GalleryEvents | None) -> None:
    """Do what was asked for, and keep it word for word."""
    if events is None:
        return
    kept = st.session_state
    kept.log.append({name: value for name, value in asdict(events).items() if value})
    for run_id, value in events.favourites.items():
        kept.runs[run_id] = replace(kept.runs[run_id], favourite=value)
    for run_id, rating in events.ratings.items():
        kept.runs[run_id] = replace(kept.runs[run_id], rating=rating)
    for run_id in events.deleted:
        kept.runs.pop(run_id, None)
    kept.selected = kept.selected if events.selected is None else events.selected
    kept.selected = tuple(run_id for run_id in kept.selected if run_id in kept.runs)
    kept.opened = events.opened.id if events.opened else kept.opened


def close() -> None:
    st.session_state.opened = None


kept = st.session_state
if "runs" not in kept:
    kept.runs = {f"run-{number}": item(number) for number in range(2 * PAGE)}
    kept.log, kept.selected, kept.opened, kept.page, kept.drawn = [], (), None, 0, 0
if kept.drawn and "slow" in st.query_params:
    threading.Event().wait(float(st.query_params["slow"]))
with gallery.taking("grid") as events:
    follow(events)
kept.drawn += 1

if kept.opened:
    st.dialog("Run", on_dismiss=close)(st.text)(f"opened {kept.opened}")
first, second, third = st.columns(3)
first.button("Again")
kept.page = second.segmented_control("Page", [0, 1], default=0) or 0
notice = third.toggle("Notice")
if notice:
    st.text("A notice above the gallery")
shown = list(kept.runs.values())[kept.page * PAGE : (kept.page + 1) * PAGE]
gallery.draw(shown, key="grid", selected=kept.selected, actions=ACTIONS)
st.text(f"drawn {kept.drawn}")
st.text(f"selected {' '.join(sorted(kept.selected))}.")
st.code("\n".join(f"#{said}" for said in kept.log), language=None)
