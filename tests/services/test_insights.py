"""Waste, worth and what-if from real rows: each figure leads to the runs that it counted."""

from dataclasses import replace
from datetime import date
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.periods import Days
from lib.domain.prices import PriceVersion
from lib.domain.spend import Cut
from lib.domain.waste import Wasted, WasteKind
from lib.domain.what_if import Choices, Sizes
from lib.domain.worth import Trial
from lib.services.history_search import HistorySearch
from lib.services.pricing import PricingService
from lib.services.waste import WasteService
from lib.services.what_if import WhatIfService
from lib.services.worth import WorthService
from lib.store.database import writing
from lib.store.kept_runs import KeptRuns
from lib.store.price_checks import PriceChecks
from lib.store.price_evidence import PriceEvidence
from lib.store.price_versions import PriceVersions
from lib.store.schema_history import mark
from lib.store.tables import Tables
from lib.store.tables_history import HistoryTables
from lib.store.wasted_runs import WastedRuns
from lib.store.what_was_charged import WhatWasCharged
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, book, empty, put, put_pictures, run_row

UTC = ZoneInfo("UTC")
DAY_MS = 86_400_000
YESTERDAY = Days(date(2026, 11, 22), date(2026, 11, 22))
"""The day of NOON_MS."""
TWO_DAYS = Days(date(2026, 11, 22), date(2026, 11, 23))


def at_the_next_day(clock: SetClock) -> SetClock:
    clock.wall_ms = NOON_MS + DAY_MS
    return clock


def pricing(database: sa.Engine, clock: SetClock) -> PricingService:
    return PricingService(
        versions=PriceVersions(database),
        evidence=PriceEvidence(database, origin="sandbox"),
        checks=PriceChecks(database, origin="sandbox"),
        is_play=True,
        zone=UTC,
        clock=clock,
    )


def waste_of(database: sa.Engine, clock: SetClock) -> WasteService:
    return WasteService(WastedRuns(database, origin="sandbox"), zone=UTC, clock=clock)


def worth_of(database: sa.Engine, clock: SetClock) -> WorthService:
    kept = KeptRuns(database, origin="sandbox")
    told = (kept, Tables(database), pricing(database, clock))
    return WorthService(*told, origin="sandbox", zone=UTC)


def what_if_of(database: sa.Engine, clock: SetClock) -> WhatIfService:
    charged = WhatWasCharged(database, origin="sandbox")
    return WhatIfService(charged, pricing(database, clock), zone=UTC)


def rate(database: sa.Engine, run_id: str, rating: int) -> None:
    with writing(database) as db:
        marked = {"rating": rating, "changed_at": 1, "changed_by": "local"}
        db.execute(mark.insert().values(run_id=run_id, **marked))


def copy_pictures(database: sa.Engine, of: str, to: str) -> None:
    with writing(database) as db:
        db.exec_driver_sql(
            "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at)"
            " SELECT ?, number, sha256, size_bytes, mime, stored_at FROM picture WHERE run_id = ?",
            (to, of),
        )


# -- waste -----------------------------------------------------------------------------------------


def test_each_kind_of_waste_is_counted_and_overlap_once(
    database: sa.Engine, clock: SetClock
) -> None:
    put(
        database,
        run_row("good"),
        run_row("failed", state="failed", cost_micros=0),
        run_row("charged", state="failed", cost_micros=5),
        run_row("unopened"),
        run_row("deleted", deleted_at=NOON_MS),
        run_row("erased", deleted_at=NOON_MS, erased_at=NOON_MS),
        run_row("flagged", nsfw_detected=1),
        run_row("kept", nsfw_detected=1),
        run_row("again"),
        run_row("elsewhere", adopted_at=NOON_MS),
        run_row("others", origin="api.runflow.io", deleted_at=NOON_MS),
        run_row("before", created_at=NOON_MS - DAY_MS, deleted_at=NOON_MS),
    )
    for run_id in ("good", "unopened", "deleted", "erased", "flagged", "kept", "elsewhere"):
        put_pictures(database, run_id, 1)
    copy_pictures(database, "good", "again")
    rate(database, "good", 3)
    rate(database, "kept", 4)

    found = waste_of(database, at_the_next_day(clock)).between(YESTERDAY)

    assert found.kinds == {
        WasteKind.FAILED: Wasted(2, 5),
        WasteKind.UNOPENED: Wasted(3, 240_000),
        WasteKind.DELETED: Wasted(2, 160_000),
        WasteKind.FLAGGED: Wasted(1, 80_000),
        WasteKind.DUPLICATE: Wasted(1, 80_000),
    }
    assert found.total == Wasted(7, 400_005)  # flagged and again were never opened either
    assert found.erased_runs == 1


def test_what_was_clicked_today_may_yet_be_opened(database: sa.Engine, clock: SetClock) -> None:
    put(database, run_row("yesterday"), run_row("today", created_at=NOON_MS + DAY_MS))
    for run_id in ("yesterday", "today"):
        put_pictures(database, run_id, 1)

    found = waste_of(database, at_the_next_day(clock)).between(TWO_DAYS)

    assert found.kinds[WasteKind.UNOPENED] == Wasted(1, 80_000)


RUNS = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(["stored", "failed", "accepted", "parked"]),
            "cost_micros": st.sampled_from([None, 0, 80_000, 95_001]),
            "created_at": st.sampled_from([NOON_MS, NOON_MS + DAY_MS - 1, NOON_MS + DAY_MS]),
            "deleted_at": st.sampled_from([None, None, 1]),
            "nsfw_detected": st.sampled_from([None, 0, 1]),
            "adopted_at": st.sampled_from([None, None, 1]),
        }
    ),
    max_size=10,
)
MARKED = st.lists(st.sampled_from([None, None, 3, 4]), min_size=10, max_size=10)
PICTURED = st.lists(st.sampled_from(["", "a", "b"]), min_size=10, max_size=10)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(runs=RUNS, marked=MARKED, pictured=PICTURED)
def test_history_shows_exactly_the_runs_of_each_kind(
    database: sa.Engine,
    clock: SetClock,
    runs: list[dict[str, object]],
    marked: list[int | None],
    pictured: list[str],
) -> None:
    with writing(database) as db:
        db.execute(mark.delete())
    empty(database)
    put(database, *(run_row(f"{n:02}", **row) for n, row in enumerate(runs)))
    for n, _ in enumerate(runs):
        if pictured[n]:
            with writing(database) as db:
                db.exec_driver_sql(
                    "INSERT INTO picture (run_id, number, sha256, size_bytes, mime, stored_at)"
                    " VALUES (?, 0, ?, 1, 'image/png', 1)",
                    (f"{n:02}", pictured[n]),
                )
        if marked[n]:
            rate(database, f"{n:02}", marked[n] or 0)
    service = waste_of(database, at_the_next_day(clock))
    search = HistorySearch(HistoryTables(database), origin="sandbox", zone=UTC)

    found = service.between(TWO_DAYS)

    for kind, wasted in found.kinds.items():
        totals = search.totals(service.question(kind, TWO_DAYS), viewer="local")
        assert (totals.runs.value, totals.spend_micros) == (wasted.runs, wasted.spend_micros), kind
    assert found.total.runs <= sum(one.runs for one in found.kinds.values())
    assert found.total.spend_micros <= sum(one.spend_micros for one in found.kinds.values())


# -- worth -----------------------------------------------------------------------------------------


def test_extras_and_resolutions_are_compared_with_all_other_runs(
    database: sa.Engine, clock: SetClock
) -> None:
    searched = {"enable_web_search": True}
    put(
        database,
        run_row("1", input=searched, cost_micros=95_000),
        run_row("2", input=searched, cost_micros=95_000),
        run_row("3", input={"resolution": "4K", "num_images": 2}, cost_micros=320_000),
        run_row("4"),
        run_row("failed", state="failed", cost_micros=0, input=searched),
    )
    for run_id, count in (("1", 1), ("2", 1), ("3", 2), ("4", 1)):
        put_pictures(database, run_id, count)
    rate(database, "2", 5)
    rate(database, "3", 4)
    book(database)
    service = worth_of(database, at_the_next_day(clock))

    found = {one.label: one for one in service.table(YESTERDAY)}

    assert set(found) == {"1K image", "4K image", "Web search"}
    search = found["Web search"]
    assert (search.spend_micros, search.pictures) == (30_000, 2)
    assert (search.with_it, search.without) == (Trial(2, 1), Trial(2, 1))
    large = found["4K image"]
    assert (large.spend_micros, large.pictures) == (320_000, 2)
    assert (large.with_it, large.without) == (Trial(1, 1), Trial(3, 1))
    assert service.kept_pictures(YESTERDAY) == 3


def test_what_a_run_does_not_say_has_the_models_default(
    database: sa.Engine, clock: SetClock
) -> None:
    row = run_row("1", adopted_at=NOON_MS)
    put(database, row | {"input": {"prompt": "a kite"}})
    put_pictures(database, "1", 1)
    book(database)

    (found,) = worth_of(database, at_the_next_day(clock)).table(YESTERDAY)

    assert (found.label, found.with_it) == ("1K image", Trial(1, 0))


# -- what if ---------------------------------------------------------------------------------------


def test_4k_for_kept_looks_at_each_run(database: sa.Engine, clock: SetClock) -> None:
    for run_id in ("kept", "not"):
        put(database, run_row(run_id, input={"resolution": "4K"}, cost_micros=160_000))
        put_pictures(database, run_id, 1)
    rate(database, "kept", 5)
    book(database)
    service = what_if_of(database, at_the_next_day(clock))

    found = service.repriced(YESTERDAY, Choices(sizes=Sizes.LARGE_FOR_KEPT))

    assert (found.was_micros, found.would_micros) == (320_000, 240_000)


def test_prices_to_come_can_be_tried(database: sa.Engine, clock: SetClock) -> None:
    put(database, run_row("1"))
    put_pictures(database, "1", 1)
    book(database)
    service = what_if_of(database, at_the_next_day(clock))
    (entry,) = service.versions()
    dearer = entry.version.with_prices(lambda price: replace(price, unit_micros=90_001))

    found = service.repriced(YESTERDAY, Choices(version=dearer))

    assert isinstance(dearer, PriceVersion)
    assert found.difference_micros == 10_001


ENDED = st.lists(
    st.fixed_dictionaries(
        {
            "state": st.sampled_from(["stored", "failed", "canceled"]),
            "cost_micros": st.integers(0, 10**6) | st.sampled_from([80_000, 95_000, 160_000]),
            "price_version": st.sampled_from(["nano-banana-2/2026-04-13", "lost"]),
            "created_at": st.sampled_from([NOON_MS, NOON_MS - DAY_MS]),
            "input": st.fixed_dictionaries(
                {
                    "resolution": st.sampled_from(["0.5K", "1K", "4K", "9K"]),
                    "enable_web_search": st.booleans(),
                }
            ),
        }
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(runs=ENDED, asked=st.sampled_from([Choices(), Choices(sizes=Sizes.LARGE_FOR_KEPT)]))
def test_without_another_choice_it_comes_to_the_spend_of_the_page(
    database: sa.Engine, clock: SetClock, runs: list[dict[str, object]], asked: Choices
) -> None:
    origin = uuid4().hex  # lines are never taken out: each example has an account of its own
    put(
        database,
        *(run_row(f"{n} {origin}", origin=origin, **row) for n, row in enumerate(runs)),
    )
    book(database)
    service = WhatIfService(
        WhatWasCharged(database, origin=origin), pricing(database, clock), zone=UTC
    )
    spend = Tables(database).totals(Cut(origin, *YESTERDAY.span_ms(UTC), UTC))

    found = service.repriced(YESTERDAY, asked)

    assert found.was_micros == spend.spend_micros
    if asked == Choices():
        assert found.would_micros == spend.spend_micros
