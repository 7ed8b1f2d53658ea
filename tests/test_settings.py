"""Settings: environment first, then the secrets file; a wrong value is named, a secret never."""

from pathlib import Path

import pytest

from lib.settings import Settings, SettingsWrong, read_settings

CANARY = "rf_live_canary_0123456789"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings of whoever runs the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def secrets_file(text: str) -> None:
    folder = Path(".streamlit")
    folder.mkdir()
    (folder / "secrets.toml").write_text(text)


def test_without_any_setting_the_sandbox_is_used():
    settings = read_settings()

    assert settings.uses_sandbox
    assert settings.origin == "sandbox"
    assert settings.plantain_max_open_runs == 8


def test_with_a_key_the_real_api_is_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUNFLOW_API_KEY", CANARY)

    settings = read_settings()

    assert settings.runflow_base_url == "https://api.runflow.io"
    assert settings.origin == "api.runflow.io"


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_key_is_no_key(monkeypatch: pytest.MonkeyPatch, empty: str):
    monkeypatch.setenv("RUNFLOW_API_KEY", empty)

    assert read_settings().uses_sandbox


def test_the_secrets_file_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch):
    secrets_file(f'RUNFLOW_API_KEY = "{CANARY}"\nPLANTAIN_TIMEZONE = "Asia/Kathmandu"\n')
    monkeypatch.setenv("PLANTAIN_TIMEZONE", "Europe/Berlin")

    settings = read_settings()

    assert settings.runflow_api_key.get_secret_value() == CANARY
    assert settings.plantain_timezone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RUNFLOW_BASE_URL", "http://api.runflow.io"),
        ("RUNFLOW_BASE_URL", "https://user:pw@api.runflow.io"),
        ("RUNFLOW_BASE_URL", "ftp://127.0.0.1"),
        ("RUNFLOW_BASE_URL", "api.runflow.io"),
        ("RUNFLOW_BASE_URL", "http://localhost.evil.example"),
        ("PLANTAIN_MAX_OPEN_RUNS", "0"),
        ("PLANTAIN_MAX_OPEN_RUNS", "many"),
        ("PLANTAIN_TIMEZONE", "Mars/Olympus"),
        ("PLANTAIN_TIMEZONE", "../../etc/passwd"),
        ("PLANTAIN_QUIET_SECONDS", "0.5"),
        ("PLANTAIN_SANDBOX_SECONDS", "-1"),
        ("RUNFLOW_API_KEY", "rf live with blanks"),
        ("PLANTAIN_PUBLIC_URL", "http://plantain.example"),
        ("PLANTAIN_PUBLIC_URL", "https://plantain.example/?a=b"),
        ("PLANTAIN_PUBLIC_URL", "https://plantain.example/?"),
        ("PLANTAIN_PUBLIC_URL", "https://plantain.example/#x"),
        ("PLANTAIN_PUBLIC_URL", "https://me@plantain.example"),
        ("PLANTAIN_PUBLIC_URL", "https://plantain.example:99999"),
        ("PLANTAIN_PUBLIC_URL", "https://plantain .example"),
        ("PLANTAIN_PUBLIC_URL", "https://"),
        ("PLANTAIN_PUBLIC_URL", "plantain.example"),
        ("RUNFLOW_CALLBACK_SECRET", " whsec_x"),
        ("RUNFLOW_CALLBACK_SECRET", "whsec_x\n"),
        ("RUNFLOW_CALLBACK_SECRET_PREVIOUS", "whsec_x\r"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsWrong, match=f"^{name}: "):
        read_settings()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8787/", "http://[::1]:1", "http://localhost"]
)
def test_plain_http_is_for_this_machine(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("RUNFLOW_BASE_URL", address)

    assert read_settings().runflow_base_url == address.rstrip("/")


def test_the_key_is_in_no_message_and_no_repr(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUNFLOW_API_KEY", CANARY)
    assert CANARY not in repr(read_settings())

    monkeypatch.setenv("RUNFLOW_API_KEY", CANARY + "\u00e9")
    with pytest.raises(SettingsWrong) as refused:
        read_settings()

    assert "canary" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_broken_secrets_file_is_named_but_not_quoted():
    secrets_file(f'RUNFLOW_API_KEY = "{CANARY}\n')

    with pytest.raises(SettingsWrong, match=r"secrets\.toml") as refused:
        read_settings()

    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["https://plantain.example/tunnel/", "http://127.0.0.1:8501", "https://x.example:8"]
)
def test_the_public_address_is_https_or_this_machine(monkeypatch: pytest.MonkeyPatch, address: str):
    monkeypatch.setenv("PLANTAIN_PUBLIC_URL", address)

    assert read_settings().plantain_public_url == address.rstrip("/")


@pytest.mark.parametrize("name", ["RUNFLOW_CALLBACK_SECRET", "RUNFLOW_CALLBACK_SECRET_PREVIOUS"])
def test_a_signing_secret_is_taken_as_it_is_and_shown_nowhere(
    monkeypatch: pytest.MonkeyPatch, name: str
):
    assert getattr(read_settings(), name.lower()) is None
    monkeypatch.setenv(name, CANARY)

    settings = read_settings()
    assert getattr(settings, name.lower()).get_secret_value() == CANARY
    assert CANARY not in repr(settings)

    monkeypatch.setenv(name, f" {CANARY}")
    with pytest.raises(SettingsWrong) as refused:
        read_settings()
    assert "canary" not in str(refused.value)
