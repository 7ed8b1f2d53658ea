"""Audits beside everything else: requests under way, other audits, deaths. Each run is there once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from lib.domain.errors import ApiError
from lib.domain.run import RunState
from lib.services.auditor import Auditor
from lib.store.audits import Audits
from lib.store.decisions import Decisions
from lib.store.reconciliation import Reconciliation
from tests.sandbox.running import wait_for
from tests.services.auditing import an_auditor, ledger_of, made_elsewhere, settle, spent
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi

CLICKS = 24
WORDS = ("accept", "lose", "500-taken", "accept", "html-taken", "refuse:402", "drop", "accept")
WRITES = (
    (Reconciliation, ("adopt", "accept_unsent", "correct_cost", "miss", "see_again")),
    (Decisions, ("take_up",)),
    (Audits, ("record",)),
)
POINTS = 14
"""Before and after each of the seven writes that the audit of these tests makes."""


class Died(BaseException):
    """The process was killed here: nothing after this line happens."""


@pytest.fixture(autouse=True)
def api_tells_the_time(api: ScriptedApi, world: World) -> None:
    api.now_ms = world.clock.now_ms


@pytest.fixture
def auditor(world: World) -> Auditor:
    return an_auditor(world, [])


@pytest.fixture
def at_the_same_time() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


@pytest.mark.parametrize("tags", [True, False])
def test_an_audit_between_a_request_and_its_answer_adopts_nothing(
    world: World,
    api: ScriptedApi,
    auditor: Auditor,
    at_the_same_time: ThreadPoolExecutor,
    tags: bool,
):
    api.tags = tags
    api.posts.append("held")
    world.click()
    sending = at_the_same_time.submit(world.submission.advance, "01-run")
    wait_for(lambda: api.runs)

    assert auditor.audit().adopted == 0
    assert world.run().state is RunState.SENDING
    api.released.set()
    sending.result()

    assert world.run().state is RunState.ACCEPTED
    assert auditor.audit().adopted == 0
    settle(world)
    assert len(ledger_of(world)) == len(api.charges) == 1


def test_audits_among_many_requests_adopt_none_of_ours(
    world: World, api: ScriptedApi, at_the_same_time: ThreadPoolExecutor
):
    api.posts.extend(WORDS * (CLICKS // len(WORDS)))
    ids = [world.click(f"{number:02}-run") for number in range(CLICKS)]
    script = [made_elsewhere(api, number)["id"] for number in range(3)]
    is_over = threading.Event()

    def audit_again_and_again() -> int:
        adopted = 0
        while not is_over.is_set():
            adopted += an_auditor(world, []).audit().adopted
        return adopted

    audits = [at_the_same_time.submit(audit_again_and_again) for _ in range(2)]
    sent = [at_the_same_time.submit(world.submission.advance, run_id) for run_id in ids]
    for request in sent:
        request.result()
    for run_id in ids:
        world.send(run_id)
    is_over.set()

    # One that names nobody waits until nothing of ours is under way.
    adopted = sum(audit.result() for audit in audits) + an_auditor(world, []).audit().adopted
    assert adopted == len(script)
    settle(world)
    runs = ledger_of(world)
    assert sorted(run.id for run in runs if run.adopted_at is None) == ids
    assert sorted(str(run.remote_id) for run in runs if run.adopted_at) == sorted(script)
    assert len(set(api.charges)) - 1 == len([ref for ref in api.charges if ref != "None"])
    assert spent(world) == api.charged_micros()


def test_audits_at_the_same_time_adopt_each_run_once(
    world: World, api: ScriptedApi, at_the_same_time: ThreadPoolExecutor
):
    for number in range(12):
        made_elsewhere(api, number, client_ref=None if number % 2 else "job")
    at_once = threading.Barrier(4)

    def audit() -> int:
        at_once.wait()
        return an_auditor(world, []).audit().adopted

    audits = [at_the_same_time.submit(audit) for _ in range(4)]

    assert sum(made.result() for made in audits) == 12
    assert len(ledger_of(world)) == 12


# -- deaths --------------------------------------------------------------------------------------


def in_want_of_an_audit(world: World, api: ScriptedApi) -> None:
    """A ledger and an API that differ in every way."""
    for run_id in ("01-known", "02-changed", "03-gone"):
        world.click(run_id)
        world.send(run_id)
    settle(world)
    world.click("04-unsent")
    world.clock.pass_s(3600)
    of = {str(run["client_ref"]): run for run in api.runs.values()}
    of["02-changed"]["cost"] = "0.10"
    del api.runs[of["03-gone"]["id"]]
    api.take("04-unsent", {"client_ref": "04-unsent"})
    api.take("another key", {"client_ref": "01-known"})
    made_elsewhere(api, client_ref="job 7")
    made_elsewhere(api)


def dying_at(point: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let the process die at that point: before and after each write of an audit is one."""
    passed: list[str] = []

    def reach(name: str) -> None:
        passed.append(name)
        if len(passed) - 1 == point:
            raise Died

    def deadly(name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        def writing(*args: Any, **kwargs: Any) -> Any:
            reach(f"before {name}")
            result = write(*args, **kwargs)
            reach(f"after {name}")
            return result

        return writing

    for part, names in WRITES:
        for name in names:
            monkeypatch.setattr(part, name, deadly(name, getattr(part, name)))
    return monkeypatch.undo


@pytest.mark.parametrize("point", range(POINTS))
def test_an_audit_that_is_killed_anywhere_leaves_nothing_undone_or_done_twice(
    world: World, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch, point: int
):
    in_want_of_an_audit(world, api)
    assert dies(world, monkeypatch, at=point)
    for _ in range(POINTS):  # and again in each recovery, after its first write
        dies(world, monkeypatch, at=1)

    audit = an_auditor(world, []).audit()
    settle(world)

    assert (audit.adopted, audit.missing, audit.problem) == (0, 1, None)
    runs = ledger_of(world)
    assert len(runs) == 4 + 3
    assert len({run.remote_id for run in runs}) == len(runs)
    assert world.run("04-unsent").state is RunState.STORED
    assert world.run("03-gone").missing_at is not None
    assert spent(world) - 80_000 == api.charged_micros(), "what is gone was paid"
    kinds = [event.kind for event in world.records.story("02-changed")]
    assert kinds.count("cost changed") == 1


def test_that_many_points_are_all(world: World, api: ScriptedApi, monkeypatch: pytest.MonkeyPatch):
    in_want_of_an_audit(world, api)

    assert not dies(world, monkeypatch, at=POINTS)


def dies(world: World, monkeypatch: pytest.MonkeyPatch, *, at: int) -> bool:
    """Whether an audit came as far as that point, and was killed there."""
    come_to_life = dying_at(at, monkeypatch)
    try:
        an_auditor(world, []).audit()
    except Died:
        return True
    finally:
        come_to_life()
    return False


# -- never sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["open", "stored", "failed", "canceled", "parked"])
def test_no_way_leads_from_an_adopted_run_to_a_request(
    world: World, api: ScriptedApi, auditor: Auditor, ending: str
):
    endings = {
        "open": {"status_code": "running"},
        "stored": {},
        "failed": {"status_code": "failed", "output": None},
        "canceled": {"status_code": "cancelled", "output": None},
        "parked": {"output": {"outputs": []}},
    }
    made_elsewhere(api, **endings[ending])
    auditor.audit()
    (run,) = ledger_of(world)
    if ending != "open":
        world.clock.pass_s(120)
        settle(world)
    assert world.run(run.id).state.value == ("accepted" if ending == "open" else ending)

    for _ in range(3):
        world.submission.advance(run.id)
        assert world.ledger.intend(run.id, quiet_ms=1) is None
        world.ledger.lose_answer(run.id, outcome="interrupted", note="")
        world.ledger.wait_to_send(run.id, due_at=0, note="")
        world.ledger.cancel(run.id)
        try:
            world.settlement.look(run.id)
        except ApiError:
            continue
        auditor.audit()

    assert api.seen_posts == []
    assert len(ledger_of(world)) == 1
