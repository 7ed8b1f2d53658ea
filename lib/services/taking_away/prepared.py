"""What someone asked to take away, kept for a while under a name that nobody guesses."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from enum import StrEnum

from lib.domain.clock import Clock
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.lines import LinesOfDays
from lib.services.taking_away.of_experiments.asked import CellsOf, ChargesOf
from lib.services.taking_away.selection import Chosen

KEPT_FOR_S = 3600.0
MOST = 500
"""Beyond it the oldest is forgotten: no page can fill the memory."""


Asked = Chosen | LinesOfDays | CellsOf | ChargesOf


class Form(StrEnum):
    """In what form something is taken away; the value is the file's ending.

    A zip of runs has their pictures; one of charge lines is FOCUS-shaped. What follows on ZIP is of
    experiments alone: pictures and pages of their cells, several pictures in a zip.
    """

    CSV = "csv"
    PARQUET = "parquet"
    EXCEL = "xlsx"
    ZIP = "zip"
    HTML = "html"
    PNG = "png"
    JPEG = "jpg"
    WEBP = "webp"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Order:
    """A file that was asked for. `made_at`: ms UTC."""

    form: Form
    chosen: Asked
    made_at: int

    @property
    def name(self) -> str:
        """The name of the file."""
        is_focus = self.form is Form.ZIP and isinstance(self.chosen, LinesOfDays)
        return self.name_with("focus" if is_focus else self.chosen.rows, self.form)

    def name_with(self, words: str, ending: str) -> str:
        """The name of a file that says what is in it by other words."""
        moment = iso(self.made_at)[:19].replace(":", "").replace("-", "").replace("T", "-")
        return f"plantain-{words}-{moment}.{ending}"


class Orders:
    """Keeps orders in memory: after a restart the page is asked again."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._orders: OrderedDict[str, tuple[Order, float]] = OrderedDict()
        self._tokens: dict[tuple[Form, Asked], str] = {}

    def put(self, form: Form, chosen: Asked) -> str:
        """Keep an order; gives its token. The same order again keeps its token, and is kept on."""
        order = Order(form, chosen, self._clock.now_ms())
        with self._lock:
            token = self._tokens.setdefault((form, chosen), secrets.token_urlsafe(24))
            self._orders[token] = order, self._clock.monotonic_s()
            self._orders.move_to_end(token)
            while len(self._orders) > MOST:
                _token, (oldest, _since_s) = self._orders.popitem(last=False)
                del self._tokens[oldest.form, oldest.chosen]
        return token

    def find(self, token: str) -> Order | None:
        """The order, as long as it is kept."""
        with self._lock:
            order, since_s = self._orders.get(token, (None, 0.0))
        return order if self._clock.monotonic_s() - since_s <= KEPT_FOR_S else None
