"""Bringing a database file up to the newest schema, whatever version it was left at."""

from pathlib import Path

import sqlalchemy as sa

from lib.domain.errors import NotWritten
from lib.store.database import DatabaseUnusable, writing

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: sa.Engine) -> None:
    """Apply the migrations that are missing, in order. Running it again changes nothing.

    Raises DatabaseUnusable, and leaves the file as it is, when it is not a database of ours.
    """
    try:
        version = version_of(engine)
        if version is not None and version > newest_version():
            raise DatabaseUnusable(
                f"{engine.url.database} was made by a newer Plantain (schema {version}): "
                "use that one, or a backup from before."
            )
        if version != newest_version():
            _upgrade(engine)
    except NotWritten as error:
        raise DatabaseUnusable(
            f"{engine.url.database} could not be brought up to date. {error} "
            "See that no other program holds it and that the disk has room, then start again."
        ) from error
    except sa.exc.DatabaseError as error:
        raise DatabaseUnusable(
            f"{engine.url.database} cannot be used as Plantain's database ({error.orig}). "
            "Put a backup in its place, or move it away to begin with an empty one."
        ) from error


def _upgrade(engine: sa.Engine) -> None:
    # Loaded only when there is something to do: a usual start has no use for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:  # the lock makes a second process wait its turn
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def version_of(engine: sa.Engine) -> str | None:
    """The version that a database was last brought to; None for a new one."""
    with engine.connect() as db:
        if not sa.inspect(db).has_table("alembic_version"):
            return None
        found = db.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)


def newest_version() -> str:
    """The version of the newest migration: `0001` for `m0001_ledger.py`."""
    names = sorted(path.stem for path in (MIGRATIONS / "versions").glob("m*.py"))
    return names[-1].partition("_")[0].removeprefix("m")
