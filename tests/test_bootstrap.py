"""Everything put together on a real folder: restarts, and a second process beside the first."""

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from lib.bootstrap import Services, open_services
from lib.bootstrap_api import CannotStart
from lib.domain.cost_query import CostQuery
from lib.domain.history_query import HistoryQuery
from lib.domain.periods import Period
from lib.domain.run import Run, RunState
from lib.engine.executor_lock import LOCK_FILE, ExecutorLock
from lib.images.embedded_record import extract
from lib.sandbox import child
from lib.services.backups.restoring import WORK
from lib.settings import Settings

MODEL = "google/nano-banana-2"
STEPS = 1_500
STEP_S = 0.02


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path_factory.mktemp("sandbox"), seconds=0.3)
    yield sandbox.base_url
    sandbox.stop()


def settings(folder: Path, api: str) -> Settings:
    return Settings(
        runflow_api_key="rf_live_bootstrap",
        runflow_base_url=api,
        plantain_data_dir=folder,
        plantain_quiet_seconds=1.0,
    )


def click(services: Services, prompt: str, token: str = "a click") -> str:
    return services.runs.submit(
        MODEL,
        {"prompt": prompt, "resolution": "0.5K"},
        click_token=token,
        created_by="local",
    )


def run_of(services: Services, run_id: str) -> Run:
    run = services.runs.find(run_id)
    assert run is not None
    return run


def wait_for_end(services: Services, run_id: str) -> Run:
    pause = threading.Event()
    for _ in range(STEPS):
        if not run_of(services, run_id).is_open:
            break
        pause.wait(STEP_S)
    return run_of(services, run_id)


def spend(services: Services) -> int:
    return services.costs.report(CostQuery(Period.ALL_TIME)).totals.spend_micros


def charges(api: str, run_id: str) -> int:
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()
    return sum(charge["client_ref"] == run_id for charge in ledger["charges"])


def test_without_a_key_the_sandbox_starts_and_ends_with_the_services(tmp_path: Path):
    with open_services(Settings(plantain_data_dir=tmp_path / "data")) as services:
        status = services.account.status()
        address = services.api_base_url
        assert status.is_reachable
        assert status.balance_micros == 100_000_000

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/v1/health", trust_env=False)


def test_a_run_goes_on_when_the_services_are_opened_again(tmp_path: Path, api: str):
    with open_services(settings(tmp_path, api)) as services:
        run_id = click(services, "a kite [slow]")
        pause = threading.Event()
        for _ in range(STEPS):
            if run_of(services, run_id).state is RunState.ACCEPTED:
                break
            pause.wait(STEP_S)
        assert run_of(services, run_id).state is RunState.ACCEPTED

    with open_services(settings(tmp_path, api)) as services:
        run = wait_for_end(services, run_id)

    assert run.state is RunState.STORED
    assert charges(api, run_id) == 1


def test_a_lost_answer_is_found_at_the_api_within_seconds(tmp_path: Path, api: str):
    with open_services(settings(tmp_path, api)) as services:
        run = wait_for_end(services, click(services, "a kite [lost answer]"))

    assert run.state is RunState.STORED
    assert run.fence == 1
    assert charges(api, run.id) == 1


def test_a_second_process_on_the_same_folder_queues_and_the_first_carries_out(
    tmp_path: Path, api: str
):
    with open_services(settings(tmp_path, api)) as first:
        with open_services(settings(tmp_path, api)) as second:
            assert first.executes
            assert not second.executes
            run_id = click(second, "a kite")

        assert wait_for_end(first, run_id).state is RunState.STORED
    assert charges(api, run_id) == 1


def test_a_second_process_shares_the_sandbox_of_the_first(tmp_path: Path):
    play = Settings(plantain_data_dir=tmp_path, plantain_sandbox_seconds=0.1)
    with open_services(play) as first, open_services(play) as second:
        assert second.api_base_url == first.api_base_url
        assert second.account.status().is_reachable
        assert wait_for_end(first, click(second, "a kite")).state is RunState.STORED


def test_nothing_starts_on_a_folder_into_which_a_backup_is_being_put_back(tmp_path: Path, api: str):
    lock = ExecutorLock(tmp_path / LOCK_FILE)
    assert lock.acquire()
    (tmp_path / WORK).mkdir()

    with pytest.raises(CannotStart, match="being put back"), open_services(settings(tmp_path, api)):
        pass
    lock.release()

    assert not (tmp_path / "plantain.db").exists()


def test_what_a_killed_restore_has_left_does_not_keep_a_second_process_away(
    tmp_path: Path, api: str
):
    (tmp_path / WORK).mkdir()

    with open_services(settings(tmp_path, api)), open_services(settings(tmp_path, api)) as second:
        assert not second.executes


def test_runs_of_the_sandbox_and_of_an_api_are_never_mixed(tmp_path: Path, api: str):
    with open_services(settings(tmp_path, api)) as with_key:
        wait_for_end(with_key, click(with_key, "a kite"))
        assert spend(with_key) == 60_000

    without = Settings(plantain_data_dir=tmp_path, plantain_sandbox_seconds=0.1)
    with open_services(without) as in_sandbox:
        assert in_sandbox.runs.recent(limit=9) == []
        assert in_sandbox.search.page(HistoryQuery(), viewer="local").runs.empty
        assert spend(in_sandbox) == 0


def test_an_open_run_waits_for_its_own_api_and_is_sent_to_no_other(tmp_path: Path, api: str):
    nowhere = "http://127.0.0.1:9"
    with open_services(settings(tmp_path, nowhere)) as services:
        run_id = click(services, "a kite")

    with open_services(settings(tmp_path, api)) as services:
        click(services, "another kite", token="another click")
        wait_for_end(services, services.runs.recent(limit=1)[0].id)
        left = run_of(services, run_id)
        assert left.state in (RunState.QUEUED, RunState.SENDING)
    assert charges(api, run_id) == 0

    with open_services(settings(tmp_path, nowhere)) as services:
        pause = threading.Event()
        for _ in range(STEPS):
            if run_of(services, run_id).due_at != left.due_at:
                break
            pause.wait(STEP_S)
        assert run_of(services, run_id).due_at != left.due_at


def test_a_download_carries_what_was_sent_and_the_original_stays_as_it_came(
    tmp_path: Path, api: str
):
    with open_services(settings(tmp_path, api)) as services:
        run = wait_for_end(services, click(services, "a kite über “dunes”"))
        (picture,) = run.pictures
        download = services.pictures.download(picture.sha256, run.id)
        path, mime = services.pictures.original(picture.sha256)

        record = extract(download.data)
        assert record["input"] == dict(run.input)
        assert (record["run_id"], record["model"]) == (run.id, MODEL)
        assert record["cost_usd"] == "0.06"
        assert mime == "image/png"
        assert extract(path.read_bytes()) is None
