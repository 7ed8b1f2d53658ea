"""What every test may rely on: no real money, no network but this machine, Plantain's real server."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests.plantain_server import PlantainServer

NO_KEY = " "
"""A blank key: it means the sandbox, and wins over one in `.streamlit/secrets.toml`."""
OURS = ("PLANTAIN_", "RUNFLOW_", "STREAMLIT_")


def pytest_configure() -> None:
    forget_settings()
    sys.addaudithook(stay_on_this_machine)
    # Examples take as long as the machine needs: a deadline would be a timed assert.
    hypothesis.settings.register_profile("plantain", deadline=None)
    hypothesis.settings.load_profile("plantain")


def forget_settings() -> None:
    """Whatever the developer has set, tests start from the defaults and spend no real money."""
    for name in [name for name in os.environ if name.startswith(OURS)]:
        del os.environ[name]
    os.environ["RUNFLOW_API_KEY"] = NO_KEY


def stay_on_this_machine(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: a test that connects to another machine fails there and then."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not is_loopback(str(address[0])):
        raise RuntimeError(f"A test may not connect to {address[0]}: only to this machine.")


def is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


@pytest.fixture(scope="session", autouse=True)
def _audits_come_when_a_test_asks_for_them() -> Iterator[None]:
    """An audit would find what other tests have made at the same API."""
    from lib.services import audit

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "FIRST_AFTER_S", (3_600.0, 3_600.0))
        yield


@pytest.fixture
def plantain(tmp_path: Path) -> Iterator[PlantainServer]:
    """Plantain's real server, started on an empty data folder; it must end when told to."""
    with PlantainServer(tmp_path / "data") as server:
        yield server
