"""A run's way through its states, which time alone decides."""

from hypothesis import given
from hypothesis import strategies as st

from lib.sandbox.clock import SECOND
from lib.sandbox.life import STATUSES, plan
from lib.sandbox.run_records import status_at
from lib.sandbox.scenarios import SCENARIOS, USUAL, named
from tests.sandbox.running import wait_for

SEEN = st.sampled_from((USUAL, *SCENARIOS))


def row_of(times, end_status="succeeded"):
    return {
        "dispatching_at": times.dispatching_at,
        "started_at": times.started_at,
        "completed_at": times.completed_at,
        "end_status": end_status,
    }


@given(run_id=st.text(), scenario=SEEN, seconds=st.floats(0, 1e6), now=st.integers(0, 2**50))
def test_a_status_never_goes_back(run_id, scenario, seconds, now):
    row = row_of(plan(run_id, now, scenario, seconds))
    moments = sorted({now, *(row[name] or now for name in list(row)[:3])})

    places = [STATUSES.index(status_at(row, moment)) for moment in moments]
    assert places == sorted(places)
    assert status_at(row, now) == "queued"
    assert status_at(row, row["completed_at"]) == "succeeded"


@given(run_id=st.text())
def test_a_life_takes_about_as_long_as_was_asked(run_id):
    times = plan(run_id, 0, USUAL, 2.0)

    assert 1.7 * SECOND <= times.completed_at <= 2.3 * SECOND
    assert times == plan(run_id, 0, USUAL, 2.0)


def test_runs_of_the_same_moment_do_not_end_together():
    assert len({plan(str(n), 0, USUAL, 2.0).completed_at for n in range(20)}) == 20


def test_a_slow_run_takes_ten_times_as_long():
    slow, usual = plan("a", 0, named("slow"), 2.0), plan("a", 0, USUAL, 2.0)

    assert round(slow.completed_at / usual.completed_at) == 10


def test_a_reader_sees_the_states_in_order(start_sandbox):
    sandbox = start_sandbox(seconds=0.5)
    run = sandbox.create().json()
    seen = [run["status_code"]]

    def look():
        seen.append(sandbox.run(run["id"])["status_code"])
        return seen[-1]

    wait_for(look, lambda status: status == "succeeded")
    assert seen == sorted(seen, key=STATUSES.index)
    assert seen[0] == "queued"


def test_open_runs_go_on_to_their_end_across_a_restart(start_sandbox, receiver):
    sandbox = start_sandbox(seconds=2.0)
    run = sandbox.create("a kite", callback_url=receiver.url).json()
    assert sandbox.run(run["id"])["completed_at"] is None

    sandbox = start_sandbox(seconds=500)
    ended = sandbox.end_of(run["id"])

    assert ended["status_code"] == "succeeded"
    assert len(receiver.wait()) == 1
    assert [charge["run_id"] for charge in sandbox.charges()] == [run["id"]]
