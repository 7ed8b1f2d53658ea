"""Taking runs away: what is asked for, and the file as it goes out."""

from collections.abc import Iterator
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.pictures import PictureService
from lib.services.taking_away import archive, csv_table, excel_table, parquet_table
from lib.services.taking_away.prepared import Form, Order, Orders
from lib.services.taking_away.selection import Reader, Selection, chosen

_TABLES = {Form.CSV: csv_table, Form.PARQUET: parquet_table, Form.EXCEL: excel_table}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file on its way: its name, its media type, and its bytes as they are made."""

    name: str
    mime: str
    data: Iterator[bytes]


class TakingAway:
    """Takes runs of one origin out of Plantain."""

    def __init__(
        self, reader: Reader, pictures: PictureService, clock: Clock, *, origin: str
    ) -> None:
        self._reader = reader
        self._pictures = pictures
        self._origin = origin
        self._orders = Orders(clock)

    def order(self, form: Form, selection: Selection, *, viewer: str) -> str:
        """Ask for a file; gives the token that it is fetched by, within an hour."""
        return self._orders.put(form, chosen(selection, viewer=viewer))

    def count(self, selection: Selection, *, viewer: str) -> int:
        """How many runs a selection has, about."""
        return self._reader.count(chosen(selection, viewer=viewer))

    def fetch(self, token: str) -> Outgoing | None:
        """The file that was asked for; None when nobody did, or too long ago."""
        order = self._orders.find(token)
        return None if order is None else self._made(order)

    def _made(self, order: Order) -> Outgoing:
        batches = self._reader.batches(order.chosen)
        if order.form is Form.ZIP:
            zipped = archive.write(
                batches, self._pictures, origin=self._origin, made_at=order.made_at
            )
            return Outgoing(order.name, archive.MIME, zipped)
        table = _TABLES[order.form]
        return Outgoing(order.name, table.MIME, table.write(batches))
