"""What all runs of an experiment are put under: tags and a collection, whose budgets hold its cells.

The cells that wait count in those budgets from the start on, as they do in the team's.
"""

import sqlalchemy as sa

from lib.domain.budget import Scope
from lib.domain.labels import LabelGone, LabelIds
from lib.store.names import seen_by
from lib.store.schema_experiments import experiment, experiment_label
from lib.store.schema_history import collection

label = experiment_label.c
GONE = (
    "Nothing was started: the collection that its runs were to be put into is gone. "
    "Choose another one."
)


def put_experiment_under(
    db: sa.Connection, experiment_id: str, labels: LabelIds, person: str
) -> None:
    """Within the transaction of a start. Raises LabelGone."""
    for collection_id in labels.collection_ids:
        if db.scalar(_seen(person).where(collection.c.id == collection_id)) is None:
            raise LabelGone(GONE)
    rows = [
        {"experiment_id": experiment_id, "scope": scope, "label_id": label_id}
        for scope, ids in ((Scope.TAG, labels.tag_ids), (Scope.COLLECTION, labels.collection_ids))
        for label_id in dict.fromkeys(ids)
    ]
    if rows:
        db.execute(experiment_label.insert(), rows)


def labels_of(db: sa.Connection, experiment_id: str) -> LabelIds:
    """What an experiment's runs are put under."""
    query = sa.select(label.scope, label.label_id).where(label.experiment_id == experiment_id)
    rows = db.execute(query.order_by(label.label_id)).all()
    tags, collections = (
        tuple(row.label_id for row in rows if row.scope == scope)
        for scope in (Scope.TAG, Scope.COLLECTION)
    )
    return LabelIds(tags, collections)


def let_gone_labels_go(db: sa.Connection, experiment_id: str) -> None:
    """Put what follows into no collection that was deleted, or is not for its maker any more."""
    maker = db.scalar(sa.select(experiment.c.created_by).where(experiment.c.id == experiment_id))
    db.execute(
        experiment_label.delete()
        .where(label.experiment_id == experiment_id, label.scope == Scope.COLLECTION)
        .where(label.label_id.not_in(_seen(str(maker))))
    )


def _seen(person: str) -> sa.Select[tuple[int]]:
    return sa.select(collection.c.id).where(seen_by(collection, person))
