"""The price book: what is in effect, what real runs have taught, and prices that are yet to come."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from lib.domain.clock import Clock
from lib.domain.days import day_of, start_ms
from lib.domain.errors import NotWritten
from lib.domain.price_lessons import ENOUGH_RUNS, Drift, taught
from lib.domain.price_plan import (
    Planned,
    PricesUnusable,
    Rehearsal,
    planned_version,
    rehearsal,
)
from lib.domain.price_rules import PriceCheck
from lib.domain.prices import BookEntry, PriceVersion
from lib.services.owners import is_owner
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions, VersionTaken

REHEARSED_DAYS = 30
DRIFT_DAYS = 30
MOST_DRIFTS = 20
NOT_AN_OWNER = "Only an owner may change prices: ask one."


class PricingService:
    """The prices of the runs of one origin. Play money teaches nothing about real prices.

    The zone is the team's, for days.
    """

    def __init__(
        self,
        *,
        versions: PriceVersions,
        evidence: PriceEvidence,
        checks: PriceChecks,
        is_play: bool,
        zone: ZoneInfo,
        clock: Clock,
    ) -> None:
        self._versions = versions
        self._evidence = evidence
        self._checks = checks
        self._is_play = is_play
        self._clock = clock
        self.zone = zone

    # -- reading ---------------------------------------------------------------------------------

    def current(self, model_id: str) -> PriceVersion:
        """The version in effect now. Raises PriceUnknown when the book has none."""
        return self._taught(self._versions.at(model_id, self._clock.now_ms()))

    def find(self, version_id: str) -> PriceVersion | None:
        """The version that a run was frozen with; None when the book does not have it."""
        return self._versions.find(version_id)

    def entries(self) -> list[BookEntry]:
        """Every version there ever was, the newest first."""
        return self._versions.all()

    def now_ms(self) -> int:
        """What the prices in effect go by, ms UTC."""
        return self._clock.now_ms()

    def drifts(self) -> list[Drift]:
        """The newest runs of the last days whose cost is not what the book says."""
        return self._evidence.drifts(since=self._days_ago(DRIFT_DAYS), limit=MOST_DRIFTS)

    def last_check(self, model_id: str) -> PriceCheck | None:
        """What the last comparison with the API's own rules came to; None before the first."""
        return self._checks.last(model_id)

    def _taught(self, version: PriceVersion) -> PriceVersion:
        if self._is_play:
            return version
        assumed = {price.sku for price in version.priced() if price.assumed and price.sku}
        return taught(version, {sku: self._evidence.newest(sku, ENOUGH_RUNS) for sku in assumed})

    # -- prices that are yet to come -------------------------------------------------------------

    def rehearse(self, planned: Planned) -> Rehearsal:
        """What the last days would have cost under these prices. Raises PricesUnusable."""
        version = self._planned(planned, self._starts_at(planned))
        since = self._days_ago(REHEARSED_DAYS)
        return rehearsal(version, self._evidence.charged(planned.model_id, since=since))

    def enter(self, planned: Planned, *, by: str) -> PriceVersion:
        """Put them into the book. Runs that were clicked before keep theirs. Raises PricesUnusable."""
        if not is_owner(by):
            raise PricesUnusable(NOT_AN_OWNER)
        now, starts_at = self._clock.now_ms(), self._starts_at(planned)
        version = self._planned(planned, starts_at)
        try:
            self._versions.add(version, effective_from=starts_at, seen_at=now, by=by)
        except VersionTaken as error:
            raise PricesUnusable(
                "From: there are prices that take effect at that very moment. "
                "Choose another one, or withdraw those."
            ) from error
        except NotWritten as error:
            raise PricesUnusable(f"Nothing was entered. {error}") from error
        return self._versions.find(version.id) or version

    def withdraw(self, version_id: str, *, by: str) -> bool:
        """Take prices back that are not in effect yet; False when it is too late for that."""
        return is_owner(by) and self._versions.withdraw(version_id, at=self._clock.now_ms(), by=by)

    def _starts_at(self, planned: Planned) -> int:
        now = self._clock.now_ms()
        if planned.effective_from is not None and planned.effective_from < now:
            raise PricesUnusable(
                "From: that moment is over, and runs since then have their prices already. "
                "Choose a later one, or leave it empty for now."
            )
        return now if planned.effective_from is None else planned.effective_from

    def _planned(self, planned: Planned, starts_at: int) -> PriceVersion:
        base = self._versions.at(planned.model_id, self._clock.now_ms())
        moment = datetime.fromtimestamp(starts_at / 1000, UTC)
        name = planned.model_id.rpartition("/")[2]
        version_id = f"{name}/{moment.isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"
        earlier = sum(entry.version.id.startswith(version_id) for entry in self._versions.all())
        version_id += f"-{earlier + 1}" if earlier else ""  # those were withdrawn
        return planned_version(base, planned, version_id=version_id)

    def _days_ago(self, days: int) -> int:
        today = day_of(self._clock.now_ms(), self.zone)
        return start_ms(today - timedelta(days=days - 1), self.zone)
