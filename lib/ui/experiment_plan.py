"""What a design comes to, said before anything is held: cells, money, time, budgets; and Start."""

import streamlit as st

from lib.bootstrap import Services
from lib.domain.approval import NeedsApproval
from lib.domain.budget import BudgetWrong, OverBudget
from lib.domain.errors import PlantainError
from lib.domain.money import micros_from_dollars
from lib.services.experiments.planning import Plan
from lib.services.owners import is_owner
from lib.ui import (
    budget_words,
    clicks,
    experiment_approval_view,
    experiment_budgets,
    experiment_link,
    experiment_promotion,
    experiment_requests,
    experiment_state,
    form_labels,
    form_values,
    money,
    person,
    state,
    times,
    wiring,
)
from lib.ui.approval_line import ASKED
from lib.ui.cost_figures import counted
from lib.ui.estimate_view import line_text
from lib.ui.plain import dollars
from lib.ui.price_notes import ASSUMED, ASSUMED_MEANS
from lib.ui.refusal import draw_refusal

START, CAP, ACCEPTED = "experiment_start", "experiment_cap", "experiment_accepted"
REUSE = "experiment_reuse_made"
WILL_ASK = "needs an owner: Start asks one by a link, and starts nothing yet."
CHANGED = "Nothing was started: the design has changed. Look at its sum, and press Start again."
STARTED = "Started. Its whole sum is held, and its cells are sent as there is room."


def planned(services: Services) -> Plan | None:
    """The plan of the form's design; None, with the reason drawn, when it makes none."""
    try:
        design = experiment_state.design()
        reuse = bool(st.session_state.get(REUSE, True))
        plan = services.experiments.plan(design, reuse=reuse)
    except PlantainError as error:
        experiment_state.show_plan(None)
        draw_refusal(str(error))
        return None
    experiment_state.show_plan(plan)
    return plan


def draw(services: Services, plan: Plan) -> None:
    """Draw the sum with its parts, what budgets leave, and the button."""
    with st.container(border=True, key="experiment_plan", gap="small"):
        mark = ASSUMED if plan.is_assumed else ""
        st.markdown(
            dollars(
                f"**{counted(len(plan.cells), 'cell')}**, {counted(plan.images, 'picture')}, "
                f"**{mark}{money.price(plan.total_micros)}**"
            ),
            help=ASSUMED_MEANS if plan.is_assumed else None,
        )
        st.caption(dollars("  \n".join(_told(services, plan))))
        _draw_reuse(services, plan)
        for name in plan.unfilled:
            st.text(f"{{{name}}} has no values: it is sent as it stands.")
        experiment_promotion.draw_parent_of_form(services, plan.total_micros)
        experiment_budgets.draw(services, plan)
        _draw_start(services, plan)
        experiment_requests.draw(plan)


def _told(services: Services, plan: Plan) -> list[str]:
    told = [line_text(line) for line in plan.lines]
    if plan.dearest is not None and len(plan.cells) > 1:
        told.append(f"Largest single cost {money.price(plan.dearest.estimate_micros)}")
    expected_ms = services.experiments.expected_of_plan_ms(plan, by=person.name())
    if expected_ms is not None:
        told.append(f"About {times.lasting(round(expected_ms))}, {_basis(plan, expected_ms)}")
    return told


def _basis(plan: Plan, expected_ms: float) -> str:
    is_alone = plan.expected_ms is not None and expected_ms <= plan.expected_ms
    return "as runs took lately" + ("" if is_alone else ", behind what is on its way")


def _draw_reuse(services: Services, plan: Plan) -> None:
    """Offer what somebody has made before: it costs nothing."""
    made = plan.reused if plan.is_reusing else services.experiments.count_made(plan.design)
    if not made:
        return
    saved = f", saves {money.price(plan.saved_micros)}" if plan.reused else ""
    st.checkbox(
        dollars(f"Use the pictures of {counted(made, 'cell')} that are there already{saved}"),
        value=True,
        key=REUSE,
        help="Somebody in the team has made the very same request before. It costs $0.000.",
    )


def _draw_start(services: Services, plan: Plan) -> None:
    problems = services.fitness.problems()
    st.text_input(
        "Cap in dollars",
        key=CAP,
        placeholder="none of its own",
        help="The experiment pauses before it costs more, whatever runs turn out to cost.",
    )
    if services.approvals.is_needed(plan.total_micros):
        st.caption(dollars(f":material/approval: {money.price(plan.total_micros)} {WILL_ASK}"))
        if is_owner(person.name()):
            st.checkbox("I accept this sum as an owner", key=ACCEPTED)
    experiment_approval_view.draw_mine(services)
    st.button(
        "Start",
        key=START,
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        on_click=press,
        disabled=bool(problems),
    )
    if problems:
        draw_refusal(f"{problems[0].what} {problems[0].remedy}")


def press() -> None:
    """Hold the sum that was shown, and start. Nothing is drawn until that is done."""
    services, plan = wiring.services(), experiment_state.shown_plan()
    if plan is None or plan.design != experiment_state.design():
        experiment_state.set_problem(CHANGED)
        return
    labels = form_labels.read()
    values = {"design": repr(plan.design), "total": plan.total_micros, "labels": repr(labels)}
    fingerprint = form_values.fingerprint(values)
    now_s = wiring.clock().monotonic_s()
    click = clicks.for_input(experiment_state.click(), fingerprint, now_s)
    try:
        started = services.experiments.start(
            plan,
            click_token=click.token,
            created_by=person.name(),
            cap_micros=_cap_micros(),
            is_accepted=bool(st.session_state.get(ACCEPTED)),
            labels=services.labels.ids(labels, by=person.name()),
        )
    except OverBudget as error:
        needed = error.needed_micros
        said = [budget_words.too_small(use, needed) for use in error.refused]
        experiment_state.set_problem(" ".join(["Nothing was started.", *said]))
        return
    except NeedsApproval:
        _ask(services, plan, click.token)
        return
    except PlantainError as error:
        experiment_state.set_problem(str(error))
        return
    experiment_state.set_click(clicks.after_making(click, fingerprint, started))
    experiment_state.set_problem(None)
    state.say(STARTED)
    experiment_link.open_one(started)


def _ask(services: Services, plan: Plan, token: str) -> None:
    """Have an owner asked, as for a click on Generate."""
    me = person.name()
    try:
        services.approving.ask(
            plan,
            click_token=token,
            asked_by=me,
            cap_micros=_cap_micros(),
            labels=services.labels.ids(form_labels.read(), by=me),
        )
    except PlantainError as error:
        experiment_state.set_problem(str(error))
        return
    experiment_state.set_problem(None)
    state.say(ASKED)


def _cap_micros() -> int | None:
    """Raises BudgetWrong."""
    typed = str(st.session_state.get(CAP) or "").strip()
    try:
        return micros_from_dollars(typed) if typed else None
    except ValueError as error:
        raise BudgetWrong("Cap: give an amount such as 5 or 12.50.") from error


def note_drawn() -> None:
    """The page was drawn to its end: whoever clicks from now on can see what came of it."""
    click = experiment_state.click()
    if click:
        now_s = wiring.clock().monotonic_s()
        experiment_state.set_click(clicks.after_drawing(click, now_s))
