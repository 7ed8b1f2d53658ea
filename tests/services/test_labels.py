"""Tags and a collection at the click: part of the run's record, and counted in their budgets."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from lib.domain.budget import BudgetWrong, OverBudget, Scope, Strength, Terms, Window
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.history_query import HistoryQuery
from lib.domain.labels import NO_LABELS, LabelGone, LabelIds, Labels
from lib.domain.organising import ChangeKind, NameUnusable, Sharing
from lib.services.approvals import ApprovalService
from lib.services.budgets import BudgetService
from lib.services.labels import LabelService
from lib.services.runs import RunService
from lib.store.approvals import Approvals
from lib.store.budgets import Budgets
from lib.store.database import open_database
from lib.store.drafts import Drafts
from lib.store.ledger import Ledger
from lib.store.migrate import migrate
from lib.store.names import Names
from lib.store.organising import Action, Organising
from lib.store.records import Records
from tests.services.test_approvals import Queue
from tests.set_clock import SetClock

PRICE = 80_000


@dataclass
class Desk:
    database: sa.Engine
    runs: RunService
    labels: LabelService
    names: Names
    organising: Organising
    budgets: BudgetService
    approvals: ApprovalService
    queue: Queue

    def click(self, labels: LabelIds = NO_LABELS, prompt: str = "a kite") -> str:
        return self.runs.submit(
            *(DEFAULT_MODEL.id, {"prompt": prompt}),
            click_token=f"{prompt} {len(self.queue.queued)}",
            created_by="grace",
            labels=labels,
        )

    def limit(self, scope: Scope, subject: int, micros: int = PRICE) -> int:
        terms = Terms(scope, str(subject), Window.MONTH, micros, Strength.HARD, "UTC")
        return self.budgets.make(terms, by="local")

    def used(self) -> int:
        (use,) = self.budgets.all_uses()
        return use.used_micros


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, clock, queue = open_database(tmp_path / "plantain.db"), SetClock(), Queue()
    migrate(database)
    runs = RunService(
        ledger=Ledger(database, clock),
        records=Records(database),
        drafts=Drafts(database, clock),
        engine=queue,
        origin="sandbox",
    )
    names = Names(database, clock)
    yield Desk(
        *(database, runs, LabelService(names, origin="sandbox"), names),
        Organising(database, clock),
        BudgetService(Budgets(database, clock, origin="sandbox"), zone="UTC"),
        ApprovalService(Approvals(database, clock, origin="sandbox"), runs),
        queue,
    )
    database.dispose()


def labels_of(desk: Desk, run_id: str) -> tuple[list[str], list[str]]:
    with desk.database.connect() as db:
        found = [
            db.exec_driver_sql(f"SELECT {column} FROM {view} WHERE run_id = ?", (run_id,))
            for column, view in (("tag", "history_tags"), ("collection", "history_collections"))
        ]
        return [*map(str, found[0].scalars())], [*map(str, found[1].scalars())]


def test_a_run_has_its_tags_and_its_collection_from_the_click_on(desk: Desk):
    into = desk.names.make_collection("Kites", sharing=Sharing.TEAM, by="ada")
    chosen = Labels((" spring   sale ", "kites", "kites"), into)

    run_id = desk.click(desk.labels.ids(chosen, by="grace"))

    assert labels_of(desk, run_id) == (["spring sale", "kites"], ["Kites"])
    assert desk.labels.tags() == ["kites", "spring sale"]


def test_looking_ahead_makes_no_tag(desk: Desk):
    desk.labels.ids(Labels(("known",)), by="grace")

    assert desk.labels.known(Labels(("new", "known", ""))) == LabelIds((1,))
    assert desk.names.find_tag("new") is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 201])
def test_a_name_that_no_tag_can_have_is_refused(desk: Desk, name: str):
    with pytest.raises(NameUnusable):
        desk.labels.ids(Labels((name,)), by="grace")


@pytest.mark.parametrize("sharing", [None, Sharing.PRIVATE])
def test_a_collection_that_is_gone_or_anothers_refuses_the_click_whole(
    desk: Desk, sharing: Sharing | None
):
    into = 99
    if sharing:
        into = desk.names.make_collection("Hers", sharing=sharing, by="ada")

    with pytest.raises(LabelGone, match="Nothing was sent"):
        desk.click(LabelIds((), (into,)))

    assert desk.runs.recent(9) == []
    assert desk.queue.queued == []


@pytest.mark.parametrize("scope", [Scope.TAG, Scope.COLLECTION])
def test_their_budgets_are_checked_and_held_at_the_click(desk: Desk, scope: Scope):
    tag = desk.names.tag_id("kites", by="ada")
    into = desk.names.make_collection("Kites", sharing=Sharing.TEAM, by="ada")
    labels = LabelIds((tag,), (into,))
    desk.limit(scope, tag if scope is Scope.TAG else into)

    desk.click(labels)
    desk.click()
    with pytest.raises(OverBudget):
        desk.click(labels)

    assert desk.used() == PRICE
    outlook = desk.budgets.outlook(PRICE, person="grace", labels=labels)
    assert [use.budget.subject_name for use in outlook.refused] in (["kites"], ["Kites"])
    assert desk.budgets.outlook(PRICE, person="grace").uses == ()


def test_a_tag_that_is_put_on_or_taken_off_later_moves_the_sum_and_is_never_refused(desk: Desk):
    tag = desk.names.tag_id("kites", by="ada")
    desk.limit(Scope.TAG, tag)
    made = [desk.click(prompt=f"kite {number}") for number in range(3)]
    desk.runs.cancel(made[0])

    put = desk.organising.change(made, Action(ChangeKind.TAG, tag), by="ada")
    assert desk.used() == 2 * PRICE
    with pytest.raises(OverBudget):
        desk.click(LabelIds((tag,)))

    desk.organising.undo(put.change_id or 0, by="ada")
    assert desk.used() == 0
    assert desk.click(LabelIds((tag,)))


def test_a_request_that_waits_keeps_its_labels_for_its_run(desk: Desk):
    tag = desk.names.tag_id("kites", by="ada")
    into = desk.names.make_collection("Kites", sharing=Sharing.TEAM, by="ada")
    desk.limit(Scope.TAG, tag, micros=0)
    asked = desk.approvals.ask(
        *(DEFAULT_MODEL.id, {"prompt": "a kite"}),
        click_token="once",
        asked_by="grace",
        labels=LabelIds((tag,), (into,)),
    )

    found = desk.approvals.find(asked)
    assert found is not None
    assert desk.labels.names(found.labels, viewer="grace") == ["kites", "Kites"]
    with pytest.raises(OverBudget):
        desk.approvals.accept(asked, by="local")
    (use,) = desk.budgets.all_uses()
    desk.budgets.end(use.budget.id, by="local")

    assert labels_of(desk, desk.approvals.accept(asked, by="local")) == (["kites"], ["Kites"])


# -- budgets of collections that come and go -----------------------------------------------------


def test_there_is_no_budget_for_what_is_not_there_or_only_its_makers(desk: Desk):
    private = desk.names.make_collection("Mine", sharing=Sharing.PRIVATE, by="ada")

    for scope, subject in ((Scope.TAG, 7), (Scope.COLLECTION, 99), (Scope.COLLECTION, private)):
        with pytest.raises(BudgetWrong, match="there is no such"):
            desk.limit(scope, subject)


def test_the_name_of_a_collection_that_is_private_by_now_is_not_told(desk: Desk):
    into = desk.names.make_collection("Kites", sharing=Sharing.TEAM, by="ada")
    desk.limit(Scope.COLLECTION, into)
    desk.names.change_collection(into, by="ada", name="Secret", sharing=Sharing.PRIVATE)

    (use,) = desk.budgets.all_uses()

    assert use.budget.subject_name == ""


def test_a_new_collection_never_gets_the_budget_or_the_links_of_a_deleted_one(desk: Desk):
    limited = desk.names.make_collection("Limited", sharing=Sharing.TEAM, by="ada")
    desk.limit(Scope.COLLECTION, limited, micros=0)
    desk.names.delete_collection(limited, by="ada")
    clicked = desk.names.make_collection("Clicked into", sharing=Sharing.TEAM, by="ada")
    desk.click(LabelIds((), (clicked,)))
    desk.names.delete_collection(clicked, by="ada")

    new = desk.names.make_collection("New", sharing=Sharing.TEAM, by="ada")

    assert len({limited, clicked, new}) == 3
    assert desk.click(LabelIds((), (new,)))


def test_deleting_a_collection_is_still_undone_whole(desk: Desk):
    into = desk.names.make_collection("Kites", sharing=Sharing.TEAM, by="ada")
    run_id = desk.click(LabelIds((), (into,)))
    removed = desk.names.delete_collection(into, by="ada")
    assert removed is not None
    assert labels_of(desk, run_id) == ([], [])

    assert desk.names.bring_back_collection(removed) == into

    assert labels_of(desk, run_id) == ([], ["Kites"])
    assert HistoryQuery().where("collection", str(into))
