"""Charge lines as a table: one row a line, exact, with the days of the team's zone beside UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from lib.domain.days import day_of, start_ms
from lib.domain.money import dollars_from_micros
from lib.domain.months import Month
from lib.domain.periods import ONE_DAY
from lib.domain.run import CostBasis
from lib.services.taking_away.columns import Column, Kind, Table, as_json, plain
from lib.store.taken_lines import TakenLine, TakenLines

TEXTS = ("run_id", "kind", "sku")
AFTER_MONEY = ("basis", "outcome", "origin", "created_by", "model_id", "resolution")
TIMES = ("clicked_at", "counts_at", "charged_at")


@dataclass(frozen=True, slots=True)
class LinesOfDays:
    """The charge lines that count from `first` to `last`, both included, in a zone."""

    rows: ClassVar[str] = "charge-lines"
    first: date
    last: date
    zone: str

    def span_ms(self) -> tuple[int, int]:
        """Half-open, ms UTC."""
        zone = ZoneInfo(self.zone)
        return start_ms(self.first, zone), start_ms(self.last + ONE_DAY, zone)

    def batches(self, lines: TakenLines) -> Iterator[list[TakenLine]]:
        """The lines, as of now."""
        return lines.batches(*self.span_ms(), newest=lines.newest())


def table_of_lines(zone: ZoneInfo) -> Table:
    """The columns of charge lines; README describes each."""
    return Table("lines", lambda taken: str(taken.line["seq"]), tuple(_columns(zone)))


def _columns(zone: ZoneInfo) -> Iterator[Column]:
    yield Column("line", Kind.WHOLE, lambda taken: taken.line["seq"])
    yield from (_of_line(name, Kind.TEXT) for name in TEXTS)
    yield from (_of_line(name, Kind.WHOLE) for name in ("revision", "quantity"))
    for name in ("unit", "amount"):
        yield _of_line(f"{name}_micros", Kind.WHOLE)
        yield _dollars(f"{name}_micros", f"{name}_usd")
    yield Column("in_spend", Kind.TRUTH, lambda taken: is_spend(taken))
    yield from (_of_line(name, Kind.TEXT) for name in AFTER_MONEY)
    yield _of_line("price_version", Kind.TEXT)
    yield Column("remote_id", Kind.TEXT, lambda taken: plain(taken.remote_id))
    yield from (_of_line(name, Kind.TIME) for name in TIMES)
    yield Column("counts_on", Kind.TEXT, lambda taken: _day(taken.line["counts_at"], zone))
    yield Column("time_zone", Kind.TEXT, lambda _taken: zone.key)
    yield Column("corrects_month", Kind.TEXT, lambda taken: corrected_month(taken, zone))
    yield Column("tags", Kind.TEXT, lambda taken: as_json(taken.tags))


def is_spend(taken: TakenLine) -> bool:
    """Whether a line is part of the spend: what is in doubt is not."""
    return bool(taken.line["basis"] != CostBasis.IN_DOUBT)


def corrected_month(taken: TakenLine, zone: ZoneInfo) -> str | None:
    """The closed month that a line corrects; None for all others."""
    if taken.line["counts_at"] == taken.line["clicked_at"]:
        return None
    return str(Month.at(taken.line["clicked_at"], zone))


def _of_line(name: str, kind: Kind) -> Column:
    if kind is Kind.TEXT:
        return Column(name, kind, lambda taken: plain(taken.line[name]))
    return Column(name, kind, lambda taken: taken.line[name])


def _dollars(micros: str, name: str) -> Column:
    return Column(name, Kind.DOLLARS, lambda taken: dollars_from_micros(taken.line[micros]))


def _day(at_ms: int, zone: ZoneInfo) -> str:
    return day_of(at_ms, zone).isoformat()
