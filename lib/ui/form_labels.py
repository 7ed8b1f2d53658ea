"""Tags and a collection for the run that is made next: they stay in the form until taken out.

Names of tags and collections are what people typed: they stand in widgets' options and in texts
alone, never in Markdown.
"""

from collections.abc import Sequence

import streamlit as st

from lib.domain.labels import Labels
from lib.domain.organising import LONGEST_NAME
from lib.ui import person, wiring
from lib.ui.history_naming import with_sharing

TAG = "tag"
"""The widget's key and the link's parameter; one for each tag."""
COLLECTION = "collection"
"""The same for the collection, by its id."""
KEYS = (TAG, COLLECTION)
HELP = "The next runs are put under them at the click, and count in their budgets."


def prepare() -> None:
    """Give both fields a value before they are drawn; a collection that is gone is let go."""
    st.session_state.setdefault(TAG, [])
    chosen = st.session_state.setdefault(COLLECTION, None)
    if chosen is not None and chosen not in _collections():
        st.session_state[COLLECTION] = None


def read() -> Labels:
    """What the fields hold."""
    tags: Sequence[str] = st.session_state.get(TAG) or ()
    return Labels(tuple(tags), st.session_state.get(COLLECTION))


def draw() -> None:
    """Draw the fields, put away; the label says how many are set."""
    held = read()
    tags = f"{len(held.tags)} tag{'s' if len(held.tags) > 1 else ''}" if held.tags else ""
    into = "a collection" if held.collection_id is not None else ""
    told = ", ".join(part for part in (tags, into) if part)
    label = "Tags and collection" + (f" · {told}" if told else "")
    with st.expander(label, key="form_labels", icon=":material/sell:"):
        _draw_tags(held)
        _draw_collection()


def _draw_tags(held: Labels) -> None:
    st.multiselect(
        "Tags",
        sorted({*wiring.services().labels.tags(), *held.tags}),
        key=TAG,
        accept_new_options=True,
        placeholder=f"Choose or write one, {LONGEST_NAME} characters at most",
        help=f"{HELP}\n\n`{TAG}`",
        persist_state="session",
    )


def _draw_collection() -> None:
    names = _collections()
    st.selectbox(
        "Collection",
        list(names),
        key=COLLECTION,
        index=None,
        format_func=lambda one: names.get(one, str(one)),
        placeholder="None" if names else "There is none yet: History makes them",
        help=f"{HELP}\n\n`{COLLECTION}`",
        persist_state="session",
    )


def _collections() -> dict[int, str]:
    found = wiring.services().labels.collections(viewer=person.name())
    return {one.id: with_sharing(one.name, one.sharing) for one in found}


# -- links ---------------------------------------------------------------------------------------


def query() -> dict[str, list[str]]:
    """The link's parameters for what the fields hold."""
    held = read()
    into = [] if held.collection_id is None else [str(held.collection_id)]
    return {name: found for name, found in ((TAG, list(held.tags)), (COLLECTION, into)) if found}


def fill(tags: Sequence[str], collection: Sequence[str]) -> tuple[str, ...]:
    """Put into the fields what a link says; gives what of it cannot be used."""
    st.session_state[TAG] = [*dict.fromkeys(tag for tag in tags if tag.strip())]
    named = next(iter(collection), "")
    known = {str(one): one for one in _collections()}
    st.session_state[COLLECTION] = known.get(named)
    if named and named not in known:
        return (f"{COLLECTION} {named[:40]!r} is not known here: choose another one.",)
    return ()
