"""Receipts: what one run was asked for, what it cost, how that is known, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from lib.domain.audit import Adjustment
from lib.domain.catalog import find_model
from lib.domain.charges import Charge, images_asked, priced_by
from lib.domain.clock import Clock
from lib.domain.days import local_time
from lib.domain.money import exact_dollars
from lib.domain.prices import PriceVersion
from lib.domain.run import CostBasis, Run
from lib.services.taking_away.csv_table import iso
from lib.store.audits import Audits
from lib.store.entries import Attempt
from lib.store.moves import FREE_OUTCOMES
from lib.store.records import Records
from lib.store.run_lines import RunLine as RunLine
from lib.store.run_lines import RunLines

TRIES = 5
"""How often a run is read again that changes while its lines are read."""


@dataclass(frozen=True, slots=True)
class SentAttempt:
    """One sending, and what it cost in micro-dollars: None where that is not known by itself."""

    attempt: Attempt
    cost_micros: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """All of it, as of `made_at` (ms UTC). `prices` are those the run was made under."""

    run: Run
    asked: tuple[Charge, ...] | None
    prices: PriceVersion | None
    lines: tuple[RunLine, ...]
    attempts: tuple[SentAttempt, ...]
    corrections: tuple[Adjustment, ...]
    is_play_money: bool
    zone: ZoneInfo
    made_at: int

    @property
    def standing(self) -> str:
        """Where its money stands: `held`, `settled`, `released` or `in doubt`."""
        if self.run.is_open:
            return "held"
        if self.run.cost_micros is None:
            return "in doubt"
        return "settled" if self.run.cost_micros else "released"


class Receipts:
    """Makes the receipts of the runs of one `origin`."""

    def __init__(
        self,
        records: Records,
        lines: RunLines,
        audits: Audits,
        *,
        origin: str,
        is_play_money: bool,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._records = records
        self._lines = lines
        self._audits = audits
        self._origin = origin
        self._is_play_money = is_play_money
        self._zone = zone
        self._clock = clock

    def lines(self, run_id: str) -> list[RunLine]:
        """The charge lines of a run, in the order they were written."""
        return self._lines.of(run_id)

    def of(self, run_id: str) -> Receipt | None:
        """The receipt of a run, also of a deleted one; None when there is none of that id here."""
        run = self._records.find(run_id)
        if run is None or run.origin != self._origin:
            return None
        found = self._receipt(run)
        for _ in range(TRIES):
            now = self._records.find(run_id)
            if now is None or now == found.run:
                break
            found = self._receipt(now)
        return found

    def _receipt(self, run: Run) -> Receipt:
        prices = self._records.prices(run.price_version)
        return Receipt(
            run=run,
            asked=asked_for(run, prices),
            prices=prices,
            lines=tuple(self._lines.of(run.id)),
            attempts=attempts_of(run, self._records.attempts(run.id)),
            corrections=tuple(self._audits.adjustments(run.id)),
            is_play_money=self._is_play_money,
            zone=self._zone,
            made_at=self._clock.now_ms(),
        )


def asked_for(run: Run, prices: PriceVersion | None) -> tuple[Charge, ...] | None:
    """What was asked for, at the prices of the click; None where the book has no price for it."""
    try:
        model = find_model(run.model_id)
    except KeyError:
        return None
    return priced_by(prices, model.completed(run.input))(images_asked(model, run.input))


def attempts_of(run: Run, attempts: list[Attempt]) -> tuple[SentAttempt, ...]:
    """Each sending with its cost. All carry one key, so the API charges no more than one of them."""
    charged = [one for one in attempts if one.outcome not in FREE_OUTCOMES]
    last = charged[-1] if charged else None
    found = []
    for one in attempts:
        if one.outcome in FREE_OUTCOMES:
            found.append(SentAttempt(one, 0, "not taken: free"))
        elif one is last:
            found.append(SentAttempt(one, run.cost_micros, "the run's cost"))
        else:
            found.append(SentAttempt(one, None, "same key as the next: charged once"))
    return tuple(found)


def as_json(receipt: Receipt) -> dict[str, Any]:
    """The receipt for programs: micro-dollars and exact dollars, UTC and the team's zone."""
    run = receipt.run
    prices = receipt.prices
    return {
        "receipt": "plantain",
        "version": 1,
        "made_at": _moment(receipt, receipt.made_at),
        "play_money": receipt.is_play_money,
        "run": {
            "id": run.id,
            "remote_id": run.remote_id,
            "origin": run.origin,
            "model_id": run.model_id,
            "created_by": run.created_by,
            "state": str(run.state),
            "input": None if run.erased_at else dict(run.input),
            "pictures": [picture.sha256 for picture in run.pictures],
        },
        "times": {
            "clicked_at": _moment(receipt, run.created_at),
            "accepted_at": _moment(receipt, run.accepted_at),
            "settled_at": _moment(receipt, run.settled_at),
        },
        "asked": None if receipt.asked is None else [_charge(one) for one in receipt.asked],
        "estimate": _money(run.estimate_micros),
        "prices": {
            "version": run.price_version,
            "effective_from": prices.effective_from if prices else None,
            "source": prices.source if prices else None,
        },
        "standing": receipt.standing,
        "cost": _money(run.cost_micros),
        "basis": None if run.cost_basis is None else str(run.cost_basis),
        "lines": [_line(receipt, one) for one in receipt.lines],
        "attempts": [
            {
                "number": one.attempt.fence,
                "sent_at": _moment(receipt, one.attempt.intended_at),
                "ended_at": _moment(receipt, one.attempt.ended_at),
                "outcome": one.attempt.outcome,
                "http_status": one.attempt.http_status,
                "cost": _money(one.cost_micros),
                "note": one.note,
            }
            for one in receipt.attempts
        ],
        "corrections": [
            {
                "at": _moment(receipt, one.at),
                "from": _money(one.from_micros),
                "to": _money(one.to_micros),
                "reason": one.reason,
            }
            for one in receipt.corrections
        ],
    }


def sum_of_lines(receipt: Receipt) -> int:
    """What the lines sum to, in micro-dollars, without what is in doubt."""
    known = [one for one in receipt.lines if one.basis is not CostBasis.IN_DOUBT]
    return sum(one.amount_micros for one in known)


def local(at_ms: int, zone: ZoneInfo) -> str:
    """A moment in a zone, with its offset: `2026-11-23T07:58:59+01:00`."""
    moment = local_time(at_ms, zone)
    return moment.isoformat(timespec="seconds")


def _moment(receipt: Receipt, at_ms: int | None) -> Mapping[str, str] | None:
    if at_ms is None:
        return None
    zone = receipt.zone
    return {"utc": iso(at_ms), "local": local(at_ms, zone), "time_zone": zone.key}


def _money(micros: int | None) -> Mapping[str, Any] | None:
    return None if micros is None else {"micros": micros, "usd": exact_dollars(micros)}


def _charge(one: Charge | RunLine) -> dict[str, Any]:
    return {
        "sku": one.sku,
        "quantity": one.quantity,
        "unit": _money(one.unit_micros),
        "amount": _money(one.amount_micros),
    }


def _line(receipt: Receipt, one: RunLine) -> dict[str, Any]:
    return {
        "line": one.seq,
        "revision": one.revision,
        "kind": str(one.kind),
        **_charge(one),
        "basis": str(one.basis),
        "charged_at": _moment(receipt, one.charged_at),
        "counts_at": _moment(receipt, one.counts_at),
        "corrects_a_closed_month": one.corrects,
    }
