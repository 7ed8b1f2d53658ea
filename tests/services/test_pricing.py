"""The price book: versions that follow each other, and what real runs have taught."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.days import start_ms
from lib.domain.errors import PriceUnknown
from lib.domain.price_book import PRICE_BOOK, current_prices
from lib.domain.price_lessons import ENOUGH_RUNS
from lib.domain.price_plan import Planned, PricesUnusable
from lib.domain.prices import estimate
from lib.domain.run import RemoteRun
from lib.services.adoption import adopted
from lib.services.pricing import PricingService
from lib.store.charges import book
from lib.store.database import writing
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions, seed
from tests.set_clock import SetClock
from tests.store.ended_runs import put, put_pictures, run_row

MODEL = DEFAULT_MODEL.id
BERLIN = ZoneInfo("Europe/Berlin")
ORIGIN = "api.example"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
UNITS = {price.sku: price.unit_micros for price in current_prices(MODEL).priced() if price.sku}


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def pricing(database: sa.Engine, clock: SetClock) -> PricingService:
    return pricing_of(database, clock)


def pricing_of(
    database: sa.Engine, clock: SetClock, *, origin: str = ORIGIN, is_play: bool = False
) -> PricingService:
    return PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin=origin),
        checks=PriceChecks(database, origin=origin),
        is_play=is_play,
        zone=BERLIN,
        clock=clock,
    )


@pytest.fixture
def charge(database: sa.Engine, clock: SetClock) -> Callable[..., None]:
    """Puts a run into the ledger that has ended, with one picture, and its lines."""

    def charge(run_id: str, cost: int, resolution: str = "2K", **values: object) -> None:
        row = {"origin": ORIGIN, "created_at": clock.now_ms(), "cost_micros": cost}
        row |= {"input": {"resolution": resolution}, **values}
        put(database, run_row(run_id, **row))
        put_pictures(database, run_id, 1)
        with writing(database) as db:
            book(db, run_id, at=clock.now_ms())

    return charge


def planned(
    effective_from: int | None = None, *, source: str = "a letter", **units: int
) -> Planned:
    return Planned(MODEL, {**UNITS, **units}, frozenset(), source, effective_from)


def one_k(pricing: PricingService) -> int:
    return estimate(pricing.current(MODEL), {"resolution": "1K"}, images=1).total_micros


# -- versions ------------------------------------------------------------------------------------


def test_the_book_begins_with_the_versions_that_are_shipped(pricing: PricingService):
    assert pricing.current(MODEL) == current_prices(MODEL)
    assert [entry.version for entry in pricing.entries()] == list(reversed(PRICE_BOOK))
    assert [pricing.find(version.id) for version in PRICE_BOOK] == list(PRICE_BOOK)


def test_shipping_them_again_changes_nothing(database: sa.Engine, pricing: PricingService):
    with writing(database) as db:
        seed(db)

    assert len(pricing.entries()) == len(PRICE_BOOK)


def test_a_future_price_takes_effect_at_its_moment(pricing: PricingService, clock: SetClock):
    begins = clock.now_ms() + HOUR_MS
    version = pricing.enter(planned(begins, image_1K=90_000), by="local")
    assert one_k(pricing) == 80_000

    clock.pass_s(3599.999)
    assert one_k(pricing) == 80_000
    clock.pass_s(0.001)
    assert one_k(pricing) == 90_000

    newest, before = pricing.entries()[:2]
    assert (newest.version, newest.entered_by, newest.effective_to) == (version, "local", None)
    assert before.effective_to == newest.effective_from == begins


def test_prices_can_take_effect_at_once(pricing: PricingService, clock: SetClock):
    pricing.enter(planned(image_1K=90_000), by="local")

    assert one_k(pricing) == 90_000
    assert pricing.entries()[0].effective_from == clock.now_ms()


def test_only_an_owner_changes_prices(pricing: PricingService, clock: SetClock):
    with pytest.raises(PricesUnusable, match="owner"):
        pricing.enter(planned(), by="elsewhere")
    coming = pricing.enter(planned(clock.now_ms() + HOUR_MS), by="local")
    assert not pricing.withdraw(coming.id, by="elsewhere")


def test_no_price_is_changed_in_the_past(pricing: PricingService, clock: SetClock):
    with pytest.raises(PricesUnusable, match="over"):
        pricing.enter(planned(clock.now_ms() - 1), by="local")


def test_two_prices_of_the_same_moment_are_refused(pricing: PricingService, clock: SetClock):
    begins = clock.now_ms() + HOUR_MS
    pricing.enter(planned(begins), by="local")

    with pytest.raises(PricesUnusable, match="From"):
        pricing.enter(planned(begins, image_1K=1), by="local")


def test_what_is_not_in_effect_can_be_withdrawn_and_entered_anew(
    pricing: PricingService, clock: SetClock
):
    begins = clock.now_ms() + HOUR_MS
    wrong = pricing.enter(planned(begins, image_1K=9), by="local")

    assert pricing.withdraw(wrong.id, by="local")
    assert not pricing.withdraw(wrong.id, by="local")
    right = pricing.enter(planned(begins, image_1K=90_000), by="local")
    clock.pass_s(7200)
    assert one_k(pricing) == 90_000
    told = {entry.version.id: entry for entry in pricing.entries()}
    assert (told[wrong.id].withdrawn_at is None, told[right.id].withdrawn_at) == (False, None)
    assert told[current_prices(MODEL).id].effective_to == begins


def test_what_is_in_effect_cannot_be_withdrawn(pricing: PricingService):
    version = pricing.enter(planned(image_1K=90_000), by="local")

    assert not pricing.withdraw(version.id, by="local")
    assert one_k(pricing) == 90_000


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE price_version SET choices = '{}'",
        "UPDATE price_version SET effective_from = 1",
        "UPDATE price_version SET withdrawn_at = effective_from",
        "DELETE FROM price_version",
    ],
)
def test_the_database_keeps_every_version_as_it_was(database: sa.Engine, change: str):
    with pytest.raises(sa.exc.IntegrityError, match="price"), writing(database) as db:
        db.exec_driver_sql(change)


def test_a_model_without_prices_is_refused(pricing: PricingService):
    with pytest.raises(PriceUnknown, match="acme"):
        pricing.current("acme/painter")
    assert pricing.find("no such version") is None


def test_before_the_first_version_there_is_that_one(database: sa.Engine):
    assert PriceVersions(database).at(MODEL, 0) == PRICE_BOOK[0]


# -- what runs teach -----------------------------------------------------------------------------


def two_k_is_assumed(pricing: PricingService) -> bool:
    price = pricing.current(MODEL).price_of("resolution", "2K")
    assert price is not None
    return price.assumed


def test_real_runs_confirm_an_assumed_price(pricing: PricingService, charge: Callable[..., None]):
    for number in range(ENOUGH_RUNS):
        assert two_k_is_assumed(pricing)
        charge(f"{number}", 120_000)

    assert not two_k_is_assumed(pricing)


@pytest.mark.parametrize(
    "values",
    [
        {"cost_basis": "computed"},
        {"origin": "another.example"},
        {"state": "parked"},
        {"state": "canceled"},
        {"cost_micros": 121_000},
    ],
)
def test_other_runs_confirm_nothing(
    pricing: PricingService, charge: Callable[..., None], values: dict[str, object]
):
    for number in range(ENOUGH_RUNS):
        charge(f"{number}", 120_000, **values)

    assert two_k_is_assumed(pricing)


def test_play_money_confirms_nothing(
    database: sa.Engine, clock: SetClock, charge: Callable[..., None]
):
    for number in range(ENOUGH_RUNS):
        charge(f"{number}", 120_000, origin="sandbox")

    assert two_k_is_assumed(pricing_of(database, clock, origin="sandbox", is_play=True))


def test_a_run_that_differs_makes_the_price_assumed_again_and_is_told(
    pricing: PricingService, clock: SetClock, charge: Callable[..., None]
):
    for number in range(ENOUGH_RUNS):
        charge(f"{number}", 120_000)
    assert pricing.drifts() == []
    clock.pass_s(60)
    charge("dearer", 150_000)

    assert two_k_is_assumed(pricing)
    (drift,) = pricing.drifts()
    assert (drift.run_id, drift.cost_micros, drift.off_micros) == ("dearer", 150_000, 30_000)
    clock.pass_s(31 * 86_400)
    assert pricing.drifts() == []


def test_a_run_made_elsewhere_has_the_prices_of_its_time(
    database: sa.Engine, pricing: PricingService, clock: SetClock
):
    taken_at = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).isoformat()
    remote = RemoteRun("remote", "running", created_at=taken_at, input={"resolution": "1K"})
    clock.pass_s(60)
    pricing.enter(planned(image_1K=90_000), by="local")
    told = {"now": clock.now_ms(), "is_anew": True, "told": {}}

    new = adopted(remote, MODEL, PriceVersions(database).at, **told)
    later = adopted(replace(remote, created_at=None), MODEL, PriceVersions(database).at, **told)

    assert (new.estimate_micros, new.price_version) == (80_000, current_prices(MODEL).id)
    assert later.estimate_micros == 90_000


# -- rehearsals ----------------------------------------------------------------------------------


def test_prices_are_rehearsed_against_the_last_days(
    pricing: PricingService, clock: SetClock, charge: Callable[..., None]
):
    first_day = start_ms(day_ago(clock, 29), BERLIN)
    charge("now", 120_000)
    charge("at the edge", 120_000, created_at=first_day)
    charge("too old", 120_000, created_at=first_day - 1)
    charge("in doubt", 120_000, state="parked", cost_micros=None, cost_basis="in doubt")
    charge("odd", 121_000)

    found = pricing.rehearse(planned(image_2K=100_000))

    assert [(line.sku, line.quantity) for line in found.lines] == [("image_2K", 3)]
    assert (found.was_micros, found.would_micros) == (361_000, 301_000)


def test_a_rehearsal_enters_nothing(pricing: PricingService):
    pricing.rehearse(planned(image_1K=90_000))

    assert one_k(pricing) == 80_000
    with pytest.raises(PricesUnusable, match="Source"):
        pricing.rehearse(replace(planned(), source=""))


def day_ago(clock: SetClock, days: int) -> date:
    return datetime.fromtimestamp(clock.now_ms() / 1000, BERLIN).date() - timedelta(days=days)
