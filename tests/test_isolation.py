"""The guards around all tests: no real money, no other machine."""

import os
import socket
from pathlib import Path

import pytest

from lib.settings import read_settings
from tests.conftest import NO_KEY, forget_settings


def test_a_key_in_the_secrets_file_is_not_used_by_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir()
    secrets.write_text('RUNFLOW_API_KEY = "rf_live_real"\n')
    monkeypatch.chdir(tmp_path)

    assert read_settings().uses_sandbox


def test_what_the_developer_has_set_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFLOW_API_KEY", "rf_live_real")
    monkeypatch.setenv("PLANTAIN_DATA_DIR", "/srv/plantain")

    forget_settings()

    assert os.environ["RUNFLOW_API_KEY"] == NO_KEY
    assert "PLANTAIN_DATA_DIR" not in os.environ


def test_another_machine_cannot_be_reached() -> None:
    with (
        socket.socket() as connection,
        pytest.raises(RuntimeError, match=r"may not connect to 192\.0\.2\.1"),
    ):
        connection.connect(("192.0.2.1", 443))
