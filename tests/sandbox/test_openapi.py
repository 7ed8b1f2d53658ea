"""The OpenAPI document names every answer that the sandbox gives."""

import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from lib.sandbox.app import routes
from lib.sandbox.openapi import document

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "ignored_auth",
    "allow_header_conformance",
    "unsupported_method",
)


def described() -> set[tuple[str, str]]:
    return {
        (method.upper(), re.sub(r"\{\w+\}", "{}", path))
        for path, operations in document()["paths"].items()
        for method in operations
    }


def served() -> set[tuple[str, str]]:
    """Methods and paths of the API; a model's id counts as the two segments it has at least."""
    found = set()
    for route in routes():
        path = route.path.replace("/{model_id:path}/pricing", "/{}/pricing")
        path = re.sub(r"\{\w+\}", "{}", path.replace("{model_id:path}", "{}/{}"))
        found |= {(method, path) for method in route.methods - {"HEAD"} if path.startswith("/v1/")}
    return found


def test_the_document_describes_what_is_served_and_nothing_else(sandbox):
    assert described() == served()
    assert sandbox.fetch.get("/v1/openapi.json").json() == document()


@pytest.mark.parametrize("word", ["", "[fail]", "[partial succeeded]", "[flagged]"])
def test_a_run_has_the_described_shape_from_its_start_to_its_end(sandbox, word):
    schema = {**document(), "$ref": "#/components/schemas/NewRun"}
    made = sandbox.create(f"a kite {word}", metadata={"a": 1})
    jsonschema.validate(made.json(), schema)

    run = sandbox.end_of(made.json()["id"])
    jsonschema.validate(run, {**document(), "$ref": "#/components/schemas/Run"})


def test_a_delivery_has_the_described_shape(sandbox, receiver):
    run = sandbox.ended(callback_url=receiver.url)
    receiver.wait()
    history = sandbox.api.get(f"/v1/runs/{run['id']}/callback").json()

    assert len(history) == 1
    jsonschema.validate(history, {**document(), "$ref": "#/components/schemas/DeliveryHistory"})


@pytest.fixture
def known(start_sandbox):
    """A sandbox with one thing of each kind, and what each is called in a path."""
    sandbox = start_sandbox(scenario="no callback", balance="1000000")
    solution = "/v1/models/runflow/skin-fix/batches"
    session = {"filename": "a.png", "mime_type": "image/png", "size_bytes": 3}
    opened = sandbox.api.post("/v1/asset-uploads", json=session).json()
    sandbox.fetch.put(opened["upload_url"], content=b"abc", headers={"Content-Type": "image/png"})
    image = {"image_url": "https://example.com/a.png"}
    names = {
        "header.X-Organization-Id": sandbox.api.get("/v1/auth/me").json()["org_id"],
        "path.run_id": sandbox.ended(callback_url="http://127.0.0.1:9/")["id"],
        "path.secret_id": sandbox.api.post("/v1/callback-secrets").json()["id"],
        "path.asset_id": opened["asset_id"],
        "path.batch_id": sandbox.api.post(solution, json={"input": [image]}).json()["id"],
        "path.model_id": "any",
    }
    return sandbox, names


def test_random_requests_get_no_answer_that_is_not_described(known, tmp_path: Path):
    sandbox, names = known
    lines = [f'"{name}" = "{value}"' for name, value in names.items()]
    config = tmp_path / "schemathesis.toml"
    config.write_text("\n".join(["[parameters]", *lines]))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)),
        *("run", f"{sandbox.base_url}/v1/openapi.json", "--no-color"),
        *("--header", "Authorization: Bearer rf_svc_test", "--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "4", "--seed", "1"),
    ]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert found.returncode == 0, found.stdout[-6000:] + found.stderr[-2000:]
    history = sandbox.api.get(f"/v1/runs/{names['path.run_id']}/callback").json()
    assert history, "no random request reached what is behind the ids"
