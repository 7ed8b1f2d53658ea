"""Bringing a run to its end: what the API says is believed once, and what it made is kept."""

import base64
import errno
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lib.domain.decision import Counts
from lib.domain.errors import ApiError, NoRoom
from lib.domain.price_book import current_prices
from lib.domain.run import CostBasis, Run, RunState
from lib.images import durable_file
from lib.images.errors import DiskFull
from lib.services.ballast import Ballast
from lib.services.settlement import is_answer_about, shortened
from lib.store.decisions import Decisions
from lib.store.price_versions import PriceVersions
from tests.services.conftest import World
from tests.services.scripted_api import ScriptedApi, a_picture
from tests.store.balancing import assert_balanced

DAY_S = 24 * 3600


@pytest.fixture
def accepted(world: World) -> World:
    world.click()
    world.send()
    return world


def look(world: World) -> Run:
    world.settlement.look("01-run")
    return world.run()


def test_a_run_that_succeeded_is_stored_with_its_picture_and_its_cost(
    accepted: World, api: ScriptedApi
):
    run = look(accepted)

    assert run.state is RunState.STORED
    assert (run.cost_micros, run.cost_basis) == (80_000, CostBasis.CONFIRMED)
    assert [(picture.mime, picture.width, picture.height) for picture in run.pictures] == [
        ("image/png", 64, 48)
    ]
    assert accepted.originals.read(run.pictures[0].sha256) == api.files["0"]


def test_progress_is_written_down_and_nothing_else(accepted: World, api: ScriptedApi):
    api.patch = {"status_code": "running"}

    run = look(accepted)

    assert (run.state, run.status) == (RunState.ACCEPTED, "running")


@pytest.mark.parametrize("word", ["errored", "timeout", "paused-by-aliens", ""])
def test_a_status_nobody_knows_is_kept_and_looked_at_again(
    accepted: World, api: ScriptedApi, word: str
):
    api.patch = {"status_code": word}

    assert not accepted.settlement.look("01-run")
    assert accepted.run().status == word


def test_a_failed_run_is_free_and_says_why_in_the_apis_words(accepted: World, api: ScriptedApi):
    api.patch = {
        "status_code": "failed",
        "cost": None,
        "output": None,
        "failure_code": "INPUT_VALIDATION_FAILED",
        "failure_message": "no kites today",
        "failure_stage_code": "preprocess",
    }

    run = look(accepted)

    assert (run.state, run.cost_micros) == (RunState.FAILED, 0)
    assert run.failure is not None
    assert (run.failure.code, run.failure.message, run.failure.stage) == (
        "INPUT_VALIDATION_FAILED",
        "no kites today",
        "preprocess",
    )


def test_a_failed_run_that_was_charged_says_so(accepted: World, api: ScriptedApi):
    api.patch = {"status_code": "failed", "cost": "0.02", "output": None}

    assert look(accepted).cost_micros == 20_000


@pytest.mark.parametrize("spelling", ["canceled", "cancelled"])
def test_a_canceled_run_stays_in_doubt_until_the_api_names_a_cost(
    accepted: World, api: ScriptedApi, spelling: str
):
    api.patch = {"status_code": spelling, "cost": None, "output": None}

    run = look(accepted)

    assert (run.state, run.cost_micros, run.cost_basis) == (
        RunState.CANCELED,
        None,
        CostBasis.IN_DOUBT,
    )


def test_without_a_cost_the_price_book_prices_what_was_delivered(accepted: World, api: ScriptedApi):
    url = f"{api.base_url}/files/0"
    api.patch = {"cost": None, "output": {"outputs": [{"url": url}, {"url": url}]}}

    run = look(accepted)

    assert (run.cost_micros, run.cost_basis) == (160_000, CostBasis.COMPUTED)


def test_a_run_keeps_the_prices_of_its_click(world: World, api: ScriptedApi):
    now = world.clock.now_ms()
    dearer = replace(
        current_prices("google/nano-banana-2").with_prices(
            lambda price: replace(price, unit_micros=2 * price.unit_micros)
        ),
        id="dearer",
    )
    PriceVersions(world.database).add(dearer, effective_from=now, seen_at=now, by="ana")
    api.patch = {"cost": None}
    for run_id, version in (("01-run", "nano-banana-2/2026-04-13"), ("02-run", "dearer")):
        world.click(run_id, price_version=version)
        world.send(run_id)
        world.settlement.look(run_id)

    assert [world.run(run_id).cost_micros for run_id in ("01-run", "02-run")] == [80_000, 160_000]
    assert_balanced(world.database)


@pytest.mark.parametrize("cost", ["-0.08", "1e30", "NaN", "a lot", [], {"usd": 1}])
def test_a_cost_that_cannot_be_is_not_believed(accepted: World, api: ScriptedApi, cost: object):
    api.patch = {"cost": cost}

    run = look(accepted)

    assert (run.cost_micros, run.cost_basis) == (80_000, CostBasis.COMPUTED)


def test_a_partial_delivery_keeps_what_came(accepted: World, api: ScriptedApi):
    api.patch = {"status_code": "partial_succeeded"}

    run = look(accepted)

    assert (run.state, run.status, len(run.pictures)) == (
        RunState.STORED,
        "partial_succeeded",
        1,
    )


def test_an_expired_address_is_asked_for_again(accepted: World, api: ScriptedApi):
    api.expired_once.add("0")

    assert look(accepted).state is RunState.STORED


def test_pictures_that_cannot_be_had_yet_are_tried_again(accepted: World, api: ScriptedApi):
    kept = api.files.pop("0")

    with pytest.raises(ApiError):
        look(accepted)

    assert accepted.run().state is RunState.ACCEPTED
    api.files["0"] = kept
    assert look(accepted).state is RunState.STORED


def test_pictures_that_cannot_be_had_for_a_day_are_a_persons_case_with_their_cost(
    accepted: World, api: ScriptedApi
):
    api.files.clear()
    accepted.clock.pass_s(DAY_S + 1)
    with pytest.raises(ApiError):
        look(accepted)
    accepted.clock.pass_s(61)

    run = look(accepted)

    assert (run.state, run.cost_micros) == (RunState.PARKED, 80_000)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "file:///etc/passwd", "https://127.0.0.1/x"]
)
def test_an_address_inside_the_network_is_never_fetched(
    accepted: World, api: ScriptedApi, url: str
):
    api.patch = {"output": {"outputs": [{"url": url}]}}

    run = look(accepted)

    assert run.state is RunState.PARKED
    assert run.note


@pytest.mark.parametrize("data", [b"not a picture", a_picture()[:-20], b"<svg/>"])
def test_bytes_that_are_no_picture_were_paid_for_and_are_kept(
    accepted: World, api: ScriptedApi, data: bytes
):
    api.files["0"] = data

    run = look(accepted)

    assert run.state is RunState.STORED
    (picture,) = run.pictures
    assert picture.problem
    assert accepted.originals.read(picture.sha256) == data


def test_a_picture_sent_as_a_data_uri_is_kept_and_not_in_the_database(
    accepted: World, api: ScriptedApi
):
    data = a_picture(size=(640, 480))
    uri = "data:image/png;base64," + base64.b64encode(data).decode()
    api.patch = {"output": {"outputs": [{"url": uri}]}}

    run = look(accepted)

    assert accepted.originals.read(run.pictures[0].sha256) == data
    assert len(str(run.remote_body)) < 2_000


def test_success_without_pictures_waits_a_minute_then_is_a_persons_case(
    accepted: World, api: ScriptedApi
):
    api.patch = {"output": {"outputs": []}}

    assert look(accepted).state is RunState.ACCEPTED
    accepted.clock.pass_s(61)
    run = look(accepted)

    assert (run.state, run.cost_micros) == (RunState.PARKED, 80_000)


def test_an_answer_about_another_run_changes_nothing(accepted: World, api: ScriptedApi):
    api.patch = {"client_ref": "somebody else", "status_code": "failed"}

    assert not accepted.settlement.look("01-run")
    assert accepted.run().state is RunState.ACCEPTED


def test_a_run_accepted_under_the_id_of_another_is_a_persons_case_after_a_minute(
    accepted: World, api: ScriptedApi
):
    api.patch = {"client_ref": "somebody else"}

    assert look(accepted).state is RunState.ACCEPTED
    accepted.clock.pass_s(61)
    run = look(accepted)

    assert (run.state, run.cost_micros, run.pictures) == (RunState.PARKED, None, ())


def test_a_run_that_a_person_gave_its_id_is_settled_whatever_its_client_ref(
    accepted: World, api: ScriptedApi
):
    api.patch = {"client_ref": "somebody else"}
    assert look(accepted).state is RunState.ACCEPTED
    accepted.clock.pass_s(61)
    assert look(accepted).state is RunState.PARKED
    decisions = Decisions(accepted.database, accepted.clock)

    decisions.adopt("01-run", next(iter(api.runs)), status="succeeded", by="ada")
    run = look(accepted)

    assert (run.state, run.cost_micros, len(run.pictures)) == (RunState.STORED, 80_000, 1)


def test_a_run_that_was_given_up_takes_no_others_answer(accepted: World, api: ScriptedApi):
    api.patch = {"client_ref": "somebody else"}
    look(accepted)
    accepted.clock.pass_s(61)
    assert look(accepted).state is RunState.PARKED
    Decisions(accepted.database, accepted.clock).give_up("01-run", Counts.NOTHING, by="ada")
    remote = accepted.client.get_run(next(iter(api.runs)))

    assert not is_answer_about(accepted.run(), remote)


def test_a_run_that_the_api_denies_is_looked_for_for_a_day(accepted: World, api: ScriptedApi):
    api.runs.clear()

    assert look(accepted).state is RunState.ACCEPTED
    accepted.clock.pass_s(DAY_S + 1)

    assert look(accepted).state is RunState.PARKED


@pytest.mark.parametrize(
    "lie",
    [{"output": {"outputs": []}}, {"client_ref": "somebody else"}],
    ids=["no pictures", "another run"],
)
@pytest.mark.parametrize("age_s", [61, DAY_S + 1])
def test_one_false_answer_does_not_bring_an_old_run_to_a_person(
    accepted: World, api: ScriptedApi, lie: dict[str, object], age_s: float
):
    accepted.clock.pass_s(age_s)
    api.answers.append(lie)

    assert look(accepted).state is RunState.ACCEPTED
    assert look(accepted).state is RunState.STORED


def test_one_denial_does_not_bring_a_run_of_yesterday_to_a_person(
    accepted: World, api: ScriptedApi
):
    accepted.clock.pass_s(DAY_S + 1)
    runs, api.runs = api.runs, {}

    assert look(accepted).state is RunState.ACCEPTED
    api.runs = runs
    assert look(accepted).state is RunState.STORED


def test_false_answers_with_true_ones_between_them_do_not_add_up(accepted: World, api: ScriptedApi):
    empty, running = {"output": {"outputs": []}}, {"status_code": "running"}
    api.answers.extend([empty, running, empty])

    for _ in range(3):
        accepted.clock.pass_s(61)
        assert look(accepted).state is RunState.ACCEPTED
    assert look(accepted).state is RunState.STORED


def test_the_end_is_the_end_whatever_the_api_says_later(accepted: World, api: ScriptedApi):
    stored = look(accepted)
    api.patch = {"status_code": "failed", "cost": "9.99"}

    assert accepted.settlement.look("01-run")
    assert look(accepted) == stored


def test_succeeded_then_running_then_succeeded_is_stored_once(accepted: World, api: ScriptedApi):
    api.answers.extend([{"status_code": "running"}, {}, {"status_code": "running"}])

    for _ in range(3):
        run = look(accepted)

    assert run.state is RunState.STORED
    assert len(run.pictures) == 1


def full(*_args: object, **_values: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_the_run_to_be_stored_later(
    accepted: World, monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patched:
        patched.setattr(durable_file, "_write_synced", full)
        for _ in range(2):
            with pytest.raises(DiskFull, match="Free some space"):
                accepted.settlement.look("01-run")

    run = accepted.run()
    assert run.state is RunState.ACCEPTED
    assert (run.note or "").startswith("No room for")
    assert look(accepted).state is RunState.STORED
    assert accepted.run().note is None


def test_notes_that_a_full_disk_does_not_take_do_not_keep_a_run_from_its_end(
    accepted: World, monkeypatch: pytest.MonkeyPatch
):
    def full_ledger(*_args: object, **_values: object) -> bool:
        raise NoRoom("The database could not be written: database or disk is full.")

    monkeypatch.setattr(accepted.ledger, "note", full_ledger)

    assert look(accepted).state is RunState.STORED


def test_a_thumbnail_without_room_does_not_keep_a_run_from_its_end(
    accepted: World, monkeypatch: pytest.MonkeyPatch
):
    write = durable_file.write_whole

    def without_thumbnails(final: Path, data: bytes, *, incoming: Path) -> None:
        if final.suffix == ".webp":
            raise DiskFull("No room for 9 bytes.")
        write(final, data, incoming=incoming)

    monkeypatch.setattr(durable_file, "write_whole", without_thumbnails)

    run = look(accepted)
    assert (run.state, len(run.pictures)) == (RunState.STORED, 1)


def test_an_end_that_finds_the_disk_full_is_noted_in_the_room_of_the_ballast(
    accepted: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    ballast = Ballast(tmp_path / "ballast", size_bytes=4096)
    ballast.restore()
    monkeypatch.setattr(accepted.settlement, "_ballast", ballast)
    finish = accepted.ledger.finish

    def finishing(*args: Any, **values: Any) -> bool:
        if ballast.missing_bytes == 0:
            raise NoRoom("The database could not be written: database or disk is full.")
        return finish(*args, **values)

    monkeypatch.setattr(accepted.ledger, "finish", finishing)

    assert look(accepted).state is RunState.STORED
    assert ballast.missing_bytes == 4096


def test_only_pictures_inside_the_answer_are_shortened():
    body = {"a": ["data:image/png;base64," + "x" * 5000, "plain", 3], "b": {"c": "data:short"}}

    short = shortened(body)

    assert short["b"] == {"c": "data:short"}
    assert short["a"][1:] == ["plain", 3]
    assert len(short["a"][0]) < 120
