"""Runs that an audit brought in are shown and used like any other, whatever they were asked for."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from lib.bootstrap import Services
from lib.domain.clock import SystemClock
from lib.domain.run import CostBasis, Run, RunState
from lib.store.adopted import Adopted
from lib.store.database import open_database
from lib.store.ledger import Ledger
from lib.store.reconciliation import Reconciliation
from tests.pages.conftest import Make
from tests.pages.generating import GeneratePage
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png) **bold** $x^2$ <img src=x>"
ODD: dict[str, dict[str, Any]] = {
    "nothing": {},
    "of other types": {"prompt": {"text": EVIL}, "resolution": [EVIL], "num_images": "lots"},
    "beyond the rules": {
        "prompt": "x",
        "aspect_ratio": "0:0",
        "num_images": 10**30,
        "seed": 10**39,
    },
    "of other fields": {"prompt": EVIL, EVIL: EVIL, "id": 7, "state": None, "cost_micros": "free"},
    "hostile choices": {"prompt": EVIL, "resolution": EVIL, "output_format": EVIL, "seed": EVIL},
}

Adopt = Callable[..., Run]


@pytest.fixture
def adopt(services: Services) -> Adopt:
    """Puts a run that was made elsewhere, and has ended, into the ledger of the pages."""

    def put(asked: dict[str, Any], **told: Any) -> Run:
        run_id = take_in(services, asked, **told)
        end(services, run_id)
        run = services.runs.find(run_id)
        assert run is not None
        return run

    return put


def take_in(services: Services, asked: dict[str, Any], **told: Any) -> str:
    """A run that was made elsewhere and is under way; its id sorts before all that are made here."""
    clock, run_id = SystemClock(), f"0199-{uuid.uuid4()}"
    new = Adopted(
        id=run_id,
        remote_id=f"remote {run_id}",
        client_ref=None,
        taken_at=clock.now_ms(),
        model_id="google/nano-banana-2",
        status="succeeded",
        input=asked,
        request_body=b'{"input":{},"client_ref":"job 7"}',
        request_sha256="0" * 64,
        estimate_micros=80_000,
        price_version="nano-banana-2/2026-04-13",
        created_at=clock.now_ms(),
        told=told,
    )
    with database_of(services) as database:
        assert Reconciliation(database, clock, origin="sandbox").adopt(new)
    return run_id


def end(services: Services, run_id: str) -> None:
    cost: dict[str, Any] = {"cost_micros": 80_000, "cost_basis": CostBasis.CONFIRMED}
    with database_of(services) as database:
        Ledger(database, SystemClock()).finish(run_id, RunState.STORED, **cost)


@contextmanager
def database_of(services: Services) -> Iterator[sa.Engine]:
    database = open_database(services.settings.plantain_data_dir / "plantain.db")
    yield database
    database.dispose()


def correct(services: Services, run: Run, cost_micros: int) -> None:
    with database_of(services) as database:
        Reconciliation(database, SystemClock(), origin="sandbox").correct_cost(run.id, cost_micros)


def miss(services: Services, run: Run) -> None:
    with database_of(services) as database:
        Reconciliation(database, SystemClock(), origin="sandbox").miss(run.id)


def test_each_run_has_one_card_whatever_its_id(services: Services, make: Make) -> None:
    ended = make()
    under_way = take_in(services, {"prompt": "A kite"})

    page = GeneratePage(services)

    assert page.has_card(ended)
    end(services, under_way)


@pytest.mark.parametrize("asked", ODD.values(), ids=ODD)
def test_an_odd_input_breaks_no_page_and_none_of_it_is_markdown(
    services: Services, adopt: Adopt, asked: dict[str, Any]
) -> None:
    run = adopt(asked)

    generate = GeneratePage(services)
    generate.press(f"again_{run.id}")
    opened = [{}, {"view": "gallery"}, {"run": run.id}]
    pages = [*(ReadingPage("history", **query) for query in opened), ReadingPage("costs")]

    assert generate.has_card(run)
    for page in pages:
        assert not any("evil.example" in text for text in page.markdown())
    drawn = [item.value for kind in ("markdown", "caption") for item in generate.app.get(kind)]
    assert not any("evil.example" in text for text in drawn)


def test_what_the_form_can_hold_is_used_again(services: Services, adopt: Adopt) -> None:
    run = adopt({"prompt": "A kite", "resolution": "2K", "num_images": "lots", "strange": 1})

    page = GeneratePage(services)
    page.press(f"again_{run.id}")

    assert (page.value("prompt"), page.value("resolution")) == ("A kite", "2K")
    assert page.value("num_images") == 1
    assert any("was left out" in toast.value for toast in page.app.toast)


def test_an_opened_run_says_where_it_is_from_and_what_its_cost_was(
    services: Services, adopt: Adopt
) -> None:
    run = adopt(
        {"prompt": "A kite"}, why="A second run for the click of another.", beside="another"
    )
    correct(services, run, 95_000)
    miss(services, run)

    page = ReadingPage("history", run=run.id)

    for words in ("Made elsewhere", "Not known at the API", "Cost corrected"):
        assert page.says(words), words
    changes = page.table("Before")
    assert list(changes["Before"]) == ["$0.080"]
    assert list(changes["After"]) == ["$0.095"]
    story = "\n".join(page.table("Detail")["Detail"])
    assert "A second run for the click" in story
    assert "$0.095" in story


def test_a_run_of_ours_bears_no_mark(services: Services, ended: Callable[[str], Run]) -> None:
    made = GeneratePage(services).generate(prompt="A red kite")
    ended(made.id)

    page = ReadingPage("history", run=made.id)

    assert not page.says("Made elsewhere")
    assert not page.has_table("Before")
