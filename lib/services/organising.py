"""Bringing order into the history: favourites, ratings, tags, notes, collections, the bin.

Every action takes a selection: the ids of runs, or a `HistoryQuery` for all that answer it. It
gives a `Changed` with the number that undoes it. `progress` is told after each batch how many runs
were gone through, and answers whether to go on: False cancels.
"""

from collections.abc import Callable, Sequence

from lib.domain.history_query import HistoryQuery, readable
from lib.domain.organising import (
    BEST_RATING,
    LONGEST_REMARK,
    Changed,
    ChangeKind,
    Collection,
    NameUnusable,
    SavedSearch,
    Sharing,
    usable_name,
)
from lib.services.history_search import HistorySearch
from lib.store.names import Names, RemovedCollection
from lib.store.organising import Action, Organising

Selection = Sequence[str] | HistoryQuery
Progress = Callable[[int], bool]


def _go_on(_done: int) -> bool:
    return True


class OrganisingService:
    """Changes runs of one origin. `by` is the person who does it."""

    def __init__(
        self, organising: Organising, names: Names, search: HistorySearch, *, origin: str
    ) -> None:
        self._organising = organising
        self._names = names
        self._search = search
        self._origin = origin

    # -- runs ------------------------------------------------------------------------------------

    def favour(
        self, selection: Selection, is_favourite: bool, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Make runs favourites of the team, or not any more."""
        action = Action(ChangeKind.FAVOURITE, int(is_favourite))
        return self._change(selection, action, by, progress)

    def rate(
        self, selection: Selection, rating: int | None, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Give runs 1 to 5 stars; None takes them away. Raises ValueError for anything else."""
        if rating is not None and not 1 <= rating <= BEST_RATING:
            raise ValueError(f"rating cannot be {rating}: give 1 to {BEST_RATING}, or none.")
        return self._change(selection, Action(ChangeKind.RATING, rating or 0), by, progress)

    def tag(
        self, selection: Selection, name: str, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Put a tag on runs; a new one is made. Raises NameUnusable."""
        tag_id = self._names.tag_id(usable_name(name), by=by)
        return self._change(selection, Action(ChangeKind.TAG, tag_id), by, progress)

    def untag(
        self, selection: Selection, name: str, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Take a tag off runs."""
        tag_id = self._names.find_tag(" ".join(readable(name).split()))
        if tag_id is None:
            return Changed(ChangeKind.UNTAG, 0)
        return self._change(selection, Action(ChangeKind.UNTAG, tag_id), by, progress)

    def collect(
        self, selection: Selection, collection_id: int, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Put runs into a collection. Raises NameUnusable when the person sees none of that id."""
        self._check_seen(collection_id, by)
        return self._change(selection, Action(ChangeKind.COLLECT, collection_id), by, progress)

    def uncollect(
        self, selection: Selection, collection_id: int, *, by: str, progress: Progress = _go_on
    ) -> Changed:
        """Take runs out of a collection. Raises NameUnusable when the person sees none of that id."""
        self._check_seen(collection_id, by)
        return self._change(selection, Action(ChangeKind.UNCOLLECT, collection_id), by, progress)

    def delete(self, selection: Selection, *, by: str, progress: Progress = _go_on) -> Changed:
        """Put ended runs into the bin, where they stay for BIN_DAYS. Open ones stay as they are."""
        return self._change(selection, Action(ChangeKind.DELETE), by, progress)

    def restore(self, selection: Selection, *, by: str, progress: Progress = _go_on) -> Changed:
        """Bring runs back from the bin. For all of them: a question with `deleted=True`."""
        return self._change(selection, Action(ChangeKind.RESTORE), by, progress)

    def undo(self, change_id: int, *, by: str) -> int:
        """Take a change back, where nothing was changed again since; gives for how many runs."""
        return self._organising.undo(change_id, by=by)

    def write_remark(self, run_id: str, text: str, *, by: str) -> bool:
        """Write a person's note on a run; the empty text takes it away. Searches find its words.

        Raises ValueError when it is too long. False when there is no such run.
        """
        if len(text) > LONGEST_REMARK:
            raise ValueError(f"The note is too long: {LONGEST_REMARK:,} characters at most.")
        return self._organising.set_remark(run_id, readable(text).strip(), by=by)

    def _change(self, selection: Selection, action: Action, by: str, progress: Progress) -> Changed:
        chosen = (
            self._search.asked(selection, by) if isinstance(selection, HistoryQuery) else selection
        )
        return self._organising.change(chosen, action, by=by, progress=progress)

    # -- names -----------------------------------------------------------------------------------

    def tags(self) -> list[str]:
        """The names of all tags in use."""
        return self._names.tags()

    def collections(self, *, viewer: str, is_counted: bool = True) -> list[Collection]:
        """The collections that a person sees, with how many runs are in each when they are counted."""
        return self._names.collections(viewer=viewer, origin=self._origin, is_counted=is_counted)

    def make_collection(self, name: str, *, sharing: Sharing, by: str) -> int:
        """A new, empty collection; its id. Raises NameUnusable."""
        return self._names.make_collection(usable_name(name), sharing=sharing, by=by)

    def change_collection(
        self, collection_id: int, *, name: str, sharing: Sharing, by: str
    ) -> bool:
        """Rename or share a collection. Raises NameUnusable."""
        name = usable_name(name)
        return self._names.change_collection(collection_id, by=by, name=name, sharing=sharing)

    def delete_collection(self, collection_id: int, *, by: str) -> RemovedCollection | None:
        """Take a collection away; its runs stay. Gives what brings it back."""
        return self._names.delete_collection(collection_id, by=by)

    def bring_back_collection(self, removed: RemovedCollection) -> int:
        """Make a deleted collection again, with its runs; its id. Raises NameUnusable."""
        return self._names.bring_back_collection(removed)

    def collections_of(self, run_id: str, *, viewer: str) -> list[int]:
        """The ids of the collections that a run is in, of those that a person sees."""
        return self._names.collections_of(run_id, viewer=viewer)

    def searches(self, *, viewer: str) -> list[SavedSearch]:
        """The saved searches that a person sees."""
        return self._names.searches(viewer=viewer)

    def save_search(self, name: str, query: HistoryQuery, *, sharing: Sharing, by: str) -> int:
        """Keep a question under a name; one's own of that name is replaced. Raises NameUnusable."""
        return self._names.save_search(usable_name(name), query, sharing=sharing, by=by)

    def change_search(self, search_id: int, *, name: str, sharing: Sharing, by: str) -> bool:
        """Rename or share a saved search. Raises NameUnusable."""
        name = usable_name(name)
        return self._names.change_search(search_id, by=by, name=name, sharing=sharing)

    def bring_back_search(self, search: SavedSearch) -> int:
        """Keep a search again that was deleted; its new id. Raises NameUnusable."""
        return self._names.bring_back_search(search)

    def delete_search(self, search_id: int, *, by: str) -> bool:
        """Forget a saved search."""
        return self._names.delete_search(search_id, by=by)

    def _check_seen(self, collection_id: int, by: str) -> None:
        if all(
            known.id != collection_id for known in self.collections(viewer=by, is_counted=False)
        ):
            raise NameUnusable("There is no such collection any more: choose another.")
