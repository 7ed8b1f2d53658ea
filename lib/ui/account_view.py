"""The account as Settings shows it: which API, whose key, whether it answers, what is left."""

from urllib.parse import urlsplit

import streamlit as st

from lib.bootstrap import Services
from lib.domain.outside_spend import OutsideSpend
from lib.services.account import AccountStatus, key_ending
from lib.settings import Settings, is_loopback
from lib.ui import money, settings_facts, times

NO_READINGS = (
    "What leaves the account without us is told from two readings of the balance on, each taken "
    "while no run is under way here."
)
OUTSIDE_MEANS = "How the balance moved in the last month, less what runs made here have cost."


def draw_api(services: Services) -> None:
    """What is known without asking: the address and the end of the key."""
    settings = services.settings
    settings_facts.draw(
        {
            "API": kind_of_api(settings),
            "Address": services.api_base_url,
            "Key": key_in_words(services),
            "Runs in flight": f"up to {settings.plantain_max_open_runs}",
        }
    )


def kind_of_api(settings: Settings) -> str:
    """Which sort of API it is, and so what sort of money."""
    if settings.uses_sandbox:
        return "Plantain's own sandbox"
    if is_loopback(urlsplit(settings.runflow_base_url).hostname or ""):
        return "an API on this machine"
    return "Runflow, real money"


def key_in_words(services: Services) -> str:
    """The key's last four characters; less of a short one."""
    end = key_ending(services.settings)
    if end is None:
        return "none is needed"
    return f"set, ends in {end}" if end else "set, too short to show its end"


def draw_beside_ledger(services: Services) -> None:
    """The account's balance and what left it without us, for who compares it with the ledger.

    It may wait for the API: what stands above it is drawn by then.
    """
    st.subheader("Account")
    draw_status(services)


@st.fragment
def draw_status(services: Services) -> None:
    """Ask the API, which may take a few seconds, and say what came of it."""
    with st.spinner("Asking the API for the balance…"):
        status = services.account.status()
    if status.problem is None:
        _draw_balance(status, is_sandbox=services.settings.uses_sandbox)
        _draw_outside(services)
    else:
        _draw_problem(status)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Check again",
            key="check_again",
            icon=":material/refresh:",
            on_click=services.account.forget,
        )
        checked_at = times.exact(status.checked_at, services.settings.zone)
        st.caption(f"Checked at {checked_at}.")


def _draw_balance(status: AccountStatus, *, is_sandbox: bool) -> None:
    label = "Balance, play money" if is_sandbox else "Balance"
    st.metric(label, money.price(status.balance_micros), border=True, width="content")
    st.markdown(":material/check_circle: The API answers and takes the key.")


def _draw_outside(services: Services) -> None:
    """What moved the balance beside our own runs."""
    moved = services.account.outside_spend()
    if moved is None:
        st.caption(NO_READINGS)
        return
    zone = services.settings.zone
    settings_facts.draw(outside_facts(moved))
    span = f"from {times.exact(moved.since, zone)} to {times.exact(moved.until, zone)}"
    st.caption(f"{OUTSIDE_MEANS} Readings {span}.")


def outside_facts(moved: OutsideSpend) -> dict[str, str]:
    """Our own runs beside what left the account without us."""
    return {
        "Runs made here": money.price(moved.ours_micros),
        "Outside spend": f"{money.price(moved.outside_micros)} at least",
        "Known as made elsewhere": money.price(moved.elsewhere_micros),
        "Paid in": f"{money.price(moved.paid_in_micros)} at least",
    }


def _draw_problem(status: AccountStatus) -> None:
    headline = "The API answers, but not as it should" if status.is_reachable else "No answer"
    st.warning(status.remedy or "", title=headline, icon=":material/cloud_off:")
    st.text(status.problem or "")
