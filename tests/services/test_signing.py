"""The sandbox's secret is agreed once and kept; a person's secrets stay where the person put them."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from lib.domain.callback import SigningSecrets
from lib.domain.clock import SystemClock
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.services.signing import ID, agreed_with_sandbox, secrets_in
from lib.settings import Settings
from lib.store.database import open_database
from lib.store.installation_secrets import InstallationSecrets
from lib.store.migrate import migrate
from tests.sandbox.running import RunningSandbox, run_sandbox
from tests.services.scripted_api import ScriptedApi


@pytest.fixture
def database(tmp_path) -> Iterator[sa.Engine]:
    engine = open_database(tmp_path / "plantain.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def kept(database: sa.Engine) -> InstallationSecrets:
    return InstallationSecrets(database, SystemClock())


@pytest.fixture
def sandbox(tmp_path) -> Iterator[RunningSandbox]:
    running = run_sandbox(tmp_path / "sandbox")
    yield running
    running.stop()


@pytest.fixture
def client(sandbox: RunningSandbox) -> Iterator[Client]:
    with Client(sandbox.base_url, Secret("rf_live_test")) as client:
        yield client


def signing(sandbox: RunningSandbox) -> list[str]:
    items = sandbox.api.get("/v1/callback-secrets").json()["items"]
    return [item["id"] for item in items if item["is_current"]]


def test_the_first_start_makes_a_secret_and_the_next_ones_use_it(
    sandbox: RunningSandbox, client: Client, kept: InstallationSecrets
):
    first = agreed_with_sandbox(client, kept)
    second = agreed_with_sandbox(client, kept)

    assert first.current.startswith("whsec_")
    assert second == first
    assert first.previous is None
    assert signing(sandbox) == [kept.find(ID)]
    assert len(sandbox.api.get("/v1/callback-secrets").json()["items"]) == 1


def test_a_sandbox_that_has_forgotten_the_secret_gets_a_new_one_and_the_old_stays_good(
    sandbox: RunningSandbox, client: Client, kept: InstallationSecrets
):
    first = agreed_with_sandbox(client, kept)
    sandbox.api.delete(f"/v1/callback-secrets/{kept.find(ID)}")

    second = agreed_with_sandbox(client, kept)

    assert second.current != first.current
    assert second.previous == first.current
    assert signing(sandbox) == [kept.find(ID)]


def test_a_secret_that_signs_no_more_is_replaced(
    sandbox: RunningSandbox, client: Client, kept: InstallationSecrets
):
    agreed_with_sandbox(client, kept)
    other = sandbox.api.post("/v1/callback-secrets", json={}).json()["id"]
    sandbox.api.patch(f"/v1/callback-secrets/{other}", json={"is_current": True})

    agreed_with_sandbox(client, kept)

    assert signing(sandbox) == [kept.find(ID)]


def test_without_an_answer_there_is_no_secret_and_the_start_goes_on(
    api: ScriptedApi, kept: InstallationSecrets, caplog: pytest.LogCaptureFixture
):
    api.posts.append("500")
    with Client(api.base_url, Secret("rf_live_test")) as client:
        assert not agreed_with_sandbox(client, kept)

    assert "no signing secret" in caplog.text


def test_what_a_person_has_set_is_taken_as_it_is(database: sa.Engine):
    settings = Settings(
        runflow_callback_secret="whsec_nëw", runflow_callback_secret_previous="whsec_old"
    )

    assert secrets_in(settings) == SigningSecrets("whsec_nëw", "whsec_old")
    assert not secrets_in(Settings())
