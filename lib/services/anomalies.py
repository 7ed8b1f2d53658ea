"""Spending out of the ordinary: found anew each time, until somebody answers it."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from lib.domain.anomaly import (
    A_QUARTER,
    PAST_DAYS,
    WATCHED_DAYS,
    Anomaly,
    AnomalyKind,
    Answer,
    Verdict,
    standing,
    unanswered,
    unusual,
    unusual_days,
)
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.clock import Clock
from lib.domain.days import day_of
from lib.domain.history_filters import NO, YES
from lib.domain.history_query import HistoryQuery
from lib.domain.periods import Days
from lib.domain.spend import Group
from lib.services.pricing import PricingService
from lib.services.spend_by_day import SpendByDay
from lib.store.anomaly_answers import AnomalyAnswers
from lib.store.quarters import Quarters

QUARTER_MS = 15 * 60 * 1000
DAY_MS = 86_400_000


class AnomalyService:
    """Watches the spend of one origin. Days are those of `zone`."""

    def __init__(
        self,
        spend: SpendByDay,
        quarters: Quarters,
        answers: AnomalyAnswers,
        pricing: PricingService,
        *,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._spend = spend
        self._quarters = quarters
        self._answers = answers
        self._pricing = pricing
        self._zone = zone
        self._clock = clock

    def today(self) -> date:
        """The day it is in the team's zone."""
        return day_of(self._clock.now_ms(), self._zone)

    # -- what is unusual -------------------------------------------------------------------------

    def unanswered(self) -> list[Anomaly]:
        """What nobody has answered, that with the most money beyond the usual first."""
        return unanswered([*self._bursts(), *self._days()], standing(self._answers.all()))

    def _days(self) -> Iterator[Anomaly]:
        today = self.today()
        first = today - timedelta(days=PAST_DAYS + WATCHED_DAYS - 1)
        for kind, group in ((AnomalyKind.PERSON, Group.PERSON), (AnomalyKind.SKU, Group.SKU)):
            for subject, spend in self._spend.by(group, Days(first, today)).items():
                yield from unusual_days(kind, subject, spend, today)

    def _bursts(self) -> Iterator[Anomaly]:
        now = self._clock.now_ms()
        since = now - QUARTER_MS
        for person, amount in self._quarters.since(since).items():
            if amount < A_QUARTER.floor_micros:
                continue  # whatever is usual: nothing more has to be read
            slots = self._quarters.of_person(person, now - PAST_DAYS * DAY_MS, since - QUARTER_MS)
            stands_out, usual = unusual(amount, slots, A_QUARTER)
            if stands_out:
                yield Anomaly(AnomalyKind.BURST, person, self.today(), amount, usual)

    def question(self, one: Anomaly) -> HistoryQuery:
        """The runs behind it."""
        query = HistoryQuery(created_from=one.day, created_to=one.day)
        if one.kind is not AnomalyKind.SKU:
            return query.where("created_by", one.subject)
        place = self._pricing.current(DEFAULT_MODEL.id).choice_of(one.subject)
        if place is None:
            return query
        field, value, _price = place
        told = (YES if value else NO) if isinstance(value, bool) else value
        return query.where(field, told or "")

    def label(self, sku: str) -> str:
        """What a SKU is called."""
        place = self._pricing.current(DEFAULT_MODEL.id).choice_of(sku)
        return place[2].label if place else sku

    # -- what people say of it -------------------------------------------------------------------

    def answer(
        self, one: Anomaly | Answer, verdict: Verdict, *, by: str, until: date | None = None
    ) -> None:
        """Say what it is, or take back what was said. Raises NotWritten."""
        told = (one.kind, one.subject, one.day, verdict)
        self._answers.keep(Answer(*told, said_on=self.today(), by=by, until=until))

    def muting(self) -> list[Answer]:
        """The answers that still keep something from being shown, the newest first."""
        oldest = self.today() - timedelta(days=WATCHED_DAYS - 1)
        held = standing(self._answers.all())
        return [one for one in reversed(held) if one.mutes_until >= oldest]
