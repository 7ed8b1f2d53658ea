"""Tags and collections at the click: what there is to choose from, and what was chosen."""

from lib.domain.history_query import readable
from lib.domain.labels import LabelIds, Labels
from lib.domain.organising import Collection, usable_name
from lib.store.names import Names


class LabelService:
    """Reads what a person may put a run under. Only a tag that is new is made, by `ids`."""

    def __init__(self, names: Names, *, origin: str) -> None:
        self._names = names
        self._origin = origin

    def tags(self) -> list[str]:
        """The names of all tags in use."""
        return self._names.tags()

    def collections(self, *, viewer: str) -> list[Collection]:
        """The collections that a person sees, without how many runs are in them."""
        return self._names.collections(viewer=viewer, origin=self._origin, is_counted=False)

    def names(self, labels: LabelIds, *, viewer: str) -> list[str]:
        """What a request is put under, as far as the person sees it."""
        return self._names.label_names(labels.tag_ids, labels.collection_ids, viewer=viewer)

    def ids(self, labels: Labels, *, by: str) -> LabelIds:
        """What was chosen, for a click; a new tag is made. Raises NameUnusable.

        The click itself refuses a collection that is gone by then.
        """
        names = dict.fromkeys(usable_name(tag) for tag in labels.tags)
        known = self._names.tag_ids(names)
        tag_ids = [known.get(name) or self._names.tag_id(name, by=by) for name in names]
        return LabelIds(tuple(tag_ids), _ids_of(labels))

    def known(self, labels: Labels) -> LabelIds:
        """The same for a look ahead: what is new yet has no budget, and nothing is made."""
        names = {" ".join(readable(tag).split()) for tag in labels.tags}
        return LabelIds(tuple(self._names.tag_ids(names).values()), _ids_of(labels))


def _ids_of(labels: Labels) -> tuple[int, ...]:
    return () if labels.collection_id is None else (labels.collection_id,)
