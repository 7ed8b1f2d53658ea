"""Audits against an API that lies: all that was charged is in the ledger once, and nothing is sent."""

import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
import uuid_utils

from lib.domain.audit import Audit
from lib.domain.run import CostBasis, RunState
from lib.services.auditor import Auditor
from lib.services.pace import HOUR_MS
from lib.store.database import writing
from tests.services.auditing import an_auditor, ledger_of, made_elsewhere, settle, spent
from tests.services.conftest import World
from tests.services.scripted_api import MODEL_ID, ScriptedApi

DAY_S = 24 * 3600.0


@pytest.fixture(autouse=True)
def api_tells_the_time(api: ScriptedApi, world: World) -> None:
    api.now_ms = world.clock.now_ms


@pytest.fixture
def watched() -> list[str]:
    return []


@pytest.fixture
def auditor(world: World, watched: list[str]) -> Auditor:
    return an_auditor(world, watched)


def one(world: World) -> Any:
    (run,) = ledger_of(world)
    return run


def counts(audit: Audit) -> dict[str, int | str]:
    """What an audit counted, without what is nothing."""
    names = ("counted", "adopted", "found", "missing", "different", "difference_micros")
    names += ("others", "others_micros", "problem")
    return {name: value for name in names if (value := getattr(audit, name))}


# -- what others have made -----------------------------------------------------------------------


def test_a_run_made_elsewhere_comes_with_its_pictures_and_its_cost(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    remote = made_elsewhere(api, client_ref="job 7")
    taken_at = world.clock.now_ms()
    world.clock.pass_s(3600)

    audit = auditor.audit()
    settle(world)

    run = one(world)
    assert counts(audit) == {"counted": 1, "adopted": 1}
    assert watched == [run.id]
    assert (run.state, run.remote_id, len(run.pictures)) == (RunState.STORED, remote["id"], 1)
    assert (run.cost_micros, run.cost_basis) == (80_000, CostBasis.CONFIRMED)
    assert (run.created_by, run.prompt, run.created_at) == ("elsewhere", "a red kite", taken_at)
    assert run.adopted_at is not None
    assert api.seen_posts == []


def test_a_second_audit_finds_nothing_new(world: World, api: ScriptedApi, auditor: Auditor):
    made_elsewhere(api)

    auditor.audit()
    before = ledger_of(world)

    assert counts(auditor.audit()) == {"counted": 1}
    settle(world)
    assert counts(auditor.audit()) == {"counted": 1}
    assert len(ledger_of(world)) == len(before) == 1


def test_an_id_that_a_plantain_gave_is_kept(world: World, api: ScriptedApi, auditor: Auditor):
    clicked_at = world.clock.now_ms() - 1_500
    ours = str(uuid_utils.uuid7(nanoseconds=clicked_at * 1_000_000))
    made_elsewhere(api, client_ref=ours)

    auditor.audit()

    assert (one(world).id, one(world).created_at) == (ours, clicked_at)


def test_an_id_is_found_in_the_metadata_too(world: World, api: ScriptedApi, auditor: Auditor):
    ours = str(uuid_utils.uuid7(nanoseconds=world.clock.now_ms() * 1_000_000))
    made_elsewhere(api, metadata={"source": "plantain", "client_ref": ours})

    auditor.audit()
    settle(world)

    assert one(world).id == ours


@pytest.mark.parametrize(
    "client_ref",
    ["job 7", str(uuid.uuid4()), "0190", str(uuid_utils.uuid7(nanoseconds=10**18)), "x" * 300],
    ids=["words", "no time in it", "cut", "of long ago", "long"],
)
def test_another_tag_makes_no_id(world: World, api: ScriptedApi, auditor: Auditor, client_ref: str):
    made_elsewhere(api, client_ref=client_ref)

    auditor.audit()
    settle(world)

    run = one(world)
    assert run.id != client_ref
    assert uuid.UUID(run.id).int >> 80 == run.created_at
    assert json.loads(run.request_body)["client_ref"] == client_ref
    assert run.state is RunState.STORED


def test_runs_with_the_same_tag_are_all_adopted(world: World, api: ScriptedApi, auditor: Auditor):
    ours = str(uuid_utils.uuid7(nanoseconds=world.clock.now_ms() * 1_000_000))
    for number, client_ref in enumerate(["batch", "batch", "batch", ours, ours]):
        made_elsewhere(api, number, client_ref=client_ref)

    audit = auditor.audit()
    settle(world)

    assert counts(audit) == {"counted": 5, "adopted": 5}
    assert len({run.id for run in ledger_of(world)}) == 5
    assert spent(world) == api.charged_micros()
    assert counts(auditor.audit()) == {"counted": 5}


@pytest.mark.parametrize("told", ["2199-01-01T00:00:00Z", "not a time", None])
def test_no_run_is_dated_into_the_future(
    world: World, api: ScriptedApi, auditor: Auditor, told: str | None
):
    made_elsewhere(api, created_at=told)

    auditor.audit()

    assert one(world).created_at == world.clock.now_ms()


@pytest.mark.parametrize(
    "asked",
    [
        {"prompt": "a kite"},
        {"prompt": "", "resolution": ["1K"], "num_images": "lots"},
        {"prompt": None, "num_images": 10**40, "aspect_ratio": "0:0"},
        {"prompt": {"text": "a kite"}, "nonsense": {"deep": [1, 2, 3]}, "id": 7},
        {},
    ],
)
def test_an_odd_input_is_kept_as_it_is(
    world: World, api: ScriptedApi, auditor: Auditor, asked: dict[str, Any]
):
    made_elsewhere(api, asked=asked, cost=None)

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}
    settle(world)

    run = one(world)
    assert dict(run.input) == asked
    assert run.state is RunState.STORED


def test_what_the_api_leaves_to_its_defaults_has_their_price(
    world: World, api: ScriptedApi, auditor: Auditor
):
    made_elsewhere(api, asked={"prompt": "a kite", "num_images": 2}, cost=None)

    auditor.audit()
    settle(world)

    run = one(world)
    assert run.estimate_micros == 160_000
    assert (run.cost_micros, run.cost_basis) == (80_000, CostBasis.COMPUTED), "one picture came"


def test_a_run_that_still_goes_on_is_looked_after(world: World, api: ScriptedApi, auditor: Auditor):
    remote = made_elsewhere(api, status_code="running", output=None, cost=None)
    auditor.audit()
    world.settlement.look(one(world).id)
    assert (one(world).state, one(world).status) == (RunState.ACCEPTED, "running")

    remote.update(status_code="failed", failure_code="NO", failure_message="no kites", cost="0")
    settle(world)

    assert (one(world).state, one(world).cost_micros) == (RunState.FAILED, 0)


# -- models --------------------------------------------------------------------------------------


def test_runs_of_other_models_are_counted_apart(world: World, api: ScriptedApi, auditor: Auditor):
    made_elsewhere(api, model_id=str(uuid.uuid4()), cost="0.40")
    made_elsewhere(api, model="google/nano-banana-pro", cost="0.15")
    made_elsewhere(api, model="google/nano-banana-2", model_id=None)

    audit = auditor.audit()

    assert counts(audit) == {"counted": 3, "adopted": 1, "others": 2, "others_micros": 550_000}
    assert one(world).model_id == "google/nano-banana-2"


@pytest.mark.parametrize("model_id", [MODEL_ID, None])
def test_where_nobody_names_models_the_input_tells(
    world: World, api: ScriptedApi, auditor: Auditor, model_id: str | None
):
    api.names_models = False
    made_elsewhere(api, model_id=model_id)
    made_elsewhere(api, model_id=model_id, asked={"image_url": "https://x.example/y.png"})

    assert counts(auditor.audit()) == {
        "counted": 2,
        "adopted": 1,
        "others": 1,
        "others_micros": 80_000,
    }


# -- ours ----------------------------------------------------------------------------------------


def test_runs_that_are_known_change_nothing(world: World, api: ScriptedApi, auditor: Auditor):
    world.click("01-run")
    world.send("01-run")
    world.click("02-run")
    world.send("02-run")
    world.settlement.look("01-run")
    before = ledger_of(world)

    assert counts(auditor.audit()) == {"counted": 2}

    assert ledger_of(world) == before


def test_a_run_whose_answer_is_on_its_way_is_not_adopted(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    attempt = world.ledger.intend("01-run", quiet_ms=65_000)
    assert attempt is not None
    remote = api.take("01-run", {"client_ref": "01-run"})

    assert counts(auditor.audit()) == {"counted": 1}
    world.ledger.accept("01-run", remote["id"], status="queued")

    assert one(world).state is RunState.ACCEPTED


def test_a_run_in_doubt_is_left_to_those_who_look_into_it(
    world: World, api: ScriptedApi, auditor: Auditor
):
    api.posts.append("lose")
    world.click()
    world.submission.advance("01-run")
    assert one(world).state is RunState.UNKNOWN

    assert counts(auditor.audit()) == {"counted": 1}

    assert one(world).state is RunState.UNKNOWN
    assert world.send().state is RunState.ACCEPTED
    assert len(api.charges) == 1


@pytest.mark.parametrize("word", ["lose", "500-taken"])
def test_an_api_that_repeats_no_tag_cannot_pass_a_run_of_ours_for_anothers(
    world: World, api: ScriptedApi, auditor: Auditor, word: str
):
    api.tags = False
    api.posts.append(word)
    world.click()
    world.submission.advance("01-run")
    world.clock.pass_s(3600)

    assert counts(auditor.audit()) == {"counted": 1}

    assert one(world).id == "01-run"


def test_a_strangers_run_of_long_ago_is_adopted_while_one_of_ours_is_sent(
    world: World, api: ScriptedApi, auditor: Auditor
):
    made_elsewhere(api)
    world.clock.pass_s(3600)
    world.click()
    world.ledger.intend("01-run", quiet_ms=65_000)

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}


def test_a_queued_run_that_the_api_has_is_not_sent_again(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    world.click()
    api.take("01-run", {"client_ref": "01-run"})

    assert counts(auditor.audit()) == {"counted": 1, "found": 1}

    world.send()
    settle(world)
    assert watched == ["01-run"]
    assert one(world).state is RunState.STORED
    assert api.seen_posts == []


def test_a_parked_run_that_the_api_has_is_looked_after_again(
    world: World, api: ScriptedApi, auditor: Auditor, watched: list[str]
):
    parked_in_doubt(world, api)
    api.tags = True
    api.take("01-run", {"client_ref": "01-run"})

    assert counts(auditor.audit()) == {"counted": 1, "found": 1}
    settle(world)

    assert watched == ["01-run"]
    assert (one(world).state, one(world).cost_micros) == (RunState.STORED, 80_000)
    assert counts(auditor.audit()) == {"counted": 1}


def parked_in_doubt(world: World, api: ScriptedApi) -> None:
    """A run whose request was lost on the way, until it was too old to be sent again."""
    api.posts.append("drop")
    world.click()
    world.submission.advance("01-run")
    world.clock.pass_s(13 * 3600)
    while one(world).state is RunState.UNKNOWN:
        world.submission.advance("01-run")
        world.clock.pass_s(30)
    assert one(world).state is RunState.PARKED


@pytest.mark.parametrize("state", ["refused", "canceled"])
def test_what_had_ended_here_and_was_taken_all_the_same_is_told_loudly(
    world: World,
    api: ScriptedApi,
    auditor: Auditor,
    caplog: pytest.LogCaptureFixture,
    state: str,
):
    world.click()
    if state == "refused":
        api.posts.append("refuse:402")
        world.submission.advance("01-run")
    else:
        world.ledger.cancel("01-run")
    remote = api.take("01-run", {"client_ref": "01-run"})

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}
    settle(world)

    assert remote["id"] in caplog.text
    assert "ERROR" in caplog.text
    adopted = next(run for run in ledger_of(world) if run.adopted_at is not None)
    assert world.run("01-run").state.is_terminal
    assert world.run("01-run").cost_micros == 0
    assert "took it all the same" in world.records.story(adopted.id)[0].body["why"]
    assert spent(world) == api.charged_micros()
    assert counts(auditor.audit()) == {"counted": 1}


@pytest.mark.parametrize("has_ended", [True, False])
def test_a_second_charge_for_one_click_is_told_loudly(
    world: World,
    api: ScriptedApi,
    auditor: Auditor,
    caplog: pytest.LogCaptureFixture,
    has_ended: bool,
):
    world.click()
    world.send()
    if has_ended:
        settle(world)
    api.take("another key", {"client_ref": "01-run"})

    assert counts(auditor.audit()) == {"counted": 2, "adopted": 1}
    settle(world)

    assert "ERROR" in caplog.text
    assert "second run for the click" in caplog.text
    assert len(ledger_of(world)) == 2
    assert spent(world) == api.charged_micros() == 160_000
    assert counts(auditor.audit()) == {"counted": 2}


def test_a_run_under_a_strangers_id_gets_its_own_and_the_stranger_a_row(
    world: World, api: ScriptedApi, auditor: Auditor
):
    made_elsewhere(api, client_ref="somebody else")
    api.posts.append("stranger")
    world.click()
    world.send()
    assert world.run("01-run").state is RunState.ACCEPTED
    auditor.audit()
    while world.run("01-run").state is RunState.ACCEPTED:
        world.settlement.look("01-run")
        world.clock.pass_s(10)

    auditor.audit()
    auditor.audit()
    settle(world)

    assert [run.state for run in ledger_of(world)] == [RunState.STORED] * 2
    assert world.run("01-run").adopted_at is None
    assert spent(world) == api.charged_micros() == 160_000


def test_a_run_that_is_ours_in_the_list_and_anothers_by_itself_is_left_alone(
    world: World, api: ScriptedApi, auditor: Auditor
):
    parked_in_doubt(world, api)
    api.take("01-run", {"client_ref": "01-run"})
    for number in range(3):
        made_elsewhere(api, number, client_ref="job 7")
    api.patch = {"client_ref": "somebody else", "metadata": None}

    audit = auditor.audit()

    assert (audit.counted, audit.adopted, audit.found) == (4, 0, 0)
    assert "two ways" in str(audit.problem)
    assert one(world).state is RunState.PARKED
    api.patch = {}
    assert counts(auditor.audit()) == {"counted": 4, "adopted": 3, "found": 1}


def test_a_tag_that_only_the_list_tells_counts(world: World, api: ScriptedApi, auditor: Auditor):
    parked_in_doubt(world, api)
    api.take("01-run", {"client_ref": "01-run"})
    api.patch = {"client_ref": None, "metadata": None}

    assert counts(auditor.audit()) == {"counted": 1, "found": 1}


def test_ids_may_come_in_other_letters(world: World, api: ScriptedApi, auditor: Auditor):
    world.click()
    world.send()
    for run in api.runs.values():
        run["id"] = run["id"].upper()

    assert counts(auditor.audit()) == {"counted": 1}


def test_an_id_that_runs_of_another_api_have_is_not_taken_from_them(
    world: World, api: ScriptedApi, auditor: Auditor
):
    ours = str(uuid_utils.uuid7(nanoseconds=world.clock.now_ms() * 1_000_000))
    world.click(ours)
    with writing(world.database) as db:
        db.execute(sa.text("UPDATE run SET origin = 'api.runflow.io'"))
    made_elsewhere(api, client_ref=ours)

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}
    assert one(world).id != ours


# -- costs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", ["0.10", "0.05", "0", "0.080001"])
def test_a_cost_that_changes_after_the_end_is_corrected(
    world: World, api: ScriptedApi, auditor: Auditor, cost: str
):
    world.click()
    world.send()
    settle(world)
    (remote,) = api.runs.values()
    remote["cost"] = cost
    change = api.charged_micros() - 80_000

    assert counts(auditor.audit()) == {"counted": 1, "different": 1, "difference_micros": change}

    assert spent(world) == api.charged_micros()
    assert one(world).corrected_at is not None
    assert counts(auditor.audit()) == {"counted": 1}


@pytest.mark.parametrize("cost", [None, "", "-0.08", "1e300", "2000000", "free", True])
def test_a_cost_that_nobody_would_believe_changes_nothing(
    world: World, api: ScriptedApi, auditor: Auditor, cost: object
):
    world.click()
    world.send()
    settle(world)
    (remote,) = api.runs.values()
    remote["cost"] = cost

    assert counts(auditor.audit()) == {"counted": 1}

    assert (one(world).cost_micros, one(world).cost_basis) == (80_000, CostBasis.CONFIRMED)


def test_a_cost_that_only_the_list_names_is_not_believed(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    world.send()
    settle(world)
    (remote,) = api.runs.values()
    remote["cost"] = "0.99"
    api.patch = {"cost": "0.08"}

    assert counts(auditor.audit()) == {"counted": 1}


@pytest.mark.parametrize(("cost", "told"), [("0.08", {}), ("0.09", {"different": 1})])
def test_a_computed_cost_is_confirmed(
    world: World, api: ScriptedApi, auditor: Auditor, cost: str, told: dict[str, int]
):
    world.click()
    world.send()
    (remote,) = api.runs.values()
    remote["cost"] = None
    settle(world)
    assert one(world).cost_basis is CostBasis.COMPUTED
    remote["cost"] = cost

    audit = auditor.audit()

    assert audit.different == told.get("different", 0)
    assert one(world).cost_basis is CostBasis.CONFIRMED
    assert spent(world) == api.charged_micros()


def test_a_cost_in_doubt_is_confirmed(world: World, api: ScriptedApi, auditor: Auditor):
    world.click()
    world.send()
    (remote,) = api.runs.values()
    remote.update(output={"outputs": []}, cost=None)
    world.clock.pass_s(120)
    settle(world)
    assert (one(world).state, one(world).cost_basis) == (RunState.PARKED, CostBasis.IN_DOUBT)
    remote["cost"] = "0.08"

    assert counts(auditor.audit()) == {
        "counted": 1,
        "different": 1,
        "difference_micros": 80_000,
    }
    assert one(world).state is RunState.PARKED, "its pictures are still a person's case"


# -- what the API lacks --------------------------------------------------------------------------


def test_a_run_that_the_api_does_not_know_any_more_is_marked_until_it_does(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    world.send()
    settle(world)
    world.clock.pass_s(3600)
    runs, api.runs = api.runs, {}

    assert counts(auditor.audit()) == {"missing": 1}
    assert one(world).missing_at is not None
    assert counts(auditor.audit()) == {"missing": 1}
    api.runs = runs
    assert counts(auditor.audit()) == {"counted": 1, "found": 1}

    assert one(world).missing_at is None
    kinds = [event.kind for event in world.records.story("01-run")]
    assert kinds.count("missing") == kinds.count("seen again") == 1


def test_a_run_that_only_the_list_lacks_is_not_missed(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    world.send()
    world.clock.pass_s(3600)
    api.lists.append("nothing")

    assert counts(auditor.audit()) == {}
    assert one(world).missing_at is None


@pytest.mark.parametrize("seconds", [60.0, 4 * DAY_S])
def test_the_youngest_and_the_old_are_not_missed(
    world: World, api: ScriptedApi, auditor: Auditor, seconds: float
):
    world.click()
    world.send()
    settle(world)
    world.clock.pass_s(seconds)
    api.runs = {}

    assert counts(auditor.audit()) == {}


@pytest.mark.parametrize(
    ("word", "why"),
    [("500", "HTTP 500"), ("403", "no lists today"), ("torn", "not JSON"), ("forever", "repeats")],
)
def test_a_list_that_was_not_read_to_its_end_marks_nothing(
    world: World, api: ScriptedApi, auditor: Auditor, word: str, why: str
):
    world.click()
    world.send()
    settle(world)
    world.clock.pass_s(3600)
    api.runs = {}
    made_elsewhere(api)
    api.lists.extend([word] * 30)

    audit = auditor.audit()

    assert why in str(audit.problem)
    assert audit.missing == 0
    assert world.run("01-run").missing_at is None


def test_what_was_read_before_the_list_broke_off_counts(
    world: World, api: ScriptedApi, auditor: Auditor
):
    api.page_size = 2
    for number in range(5):
        made_elsewhere(api, number)
    api.lists.extend(["", "500", "500"])

    audit = auditor.audit()

    assert audit.problem is not None
    assert "500" in audit.problem
    assert audit.adopted == 2
    assert counts(auditor.audit()) == {"counted": 5, "adopted": 3}


def test_a_run_that_is_listed_and_denied_is_not_adopted(
    world: World, api: ScriptedApi, auditor: Auditor
):
    remote = made_elsewhere(api)
    listed = dict(api.runs)
    api.page = lambda _query: (200, {"items": list(listed.values())})  # type: ignore[method-assign]
    del api.runs[remote["id"]]

    assert counts(auditor.audit()) == {"counted": 1}
    assert ledger_of(world) == []


# -- trouble -------------------------------------------------------------------------------------


def test_one_run_that_cannot_be_read_is_left_to_the_next_audit(
    world: World, api: ScriptedApi, auditor: Auditor
):
    for number in range(4):
        made_elsewhere(api, number)
    api.answers.extend([{"id": None}, {"id": None}])

    audit = auditor.audit()

    assert (audit.adopted, audit.counted) == (3, 4)
    assert audit.problem is not None
    assert counts(auditor.audit()) == {"counted": 4, "adopted": 1}


def test_an_api_that_reads_out_no_run_is_left_alone_soon(
    world: World, api: ScriptedApi, auditor: Auditor
):
    for number in range(9):
        made_elsewhere(api, number)
    api.patch = {"id": None}

    audit = auditor.audit()

    assert audit.problem
    assert (audit.adopted, audit.counted) == (0, 3)


def test_the_audit_reaches_back_three_days(world: World, api: ScriptedApi, auditor: Auditor):
    made_elsewhere(api, 0)
    world.clock.pass_s(71 * 3600)
    made_elsewhere(api, 1)
    world.clock.pass_s(3600 + 1)

    audit = auditor.audit()

    assert counts(audit) == {"counted": 1, "adopted": 1}
    assert audit.since == world.clock.now_ms() - 72 * HOUR_MS


def test_after_a_complete_audit_the_next_one_goes_on_from_there_however_late_it_comes(
    world: World, api: ScriptedApi, auditor: Auditor
):
    auditor.audit()
    world.clock.pass_s(3600)
    made_elsewhere(api)
    world.clock.pass_s(30 * DAY_S)

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}


def test_an_audit_that_was_not_complete_leaves_nothing_behind_it(
    world: World, api: ScriptedApi, auditor: Auditor
):
    auditor.audit()
    made_elsewhere(api)
    world.clock.pass_s(30 * DAY_S)
    api.lists.append("403")
    assert auditor.audit().problem

    assert counts(auditor.audit()) == {"counted": 1, "adopted": 1}


def test_a_ledger_that_was_never_audited_is_compared_from_its_newest_click(
    world: World, api: ScriptedApi, auditor: Auditor
):
    world.click()
    world.send()
    settle(world)
    made_elsewhere(api)
    world.clock.pass_s(30 * DAY_S)

    assert counts(auditor.audit()) == {"counted": 2, "adopted": 1}


def test_a_clock_that_was_set_back_does_not_shorten_the_audit(
    world: World, api: ScriptedApi, auditor: Auditor
):
    auditor.audit()
    world.clock.wall_ms -= round(30 * DAY_S * 1000)

    assert auditor.audit().since == world.clock.now_ms() - 72 * HOUR_MS
