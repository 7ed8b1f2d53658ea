"""What-if: the chosen period, priced again with other choices."""

from datetime import UTC, datetime

import streamlit as st

from lib.bootstrap import Services
from lib.domain.periods import Days
from lib.domain.prices import BookEntry
from lib.domain.what_if import Choices, Repriced, Sizes
from lib.ui import money
from lib.ui.plain import dollars

SIZES = {
    Sizes.AS_THEY_WERE: "As they were",
    Sizes.ALL_1K: "All at 1K",
    Sizes.LARGE_FOR_KEPT: "4K only where kept",
}
EXACT = (
    "Exact: each picture and extra of the real charge lines at the price of the other choice, under "
    "the prices that its run was made with unless others are chosen. An assumption: the same number "
    "of pictures would have been made. 4K that was not kept counts as 1K."
)


def draw(services: Services, days: Days) -> None:
    """Draw the choices and what they come to, when that is asked for."""
    box = st.expander("What if?", icon=":material/calculate:", key="what_if", on_change="rerun")
    if box.open:
        with box:
            _draw_answer(services.insights.what_ifs.repriced(days, _draw_choices(services)))


def _draw_choices(services: Services) -> Choices:
    sizes = st.segmented_control(
        "Resolution",
        list(SIZES),
        default=Sizes.AS_THEY_WERE,
        format_func=SIZES.__getitem__,
        key="what_if_sizes",
        required=True,
    )
    with st.container(horizontal=True):
        without_web_search = st.toggle("Without web search", key="what_if_web_search")
        minimal_thinking = st.toggle("Thinking minimal", key="what_if_thinking")
    entries: dict[str, BookEntry] = {
        entry.version.id: entry for entry in services.insights.what_ifs.versions()
    }
    chosen = st.selectbox(
        "Prices",
        list(entries),
        index=None,
        placeholder="Those of each run",
        format_func=lambda version_id: version_words(entries[version_id]),
        key="what_if_prices",
    )
    return Choices(
        sizes=sizes or Sizes.AS_THEY_WERE,
        without_web_search=without_web_search,
        minimal_thinking=minimal_thinking,
        version=entries[chosen].version if chosen else None,
    )


def version_words(entry: BookEntry) -> str:
    """A version of the prices: its name, and from when it is in effect."""
    since = datetime.fromtimestamp(entry.effective_from / 1000, UTC)
    return f"{entry.version.id}, from {since:%Y-%m-%d} UTC"


def _draw_answer(found: Repriced) -> None:
    with st.grid(3, min_column_width=150):
        for label, micros in (("It cost", found.was_micros), ("It would cost", found.would_micros)):
            exact = dollars(f"Exactly {money.exact(micros)}")
            st.metric(label, money.price(micros), border=True, help=exact, height="stretch")
        st.metric(
            "Difference",
            money.signed(found.difference_micros),
            dollars(percent(found)),
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
            help=dollars(f"Exactly {money.exact(found.difference_micros)}"),
        )
    st.caption(EXACT)
    for sentence in notes(found):
        st.caption(dollars(sentence))


def percent(found: Repriced) -> str:
    """`-12.5 %` of what it cost."""
    return f"{found.difference_micros / found.was_micros:+.1%}" if found.was_micros else ""


def notes(found: Repriced) -> list[str]:
    """What of it does not follow from known prices."""
    told = []
    if found.assumed:
        told.append(f"Assumed, not confirmed, are the prices of: {', '.join(found.assumed)}.")
    if found.fixed_micros:
        fixed = money.price(found.fixed_micros)
        told.append(
            f"{fixed} of both is not by the price book (adjustments and the like): it stays."
        )
    if found.unpriced:
        unpriced = ", ".join(found.unpriced)
        told.append(f"The other prices do not have {unpriced}: it stays as it was.")
    return told
