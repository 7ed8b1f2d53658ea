"""What a run is put under at its click, in the click's own transaction: tags, collections, a cell."""

import sqlalchemy as sa

from lib.domain.labels import LabelGone
from lib.store import schema_history
from lib.store.entries import NewRun
from lib.store.experiment_entries import take_cell
from lib.store.names import seen_by

index, collection = schema_history.run_index, schema_history.collection
GONE = (
    "Nothing was sent: the collection that this run was to be put into is gone. Choose another one."
)


def put_labels(db: sa.Connection, new: NewRun) -> None:
    """Tag and collect a run that has just been recorded, and give it to its cell.

    Raises LabelGone and CellTaken.
    """
    take_cell(db, new)
    if not new.tag_ids and not new.collection_ids:
        return
    no = db.scalar(sa.select(index.c.no).where(index.c.run_id == new.id))
    for tag_id in dict.fromkeys(new.tag_ids):
        db.execute(schema_history.run_tag.insert().values(tag_id=tag_id, no=no))
    for collection_id in dict.fromkeys(new.collection_ids):
        _refuse_what_is_gone(db, collection_id, new.created_by)
        collected = {"collection_id": collection_id, "no": no}
        db.execute(schema_history.run_collection.insert().values(**collected))


def _refuse_what_is_gone(db: sa.Connection, collection_id: int, person: str) -> None:
    """A collection may be deleted, or taken from the team, between the page and the click."""
    query = sa.select(collection.c.id).where(collection.c.id == collection_id)
    if db.scalar(query.where(seen_by(collection, person))) is None:
        raise LabelGone(GONE)
