"""The comparisons of the price book with the API's own rules, as they were made."""

from dataclasses import asdict

import sqlalchemy as sa

from lib.domain.price_rules import PriceCheck, PriceDifference
from lib.store.database import writing
from lib.store.schema_charges import price_check


class PriceChecks:
    """Keeps the comparisons of one `origin`."""

    def __init__(self, engine: sa.Engine, *, origin: str) -> None:
        self._engine = engine
        self._origin = origin

    def record(self, model_id: str, check: PriceCheck) -> None:
        """Keep what a comparison came to."""
        told = [asdict(difference) for difference in check.differences]
        row = {"origin": self._origin, "model_id": model_id, "at": check.at}
        with writing(self._engine) as db:
            values = {**row, "differences": told, "problem": check.problem}
            db.execute(price_check.insert().values(**values))

    def last(self, model_id: str) -> PriceCheck | None:
        """The newest comparison; None before the first one."""
        query = (
            sa.select(price_check.c.at, price_check.c.differences, price_check.c.problem)
            .where(price_check.c.origin == self._origin, price_check.c.model_id == model_id)
            .order_by(price_check.c.seq.desc())
            .limit(1)
        )
        with self._engine.connect() as db:
            row = db.execute(query).one_or_none()
        if row is None:
            return None
        found = tuple(PriceDifference(**told) for told in row.differences)
        return PriceCheck(row.at, found, row.problem)
