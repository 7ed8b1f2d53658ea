"""Bringing a database file up to the newest schema, whatever version it was left at."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from lib.store.database import writing

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Apply the migrations that are missing, in order. Running it again changes nothing."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:  # the lock makes a second process wait its turn
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
