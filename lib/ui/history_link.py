"""The address of a view of the history: what is asked for, which page, which run is open.

The question's own parameters are those of `lib.domain.history_link`. `page` is the place of a page
in its answer; `run` is open; `view` is how the page is shown; `like` names a picture by its sha256:
those that look like it are shown in place of the answer. So is what is to be compared: `compare`
names a run, and after a dot which of its pictures. Older links turn to the page beside a
run by `before` and `after`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_link import parameters_of, query_from
from lib.domain.history_query import Cursor, HistoryQuery
from lib.ui import person
from lib.ui.page_files import DECISIONS

RUN = "run"
PAGE = "page"
BEFORE = "before"
AFTER = "after"
VIEW = "view"
LIKE = "like"
COMPARE = "compare"
OWN = (RUN, PAGE, BEFORE, AFTER, VIEW, LIKE, COMPARE)
"""The parameters that are the page's, not the question's."""
MOST_COMPARED = 4
NUMBERS = [str(number) for number in range(1, 100)]
View = Literal["table", "gallery"]
VIEWS: tuple[View, ...] = get_args(View)
OLD_DECISIONS = "decisions"
"""A view of old links; it is a page of its own now."""
LAST_VIEW = "history_last_view"
CLOSED = "history_times_closed"


def redirect() -> None:
    """Lead an old link to the decisions where they are now."""
    if st.query_params.get(VIEW) == OLD_DECISIONS:
        st.switch_page(DECISIONS)


# -- the question --------------------------------------------------------------------------------


def asked() -> HistoryQuery:
    """The question of the address; what is wrong in it is left out."""
    return _read()[0]


def notes() -> list[str]:
    """What of the address could not be read. It may quote the address: plain text only."""
    return _read()[1]


def ask(query: HistoryQuery) -> None:
    """Ask another question from its first page; the view stays, no run is open."""
    found = parameters_of(query)
    if VIEW in st.query_params:
        found[VIEW] = [st.query_params[VIEW]]
    st.query_params.from_dict(found)


def ask_for_all() -> None:
    """Ask for the whole history, or the whole bin, in the order as it is."""
    now = asked()
    ask(HistoryQuery(deleted=now.deleted, sort=now.sort))


def ask_for_bin(*, deleted: bool) -> None:
    """Show what is in the bin, or the history again."""
    ask(HistoryQuery(deleted=deleted))


def search_for(text: str) -> None:
    """Ask the same question about another text."""
    ask(replace(asked(), text=text))


def _read() -> tuple[HistoryQuery, list[str]]:
    return query_from(
        {name: st.query_params.get_all(name) for name in st.query_params if name not in OWN}
    )


# -- the page ------------------------------------------------------------------------------------


def place(services: Services, query: HistoryQuery) -> Cursor | None:
    """Where the page begins; None is the first page."""
    if PAGE in st.query_params:
        return Cursor.parse(st.query_params[PAGE])
    for name in (BEFORE, AFTER):
        if name in st.query_params:
            run_id, backwards = st.query_params[name], name == AFTER
            return services.search.beside(query, run_id, viewer=person.name(), backwards=backwards)
    return None


def go(cursor: Cursor | None = None) -> None:
    """Turn to a page; without one, to the first."""
    for name in (PAGE, BEFORE, AFTER):
        st.query_params.pop(name, None)
    if cursor:
        st.query_params[PAGE] = str(cursor)


# -- what is compared ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compared:
    """A run to be compared, and which of its pictures, counted from 1."""

    run_id: str
    number: int = 1


def compared() -> list[Compared]:
    """What the address has to be compared; none need be any run."""
    found = [text.partition(".") for text in st.query_params.get_all(COMPARE)]
    return [
        Compared(run_id, int(number) if number in NUMBERS else 1)
        for run_id, _dot, number in found[:MOST_COMPARED]
    ]


def compare(these: Iterable[Compared]) -> None:
    """Compare them. The question and its page stay in the address."""
    st.query_params.pop(RUN, None)
    st.query_params.pop(LIKE, None)
    st.query_params[COMPARE] = [
        one.run_id if one.number == 1 else f"{one.run_id}.{one.number}" for one in these
    ]


def leave_compare() -> None:
    """Show the answer to the question again."""
    st.query_params.pop(COMPARE, None)


# -- similar pictures ----------------------------------------------------------------------------


def liked() -> str | None:
    """The picture whose like is looked for; it need not be any."""
    return st.query_params.get(LIKE)


def look_for_like(sha256: str) -> None:
    """Look for pictures like this one. The question and its page stay in the address."""
    st.query_params.pop(RUN, None)
    st.query_params.pop(COMPARE, None)
    st.query_params[LIKE] = sha256


def leave_like() -> None:
    """Show the answer to the question again."""
    st.query_params.pop(LIKE, None)


# -- the opened run ------------------------------------------------------------------------------


def open_run(run_id: str) -> None:
    """Let the address name an open run."""
    st.query_params[RUN] = run_id


def close_run() -> None:
    """Let no run be open."""
    st.query_params.pop(RUN, None)
    st.session_state[CLOSED] = times_closed() + 1


def times_closed() -> int:
    """How often a run was closed in this session."""
    return int(st.session_state.get(CLOSED, 0))


def opened_run() -> str | None:
    """The id in the address; it need not be that of any run."""
    return st.query_params.get(RUN)


# -- the view ------------------------------------------------------------------------------------


def view() -> View:
    """How the page is shown: as the address says, or as it was last in this session."""
    for said in (st.query_params.get(VIEW), st.session_state.get(LAST_VIEW)):
        for known in VIEWS:
            if said == known:
                return known
    return VIEWS[0]


def choose_view(chosen: View) -> None:
    """Show the page so from now on, and let the address say it."""
    st.session_state[LAST_VIEW] = chosen
    st.query_params[VIEW] = chosen
