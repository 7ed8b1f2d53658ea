"""The address of a view of an experiment's grid: what stands where, what is hidden, and which page.

`rows`, `columns` and `pages` name columns of the design, each as often as needed; what is not named
stands in the rows. `hide` and `at` are `name:value`, a long value by its digest. In older links
`across` is the one that goes across.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from lib.domain.experiment import Design
from lib.domain.experiment_layout import Layout, Page, fitted, usual, values_of
from lib.ui.experiment_link import ACROSS

ROWS, COLUMNS, PAGES, HIDE, AT = "rows", "columns", "pages", "hide", "at"
PLACES = (ROWS, COLUMNS, PAGES)
OWN = (*PLACES, HIDE, AT)
"""The parameters of a grid."""
LONGEST_IN_ADDRESS = 60
DIGEST = "~"
DIGITS = 16


def asked(design: Design) -> Layout:
    """The layout that the address asks for; what is wrong in it is left out."""
    return read(design, {name: st.query_params.get_all(name) for name in (*PLACES, HIDE, ACROSS)})


def read(design: Design, query: dict[str, list[str]]) -> Layout:
    """The layout of these parameters; what they say nothing of stands as usual."""
    across = query.get(COLUMNS) or query.get(ACROSS) or []
    rows, pages = query.get(ROWS) or [], query.get(PAGES) or []
    layout = Layout(tuple(rows), tuple(across), tuple(pages))
    if not rows and not across:
        known = usual(design)
        columns = tuple(name for name in known.columns if name not in pages)
        layout = Layout(columns=columns, pages=tuple(pages) or known.pages)
    hidden: dict[str, frozenset[str]] = {}
    wanted = set(query.get(HIDE) or ())
    if wanted:
        for name, words in values_of(design).items():
            hidden[name] = frozenset(word for word in words if coded(name, word) in wanted)
    return fitted(replace(layout, hidden=hidden), design)


def written(layout: Layout, design: Design) -> dict[str, list[str]]:
    """The parameters of a layout; those of the usual one are left out."""
    plain, known = replace(layout, hidden={}), usual(design)
    placed = {ROWS: layout.rows, COLUMNS: layout.columns, PAGES: layout.pages}
    query = {} if plain == known else {name: list(of) for name, of in placed.items() if of}
    hidden = [coded(name, word) for name, words in layout.hidden.items() for word in sorted(words)]
    return {**query, **({HIDE: hidden} if hidden else {})}


def choose(layout: Layout, design: Design) -> None:
    """Let the address ask for this layout. Another choice of pages begins with the first."""
    if asked(design).pages != layout.pages:
        st.query_params.pop(AT, None)
    query = written(fitted(layout, design), design)
    for name in (*PLACES, HIDE, ACROSS):
        if name in query:
            st.query_params[name] = query[name]
        else:
            st.query_params.pop(name, None)


def opened_page(layout: Layout, pages: Sequence[Page]) -> int:
    """The place of the page that the address names; the first where it names none."""
    named = st.query_params.get_all(AT)
    if named:
        for place, page in enumerate(pages):
            if [*_at(layout, page)] == named:
                return place
    return 0


def turn_to(layout: Layout, page: Page) -> None:
    """Let the address name a page."""
    st.query_params[AT] = [*_at(layout, page)]


def _at(layout: Layout, page: Page) -> Iterable[str]:
    return (coded(name, word) for name, word in zip(layout.pages, page.words, strict=True))


def coded(name: str, word: str) -> str:
    """A value as the address has it. Names have no colon."""
    if len(word) <= LONGEST_IN_ADDRESS and not word.startswith(DIGEST):
        return f"{name}:{word}"
    digest = hashlib.sha256(word.encode(errors="surrogatepass")).hexdigest()
    return f"{name}:{DIGEST}{digest[:DIGITS]}"
