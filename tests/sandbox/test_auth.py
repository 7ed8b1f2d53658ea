"""Who may call."""

import uuid

import httpx
import pytest


def asked(sandbox, authorization, path="/v1/runs"):
    headers = {} if authorization is None else {"Authorization": authorization}
    return sandbox.fetch.get(path, headers=headers)


@pytest.mark.parametrize("key", ["rf_live_abc_123", "rf_svc_9", "rf_live_x"])
def test_keys_of_the_right_form_are_good(sandbox, key):
    assert asked(sandbox, f"Bearer {key}").status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer rf_live_",
        "Bearer rf_live_a-b",
        "Bearer rf_live_ABC",
        "Bearer rf_test_abc",
        "Bearer rf_live_revoked",
        "Basic rf_live_abc",
        "rf_live_abc",
        "Bearer RUNFLOW_API_KEY",
    ],
)
def test_other_keys_are_401(sandbox, authorization):
    answer = asked(sandbox, authorization)

    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", ["/v1/health", "/v1/readiness", "/v1/public/models"])
def test_some_pages_need_no_key(sandbox, path):
    assert asked(sandbox, None, path).status_code == 200


def test_only_service_keys_may_cancel(sandbox):
    run = sandbox.create().json()
    answer = sandbox.api.post(f"/v1/admin/runs/{run['id']}/cancellation")

    assert (answer.status_code, answer.json()["code"]) == (403, "PERMISSION_DENIED")


def test_the_organization_header_must_name_the_keys_own(sandbox):
    own = sandbox.api.get("/v1/auth/me").json()["org_id"]

    def status(org_id: str) -> httpx.Response:
        return sandbox.api.get("/v1/runs", headers={"X-Organization-Id": org_id})

    assert status(own).status_code == 200
    other = status(str(uuid.uuid4()))
    assert (other.status_code, other.json()["code"]) == (403, "ORGANIZATION_MEMBERSHIP_REQUIRED")
