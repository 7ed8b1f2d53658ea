"""'You already have this': offered beside the button, quietly, before anything is paid."""

import streamlit as st

from lib.domain.already_made import Made
from lib.domain.errors import FieldProblem, PlantainError, PriceUnknown
from lib.domain.model import Model
from lib.ui import form_values, money, person, state, times, wiring
from lib.ui.clicks import new_click
from lib.ui.page_files import HISTORY
from lib.ui.plain import dollars

KEY = "already"
USE = "use_this_picture"
THUMBNAIL_PX = 72
HELP = "Opens it, for nothing. Generate makes another one all the same."


def follow() -> None:
    """Go to the run that was chosen, before anything of this page is drawn."""
    opened = state.take_used_again()
    if opened is not None:
        st.switch_page(HISTORY, query_params={"run": opened})


def draw(model: Model) -> None:
    """Draw the newest run of the same request; nothing where there is none, or no price."""
    values = form_values.read(model)
    services, click = wiring.services(), state.click()
    found = services.already.find(model.id, values)
    if found is None or (click is not None and click.made == found.run_id):
        return  # what this form has just made stands beside it
    try:
        amount = services.runs.estimate(model, values).total_micros
    except PriceUnknown:
        return
    with st.container(key=KEY, horizontal=True, gap="small", wrap=False):
        st.image(f"/app/static/thumb/{found.sha256}", width=THUMBNAIL_PX, alt="The picture")
        with st.container(gap="xxsmall"):
            st.caption(dollars(f"**You already have this**, for {money.price(0)}:"))
            st.text(_told(found))
            _draw_button(model, found, amount)


def _told(made: Made) -> str:
    """Who made it, and when; a name may hold anything."""
    who = "You" if made.created_by == person.name() else made.created_by
    several = f", {made.pictures} pictures" if made.pictures > 1 else ""
    return f"{who}, {times.ago(made.created_at, wiring.clock().now_ms())}{several}"


def _draw_button(model: Model, made: Made, amount: int) -> None:
    st.button(
        dollars(f"Use {'these pictures' if made.pictures > 1 else 'this picture'}"),
        key=USE,
        icon=":material/photo_library:",
        type="tertiary",
        help=dollars(f"Saves {money.price(amount)}. {HELP}"),
        on_click=_use,
        args=(model, made),
    )


def _use(model: Model, made: Made) -> None:
    click = state.click() or new_click()
    try:
        micros = wiring.services().already.use(
            made, model.id, form_values.read(model), by=person.name(), click_token=click.token
        )
    except PlantainError as error:
        return state.set_problems((FieldProblem("", str(error)),))
    state.set_click(new_click())
    state.set_problems(())
    state.set_used_again(made.run_id)
    return state.say(dollars(f"Nothing was spent: {money.price(micros)} saved."))
