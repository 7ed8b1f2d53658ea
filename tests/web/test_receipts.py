"""The addresses of receipts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette

from lib.services.receipts import Receipts
from lib.store.audits import Audits
from lib.store.database import open_database
from lib.store.migrate import migrate
from lib.store.records import Records
from lib.store.run_lines import RunLines
from lib.web.receipts import NONE, receipt_routes
from tests.set_clock import SetClock
from tests.store.ended_runs import put, run_row


@pytest.fixture
def receipts(tmp_path: Path) -> Iterator[Receipts]:
    engine = open_database(tmp_path / "plantain.db")
    migrate(engine)
    put(engine, run_row("0190-a", prompt="a <b>fox</b>"), run_row("other", origin="api"))
    parts = Records(engine), RunLines(engine), Audits(engine, origin="sandbox")
    told = {"origin": "sandbox", "is_play_money": True}
    yield Receipts(*parts, **told, zone=ZoneInfo("UTC"), clock=SetClock())  # type: ignore[arg-type]
    engine.dispose()


def ask(receipts: Receipts, path: str) -> httpx.Response:
    async def asked() -> httpx.Response:
        app = Starlette(routes=[receipt_routes(lambda: receipts)])
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://plantain") as client:
            return await client.get(path)

    return asyncio.run(asked())


def test_a_receipt_is_read_under_the_id_of_its_run(receipts: Receipts) -> None:
    answer = ask(receipts, "/receipts/0190-a")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-store"
    assert "content-disposition" not in answer.headers
    assert "a &lt;b&gt;fox&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("ending", ["html", "json"])
def test_a_receipt_is_kept_as_a_file(receipts: Receipts, ending: str) -> None:
    answer = ask(receipts, f"/receipts/0190-a.{ending}")

    name = f'attachment; filename="plantain-receipt-0190-a.{ending}"'
    assert answer.headers["content-disposition"] == name
    assert ending in answer.headers["content-type"]
    if ending == "json":
        assert answer.json()["run"]["input"]["prompt"] == "a <b>fox</b>"


@pytest.mark.parametrize("path", ["none", "other", "none.json", "..%2f0190-a", "0190-a.pdf"])
def test_of_other_runs_there_is_no_receipt(receipts: Receipts, path: str) -> None:
    answer = ask(receipts, f"/receipts/{path}")

    assert answer.status_code == 404
    if path == "none":
        assert answer.text == NONE
