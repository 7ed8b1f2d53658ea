"""What a component sent is taken once what it asks for was done, and not before."""

from streamlit.testing.v1 import AppTest


def page_that_a_newer_click_ends_while_it_does_what_came() -> None:
    import streamlit as st

    from lib.ui.browser import post
    from lib.ui.browser.inbox import Inbox, received

    if "grid_inbox" not in st.session_state:
        sent = {"sender": "tab", "events": [{"n": 1}, {"n": 2}]}
        st.session_state["grid_inbox"] = received(Inbox(), sent)
        with post.taking("grid"):
            st.rerun()
    for _ in range(2):
        with post.taking("grid") as events:
            st.text([event["n"] for event in events])


def test_events_are_handed_over_again_when_the_page_ended_before_they_were_followed() -> None:
    page = AppTest.from_function(page_that_a_newer_click_ends_while_it_does_what_came).run()

    assert [text.value for text in page.text] == ["[1, 2]", "[]"]
