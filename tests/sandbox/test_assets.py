"""Files of the caller: uploads, inline data, references."""

import base64

import httpx
import pytest

from tests.sandbox.running import MODEL

CONTENT = b"\x89PNG not really"
DATA_URI = "data:image/png;base64," + base64.b64encode(CONTENT).decode()


def session(sandbox, **more):
    body = {"filename": "a.png", "mime_type": "image/png", "size_bytes": len(CONTENT), **more}
    return sandbox.api.post("/v1/asset-uploads", json=body)


def put(sandbox, url, content=CONTENT, kind="image/png"):
    return sandbox.fetch.put(url, content=content, headers={"Content-Type": kind})


def uploaded(sandbox):
    opened = session(sandbox).json()
    assert put(sandbox, opened["upload_url"]).status_code == 200
    return sandbox.api.post(f"/v1/asset-uploads/{opened['asset_id']}/confirmations").json()


def test_an_upload_becomes_an_asset(sandbox):
    opened = session(sandbox)
    assert opened.status_code == 201
    asset_id = opened.json()["asset_id"]
    assert put(sandbox, opened.json()["upload_url"]).status_code == 200

    body = {"folder_id": "fold_1"}
    confirmed = sandbox.api.post(f"/v1/asset-uploads/{asset_id}/confirmations", json=body)

    assert confirmed.status_code == 201
    asset = confirmed.json()
    assert (asset["id"], asset["name"], asset["folder_id"]) == (asset_id, "a.png", "fold_1")
    assert (asset["mime_type"], asset["size_bytes"]) == ("image/png", len(CONTENT))
    assert sandbox.fetch.get(asset["url"]).content == CONTENT
    assert sandbox.api.get(f"/v1/assets/{asset_id}").json()["name"] == "a.png"
    listed = sandbox.api.get("/v1/assets", params={"q": f"id:{asset_id}"}).json()["items"]
    assert [found["id"] for found in listed] == [asset_id]


def test_every_step_of_an_upload_may_be_repeated(sandbox):
    opened = session(sandbox).json()
    confirm = f"/v1/asset-uploads/{opened['asset_id']}/confirmations"
    for _ in range(2):
        assert put(sandbox, opened["upload_url"]).status_code == 200
        assert sandbox.api.post(confirm, json={}).status_code == 201


def test_what_was_not_uploaded_cannot_be_confirmed(sandbox):
    opened = session(sandbox).json()
    answer = sandbox.api.post(f"/v1/asset-uploads/{opened['asset_id']}/confirmations")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert sandbox.api.get(f"/v1/assets/{opened['asset_id']}").status_code == 404


def test_bytes_are_taken_only_by_the_signed_link_and_as_the_declared_type(sandbox):
    url = session(sandbox).json()["upload_url"]

    assert put(sandbox, url, kind="image/jpeg").status_code == 403
    assert put(sandbox, url.replace("signature=", "signature=0")).status_code == 403
    assert put(sandbox, str(httpx.URL(url).copy_with(query=None))).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("filename", ""),
        ("filename", "x" * 501),
        ("mime_type", "text/html"),
        ("mime_type", None),
        ("size_bytes", 0),
        ("size_bytes", 52_428_801),
        ("size_bytes", "14"),
        ("size_bytes", True),
    ],
)
def test_a_bad_session_is_422(sandbox, field, value):
    answer = session(sandbox, **{field: value})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", field]


def test_a_deleted_asset_is_gone_and_so_are_its_bytes(sandbox):
    asset = uploaded(sandbox)

    assert sandbox.api.delete(f"/v1/assets/{asset['id']}").status_code == 204
    assert sandbox.api.get(f"/v1/assets/{asset['id']}").status_code == 404
    assert sandbox.fetch.get(asset["url"]).status_code == 404


def edit(sandbox, url, **more):
    body = {"input": {"prompt": "a kite", "image_urls": [url]}, **more}
    return sandbox.api.post(f"{MODEL}/edit/runs", json=body)


def test_inline_data_is_stored_and_read_again_by_a_link(sandbox):
    run = edit(sandbox, DATA_URI, metadata={"deep": [{"picture": DATA_URI}]}).json()

    read = sandbox.run(run["id"])
    links = [read["input"]["image_urls"][0], read["metadata"]["deep"][0]["picture"]]
    for link in links:
        assert link.startswith("http://")
        found = sandbox.fetch.get(link)
        assert (found.content, found.headers["content-type"]) == (CONTENT, "image/png")


def test_a_prompt_that_only_begins_like_data_stays_a_prompt(sandbox):
    assert sandbox.create("data: the new oil").json()["input"]["prompt"] == "data: the new oil"


def test_a_reference_to_an_asset_is_resolved(sandbox):
    asset = uploaded(sandbox)
    answer = edit(sandbox, f"runflow://assets/{asset['id']}")

    assert answer.status_code == 201
    assert sandbox.fetch.get(answer.json()["input"]["image_urls"][0]).content == CONTENT


@pytest.mark.parametrize("name", ["00000000-0000-7000-8000-000000000000", "nonsense"])
def test_a_reference_to_nothing_is_422(sandbox, name):
    answer = edit(sandbox, f"runflow://assets/{name}")

    assert answer.status_code == 422
    assert f"asset not found or expired: runflow://assets/{name}" in answer.json()["message"]


def test_the_types_that_can_be_uploaded_are_listed(sandbox):
    items = sandbox.api.get("/v1/assets/types").json()["items"]

    assert {"image/png", "image/jpeg", "image/webp"} <= {item["mime_type"] for item in items}
