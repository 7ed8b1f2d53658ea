"""Whatever runs cost, and whenever the API says so: in the end the lines sum to what it charged.

A hard budget stands meanwhile: what fits is let through and nothing else, and when all is told it
holds nothing any more, and has spent what the API charged.
"""

import hashlib
import uuid
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lib.domain.budget import BudgetUse, OverBudget, Scope, Strength, Terms, Window
from lib.domain.catalog import NANO_BANANA_2
from lib.domain.decision import Counts
from lib.domain.money import dollars_from_micros
from lib.domain.prices import estimate
from lib.domain.run import Run, RunState
from lib.services.auditor import Auditor
from lib.services.runs import request_body
from lib.store.budgets import Budgets
from lib.store.day_sums import sum_by_day
from lib.store.decisions import Decisions
from lib.store.entries import NewRun
from lib.store.price_versions import PriceVersions
from tests.services.auditing import an_auditor, ledger_of, settle
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi
from tests.store.balancing import assert_balanced, counted_micros

MODEL = NANO_BANANA_2.id
HOUR_S = 3600.0
EVER = (date(1970, 1, 1), date(2090, 1, 1))
LEFT = st.sampled_from([0, 150_000, 600_000, 10**9])
"""What is left of the budget before the first deed."""


@dataclass(frozen=True)
class Deed:
    """One run, from whoever makes it to the last word of the API about it."""

    by: str
    resolution: str
    images: int
    delivered: int
    ending: str
    off_micros: int
    is_told_late: bool
    prices_times: int
    counts: Counts | None
    is_undone: bool


DEEDS = st.builds(
    Deed,
    by=st.sampled_from(["us", "us", "a lost answer", "elsewhere", "refused"]),
    resolution=st.sampled_from(["0.5K", "1K", "2K", "4K"]),
    images=st.integers(1, 4),
    delivered=st.integers(1, 4),
    ending=st.sampled_from(["succeeded", "succeeded", "failed", "canceled", "empty"]),
    off_micros=st.sampled_from([0, 0, 0, 1, -1, 15_000]),
    is_told_late=st.booleans(),
    prices_times=st.sampled_from([1, 1, 2, 3]),
    counts=st.sampled_from([None, *Counts]),
    is_undone=st.booleans(),
)


@pytest.fixture
def auditor(world: World, api: ScriptedApi) -> Auditor:
    api.now_ms = world.clock.now_ms
    return an_auditor(world, [])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(deeds=st.lists(DEEDS, min_size=1, max_size=4), left=LEFT)
def test_the_lines_sum_to_what_the_api_charged(
    world: World, api: ScriptedApi, auditor: Auditor, deeds: list[Deed], left: int
):
    sum_by_day(world.database, ZoneInfo("Asia/Kathmandu"))
    limit = set_budget(world, charged_in_all(api) + left)
    for deed in deeds:
        carry_out(world, api, deed)
        assert_balanced(world.database)
    world.clock.pass_s(HOUR_S)
    for run in api.runs.values():
        run["cost"] = run["charged"]
    for _ in range(3):
        auditor.audit()
        settle(world)
        assert_balanced(world.database)

    parked = [run for run in ledger_of(world) if run.state is RunState.PARKED]
    for run in parked:
        assert run.cost_micros == charged(api, run)
    assert counted_micros(world.database) == charged_in_all(api)
    use = budget_use(world)
    assert (use.held_micros, use.in_doubt_micros) == (0, 0)
    assert use.spent_micros == charged_in_all(api)
    assert use.spent_micros <= limit + beyond_estimates(world)


def set_budget(world: World, limit: int) -> int:
    """The only budget, hard and for all time; the one of the last example ends."""
    budgets = Budgets(world.database, world.clock, origin="sandbox")
    for earlier in budgets.in_force():
        budgets.end(earlier.id, by="local")
    limit = max(limit, 1)
    once = (Scope.TEAM, "", Window.ONCE, limit, Strength.HARD, "Europe/Berlin", *EVER)
    budgets.make(Terms(*once), by="local")
    return limit


def budget_use(world: World) -> BudgetUse:
    budgets = Budgets(world.database, world.clock, origin="sandbox")
    (use,) = budgets.uses(budgets.in_force())
    return use


def beyond_estimates(world: World) -> int:
    """What no check at a click can know of: charges above an estimate, and those of other clients."""
    return sum(
        max(0, run.cost_micros - (0 if run.adopted_at else run.estimate_micros))
        for run in ledger_of(world)
        if run.cost_micros is not None
    )


def charged(api: ScriptedApi, run: Run) -> int:
    return round(float(api.runs[str(run.remote_id)]["charged"]) * 1_000_000)


def charged_in_all(api: ScriptedApi) -> int:
    return sum(round(float(run["charged"]) * 1_000_000) for run in api.runs.values())


def carry_out(world: World, api: ScriptedApi, deed: Deed) -> None:
    world.clock.pass_s(1)
    prices = priced(world, deed.prices_times)
    asked = {"prompt": "a kite", "resolution": deed.resolution, "num_images": deed.images}
    if deed.by == "elsewhere":
        run = api.take(str(uuid.uuid4()), {"input": asked, "client_ref": None})
        return end(api, deed, run)
    expected = estimate(prices, asked, images=deed.images)
    fits = budget_use(world).fits(expected.total_micros)
    try:
        run_id = click(world, asked, expected.total_micros, expected.version_id)
    except OverBudget:
        assert not fits, "what fits was refused"
        return None
    assert fits, "what does not fit was let through"
    words = {"a lost answer": "lose", "refused": "refuse:402"}
    api.posts.extend([words[deed.by]] if deed.by in words else [])
    world.send(run_id)
    if deed.by == "refused":
        assert world.run(run_id).state is RunState.FAILED
        return None
    end(api, deed, api.runs[str(world.run(run_id).remote_id)])
    for _ in range(3):
        world.settlement.look(run_id)
        world.clock.pass_s(HOUR_S)
    return decide(world, deed, run_id)


def priced(world: World, times: int) -> Any:
    """The prices in effect, after a change when they are to be another one's multiple."""
    versions, now = PriceVersions(world.database), world.clock.now_ms()
    if times > 1:
        first = versions.at(MODEL, 0)
        dearer = first.with_prices(lambda one: replace(one, unit_micros=one.unit_micros * times))
        new = replace(dearer, id=f"times {times} since {now}")
        versions.add(new, effective_from=now, seen_at=now, by="local")
    return versions.at(MODEL, now)


def click(world: World, asked: dict[str, Any], micros: int, version: str) -> str:
    run_id = f"run {uuid.uuid4()}"
    body = request_body(asked, client_ref=run_id)
    new = NewRun(
        id=run_id,
        origin="sandbox",
        model_id=MODEL,
        created_by="local",
        click_token=run_id,
        input=asked,
        request_body=body,
        request_sha256=hashlib.sha256(body).hexdigest(),
        estimate_micros=micros,
        price_version=version,
    )
    return world.ledger.add(new, lambda _db, _run_id: None)


def end(api: ScriptedApi, deed: Deed, run: dict[str, Any]) -> None:
    """How the run ends at the API: what it delivers, what it charges, and what it says of that."""
    delivered = min(deed.delivered, deed.images) if deed.ending == "succeeded" else 0
    micros = 80_000 * delivered + deed.off_micros
    if deed.ending in ("failed", "empty"):
        micros = max(0, deed.off_micros)
    if deed.ending == "canceled":
        micros = 30_000
    run["charged"] = f"{dollars_from_micros(max(0, micros)):f}"
    run["cost"] = None if deed.is_told_late else run["charged"]
    run["status_code"] = "succeeded" if deed.ending == "empty" else deed.ending
    url = f"{api.base_url}/files/0"
    run["output"] = {"outputs": [{"url": url, "type": "image"}] * delivered}


def decide(world: World, deed: Deed, run_id: str) -> None:
    decisions = Decisions(world.database, world.clock)
    if deed.counts is not None:
        decisions.give_up(run_id, deed.counts, by="local")
        assert_balanced(world.database)
    if deed.is_undone:
        decisions.undo(run_id, by="local")
