"""Pictures over HTTP: whole, cached for ever, and nothing that is not one of ours."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from lib.services.pictures import Download
from lib.services.problems import Problem, low_disk, no_engine
from lib.web.headers import Headers
from lib.web.routes import routes

SHA = "ab" * 32
GONE = "ef" * 32


@dataclass
class OnePicture:
    """Has one picture under one name."""

    file: Path
    looked_at: list[tuple[str, str]] = field(default_factory=list)

    def opened(self, sha256: str, run_id: str) -> None:
        self.looked_at.append((sha256, run_id))

    def original(self, sha256: str) -> tuple[Path, str] | None:
        return (self.file, "image/png") if sha256 == SHA else None

    def is_erased(self, sha256: str) -> bool:
        return sha256 == GONE

    def thumbnail(self, sha256: str) -> Path | None:
        return self.file if sha256 == SHA else None

    def download(self, sha256: str, run_id: str | None = None) -> Download | None:
        if sha256 != SHA:
            return None
        return Download(b"with its record", "image/png", f"kite-{run_id}.png")


@dataclass
class SetFitness:
    """As fit as the test says."""

    wrong: tuple[Problem, ...] = ()
    executes: bool = True

    is_closed: bool = False

    def ask(self) -> "SetFitness":
        if self.is_closed:
            raise RuntimeError("Plantain is starting or stopping.")
        return self

    def problems(self) -> tuple[Problem, ...]:
        return self.wrong


FITNESS = SetFitness()
LOOKED_AT: list[tuple[str, str]] = []


def no_callbacks() -> NoReturn:
    raise AssertionError("nobody sends one here")


@pytest.fixture
def web(tmp_path: Path) -> Iterator[httpx.Client]:
    file = tmp_path / "picture"
    file.write_bytes(b"0123456789")
    pictures = OnePicture(file, LOOKED_AT)
    LOOKED_AT.clear()
    app = Starlette(
        routes=routes(lambda: pictures, no_callbacks, FITNESS.ask),
        middleware=[Middleware(Headers)],
    )
    FITNESS.wrong, FITNESS.is_closed = (), False
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    started = threading.Event()
    while not server.started:
        started.wait(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        yield client
    server.should_exit = True
    thread.join()


def test_a_picture_that_a_page_shows_is_not_opened_and_a_link_that_is_followed_is(
    web: httpx.Client,
):
    web.get(f"/app/static/img/{SHA}")
    assert LOOKED_AT == []

    web.get(f"/app/static/img/{SHA}", params={"run": "r1"})
    web.get(f"/app/static/img/{'0' * 64}", params={"run": "r1"})
    assert LOOKED_AT == [(SHA, "r1")]


@pytest.mark.parametrize(("kind", "mime"), [("img", "image/png"), ("thumb", "image/webp")])
def test_a_picture_comes_whole_and_may_be_kept_for_ever(web: httpx.Client, kind: str, mime: str):
    answer = web.get(f"/app/static/{kind}/{SHA}")

    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert answer.headers["content-type"] == mime
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize("kind", ["img", "thumb", "download"])
def test_the_address_of_an_erased_picture_says_so(web: httpx.Client, kind: str):
    answer = web.get(f"/app/static/{kind}/{GONE}")

    assert answer.status_code == 410
    assert "was erased" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_part_of_a_picture_can_be_had(web: httpx.Client):
    answer = web.get(f"/app/static/img/{SHA}", headers={"Range": "bytes=2-4"})

    assert (answer.status_code, answer.content) == (206, b"234")


def test_a_download_has_a_name_and_its_record(web: httpx.Client):
    answer = web.get(f"/app/static/download/{SHA}", params={"run": "r1"})

    assert answer.content == b"with its record"
    assert answer.headers["content-disposition"] == 'attachment; filename="kite-r1.png"'


@pytest.mark.parametrize("kind", ["img", "thumb", "download"])
@pytest.mark.parametrize("name", ["cd" * 32, "..%2f..%2fetc%2fpasswd", "x"])
def test_what_is_no_picture_of_ours_is_not_found(web: httpx.Client, kind: str, name: str):
    assert web.get(f"/app/static/{kind}/{name}").status_code == 404


def test_other_methods_are_refused_and_other_paths_not_found(web: httpx.Client):
    assert web.post(f"/app/static/img/{SHA}").status_code == 405
    assert web.get("/app/static/nothing/here").status_code == 404
    assert web.get("/plantain/nothing").status_code == 404


def test_health_is_ok_while_runs_are_made(web: httpx.Client):
    answer = web.get("/plantain/health")

    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "executes": True, "problems": []}
    assert answer.headers["cache-control"] == "no-store"


def test_health_names_each_reason_why_no_run_is_made(web: httpx.Client):
    FITNESS.wrong = (low_disk("data folder", 120_000_000, 200_000_000), no_engine("locked"))

    answer = web.get("/plantain/health")

    assert answer.status_code == 503
    assert answer.json()["status"] == "unfit"
    told = answer.json()["problems"]
    assert [problem["code"] for problem in told] == ["low_disk", "engine"]
    assert "120 MB left" in told[0]["what"]
    assert "Make room" in told[0]["remedy"]


def test_health_at_the_very_end_says_that_it_ends(web: httpx.Client):
    FITNESS.is_closed = True

    answer = web.get("/plantain/health")

    assert (answer.status_code, answer.json()["status"]) == (503, "ending")


def test_every_answer_forbids_foreign_pictures_sniffing_and_framing(web: httpx.Client):
    for path in (f"/app/static/img/{SHA}", "/app/static/img/x", "/plantain/health"):
        headers = web.get(path).headers
        assert "img-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
