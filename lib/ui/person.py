"""Who sits at the browser. Nobody logs in yet, so everybody is the same person."""


def name() -> str:
    """The name that runs are recorded under."""
    return "local"
