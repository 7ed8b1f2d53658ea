"""What can be set when the sandbox is started."""

from dataclasses import dataclass
from pathlib import Path

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Options:
    """One sandbox's settings; the defaults are those of the command line."""

    data_dir: Path = Path("data/sandbox")
    """Where the database, the assets and the rendered pictures are kept."""
    seconds: float = 2.0
    """A run's whole life, from queued to its end, before jitter."""
    balance: str | None = None
    """Dollars on the account; None keeps what the data folder has, 100.00 when it is new."""
    scenario: str | None = None
    """The scenario of every run whose prompt names none."""
    url_seconds: float = 3 * DAY
    """How long a signed link works: about three days at the real API."""
    hold_seconds: float = 45.0
    """How long `[late answer]` keeps its caller waiting."""
    retry_after: int | None = None
    """Seconds in a `Retry-After` header of 429 and 503; the real API sends none."""
    public_url: str | None = None
    """Where clients reach the sandbox when that is not the Host they ask, such as a TLS proxy."""
    cors: bool = True
    """Whether browsers of other origins may call."""
    sdk_errors: bool = False
    """Whether failed runs also carry `error {code, message}`, which the JavaScript SDK reads."""
