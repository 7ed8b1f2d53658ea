"""Charge lines: written with the cost of a run, summing to it, and never changed."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lib.domain.clock import SystemClock
from lib.domain.decision import Counts
from lib.domain.run import CostBasis, Failure, Picture, RunState
from lib.store.charges import book, book_all
from lib.store.database import writing
from lib.store.decisions import Decisions
from lib.store.ledger import Ledger
from lib.store.reconciliation import Reconciliation
from tests.store.balancing import assert_balanced, counted_micros
from tests.store.conftest import a_run, unqueued
from tests.store.test_ledger import bring_to
from tests.store.test_reconciliation import a_strangers_run

CONFIRMED, COMPUTED, IN_DOUBT = CostBasis.CONFIRMED, CostBasis.COMPUTED, CostBasis.IN_DOUBT
PICTURE = Picture(0, "a" * 64, 1, "image/png", 1, 1)
NONE_CHARGED = (RunState.FAILED, RunState.CANCELED)


@pytest.fixture
def decisions(database: sa.Engine) -> Decisions:
    return Decisions(database, SystemClock())


@pytest.fixture
def reconciliation(database: sa.Engine) -> Reconciliation:
    return Reconciliation(database, SystemClock(), origin="sandbox")


def lines(database: sa.Engine, columns: str = "kind, sku, quantity, amount_micros, basis") -> list:
    with database.connect() as db:
        rows = db.exec_driver_sql(f"SELECT {columns} FROM charge_line ORDER BY seq")
        return [tuple(row) for row in rows]


def store(ledger: Ledger, cost: int | None = 80_000, basis: CostBasis = CONFIRMED) -> None:
    """Bring run 01 to its end with one picture."""
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", RunState.STORED, cost_micros=cost, cost_basis=basis, pictures=[PICTURE])


def park(ledger: Ledger, **values: Any) -> None:
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", RunState.PARKED, **{"cost_basis": IN_DOUBT, **values})


def test_a_run_is_charged_in_the_transaction_that_settles_it(database: sa.Engine, ledger: Ledger):
    store(ledger)

    assert lines(database) == [("charge", "image_1K", 1, 80_000, "confirmed")]
    assert lines(
        database, "run_id, origin, charged_as, outcome, created_by, resolution, price_version"
    ) == [("01", "sandbox", "remote-01", "stored", "local", "1K", "nano-banana-2/2026-04-13")]
    assert_balanced(database)


def test_a_run_whose_lines_are_refused_is_not_settled(database: sa.Engine, ledger: Ledger):
    bring_to(ledger, RunState.ACCEPTED)
    with database.begin() as db:
        db.exec_driver_sql(
            "CREATE TRIGGER no BEFORE INSERT ON charge_line BEGIN SELECT RAISE(ABORT, 'no'); END"
        )

    with pytest.raises(sa.exc.IntegrityError):
        ledger.finish("01", RunState.STORED, cost_micros=1, cost_basis=CONFIRMED)

    with database.connect() as db:
        assert db.exec_driver_sql("SELECT state FROM run").scalar() == RunState.ACCEPTED


def test_a_cost_other_than_the_books_is_an_adjustment(database: sa.Engine, ledger: Ledger):
    store(ledger, 95_000)

    assert lines(database) == [
        ("charge", "image_1K", 1, 80_000, "confirmed"),
        ("charge", "adjustment", 1, 15_000, "confirmed"),
    ]
    assert_balanced(database)


@pytest.mark.parametrize("state", NONE_CHARGED)
def test_what_is_free_has_no_lines(database: sa.Engine, ledger: Ledger, state: RunState):
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", state, failure=Failure(None, "no"), cost_micros=0, cost_basis=COMPUTED)

    assert lines(database) == []
    assert_balanced(database)


def test_what_is_refused_before_it_runs_has_no_lines(database: sa.Engine, ledger: Ledger):
    ledger.add(a_run(), unqueued)
    ledger.intend("01", quiet_ms=0)
    ledger.refuse("01", Failure("NO", "no"), http_status=402, due_at=0)

    assert lines(database) == []


def test_what_is_in_doubt_becomes_certain_once_the_api_says(
    database: sa.Engine, ledger: Ledger, reconciliation: Reconciliation
):
    bring_to(ledger, RunState.ACCEPTED)
    ledger.finish("01", RunState.CANCELED, cost_basis=IN_DOUBT)
    assert lines(database) == [("charge", "image_1K", 1, 80_000, "in doubt")]
    assert counted_micros(database) == 0

    reconciliation.correct_cost("01", 30_000)

    assert lines(database)[1:] == [
        ("reversal", "image_1K", -1, -80_000, "in doubt"),
        ("charge", "canceled_run", 1, 30_000, "confirmed"),
    ]
    assert counted_micros(database) == 30_000
    assert_balanced(database)


def test_a_cost_that_is_confirmed_as_computed_changes_its_basis_alone(
    database: sa.Engine, ledger: Ledger, reconciliation: Reconciliation
):
    store(ledger, basis=COMPUTED)
    reconciliation.correct_cost("01", 80_000)
    reconciliation.correct_cost("01", 80_000)

    assert lines(database, "revision, kind, basis") == [
        (0, "charge", "computed"),
        (1, "reversal", "computed"),
        (1, "charge", "confirmed"),
    ]
    assert_balanced(database)


def test_a_decision_is_booked_and_taken_back(
    database: sa.Engine, ledger: Ledger, decisions: Decisions
):
    park(ledger)
    assert counted_micros(database) == 0

    decisions.give_up("01", Counts.ESTIMATE, by="local")
    assert counted_micros(database) == 80_000
    assert_balanced(database)

    decisions.undo("01", by="local")
    assert counted_micros(database) == 0
    assert_balanced(database)

    decisions.give_up("01", Counts.NOTHING, by="local")
    assert counted_micros(database) == 0
    assert_balanced(database)


def test_a_parked_run_that_the_api_has_is_charged_what_the_api_says(
    database: sa.Engine, ledger: Ledger, decisions: Decisions
):
    park(ledger)
    decisions.give_up("01", Counts.ESTIMATE, by="local")
    decisions.take_up("01", "remote-01", status="succeeded", by="local")
    assert counted_micros(database) == 0
    assert_balanced(database)

    ledger.finish(
        "01", RunState.STORED, cost_micros=81_000, cost_basis=CONFIRMED, pictures=[PICTURE]
    )

    assert counted_micros(database) == 81_000
    assert_balanced(database)


def test_the_cost_of_an_id_that_was_anothers_goes_with_it(
    database: sa.Engine, ledger: Ledger, reconciliation: Reconciliation
):
    park(ledger, cost_micros=80_000, cost_basis=CONFIRMED)
    assert reconciliation.part_from("01", "remote-01")
    assert counted_micros(database) == 0

    reconciliation.adopt(a_strangers_run(remote_id="remote-01"))
    ledger.finish(
        "0190-elsewhere",
        RunState.STORED,
        cost_micros=80_000,
        cost_basis=CONFIRMED,
        pictures=[PICTURE],
    )

    assert counted_micros(database) == 80_000
    assert_balanced(database)


def test_an_adopted_run_with_an_odd_input_is_charged_all_the_same(
    database: sa.Engine, ledger: Ledger, reconciliation: Reconciliation
):
    reconciliation.adopt(a_strangers_run(input={"resolution": ["4K"], "num_images": "many"}))
    ledger.finish("0190-elsewhere", RunState.STORED, cost_micros=7, cost_basis=CONFIRMED)

    assert lines(database) == [("charge", "unlisted", 1, 7, "confirmed")]
    assert lines(database, "created_by, resolution") == [("elsewhere", "")]


def test_booking_again_changes_nothing(database: sa.Engine, ledger: Ledger):
    store(ledger)

    with writing(database) as db:
        book(db, "01", at=1)
        book_all(db)

    assert len(lines(database)) == 1


# -- what the database itself refuses ------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    ["UPDATE charge_line SET unit_micros = 1, amount_micros = 1", "DELETE FROM charge_line"],
)
def test_a_line_is_never_changed(database: sa.Engine, ledger: Ledger, change: str):
    store(ledger)

    with pytest.raises(sa.exc.IntegrityError, match="reverse it"), writing(database) as db:
        db.exec_driver_sql(change)


def copied(**values: str) -> str:
    """SQL that writes the first line once more, with other values."""
    columns = [
        *("run_id", "revision", "kind", "origin", "charged_as", "sku", "quantity", "unit_micros"),
        *("amount_micros", "basis", "outcome", "created_by", "model_id", "resolution"),
        *("price_version", "clicked_at", "counts_at", "charged_at"),
    ]
    told = ", ".join(values.get(column, column) for column in columns)
    return f"INSERT INTO charge_line ({', '.join(columns)}) SELECT {told} FROM charge_line LIMIT 1"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "charged already"),
        ({"revision": "9"}, "charged already"),
        ({"run_id": "'02'"}, "charged already"),
        ({"charged_as": "'x'"}, "UNIQUE"),
        ({"charged_as": "'x'", "revision": "9", "quantity": "2"}, "amount"),
        ({"charged_as": "'x'", "revision": "9", "amount_micros": "1"}, "amount"),
        ({"charged_as": "'x'", "revision": "9", "basis": "'guessed'"}, "basis"),
        ({"charged_as": "'x'", "revision": "9", "outcome": "'queued'"}, "outcome"),
        ({"charged_as": "'x'", "revision": "9", "kind": "'reversal'"}, "sign"),
        ({"charged_as": "'x'", "revision": "9", "run_id": "'no such run'"}, "FOREIGN KEY"),
    ],
)
def test_the_database_refuses_lines_that_cannot_be_true(
    database: sa.Engine, ledger: Ledger, values: dict[str, str], why: str
):
    store(ledger)
    ledger.add(a_run("02"), unqueued)

    with pytest.raises(sa.exc.IntegrityError, match=why), writing(database) as db:
        db.exec_driver_sql(copied(**values))


# -- whatever happens ----------------------------------------------------------------------------

COSTS = st.sampled_from([0, 1, 80_000, 81_000, 160_000, 320_000, 10**12])
ENDS = st.sampled_from(
    [
        *((state, basis) for state in (RunState.STORED, RunState.PARKED) for basis in CostBasis),
        (RunState.CANCELED, IN_DOUBT),
        (RunState.CANCELED, CONFIRMED),
        (RunState.FAILED, COMPUTED),
        (RunState.FAILED, CONFIRMED),
    ]
)
DEEDS = st.one_of(
    st.tuples(st.just("finish"), ENDS, COSTS, st.integers(0, 4)),
    st.tuples(st.just("correct"), COSTS),
    st.tuples(st.just("give up"), st.sampled_from(Counts)),
    st.tuples(st.sampled_from(["undo", "take up", "part"])),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, max_size=12), data=st.data())
def test_the_lines_sum_to_the_cost_whatever_happens_to_a_run(
    database: sa.Engine,
    ledger: Ledger,
    decisions: Decisions,
    reconciliation: Reconciliation,
    deeds: list[tuple[Any, ...]],
    data: st.DataObject,
):
    run_id = f"{data.draw(st.uuids())}"
    ledger.add(a_run(run_id), unqueued)
    ledger.intend(run_id, quiet_ms=0)
    ledger.accept(run_id, f"remote {run_id}", status="running")

    for name, *told in deeds:
        match name:
            case "finish":
                (state, basis), cost, delivered = told
                known = None if basis is IN_DOUBT else cost
                pictures = [Picture(n, "a" * 64, 1, "image/png", 1, 1) for n in range(delivered)]
                pictures = pictures if state is RunState.STORED else []
                ledger.finish(run_id, state, cost_micros=known, cost_basis=basis, pictures=pictures)
            case "correct":
                reconciliation.correct_cost(run_id, *told)
            case "give up":
                decisions.give_up(run_id, *told, by="local")
            case "undo":
                decisions.undo(run_id, by="local")
            case "take up":
                decisions.take_up(run_id, f"remote {run_id}", status="running")
            case "part":
                reconciliation.part_from(run_id, f"remote {run_id}")
        assert_balanced(database)
