"""'You already have this': the same request was made by someone, and its pictures are here."""

from collections.abc import Mapping, Sequence
from typing import Any

from lib.domain.already_made import Made, PicturesGone, Saved, fingerprint_of
from lib.domain.catalog import find_model
from lib.domain.charges import images_asked
from lib.domain.errors import InputInvalid
from lib.services.runs import RunService
from lib.store.already_made import AlreadyMade

GONE = "Its pictures were deleted meanwhile. Nothing was sent: Generate makes new ones."


class AlreadyMadeService:
    """Looks for what need not be paid for again. It never keeps anyone from a click."""

    def __init__(self, already: AlreadyMade, runs: RunService) -> None:
        self._already = already
        self._runs = runs

    def find(self, model_id: str, values: Mapping[str, Any]) -> Made | None:
        """The newest run of the same request with all its pictures; None for a form with mistakes."""
        try:
            checked = find_model(model_id).check(values)
        except InputInvalid:
            return None
        return self.find_all(model_id, [checked])[0]

    def find_all(self, model_id: str, inputs: Sequence[Mapping[str, Any]]) -> list[Made | None]:
        """The same for each of many inputs, in their order: what an experiment need not make."""
        model = find_model(model_id)
        prints = [fingerprint_of(model_id, one) for one in inputs]
        wanted = {
            fingerprint: images_asked(model, one)
            for fingerprint, one in zip(prints, inputs, strict=True)
        }
        found = self._already.find(wanted)
        return [found.get(fingerprint) for fingerprint in prints]

    def use(
        self, made: Made, model_id: str, values: Mapping[str, Any], *, by: str, click_token: str
    ) -> int:
        """Note that it was used instead of a click; gives what that saved, micro-dollars.

        The same click saves once. Raises PicturesGone, InputInvalid, PriceUnknown and NotWritten.
        """
        checked = find_model(model_id).check(values)
        micros = self._runs.estimate(find_model(model_id), checked).total_micros
        fingerprint = fingerprint_of(model_id, checked)
        is_there = self._already.use(
            made, fingerprint, by=by, click_token=click_token, micros=micros
        )
        if not is_there:
            raise PicturesGone(GONE)
        return micros

    def saved(self, from_ms: int, to_ms: int) -> Saved:
        """What was saved in a span, half-open, ms UTC."""
        return self._already.saved(from_ms, to_ms)
