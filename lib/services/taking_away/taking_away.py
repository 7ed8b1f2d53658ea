"""Taking runs, charge lines and experiments away: what is asked for, and the file as it goes out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lib.domain.clock import Clock
from lib.services.pictures import PictureService
from lib.services.taking_away import archive, csv_table, excel_table, parquet_table
from lib.services.taking_away.line_files import LineFiles
from lib.services.taking_away.lines import LinesOfDays
from lib.services.taking_away.of_experiments.asked import CellsOf, ChargesOf
from lib.services.taking_away.of_experiments.files import CellFile, CellFiles
from lib.services.taking_away.prepared import Form, Order, Orders
from lib.services.taking_away.selection import Chosen, Reader, Selection, chosen
from lib.services.taking_away.transfer import Transfer, Transfers
from lib.store.taken_runs import TakenRun

_TABLES = {Form.CSV: csv_table, Form.PARQUET: parquet_table, Form.EXCEL: excel_table}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file on its way: its name, its media type, and its bytes as they are made."""

    name: str
    mime: str
    data: Iterator[bytes]


class TakingAway:
    """Takes runs and charge lines of one origin out of Plantain."""

    def __init__(
        self,
        reader: Reader,
        lines: LineFiles,
        pictures: PictureService,
        clock: Clock,
        *,
        origin: str,
        cells: CellFiles | None = None,
        on_download: Callable[[Sequence[str]], None] = lambda run_ids: None,
    ) -> None:
        self._reader = reader
        self._lines = lines
        self._cells = cells
        self._pictures = pictures
        self._origin = origin
        self._on_download = on_download
        self._orders = Orders(clock)
        self._transfers = Transfers()

    def order(self, form: Form, selection: Selection, *, viewer: str) -> str:
        """Ask for a file; gives the token that it is fetched by, within an hour."""
        return self._orders.put(form, chosen(selection, viewer=viewer))

    def order_lines(self, form: Form, lines: LinesOfDays) -> str:
        """Ask for a file of charge lines; gives its token, as `order` does."""
        return self._orders.put(form, lines)

    def order_cells(self, form: Form, cells: CellsOf | ChargesOf) -> str:
        """Ask for a file of an experiment; gives its token, as `order` does."""
        return self._orders.put(form, cells)

    def count(self, selection: Selection, *, viewer: str) -> int:
        """How many runs a selection has, about."""
        return self._reader.count(chosen(selection, viewer=viewer))

    def fetch(self, token: str) -> Outgoing | None:
        """The file that was asked for; None when nobody did, or too long ago."""
        order = self._orders.find(token)
        if order is None:
            return None
        asked = order.chosen
        if isinstance(asked, CellsOf | ChargesOf):
            return self._of_cells(token, order, asked)
        mime = archive.MIME if order.form is Form.ZIP else _TABLES[order.form].MIME
        return Outgoing(order.name, mime, self._sent(token, order, asked))

    def transfer(self, token: str) -> Transfer | None:
        """The file of that token that was begun last; None when none was."""
        return self._transfers.get(token)

    def _of_cells(self, token: str, order: Order, asked: CellsOf | ChargesOf) -> Outgoing | None:
        """A file of an experiment, which says itself what it is called and of what type it is."""
        if self._cells is None:
            return None
        file = self._cells.file(order.form, asked, made_at=order.made_at)
        if file is None:
            return None
        name = order.name_with(file.words, file.ending)
        return Outgoing(name, file.mime, self._sent_cells(token, file, asked.rows))

    def _sent_cells(self, token: str, file: CellFile, rows: str) -> Iterator[bytes]:
        transfer = Transfer(file.rows, rows)
        self._transfers.put(token, transfer)
        yield from transfer.sending(file.made(transfer))

    def _sent(self, token: str, order: Order, asked: Chosen | LinesOfDays) -> Iterator[bytes]:
        """The file, from when somebody takes its first part."""
        if isinstance(asked, LinesOfDays):
            transfer = Transfer(self._lines.count(asked), "charge lines")
            data = self._lines.made(asked, order, transfer)
        else:
            transfer = Transfer(self._reader.count(asked))
            data = self._made(order, asked, transfer)
        self._transfers.put(token, transfer)
        yield from transfer.sending(data)

    def _made(self, order: Order, asked: Chosen, transfer: Transfer) -> Iterator[bytes]:
        batches = self._reader.batches(asked)
        if order.form is not Form.ZIP:
            table: Iterator[bytes] = _TABLES[order.form].write(transfer.counting(batches))
            return table
        return archive.write(
            self._noting(batches),
            self._pictures,
            origin=self._origin,
            made_at=order.made_at,
            on_run=transfer.count,
        )

    def _noting(self, batches: Iterable[list[TakenRun]]) -> Iterator[list[TakenRun]]:
        """The batches; what went out is noted when the next one is asked for."""
        for runs in batches:
            yield runs
            self._on_download([taken.id for taken in runs if taken.pictures])
