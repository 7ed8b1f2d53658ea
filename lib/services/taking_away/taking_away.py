"""Taking runs away: what is asked for, and the file as it goes out."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.taking_away import csv_table, excel_table, parquet_table
from lib.services.taking_away.prepared import Form, Order, Orders
from lib.services.taking_away.selection import Chosen, Reader, Selection

_TABLES = {Form.CSV: csv_table, Form.PARQUET: parquet_table, Form.EXCEL: excel_table}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file on its way: its name, its media type, and its bytes as they are made."""

    name: str
    mime: str
    data: Iterator[bytes]


class TakingAway:
    """Takes runs of one origin out of Plantain."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader = reader
        self._orders = Orders(clock)

    def order(self, form: Form, selection: Selection, *, viewer: str) -> str:
        """Ask for a file; gives the token that it is fetched by, within an hour."""
        return self._orders.put(form, Chosen(selection, viewer))

    def count(self, selection: Selection, *, viewer: str) -> int:
        """How many runs a selection has, about."""
        return self._reader.count(Chosen(selection, viewer))

    def fetch(self, token: str) -> Outgoing | None:
        """The file that was asked for; None when nobody did, or too long ago."""
        order = self._orders.find(token)
        return None if order is None else self._made(order)

    def _made(self, order: Order) -> Outgoing:
        batches = self._reader.batches(order.chosen)
        table = _TABLES[order.form]
        return Outgoing(order.name, table.MIME, table.write(batches))
