"""Files of charge lines: as tables, and FOCUS-shaped."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from lib.domain.budget import Span
from lib.domain.months import Month
from lib.services.taking_away import csv_table, excel_table, focus_zip, parquet_table
from lib.services.taking_away.focus_columns import Billed
from lib.services.taking_away.focus_zip import BillingPeriod, Statement
from lib.services.taking_away.lines import LinesOfDays, table_of_lines
from lib.services.taking_away.prepared import Form, Order
from lib.services.taking_away.transfer import Transfer
from lib.store.closed_months import ClosedMonths
from lib.store.taken_lines import TakenLines

_TABLES = {Form.CSV: csv_table, Form.PARQUET: parquet_table, Form.EXCEL: excel_table}


class LineFiles:
    """Makes files of the charge lines of one `origin`."""

    def __init__(
        self, lines: TakenLines, months: ClosedMonths, *, origin: str, is_play_money: bool
    ) -> None:
        self._lines = lines
        self._months = months
        self._origin = origin
        self._is_play_money = is_play_money

    def count(self, asked: LinesOfDays) -> int:
        """How many lines there are, about: more may come on the way."""
        return self._lines.count(*asked.span_ms())

    def made(self, asked: LinesOfDays, order: Order, transfer: Transfer) -> Iterator[bytes]:
        """The file, a batch of lines at a time."""
        batches = transfer.counting(asked.batches(self._lines))
        if order.form is Form.ZIP:
            yield from focus_zip.write(batches, self._statement(asked, order.made_at))
        else:
            table = table_of_lines(ZoneInfo(asked.zone))
            yield from _TABLES[order.form].write(batches, table)

    def _statement(self, asked: LinesOfDays, made_at: int) -> Statement:
        periods = self._periods(asked)

        def period_of(at_ms: int) -> Span:
            return next(period.span for period in periods if period.span.has(at_ms))

        return Statement(
            billed=Billed(self._origin, self._is_play_money, period_of),
            periods=periods,
            first=asked.first.isoformat(),
            last=asked.last.isoformat(),
            zone=asked.zone,
            made_at=made_at,
        )

    def _periods(self, asked: LinesOfDays) -> list[BillingPeriod]:
        """The months that the days are of. One beside a month closed elsewhere begins or ends there.

        Where months were closed in another zone, the first or last line may be of one more.
        """
        zone = ZoneInfo(asked.zone)
        closed = {found.month: found for found in self._months.all()}
        month, found = Month.of(asked.first).before(), []
        while month <= Month.of(asked.last).next():
            known, before, after = (
                closed.get(one) for one in (month, month.before(), month.next())
            )
            if known is not None:
                found.append(BillingPeriod(known.span, known.closed_at))
            else:
                span = month.span(zone)
                begins = before.span.to_ms if before else span.from_ms
                found.append(
                    BillingPeriod(Span(begins, after.span.from_ms if after else span.to_ms), None)
                )
            month = month.next()
        first, last = asked.span_ms()
        return [one for one in found if one.span.from_ms < last and first < one.span.to_ms]
