"""What an experiment's runs are put under holds its cells from the start on."""

import pytest

from lib.domain.budget import OverBudget, Scope
from lib.domain.labels import LabelGone, LabelIds
from lib.domain.organising import Sharing
from lib.store.names import Names
from tests.store.experimenting import Lab, lab_on, new_experiment
from tests.store.held_runs import PRICE, house_on, terms


@pytest.fixture
def lab(database) -> Lab:
    return lab_on(house_on(database))


@pytest.fixture
def names(lab: Lab) -> Names:
    return Names(lab.house.database, lab.house.clock)


def labels_for(names: Names, scope: Scope) -> LabelIds:
    if scope is Scope.TAG:
        return LabelIds(tag_ids=(names.tag_id("kites", by="local"),))
    made = names.make_collection("Kites", sharing=Sharing.TEAM, by="local")
    return LabelIds(collection_ids=(made,))


def budget_of(lab: Lab, scope: Scope, labels: LabelIds, limit: int) -> None:
    (subject,) = (*labels.tag_ids, *labels.collection_ids)
    lab.house.budgets.make(terms(limit, scope=scope, subject=str(subject)), by="ada")


@pytest.mark.parametrize("scope", [Scope.TAG, Scope.COLLECTION])
def test_a_budget_of_what_it_is_put_under_holds_its_cells_and_then_its_runs(
    lab: Lab, names: Names, scope: Scope
):
    labels = labels_for(names, scope)
    budget_of(lab, scope, labels, 4 * PRICE)

    lab.start(labels=labels)

    assert lab.house.use() == (0, 4 * PRICE, 0)
    found = lab.records.next_cell("x1")
    assert found.labels == labels
    under = {"tag_ids": labels.tag_ids, "collection_ids": labels.collection_ids}
    lab.send_cell(found.of, **under)
    assert lab.house.use() == (0, 4 * PRICE, 0)


@pytest.mark.parametrize("scope", [Scope.TAG, Scope.COLLECTION])
def test_what_does_not_fit_there_is_refused_as_a_whole(lab: Lab, names: Names, scope: Scope):
    labels = labels_for(names, scope)
    budget_of(lab, scope, labels, 4 * PRICE - 1)

    with pytest.raises(OverBudget):
        lab.start(labels=labels)

    assert lab.house.use() == (0, 0, 0)
    lab.start("x2")
    assert lab.house.use() == (0, 0, 0)


def test_what_is_added_later_is_held_there_too(lab: Lab, names: Names):
    labels = labels_for(names, Scope.TAG)
    budget_of(lab, Scope.TAG, labels, 4 * PRICE)
    new = new_experiment(labels=labels)
    few = {"cells": new.cells[:2]}
    lab.start(labels=labels, **few)

    with pytest.raises(OverBudget):
        lab.experiments.grow(
            "x1", seen=new.design, design=new.design, cells=new_experiment(price=2 * PRICE).cells
        )
    lab.experiments.grow("x1", seen=new.design, design=new.design, cells=new.cells)

    assert lab.house.use() == (0, 4 * PRICE, 0)
    lab.experiments.pause("x1")
    keys = [priced.cell.key for priced in new.cells]
    with pytest.raises(OverBudget):
        lab.experiments.go_on("x1", dict.fromkeys(keys, PRICE + 1))


def test_a_collection_that_is_gone_refuses_the_start_and_is_let_go_by_going_on(
    lab: Lab, names: Names
):
    labels = labels_for(names, Scope.COLLECTION)
    (collection_id,) = labels.collection_ids
    lab.start(labels=labels)
    names.delete_collection(collection_id, by="local")

    with pytest.raises(LabelGone, match="Choose another one"):
        lab.start("x2", labels=labels)
    assert lab.records.find("x2") is None
    lab.experiments.pause("x1")
    assert lab.experiments.go_on("x1", {})

    assert lab.records.next_cell("x1").labels == LabelIds()


def test_somebody_elses_private_collection_cannot_be_used(lab: Lab, names: Names):
    private = names.make_collection("Mine", sharing=Sharing.PRIVATE, by="ada")

    with pytest.raises(LabelGone):
        lab.start(labels=LabelIds(collection_ids=(private,)))
