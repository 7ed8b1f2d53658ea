"""Which runs of the history are selected: by their ids, on all pages, or all that answer a question.

It belongs to a tab. A position in a table is never kept: the next page has other runs there.
"""

from collections.abc import Collection, Sequence

import streamlit as st

from lib.domain.history_query import HistoryQuery
from lib.services.organising import Selection

IDS = "history_selected"
WHOLE = "history_selected_whole"
"""The question all of whose answer is selected."""
TIMES_SET = "history_times_selected"


def ids() -> tuple[str, ...]:
    """The ids of the selected runs, in the order in which they were selected."""
    return tuple(st.session_state.get(IDS, ()))


def is_whole(query: HistoryQuery) -> bool:
    """Whether all that answers this question is selected."""
    return st.session_state.get(WHOLE) == query


def chosen(query: HistoryQuery) -> Selection:
    """What an action is about: the ids, or the whole question."""
    return query if is_whole(query) else ids()


def select(selected: Sequence[str]) -> None:
    """Have these runs selected, and no others. Whoever shows them already need not do so anew."""
    st.session_state[IDS] = tuple(dict.fromkeys(selected))
    st.session_state.pop(WHOLE, None)


def select_on_page(page: Collection[str], selected: Sequence[str]) -> None:
    """Have these runs of a page selected; the selection on other pages stays."""
    select([*(one for one in ids() if one not in page), *selected])


def select_whole(query: HistoryQuery) -> None:
    """Have all that answers this question selected."""
    st.session_state[WHOLE] = query


def forget_whole() -> None:
    """Have single runs selected only, where what is shown is no question's answer."""
    st.session_state.pop(WHOLE, None)


def forget(gone: Collection[str]) -> None:
    """Have these runs selected no more."""
    select([one for one in ids() if one not in gone])
    _show_anew()


def clear() -> None:
    """Have no run selected."""
    select(())
    _show_anew()


def times_set() -> int:
    """How often the selection was set by other means than the table's own: it must show it anew."""
    return int(st.session_state.get(TIMES_SET, 0))


def _show_anew() -> None:
    st.session_state[TIMES_SET] = times_set() + 1
