"""The browser's address and the form, kept alike: a link fills the form, the form makes the link.

The address is read when the page is opened and when the browser goes back or forward, and only
then: between two quick clicks a browser still sends the address from before the first one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from lib.domain.model import Model
from lib.ui import form_labels, form_values, state, wiring
from lib.ui.form_link import query_of, read_link
from lib.ui.refusal import draw_refusal


def follow(model: Model) -> None:
    """Have the form filled with what the address says, if it has just been gone to."""
    if not (state.take_unread_link() or is_history_navigation()):
        return
    link = read_link(model, st.query_params.to_dict(), wiring.services().runs.find_draft)
    problems: tuple[str, ...] = ()
    if link.values is not None or any(name in st.query_params for name in form_labels.KEYS):
        problems = form_labels.fill(*map(st.query_params.get_all, form_labels.KEYS))
    state.set_link_problems((*link.problems, *problems))
    if link.values is not None:
        state.fill_form(link.values)


def mirror(model: Model) -> None:
    """Make the address say what the form says, so that a reload or a bookmark keeps it."""
    query = {**query_of(model, form_values.read(model), _keep), **form_labels.query()}
    if query != _asked():
        st.query_params.from_dict(query)


def draw_link_problems() -> None:
    """Say what the link had that could not be used."""
    problems = state.link_problems()
    if not problems:
        return
    with st.container(border=True, key="link_problems", gap="xsmall"):
        st.markdown("A part of the link was not used:")
        for problem in problems:
            draw_refusal(problem)
        st.button(
            "Understood",
            key="link_problems_read",
            type="tertiary",
            on_click=state.set_link_problems,
            args=((),),
        )


def base() -> str:
    """The address of the first page, as the browser knows it; `/` when it does not tell."""
    parts = urlsplit(st.context.url or "")
    folder = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{folder}/" if parts.netloc else "/"


def _asked() -> dict[str, str | list[str]]:
    """The address's parameters: labels may be named several times, a field once."""
    asked = st.query_params
    return {
        name: asked.get_all(name) if name in form_labels.KEYS else asked[name] for name in asked
    }


def _keep(values: Mapping[str, Any]) -> str:
    """Keep a long prompt, once: the page is drawn often, the prompt changes rarely."""
    known = state.kept_draft()
    if known and known[0] == values:
        return known[1]
    draft_id = wiring.services().runs.keep_draft(values)
    state.set_kept_draft(values, draft_id)
    return draft_id


def is_history_navigation() -> bool:
    """Whether the browser has just gone back or forward."""
    context = get_script_run_ctx(suppress_warning=True)
    return bool(context and context.is_history_navigation)
