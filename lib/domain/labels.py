"""What a run is put under at its click: tags and a collection. Budgets can be theirs."""

from dataclasses import dataclass

from lib.domain.errors import PlantainError


@dataclass(frozen=True, slots=True)
class Labels:
    """As a person says it: tags by their names, and a collection by its id."""

    tags: tuple[str, ...] = ()
    collection_id: int | None = None


@dataclass(frozen=True, slots=True)
class LabelIds:
    """As the ledger knows it."""

    tag_ids: tuple[int, ...] = ()
    collection_ids: tuple[int, ...] = ()


NO_LABELS = LabelIds()


class LabelGone(PlantainError):
    """A collection was deleted, or is another person's; the message says what to do."""
