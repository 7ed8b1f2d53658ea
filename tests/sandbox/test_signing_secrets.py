"""Secrets that sign callbacks: shown once, rotated by making another one current."""

import pytest

SECRETS = "/v1/callback-secrets"


def test_a_secret_is_shown_once(start_sandbox):
    api = start_sandbox().api
    made = api.post(SECRETS, json={"label": "first"})
    secret = made.json()

    assert made.status_code == 201
    assert secret["plain_secret"].startswith(secret["key_prefix"])
    known = {name: value for name, value in secret.items() if name != "plain_secret"}
    assert api.get(f"{SECRETS}/{secret['id']}").json() == known
    assert api.get(SECRETS).json()["items"] == [known]


def test_the_first_is_current_and_another_becomes_so_when_asked(start_sandbox):
    api = start_sandbox().api
    first = api.post(SECRETS).json()
    second = api.post(SECRETS).json()
    assert (first["is_current"], second["is_current"]) == (True, False)

    promoted = api.patch(f"{SECRETS}/{second['id']}", json={"is_current": True}).json()

    assert promoted["is_current"] is True
    assert api.get(f"{SECRETS}/{first['id']}").json()["is_current"] is False


def test_a_label_is_changed_and_nothing_else(start_sandbox):
    api = start_sandbox().api
    secret = api.post(SECRETS, json={"label": "old"}).json()
    changed = api.patch(f"{SECRETS}/{secret['id']}", json={"label": "new"}).json()

    assert (changed["label"], changed["is_current"]) == ("new", True)


def test_a_deleted_secret_is_gone(start_sandbox):
    api = start_sandbox().api
    secret = api.post(SECRETS).json()

    assert api.delete(f"{SECRETS}/{secret['id']}").status_code == 204
    for method in ("GET", "DELETE"):
        assert api.request(method, f"{SECRETS}/{secret['id']}").status_code == 404


@pytest.mark.parametrize("body", [{"label": 7}, {"label": "x" * 256}, {"is_current": "yes"}])
def test_a_bad_label_or_flag_is_422(sandbox, body):
    assert sandbox.api.post(SECRETS, json=body).status_code == 422
