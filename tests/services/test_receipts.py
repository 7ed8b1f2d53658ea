"""Receipts: all of a run's money, told once, and hostile texts that stay texts."""

import json
import re
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from lib.services.receipt_page import page
from lib.services.receipts import Receipt, Receipts, as_json, sum_of_lines
from lib.store import schema
from lib.store.audits import Audits
from lib.store.closed_months import ClosedMonths
from lib.store.reconciliation import Reconciliation
from lib.store.records import Records
from lib.store.run_lines import RunLines
from tests.services.taking import HOSTILE
from tests.set_clock import SetClock
from tests.store.ended_runs import NOON_MS, put, run_row
from tests.store.months_of_books import BERLIN, IN_OCTOBER, OCTOBER, clock_at, close, put_booked


@pytest.fixture
def receipts(database: sa.Engine, clock: SetClock) -> Receipts:
    clock.wall_ms = NOON_MS
    return Receipts(
        Records(database),
        RunLines(database),
        Audits(database, origin="sandbox"),
        origin="sandbox",
        is_play_money=True,
        zone=ZoneInfo("Europe/Berlin"),
        clock=clock,
    )


def found(receipts: Receipts, run_id: str = "01") -> Receipt:
    receipt = receipts.of(run_id)
    assert receipt is not None
    return receipt


def put_attempts(database: sa.Engine, *outcomes: str | None) -> None:
    with database.begin() as db:
        for fence, outcome in enumerate(outcomes, 1):
            told = {
                "run_id": "01",
                "fence": fence,
                "intended_at": NOON_MS + fence,
                "quiet_until": 0,
            }
            db.execute(
                schema.attempt.insert().values(**told, outcome=outcome, ended_at=NOON_MS + 9)
            )


def test_a_receipt_tells_what_was_asked_and_what_it_cost(
    database: sa.Engine, receipts: Receipts
) -> None:
    search = {"num_images": 1, "enable_web_search": True}
    times = {"accepted_at": NOON_MS + 1_000, "settled_at": NOON_MS + 9_000}
    row = run_row(
        "01", input=search, cost_micros=95_000, estimate_micros=95_000, remote_id="r", **times
    )
    put_booked(database, row)

    told: dict[str, Any] = json.loads(json.dumps(as_json(found(receipts))))

    assert [(one["sku"], one["quantity"], one["amount"]["usd"]) for one in told["asked"]] == [
        ("image_1K", 1, "0.080000"),
        ("web_search", 1, "0.015000"),
    ]
    assert told["estimate"] == told["cost"] == {"micros": 95_000, "usd": "0.095000"}
    assert (told["standing"], told["basis"], told["play_money"]) == ("settled", "confirmed", True)
    assert told["prices"]["version"] == "nano-banana-2/2026-04-13"
    assert told["prices"]["source"].startswith("docs.runflow.io")
    assert told["times"]["clicked_at"] == {
        "utc": "2026-11-22T12:00:00.000Z",
        "local": "2026-11-22T13:00:00+01:00",
        "time_zone": "Europe/Berlin",
    }
    assert [(one["sku"], one["amount"]["micros"], one["kind"]) for one in told["lines"]] == [
        ("image_1K", 80_000, "charge"),
        ("web_search", 15_000, "charge"),
    ]
    assert told["run"]["input"]["enable_web_search"] is True


@pytest.mark.parametrize(
    ("told", "standing"),
    [
        ({"state": "queued", "cost_micros": None, "cost_basis": None}, "held"),
        ({"state": "parked", "cost_micros": None, "cost_basis": "in doubt"}, "in doubt"),
        ({"state": "failed", "cost_micros": 0, "cost_basis": "computed"}, "released"),
        ({}, "settled"),
    ],
)
def test_a_receipt_says_where_the_money_stands(
    database: sa.Engine, receipts: Receipts, told: dict[str, Any], standing: str
) -> None:
    put_booked(database, run_row("01", **told))

    assert found(receipts).standing == standing
    assert standing.capitalize() in page(found(receipts))


def test_each_sending_has_its_cost_and_together_they_cost_what_the_run_did(
    database: sa.Engine, receipts: Receipts
) -> None:
    put_booked(database, run_row("01"))
    put_attempts(database, "refused", "answer lost", "accepted")

    costs = [one.cost_micros for one in found(receipts).attempts]

    assert costs == [0, None, 80_000]


def test_a_correction_stands_in_the_receipt_and_points_to_the_closed_month(
    database: sa.Engine, receipts: Receipts
) -> None:
    put_booked(database, run_row("01", created_at=IN_OCTOBER))
    clock = clock_at(NOON_MS)
    close(ClosedMonths(database, clock, origin="sandbox"), OCTOBER, BERLIN)
    Reconciliation(database, clock, origin="sandbox").correct_cost("01", 95_000)

    receipt = found(receipts)
    told = as_json(receipt)

    assert sum_of_lines(receipt) == receipt.run.cost_micros == 95_000
    assert [one["corrects_a_closed_month"] for one in told["lines"]] == [False, True, True, True]
    (change,) = told["corrections"]
    assert (change["from"]["micros"], change["to"]["micros"]) == (80_000, 95_000)
    assert "corrects a closed month" in page(receipt)
    assert "The API named it" in page(receipt)


def test_only_runs_of_this_account_have_receipts_here(
    database: sa.Engine, receipts: Receipts
) -> None:
    put(database, run_row("other", origin="api.runflow.io"), run_row("gone", deleted_at=1))

    assert receipts.of("other") is None
    assert receipts.of("none") is None
    assert receipts.of("gone") is not None


def test_an_erased_prompt_is_in_no_receipt(database: sa.Engine, receipts: Receipts) -> None:
    put(database, run_row("01", prompt="the secret fox", deleted_at=1, erased_at=2))

    receipt = found(receipts)

    assert "secret" not in page(receipt)
    assert "secret" not in json.dumps(as_json(receipt))


class Tags(HTMLParser):
    """The tags of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


ATTACKS = ("<script>x()</script>", "</p><img src=//x onerror=x()>", "\" onload='x()", "&lt;b&gt;")


@pytest.mark.parametrize("prompt", [*ATTACKS, *(text for text in HOSTILE if text)])
def test_nothing_that_others_wrote_is_html(
    database: sa.Engine, receipts: Receipts, prompt: str
) -> None:
    hostile = {"created_by": prompt, "remote_id": prompt, "input": {"aspect_ratio": prompt}}
    put_booked(database, run_row("01", prompt=prompt, **hostile))
    put_attempts(database, prompt)
    put(database, run_row("02"))
    harmless = Tags()
    harmless.feed(page(found(receipts, "02")))

    shown = page(found(receipts))
    tags = Tags()
    tags.feed(shown)

    known = {tag for tag, _attributes in harmless.found} | {"thead", "th", "h2"}
    assert {tag for tag, _attributes in tags.found} <= known
    allowed = {"class", "lang", "charset", "content", "http-equiv", "name", "dir"}
    assert all(attributes.keys() <= allowed for _tag, attributes in tags.found)
    assert "default-src 'none'" in shown
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", shown)
    shown.encode()
