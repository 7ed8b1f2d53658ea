"""What this Plantain is made of, and where each of its settings comes from."""

import os
import platform
from collections.abc import Mapping
from importlib.metadata import version

from lib.runflow.user_agent import USER_AGENT
from lib.settings import SECRETS_FILE, Settings
from lib.store.database import sqlite_build

PACKAGES = ("streamlit", "dbos", "httpx", "pandas", "SQLAlchemy", "pillow")
DEFAULT = "default"
ENVIRONMENT = "environment"


def versions() -> Mapping[str, str]:
    """The versions that a report of a fault needs."""
    return {
        "Plantain": USER_AGENT.partition("/")[2],
        "Python": platform.python_version(),
        "SQLite": str(sqlite_build().sqlite_version),
        **{name: version(name) for name in PACKAGES},
    }


def origin_of(settings: Settings, name: str) -> str:
    """`default`, `environment` or the file of secrets, for the setting `name`."""
    if name not in settings.model_fields_set:
        return DEFAULT
    # As pydantic reads it: without regard to case, and an empty variable counts as none.
    if any(known.lower() == name and value for known, value in os.environ.items()):
        return ENVIRONMENT
    return str(SECRETS_FILE)
