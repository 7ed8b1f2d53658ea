"""A button that opens the viewer, and a comparison of some pictures.

In the address: `n` pictures to compare, `mode` to begin with, `drawer` to open the viewer in one,
`broken` for a picture that is not there.
"""

import streamlit as st

from lib.ui import compare, viewer
from lib.ui.viewer import ViewerPicture

HOSTILE = "\u202e<b>bold</b> ![x](https://evil.example/x.png) <img src=https://evil.example/y.png>"
NAMES = ("One", HOSTILE, "Three", "Four")
SIZES = ("2048x2048", "1024x1024", "1376x768", "768x1376")
COUNT = int(st.query_params.get("n", "0"))


def picture(at: int, size: str) -> ViewerPicture:
    name = f"{at * 80}-{size}"
    return ViewerPicture(
        id=f"p{at}",
        url=f"/app/static/img/{'gone' if 'broken' in st.query_params else name}",
        thumb_url=f"/app/static/thumb/{at * 80}-256x256" if at == 0 else "",
        download_url=f"/app/static/img/{name}" if at == 0 else "",
        caption=NAMES[at],
        alt=f"Picture {at + 1}: {NAMES[at]}",
        facts="$0.080",
        width=None if at == 2 else int(size.partition("x")[0]),
        height=None if at == 2 else int(size.partition("x")[2]),
    )


def draw_viewer() -> None:
    found = [picture(at, size) for at, size in enumerate(SIZES)]
    # A drawer is drawn by itself: nothing was taken before.
    with viewer.taking("viewer") as closing:
        is_closed = follow(closing)
    if is_closed:
        st.rerun()
    viewer.draw(found, key="viewer", shown=kept.opened)


def follow(closing: viewer.Closing | None) -> bool:
    """Keep where it was closed, and whether it was."""
    if closing:
        kept.told.append(closing.shown)
        kept.opened = None
    return closing is not None


kept = st.session_state
if "told" not in kept:
    kept.told, kept.opened = [], None
with viewer.taking("viewer") as closing:
    follow(closing)
for at in (0, 2):
    if st.button(f"Open {at + 1}"):
        kept.opened = f"p{at}"
st.button("Again")
if kept.opened and "drawer" in st.query_params:
    st.dialog("Run", position="right")(draw_viewer)()
elif kept.opened:
    draw_viewer()
if COUNT:
    shown = [picture(at, "1024x1024" if at != 1 else "512x512") for at in range(COUNT)]
    compare.draw(shown, key="compare", mode=st.query_params.get("mode", "side"), height=500)
st.text(f"closed at {' '.join(kept.told)}.")
