"""What people do with pictures that were paid for: noted beside, never in the way."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from lib.domain.errors import NotWritten
from lib.store.attention import Attention
from lib.store.schema_attention import Looked


class AttentionService:
    """Notes the first time that somebody opens or downloads a run's pictures.

    Where that cannot be written (a full disk, another program's lock) it is not noted: nobody is
    kept from a picture for it. `is_fit` tells beforehand, since a locked database is waited for.
    """

    def __init__(self, attention: Attention, is_fit: Callable[[], bool] = lambda: True) -> None:
        self._attention = attention
        self._is_fit = is_fit

    def opened(self, run_id: str) -> None:
        """Somebody has opened the run."""
        self._note(Looked.OPENED, [run_id])

    def downloaded(self, run_ids: Sequence[str]) -> None:
        """Somebody has taken the pictures of these runs."""
        self._note(Looked.DOWNLOADED, run_ids)

    def _note(self, kind: Looked, run_ids: Sequence[str]) -> None:
        if not self._is_fit():
            return
        with suppress(NotWritten):
            self._attention.note(kind, run_ids)
