"""Making runs: what is refused is not recorded, what is recorded is exact."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.clock import SystemClock
from lib.domain.errors import InputInvalid, NoRoom, NotAccepting, PricesChanged
from lib.engine.durable import Engine
from lib.services.runs import RunService
from lib.store.database import open_database
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.records import Records

PROMPT = {"prompt": "a kite over “dunes” 🍌"}


class Unqueued(Engine):
    """A queue that takes everything and gives nothing back."""

    def wait_until_open(self) -> None:
        """It is open."""

    def enqueue(self, db, run_id: str) -> None:
        """Forget it."""


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[RunService]:
    database, clock = open_database(tmp_path / "plantain.db"), SystemClock()
    migrate(database)
    yield RunService(
        ledger=Ledger(database, clock),
        records=Records(database),
        drafts=Drafts(database, clock),
        engine=Unqueued(database, open_runs=1),
        origin="sandbox",
    )
    database.dispose()


def submit(runs: RunService, token: str = "a click", **values: object) -> str:
    return runs.submit(DEFAULT_MODEL.id, {**PROMPT, **values}, click_token=token, created_by="me")


def test_the_body_holds_every_field_that_is_set_and_the_runs_own_id(runs: RunService):
    run = runs.find(submit(runs, num_images=2, seed=7))

    body = json.loads(run.request_body)
    assert body["client_ref"] == run.id
    assert body["input"] == {
        **PROMPT,
        "resolution": "1K",
        "aspect_ratio": "auto",
        "num_images": 2,
        "enable_web_search": False,
        "seed": 7,
        "output_format": "png",
        "safety_tolerance": "4",
        "limit_generations": True,
        "sync_mode": False,
    }
    assert "thinking_level" not in body["input"]


def test_the_price_is_frozen_on_the_run(runs: RunService):
    run = runs.find(submit(runs, num_images=4, resolution="4K", thinking_level="high"))

    assert run.estimate_micros == 4 * (160_000 + 2_000)
    assert run.price_version == "nano-banana-2/2026-04-13"


def test_an_input_that_breaks_a_rule_is_not_recorded(runs: RunService):
    with pytest.raises(InputInvalid) as refused:
        submit(runs, num_images=5, safety_tolerance=4)

    assert {problem.field for problem in refused.value.problems} == {
        "num_images",
        "safety_tolerance",
    }
    assert runs.recent(limit=9) == []


def test_a_model_that_is_not_offered_is_refused(runs: RunService):
    with pytest.raises(KeyError):
        runs.submit("google/another", PROMPT, click_token="t", created_by="me")


def test_two_people_may_use_the_same_click_token(runs: RunService):
    first = submit(runs)
    second = runs.submit(DEFAULT_MODEL.id, PROMPT, click_token="a click", created_by="you")

    assert first != second


def test_the_newest_run_comes_first(runs: RunService):
    made = [submit(runs, token=str(number)) for number in range(5)]

    assert [run.id for run in runs.recent(limit=3)] == made[:1:-1]


def test_an_unfit_plantain_records_nothing(runs: RunService):
    def refuse() -> None:
        raise NotAccepting("The disk is nearly full.")

    runs._refuse_if_unfit = refuse

    with pytest.raises(NotAccepting, match="nearly full"):
        submit(runs)
    assert runs.recent(1) == []


def test_a_click_that_the_database_does_not_take_is_refused_in_words(
    runs: RunService, monkeypatch: pytest.MonkeyPatch
):
    def full(_new, _enqueue) -> str:
        raise NoRoom("The database could not be written: database or disk is full.")

    monkeypatch.setattr(runs._ledger, "add", full)

    with pytest.raises(NotAccepting, match=r"no run was made\. .* disk is full"):
        submit(runs)


def test_a_click_under_other_prices_than_were_shown_is_refused(runs: RunService):
    shown = runs.estimate(DEFAULT_MODEL, PROMPT).version_id
    runs.submit(DEFAULT_MODEL.id, PROMPT, click_token="1", created_by="me", prices_shown=shown)

    with pytest.raises(PricesChanged, match="Nothing was sent"):
        runs.submit(
            DEFAULT_MODEL.id, PROMPT, click_token="2", created_by="me", prices_shown="older ones"
        )
    assert len(runs.recent(9)) == 1
