"""Who may set budgets and close months. Nobody logs in yet, so it is whoever sits at the browser."""

from lib.domain.errors import PlantainError

OWNERS = frozenset({"local"})


class NotAnOwner(PlantainError):
    """Only an owner may do this."""


def is_owner(person: str) -> bool:
    """Whether a person may do what only owners may."""
    return person in OWNERS


def refuse_others(person: str, deed: str = "set budgets") -> None:
    """Raise NotAnOwner for everyone who is none."""
    if not is_owner(person):
        raise NotAnOwner(f"Only an owner may {deed}: ask one.")
