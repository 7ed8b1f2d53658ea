"""What can be set, from the environment first and then `.streamlit/secrets.toml`.

A wrong value stops Plantain at its start, with the name of the setting and what it should be.
"""

import tomllib
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

SECRETS_FILE = Path(".streamlit/secrets.toml")
REAL_API = "https://api.runflow.io"


class SettingsWrong(Exception):
    """A setting has a value that Plantain cannot work with; the message names it."""


class Settings(BaseSettings):
    """All settings, checked. The field's name in capitals is the setting's name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    runflow_api_key: SecretStr | None = Field(
        default=None, description="Your Runflow key. Without one Plantain starts its sandbox."
    )
    runflow_base_url: str = Field(
        default=REAL_API, description="The API's address; plain http only for this machine."
    )
    runflow_callback_secret: SecretStr | None = Field(
        default=None, description="The secret that Runflow signs its callbacks with."
    )
    runflow_callback_secret_previous: SecretStr | None = Field(
        default=None, description="The one before it, while the new one takes over."
    )
    plantain_public_url: str | None = Field(
        default=None,
        description="Where the API can reach this Plantain with callbacks. Forward only what "
        "begins with /callbacks/ here. Without it runs are polled.",
    )
    plantain_data_dir: Path = Field(
        default=Path("data"),
        description="Where the database, the pictures and the sandbox's state live.",
    )
    plantain_max_open_runs: int = Field(
        default=8, ge=1, le=100, description="Runs in flight at a time."
    )
    plantain_timezone: str = Field(
        default="UTC", description="Whose days and months the reports count."
    )
    plantain_quiet_seconds: float = Field(
        default=65.0,
        ge=1.0,
        le=3600.0,
        description="After a lost answer, how long nothing is sent again. Must exceed the time "
        "that the API can take to accept a request.",
    )
    plantain_sandbox_seconds: float = Field(
        default=2.0, ge=0.0, le=600.0, description="How long a run takes in the sandbox."
    )

    @field_validator("runflow_base_url", "plantain_public_url")
    @classmethod
    def _is_a_safe_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if not value.isascii() or " " in value or (parts.port or 1) < 1:
            raise ValueError("give an address as it is sent: ASCII, no blank, a port from 1 up")
        plain_and_local = parts.scheme == "http" and is_loopback(parts.hostname or "")
        if not parts.hostname or not (parts.scheme == "https" or plain_and_local):
            raise ValueError("give an https:// address (http:// only for this machine)")
        if parts.username or parts.password or "?" in value or "#" in value:
            raise ValueError("give the address alone: no user, password, query or fragment")
        return value.rstrip("/")

    @field_validator("runflow_api_key")
    @classmethod
    def _is_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        key = value.get_secret_value().strip()
        if not key.isascii() or not key.isprintable() or " " in key:
            raise ValueError("it holds characters that no key has: copy it again")
        return SecretStr(key)

    @field_validator("runflow_callback_secret", "runflow_callback_secret_previous")
    @classmethod
    def _is_a_signing_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value().strip():
            return None
        secret = value.get_secret_value()
        if secret != secret.strip() or not secret.isprintable():
            raise ValueError("it has a blank or a line end around it: copy it again")
        return value

    @field_validator("plantain_timezone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("give a name such as Europe/Berlin or UTC") from error
        return value

    @property
    def uses_sandbox(self) -> bool:
        """Whether Plantain plays with its own sandbox: there is no key."""
        return self.runflow_api_key is None

    @property
    def origin(self) -> str:
        """Whose money runs spend: `sandbox`, or the API's host (and port)."""
        return "sandbox" if self.uses_sandbox else urlsplit(self.runflow_base_url).netloc

    @cached_property
    def zone(self) -> ZoneInfo:
        """The reports' time zone."""
        return ZoneInfo(self.plantain_timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretsFile(settings_cls)


class SecretsFile(PydanticBaseSettingsSource):
    """`.streamlit/secrets.toml` beside the program's folder of work."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        raise NotImplementedError  # the whole file is read at once

    def __call__(self) -> dict[str, Any]:
        if not SECRETS_FILE.is_file():
            return {}
        try:
            values = tomllib.loads(SECRETS_FILE.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            # The parser's own words could quote a line, and with it the key.
            raise SettingsWrong(f"{SECRETS_FILE} is not valid TOML: correct it.") from error
        return {name.lower(): value for name, value in values.items()}


def read_settings() -> Settings:
    """Read and check all settings. Raises SettingsWrong with a line for each that is refused."""
    try:
        return Settings()
    except ValidationError as error:
        problems = (
            f"{'.'.join(map(str, problem['loc'])).upper()}: {_reason(problem)}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        # `from None`: the original error shows the values, a key among them.
        raise SettingsWrong("\n".join(problems)) from None


def _reason(problem: Any) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
