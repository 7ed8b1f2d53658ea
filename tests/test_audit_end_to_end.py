"""Audits of a whole Plantain: what a lost database or a script has made comes into the ledger."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uuid_utils

from lib.bootstrap import Services, open_services
from lib.domain.audit import Audit, DifferenceKind
from lib.domain.callback import signature_of
from lib.domain.cost_query import CostQuery
from lib.domain.periods import Period
from lib.domain.run import Run, RunState
from lib.sandbox import child
from lib.services import audit
from lib.services.callbacks import Delivery
from lib.settings import Settings
from tests.sandbox.running import wait_for

MODEL = "google/nano-banana-2"
KEY = "rf_live_audit"
SECRET = "whsec_of_a_test"
MOST_RUNS = 500


@pytest.fixture
def api(tmp_path: Path) -> Iterator[str]:
    sandbox = child.start(data_dir=tmp_path / "api", seconds=0.1)
    yield sandbox.base_url
    sandbox.stop()


@pytest.fixture
def settings(tmp_path: Path, api: str) -> Settings:
    return Settings(
        runflow_api_key=KEY,
        runflow_base_url=api,
        runflow_callback_secret=SECRET,
        plantain_data_dir=tmp_path / "data",
        plantain_quiet_seconds=1.0,
    )


def click(services: Services, prompt: str, **values: Any) -> str:
    return services.runs.submit(
        MODEL,
        {"prompt": prompt, "resolution": "0.5K", **values},
        click_token=prompt,
        created_by="local",
    )


def script(api: str, prompt: str, *, model: str = MODEL, **body: Any) -> dict[str, Any]:
    """What a script on the same key does."""
    answer = httpx.post(
        f"{api}/v1/models/{model}/runs",
        json={"input": {"prompt": prompt}, **body},
        headers={"Authorization": f"Bearer {KEY}"},
        trust_env=False,
    )
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def runs_of(services: Services) -> list[Run]:
    return services.runs.recent(limit=MOST_RUNS)


def wait_for_all(services: Services) -> None:
    wait_for(lambda: any(run.is_open for run in runs_of(services)), lambda is_open: not is_open)


def audited(services: Services) -> Audit:
    """Have an audit made, and wait until it is and all that it found has ended."""
    before = services.audits.state().last
    assert services.audits.request()
    wait_for(services.audits.state, lambda state: state.last != before and not state.is_running)
    wait_for_all(services)
    last = services.audits.state().last
    assert last is not None
    return last


def charged(api: str) -> list[dict[str, Any]]:
    ledger = httpx.get(f"{api}/sandbox/ledger", trust_env=False).json()
    charges: list[dict[str, Any]] = ledger["charges"]
    return charges


def charged_micros(api: str) -> int:
    return sum(charge["amount_micros"] for charge in charged(api))


def posts(api: str) -> int:
    asked = httpx.get(f"{api}/sandbox/requests?method=POST", trust_env=False).json()
    return len(asked["requests"])


def spend(services: Services) -> int:
    return services.costs.report(CostQuery(Period.ALL_TIME)).totals.spend_micros


def told(run: Run) -> tuple[object, ...]:
    """What has to be the same after a database was lost."""
    pictures = tuple(picture.sha256 for picture in run.pictures)
    return (run.id, run.remote_id, run.state, run.cost_micros, dict(run.input), pictures)


def test_a_restored_old_database_gets_back_all_that_was_made_since(
    settings: Settings, api: str, tmp_path: Path
):
    file, backup = settings.plantain_data_dir / "plantain.db", tmp_path / "backup.db"
    with open_services(settings) as services:
        click(services, "before the backup")
        wait_for_all(services)
    shutil.copy(file, backup)
    with open_services(settings) as services:
        for prompt in ("two kites", "a kite [lost answer]", "a kite [fail]"):
            click(services, prompt, num_images=2)
        wait_for_all(services)
        before = runs_of(services)
    sent, paid = posts(api), charged(api)
    for left_over in file.parent.glob("plantain.db*"):
        left_over.unlink()
    shutil.copy(backup, file)

    with open_services(settings) as services:
        assert len(runs_of(services)) == 1
        audit = audited(services)
        after = runs_of(services)
        assert spend(services) == charged_micros(api)

    assert (audit.counted, audit.adopted, audit.problem) == (4, 3, None)
    assert [told(run) for run in after] == [told(run) for run in before]
    assert [run.created_by for run in after] == ["elsewhere"] * 3 + ["local"]
    assert posts(api) == sent
    assert charged(api) == paid


def test_what_a_script_on_the_same_key_makes_is_in_the_history_and_the_costs(
    settings: Settings, api: str
):
    with open_services(settings) as services:
        click(services, "one of ours")
        wait_for_all(services)
        script(api, "a kite")
        script(api, "a kite", client_ref="job 7", metadata={"by": "cron"})
        script(api, "a kite", client_ref="job 7")
        script(api, "a kite", client_ref=str(uuid_utils.uuid7()))
        script(api, "a kite [slow]")
        script(api, "a kite [fail]")
        others = script(api, "a kite", model="google/nano-banana-pro")
        sent = posts(api)
        wait_for(lambda: charged(api), lambda paid: others["id"] in {one["run_id"] for one in paid})
        of_others = sum(
            one["amount_micros"] for one in charged(api) if one["run_id"] == others["id"]
        )

        first, second = audited(services), audited(services)

        assert (first.counted, first.adopted) == (8, 6)
        assert (first.others, first.others_micros) == (1, of_others)
        assert (second.counted, second.adopted, second.problem) == (8, 0, None)
        assert spend(services) == charged_micros(api) - of_others
        kinds = [difference.kind for difference in services.audits.state().differences]
        assert kinds == [DifferenceKind.MADE_ELSEWHERE] * 6
        assert posts(api) == sent


def test_adopted_runs_that_still_go_on_are_looked_after_by_the_next_start(
    settings: Settings, api: str
):
    with open_services(settings) as services:
        script(api, "a kite [slow]")
        services.audits.request()
        (run,) = wait_for(lambda: runs_of(services))
        assert run.is_open

    with open_services(settings) as services:
        wait_for_all(services)
        (run,) = runs_of(services)

    assert run.state is RunState.STORED
    assert posts(api) == 1, "the script's own"


def test_the_first_audit_comes_by_itself_soon_after_the_start(
    settings: Settings, api: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audit, "FIRST_AFTER_S", (0.0, 0.1))
    script(api, "a kite")

    with open_services(settings) as services:
        wait_for(lambda: services.audits.state().last)
        wait_for_all(services)

        assert len(runs_of(services)) == 1


def test_a_callback_about_a_run_that_nobody_knows_brings_it_in(settings: Settings, api: str):
    made = script(api, "a kite")
    body = json.dumps({"event": "run.completed", "run_id": made["id"], "status": "succeeded"})

    with open_services(settings) as services:
        delivery = Delivery("nobody", body.encode(), [signature_of(body.encode(), SECRET)])
        received = services.callbacks.keep(delivery, services.callbacks.prove(delivery))
        for _ in range(3):
            services.callbacks.look_into(received)
        (run,) = wait_for(lambda: runs_of(services))
        wait_for_all(services)

        assert run.remote_id == made["id"]
        assert services.audits.state().last is None
        assert len(runs_of(services)) == 1


def test_a_process_that_does_not_execute_shows_audits_and_makes_none(settings: Settings, api: str):
    with open_services(settings) as first, open_services(settings) as second:
        script(api, "a kite")

        assert not second.audits.request()
        made = audited(first)

        assert second.audits.state().last == made
        assert second.audits.state().differences == first.audits.state().differences
