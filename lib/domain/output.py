"""What a run gives back: its artifacts and what the model says about them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Artifact:
    """One generated thing and where to get it: an https URL that expires, or a data URI."""

    url: str
    type: str = "image"
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Output:
    """The output of a run, the same fields for every model."""

    outputs: tuple[Artifact, ...] = ()
    model_data: Any = None
    nsfw_detected: bool | None = None
    seed: Any = None
    timing: Any = None


NO_OUTPUT = Output()
