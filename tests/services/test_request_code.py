"""The code that Plantain shows is executed as it stands, and what arrives is what Plantain sends."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import playwright
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.clock import SystemClock
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.request_code import (
    LANGUAGES,
    RunRequest,
    curl,
    node,
    pretty,
    python,
    request_of,
)
from lib.services.runs import request_body

KEY = "rf_live_of_a_test"
CLIENT_REF = "019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01"
CALLBACK_URL = f"https://plantain.example/callbacks/runflow/{CLIENT_REF}.{'0f' * 16}"
BUNDLED_NODE = Path(playwright.__file__).parent / "driver/node"

PROMPTS = {
    "plain": "A red kite above a quiet bay",
    "quotes": "\"double\" 'single' `back` \"\"\"triple\"\"\" '''so'''",
    "lines": "one\ntwo\r\nthree\ttabbed\n",
    "backslashes": "C:\\new\\table \\u0041 \\x41 \\",
    "shell": "$HOME ${HOME} $(id) `id` !! && ; | > < * ? ~ #",
    "template": "`${process.env.HOME}` {braces} {{double}} %s %d f'{x}'",
    "heredoc": "JSON\nJSON\n<<'JSON'\nEOF",
    "nul": "before\x00after\x01\x1f\x7f",
    "emoji": "🦊🏳️‍🌈 ünï 漢字 \U0010fffd",
    "invisible": "a\u2028b\u2029c\u202ed\u200be\ufefff\u00adg\u00a0h\u0085i",
    "html": "</script><!-- <b>&amp;</b>",
    "dollar name": '$JSON "$RUNFLOW_API_KEY"',
}


@dataclass
class Arrived:
    """What reached the server."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def counted(self) -> dict[str, Any]:
        """All that decides what the API does."""
        names = ("authorization", "content-type", "idempotency-key")
        return {
            "method": self.method,
            "path": self.path,
            "json": json.loads(self.body),
            **{name: self.headers.get(name) for name in names},
        }


@dataclass
class Recorder:
    """A server that remembers requests and answers 201."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)

    def only(self) -> Arrived:
        assert len(self.arrived) == 1
        return self.arrived.pop()


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    recorder = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            recorder.arrived.append(Arrived(self.command, self.path, headers, body))
            answer = b'{"id": "run_1", "status": "queued"}'
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        recorder.url = f"http://127.0.0.1:{server.server_port}"
        yield recorder
        server.shutdown()
        thread.join()


def execute(arguments: list[str], code: str) -> str:
    """Run a program that reads its code from standard input; the key is in its environment."""
    done = subprocess.run(
        arguments,
        input=code.encode(),
        capture_output=True,
        timeout=60,
        check=False,
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere", "RUNFLOW_API_KEY": KEY},
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def run_python(request: RunRequest) -> str:
    return execute([sys.executable, "-X", "utf8", "-"], python(request))


def run_node(request: RunRequest) -> str:
    path = shutil.which("node") or str(BUNDLED_NODE)
    return execute([path, "--input-type=module", "-"], node(request))


def run_curl(request: RunRequest) -> str:
    if shutil.which("curl") is None:
        pytest.skip("not run: there is no curl on this machine")
    return execute(["sh", "-s"], curl(request))


RUNNERS: Mapping[str, Callable[[RunRequest], str]] = {
    "Python": run_python,
    "Node.js": run_node,
    "cURL": run_curl,
}


def body_of(prompt: str, **values: Any) -> bytes:
    checked = DEFAULT_MODEL.check({"prompt": prompt, **values})
    return request_body(checked, client_ref=CLIENT_REF, callback_url=CALLBACK_URL)


def sent_by_plantain(recorder: Recorder, body: bytes) -> dict[str, Any]:
    with Client(recorder.url, Secret(KEY), clock=SystemClock()) as client:
        client.create_run(DEFAULT_MODEL.id, body, idempotency_key=CLIENT_REF)
    return recorder.only().counted


def test_each_language_has_a_runner() -> None:
    assert RUNNERS.keys() == LANGUAGES.keys()


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
@pytest.mark.parametrize("language", RUNNERS)
def test_what_arrives_is_what_plantain_sends(
    recorder: Recorder, language: str, prompt: str
) -> None:
    body = body_of(prompt, num_images=2, seed=-7, enable_web_search=True, thinking_level="high")

    said = RUNNERS[language](request_of(recorder.url, DEFAULT_MODEL.id, body))

    assert recorder.only().counted == sent_by_plantain(recorder, body)
    assert "run_1" in said


@pytest.mark.parametrize("language", RUNNERS)
def test_the_longest_prompt_arrives_whole(recorder: Recorder, language: str) -> None:
    body = body_of("🦊" * 50_000)

    RUNNERS[language](request_of(recorder.url, DEFAULT_MODEL.id, body))

    assert json.loads(recorder.only().body) == json.loads(body)


@pytest.mark.parametrize("language", RUNNERS)
def test_a_seed_beyond_what_javascript_counts_arrives_exact(
    recorder: Recorder, language: str
) -> None:
    body = body_of("A red kite", seed=2**53 + 1)

    RUNNERS[language](request_of(recorder.url, DEFAULT_MODEL.id, body))

    assert json.loads(recorder.only().body)["input"]["seed"] == 2**53 + 1


@pytest.mark.parametrize("language", RUNNERS)
def test_the_code_names_the_key_and_never_holds_it(recorder: Recorder, language: str) -> None:
    code = LANGUAGES[language][1](request_of(recorder.url, DEFAULT_MODEL.id, body_of("A red kite")))

    assert "RUNFLOW_API_KEY" in code
    assert KEY not in code


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=60))
def test_nothing_in_the_code_hides_from_its_reader(prompt: str) -> None:
    request = request_of("https://api.runflow.io", DEFAULT_MODEL.id, body_of(prompt))

    for _, write in LANGUAGES.values():
        assert all(sign.isprintable() or sign == "\n" for sign in write(request))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=60))
def test_the_pretty_json_is_the_same_json(prompt: str) -> None:
    body = json.loads(body_of(prompt))

    assert json.loads(pretty(body)) == body


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=3, max_size=60))
def test_the_python_code_compiles_to_the_same_body(prompt: str) -> None:
    request = request_of("https://api.runflow.io", DEFAULT_MODEL.id, body_of(prompt))
    posted: list[Any] = []
    stand_in = type("Requests", (), {"post": lambda *_, json, **__: posted.append(json)})
    code = python(request).replace("import requests\n", "").partition("data = ")[0]

    exec(compile(code, "shown", "exec"), {"requests": stand_in, "os": os})

    assert posted == [json.loads(body_of(prompt))]
