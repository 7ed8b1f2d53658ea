"""Whose money it is, said for what it is."""

import pytest

from lib.domain.outside_spend import OutsideSpend
from lib.settings import Settings
from lib.ui.account_view import kind_of_api, outside_facts

KEY = "rf_live_0123456789abcdef"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(), "Plantain's own sandbox"),
        (Settings(runflow_api_key=KEY), "Runflow, real money"),
        (
            Settings(runflow_api_key=KEY, runflow_base_url="http://127.0.0.1:8787"),
            "an API on this machine",
        ),
    ],
)
def test_an_api_on_this_machine_is_not_called_real_money(settings: Settings, told: str):
    assert kind_of_api(settings) == told


def test_what_left_without_us_stands_beside_what_our_runs_cost():
    moved = OutsideSpend(0, 1, 1_500_000, 400, 20_000_000, 90_000)

    assert outside_facts(moved) == {
        "Runs made here": "$1.50",
        "Outside spend": "$0.0004 at least",
        "Known as made elsewhere": "$0.090",
        "Paid in": "$20.00 at least",
    }
