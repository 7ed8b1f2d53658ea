"""Who sits at the browser. Nobody logs in yet, so everybody is the same person."""


def name() -> str:
    """The name that runs are recorded under."""
    return "local"


def is_owner() -> bool:
    """Whether this person may change what costs money. Everybody may, until people log in."""
    return True
