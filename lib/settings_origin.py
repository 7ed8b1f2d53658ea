"""Where the value of a setting comes from."""

import os

from lib.settings import SECRETS_FILE, Settings

DEFAULT = "default"
ENVIRONMENT = "environment"


def origin_of(settings: Settings, name: str) -> str:
    """`default`, `environment` or the file, for the field `name`."""
    if name not in settings.model_fields_set:
        return DEFAULT
    # As pydantic reads it: without regard to case, and an empty variable counts as none.
    if any(known.lower() == name and value for known, value in os.environ.items()):
        return ENVIRONMENT
    return str(SECRETS_FILE)
