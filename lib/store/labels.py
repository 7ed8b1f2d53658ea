"""What a run is put under at its click: tags and collections, in the click's own transaction."""

import sqlalchemy as sa

from lib.store import schema_history
from lib.store.entries import NewRun

index = schema_history.run_index


def put_labels(db: sa.Connection, new: NewRun) -> None:
    """Tag and collect a run that has just been recorded."""
    if not new.tag_ids and not new.collection_ids:
        return
    no = db.scalar(sa.select(index.c.no).where(index.c.run_id == new.id))
    for tag_id in dict.fromkeys(new.tag_ids):
        db.execute(schema_history.run_tag.insert().values(tag_id=tag_id, no=no))
    for collection_id in dict.fromkeys(new.collection_ids):
        collected = {"collection_id": collection_id, "no": no}
        db.execute(schema_history.run_collection.insert().values(**collected))
