"""Runs from the user's side: what one would cost, making one, and finding it again."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import uuid_utils

from lib.domain.approval import Accepted
from lib.domain.catalog import find_model
from lib.domain.cell_runs import OfCell, run_id_of
from lib.domain.errors import NotAccepting, NotWritten, PricesChanged
from lib.domain.labels import NO_LABELS, LabelIds
from lib.domain.model import Model
from lib.domain.price_book import current_prices
from lib.domain.prices import Estimate, PriceVersion, estimate
from lib.domain.run import Parent, Picture, Run
from lib.engine.durable import Engine
from lib.runflow.wire import run_request
from lib.store.drafts import Drafts
from lib.store.entries import Attempt, NewRun
from lib.store.ledger import Ledger
from lib.store.records import Event, Records

SOURCE = "plantain"
PRICES_CHANGED = (
    "Nothing was sent: the prices have changed since the estimate was shown. "
    "Look at the new one, and press Generate again."
)


def _always_fit() -> None:
    """Nothing keeps runs from being made."""


def _nowhere(_run_id: str) -> None:
    """No address for callbacks: runs are polled."""


class RunService:
    """Makes runs and shows them. All of them belong to one `origin`: the sandbox, or an API."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        records: Records,
        drafts: Drafts,
        engine: Engine,
        origin: str,
        callback_url: Callable[[str], str | None] = _nowhere,
        refuse_if_unfit: Callable[[], None] = _always_fit,
        prices: Callable[[str], PriceVersion] = current_prices,
    ) -> None:
        self._ledger = ledger
        self._records = records
        self._drafts = drafts
        self._engine = engine
        self._callback_url = callback_url
        self._refuse_if_unfit = refuse_if_unfit
        self._prices = prices
        self.origin = origin

    # -- before ----------------------------------------------------------------------------------

    def estimate(self, model: Model, values: Mapping[str, Any]) -> Estimate:
        """What these values would cost, whether or not the rest of the form is filled.

        Raises PriceUnknown where the price book has no price.
        """
        chosen = {
            rule.name: _or_default(values.get(rule.name), rule) for rule in model.input_fields
        }
        images = chosen.get("num_images") or 1
        return estimate(self._prices(model.id), chosen, images=images)

    def request_body(self, checked: Mapping[str, Any], *, client_ref: str) -> bytes:
        """The exact bytes that ask for a run of that id, the address of its callback included."""
        return request_body(
            checked, client_ref=client_ref, callback_url=self._callback_url(client_ref)
        )

    def keep_draft(self, values: Mapping[str, Any]) -> str:
        """Keep the values of a form for a link; returns their id."""
        return self._drafts.keep(values)

    def find_draft(self, draft_id: str) -> dict[str, Any] | None:
        """The values behind a link."""
        return self._drafts.find(draft_id)

    # -- making one ------------------------------------------------------------------------------

    def submit(
        self,
        model_id: str,
        values: Mapping[str, Any],
        *,
        click_token: str,
        created_by: str,
        parent: Parent | None = None,
        prices_shown: str | None = None,
        labels: LabelIds = NO_LABELS,
        accepted: Accepted | None = None,
        cell: OfCell | None = None,
    ) -> str:
        """Record a run and queue it; return its id. The same click makes one run, however often.

        `parent` is the run whose settings were used, `prices_shown` the version of the estimate
        that the person saw, `labels` what the run is put under, `cell` what it is made for in an
        experiment (raises CellTaken as well): then its id follows from that. Raises InputInvalid,
        PriceUnknown, PricesChanged, OverBudget, NeedsApproval (unless it is `accepted`),
        NotWaiting, LabelGone and NotAccepting; nothing is recorded then.
        """
        model = find_model(model_id)
        checked = model.check(values)
        expected = self.estimate(model, checked)
        if prices_shown not in (None, expected.version_id):
            raise PricesChanged(PRICES_CHANGED)
        self._refuse_if_unfit()
        self._engine.wait_until_open()
        run_id = run_id_of(cell) if cell else str(uuid_utils.uuid7())
        body = self.request_body(checked, client_ref=run_id)
        new = NewRun(
            id=run_id,
            origin=self.origin,
            model_id=model.id,
            created_by=created_by,
            click_token=click_token,
            input=checked,
            request_body=body,
            request_sha256=hashlib.sha256(body).hexdigest(),
            estimate_micros=expected.total_micros,
            price_version=expected.version_id,
            parent=parent,
            tag_ids=labels.tag_ids,
            collection_ids=labels.collection_ids,
            accepted=accepted,
            cell=cell,
        )
        try:
            return self._ledger.add(new, self._engine.enqueue)
        except NotWritten as error:
            raise NotAccepting(f"Nothing was sent, and no run was made. {error}") from error

    # -- after -----------------------------------------------------------------------------------

    def recent(self, limit: int) -> list[Run]:
        """The newest runs of this origin, newest first."""
        return self._records.recent(origin=self.origin, limit=limit)

    def find(self, run_id: str) -> Run | None:
        """A run by its id, of whichever origin, also when it is deleted."""
        return self._records.find(run_id)

    def pictures(self, run_ids: Sequence[str]) -> dict[str, tuple[Picture, ...]]:
        """The pictures of these runs, by run; a run without any is left out."""
        return self._records.pictures(run_ids)

    def story(self, run_id: str) -> list[Event]:
        """What happened to a run, in order."""
        return self._records.story(run_id)

    def attempts(self, run_id: str) -> list[Attempt]:
        """Every intent to send a run, the first one first, and what came of it."""
        return self._records.attempts(run_id)

    def tell_of_ends(self, listener: Callable[[], None]) -> None:
        """Call `listener`, which returns at once, when a run has ended that is carried on here."""
        self._engine.tell_of_ends(listener)

    def has_open(self) -> bool:
        """Whether anything of this origin is still going on."""
        return self._records.has_open(origin=self.origin)

    def cancel(self, run_id: str) -> bool:
        """Take back a run that was never sent; False when it is too late for that."""
        done = self._ledger.cancel(run_id)
        if done:
            self._engine.look_again(run_id)
        return done

    def delete(self, run_id: str) -> bool:
        """Take an ended run out of sight. Its cost stays in the accounts."""
        return self._ledger.delete(run_id)

    def restore(self, run_id: str) -> bool:
        """Bring a deleted run back."""
        return self._ledger.restore(run_id)


def request_body(
    checked: Mapping[str, Any], *, client_ref: str, callback_url: str | None = None
) -> bytes:
    """The exact bytes that ask the API for a run with this checked input.

    The metadata comes back in the callback, which does not name the `client_ref` by itself.
    """
    metadata = {"source": SOURCE, "client_ref": client_ref}
    return run_request(checked, client_ref=client_ref, metadata=metadata, callback_url=callback_url)


def _or_default(value: Any, rule: Any) -> Any:
    return rule.default if value is None else value
