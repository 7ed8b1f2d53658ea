"""The one way from a page to the services."""

from lib.bootstrap import Services
from lib.domain.clock import Clock, SystemClock

# One server, one set of services: the lifespan opens them, every session's script uses them.
# Streamlit's resource cache would do, but any browser tab may clear that.
_services: Services | None = None


def offer(services: Services | None) -> None:
    """Make the services known to the pages, or take them away at the end."""
    global _services
    _services = services


def services() -> Services:
    """The services of this server. Raises RuntimeError outside of its lifetime."""
    if _services is None:
        raise RuntimeError("Plantain is starting or stopping: reload the page in a moment.")
    return _services


def clock() -> Clock:
    """What tells the time in the pages."""
    return SystemClock()
