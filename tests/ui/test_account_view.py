"""Whose money it is, said for what it is."""

import pytest

from lib.settings import Settings
from lib.ui.account_view import kind_of_api

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
