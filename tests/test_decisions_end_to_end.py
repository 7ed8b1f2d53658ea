"""Parked runs of a whole Plantain: what is decided in any process is carried out by the one that may."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import Services, open_services
from lib.domain.clock import SystemClock
from lib.domain.cost_query import CostQuery
from lib.domain.decision import Counts, Outcome
from lib.domain.periods import Period
from lib.domain.run import CostBasis, Run, RunState
from lib.sandbox import child
from lib.services import polling
from lib.settings import Settings
from tests.parking import MODEL, ended, park, run_of, wait_until

HOUR_S = 3600
COST = 60_000


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.2)
    yield sandbox.base_url
    sandbox.stop()


@pytest.fixture
def settings(tmp_path: Path, api: str) -> Settings:
    return Settings(
        runflow_api_key="rf_live_decisions",
        runflow_base_url=api,
        plantain_data_dir=tmp_path,
        plantain_quiet_seconds=1.0,
    )


class HurriedClock(SystemClock):
    """The time, and what a test lets pass at once."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now_ms(self) -> int:
        return super().now_ms() + round(self.passed_s * 1000)

    def monotonic_s(self) -> float:
        return super().monotonic_s() + self.passed_s


@pytest.fixture
def clock() -> HurriedClock:
    return HurriedClock()


@pytest.fixture
def services(settings: Settings, clock: HurriedClock) -> Iterator[Services]:
    with open_services(settings, clock) as services:
        yield services


def click(services: Services, prompt: str) -> str:
    values = {"prompt": prompt, "resolution": "0.5K"}
    return services.runs.submit(MODEL, values, click_token=prompt, created_by="local")


def ended_in_a_hurry(services: Services, clock: HurriedClock, run_id: str) -> Run:
    """The run once it has ended, with a second of Plantain's passing at each look."""

    def is_over() -> bool:
        clock.passed_s += 1
        return not run_of(services, run_id).is_open

    wait_until(is_over)
    return run_of(services, run_id)


def charges(api: str, run_id: str) -> int:
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()
    return sum(charge["client_ref"] == run_id for charge in ledger["charges"])


def spend(services: Services) -> tuple[int, int]:
    totals = services.costs.report(CostQuery(Period.ALL_TIME)).totals
    return totals.spend_micros, totals.in_doubt_micros


def test_what_is_found_in_a_second_process_is_settled_by_the_first(
    settings: Settings, api: str
) -> None:
    with open_services(settings) as first, open_services(settings) as second:
        run = park(first)

        assert second.decisions.ask(run.id, by="ada").outcome is Outcome.FOUND

        found = ended(first, run.id)
        assert (found.state, found.cost_micros, found.cost_basis) == (
            RunState.STORED,
            COST,
            CostBasis.CONFIRMED,
        )
        assert len(found.pictures) == 1
    assert charges(api, run.id) == 1


def test_what_was_found_is_looked_after_by_the_next_start(settings: Settings) -> None:
    with open_services(settings) as services:
        run = park(services, "a kite [stuck]")
        assert services.decisions.ask(run.id, by="ada").outcome is Outcome.FOUND

    with open_services(settings) as services:
        assert run_of(services, run.id).state is RunState.ACCEPTED
        assert services.decisions.count() == 0


def test_a_run_that_another_program_made_can_be_adopted_and_is_settled(
    settings: Settings, api: str
) -> None:
    with open_services(settings) as services:
        run = park(services, "a kite [stuck]")
        made = httpx.post(
            f"{api}/v1/models/{MODEL}/runs",
            json={"input": dict(run.input), "client_ref": "a script"},
            headers={"Authorization": "Bearer rf_live_decisions"},
            trust_env=False,
        ).json()
        address = f"https://app.runflow.io/runs/{made['id']}"

        answer = services.decisions.adopt(run.id, address, by="ada")
        assert [difference.field for difference in answer.differences] == ["client_ref"]
        again = services.decisions.adopt(run.id, address, by="ada", accepted=answer.differences)

        assert again.outcome is Outcome.ADOPTED
        assert run_of(services, run.id).remote_id == made["id"]


def test_a_run_that_the_api_never_took_can_be_given_up_for_nothing(
    services: Services, clock: HurriedClock, api: str
) -> None:
    run_id = click(services, "a kite [unavailable]")
    wait_until(lambda: run_of(services, run_id).state is RunState.UNKNOWN)
    clock.passed_s += 13 * HOUR_S
    assert ended(services, run_id).state is RunState.PARKED
    assert spend(services) == (0, COST)

    assert services.decisions.ask(run_id, by="ada").outcome is Outcome.NOT_KNOWN
    assert services.decisions.give_up(run_id, Counts.NOTHING, by="ada").outcome is Outcome.GIVEN_UP

    assert spend(services) == (0, 0)
    assert charges(api, run_id) == 0


def test_a_run_whose_pictures_are_gone_waits_again_after_it_was_found(
    services: Services, clock: HurriedClock, api: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "SLOWEST_S", 0.2)  # between two looks at a run of yesterday
    run_id = click(services, "a kite [missing picture]")
    wait_until(lambda: run_of(services, run_id).state is RunState.ACCEPTED)
    clock.passed_s += 25 * HOUR_S
    run = ended_in_a_hurry(services, clock, run_id)
    assert (run.state, run.cost_micros) == (RunState.PARKED, COST)

    assert services.decisions.ask(run_id, by="ada").outcome is Outcome.FOUND
    clock.passed_s += 25 * HOUR_S
    assert ended_in_a_hurry(services, clock, run_id).state is RunState.PARKED
    assert services.decisions.count() == 1

    assert services.decisions.give_up(run_id, Counts.KNOWN, by="ada").outcome is Outcome.GIVEN_UP
    assert spend(services) == (COST, 0)
    assert charges(api, run_id) == 1
