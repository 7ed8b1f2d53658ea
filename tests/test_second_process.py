"""Two Plantains on one data folder: one carries runs out, the other follows when it ends."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import Services, shift_of
from lib.domain.errors import NotAccepting
from lib.domain.run import RunState
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.sandbox import child
from lib.services.shift import Shift
from lib.settings import Settings
from tests.pages.test_agent_api import Agent
from tests.plantain_server import PlantainServer

MODEL = "google/nano-banana-2"
AGENT = ["--server.enableAgentApi=true"]
STEP_S, STEPS = 0.05, 1_200


def wait_until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(STEPS):
        if holds():
            return
        pause.wait(STEP_S)
    raise AssertionError("it never came to that")


def health(server: PlantainServer) -> dict[str, object]:
    return httpx.get(f"{server.url}/plantain/health", trust_env=False, timeout=30).json()


def texts(agent: Agent) -> str:
    return str(agent.do())


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[PlantainServer, PlantainServer]]:
    """Two servers on one folder, the first of them executing."""
    settings = {"PLANTAIN_SANDBOX_SECONDS": "1"}
    folder = tmp_path / "data"
    one = PlantainServer(folder, arguments=AGENT, environment=settings)
    two = PlantainServer(folder, arguments=AGENT, environment=settings)
    two.log = tmp_path / "second.log"
    with one, two:
        yield one, two
        if one._process is None:
            one.log.write_text("")  # it was killed, and its log is not this test's matter


@pytest.mark.parametrize("end", ["kill", "stop"])
def test_the_second_shows_that_it_waits_and_takes_over_when_the_first_ends(
    pair: tuple[PlantainServer, PlantainServer], end: str
):
    one, two = pair
    assert health(one)["executes"] is True
    assert health(two) == {"status": "ok", "executes": False, "problems": []}
    with (
        httpx.Client(base_url=one.url, timeout=60, trust_env=False) as to_one,
        httpx.Client(base_url=two.url, timeout=60, trust_env=False) as to_two,
    ):
        first, second = Agent(to_one), Agent(to_two)
        assert "Another Plantain works on this data folder" in texts(second)
        first.do(widget_state={"prompt": "A kite [slow]", "resolution": "0.5K"})
        first.do(trigger={"key": "generate"})
        wait_until(lambda: "Running" in texts(second))

        getattr(one, end)()

        wait_until(lambda: health(two)["executes"] is True)
        wait_until(lambda: "Done" in texts(second))
        assert "Another Plantain works" not in texts(second)
        second.do(widget_state={"prompt": "Another kite", "resolution": "0.5K"})
        second.do(trigger={"key": "generate"})
        wait_until(lambda: texts(second).count("'Done'") >= 2)
    sandbox = (two.data_dir / "sandbox" / "address").read_text()
    charges = httpx.get(f"{sandbox}/sandbox/ledger", trust_env=False).json()["charges"]
    refs = [charge["client_ref"] for charge in charges]
    assert len(refs) == len(set(refs)) == 2


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.3)
    yield sandbox.base_url
    sandbox.stop()


@pytest.fixture
def serving(tmp_path: Path, api: str) -> Iterator[tuple[Shift[Services], list[Services]]]:
    """A shift on an empty folder, and what it offers."""
    settings = Settings(
        runflow_api_key="rf_live_second",
        runflow_base_url=api,
        plantain_data_dir=tmp_path / "data",
        plantain_quiet_seconds=1.0,
    )
    offered: list[Services] = []
    shift = shift_of(settings, lambda services: offered.append(services) if services else None)
    shift._between_looks_s = shift._grace_s = 0.1
    shift.start()
    yield shift, offered
    shift.stop()


def submit(services: Services, token: str, prompt: str = "a kite") -> str:
    values = {"prompt": prompt, "resolution": "0.5K"}
    return services.runs.submit(MODEL, values, click_token=token, created_by="local")


def test_who_loses_the_lock_stops_at_once_and_goes_on_when_it_is_free(
    serving: tuple[Shift[Services], list[Services]], tmp_path: Path, api: str
):
    _, offered = serving
    before = offered[0]
    under_way = submit(before, "1", "a kite [slow]")
    wait_until(lambda: before.runs.find(under_way).state is RunState.ACCEPTED)

    os.unlink(tmp_path / "data" / LOCK_FILE)
    other = ExecutorLock(tmp_path / "data" / LOCK_FILE)
    assert other.acquire()

    with pytest.raises(NotAccepting, match=r"executor\.lock"):
        submit(before, "2")
    wait_until(lambda: not before.executes)
    with pytest.raises(NotAccepting, match="another Plantain has it now"):
        submit(before, "2")
    assert before.runs.find(under_way).is_open
    assert [problem.code for problem in before.fitness.problems()] == ["lock"]
    assert len(before.runs.recent(9)) == 1, "everything can be read"
    assert len(offered) == 1

    other.release()

    wait_until(lambda: len(offered) == 2)
    after = offered[1]
    assert after.executes
    assert after.fitness.problems() == ()
    wait_until(lambda: not after.runs.find(under_way).is_open)
    second = submit(after, "2")
    wait_until(lambda: not after.runs.find(second).is_open)
    assert [run.state for run in after.runs.recent(9)] == [RunState.STORED] * 2
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()["charges"]
    refs = sorted(charge["client_ref"] for charge in ledger)
    assert refs == sorted([under_way, second])


def test_a_lock_file_that_is_only_deleted_is_locked_again_and_nothing_stops(
    serving: tuple[Shift[Services], list[Services]], tmp_path: Path
):
    shift, offered = serving
    (services,) = offered
    os.unlink(tmp_path / "data" / LOCK_FILE)
    assert [problem.code for problem in services.fitness.problems()] == ["lock"]

    wait_until(lambda: services.fitness.problems() == ())

    assert services.executes
    run_id = submit(services, "1")
    wait_until(lambda: not services.runs.find(run_id).is_open)
    assert offered == [services]
    assert shift._lock.is_held
    assert not ExecutorLock(tmp_path / "data" / LOCK_FILE).acquire()
