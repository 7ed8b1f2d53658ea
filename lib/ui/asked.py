"""What a run was asked for. A run that was made elsewhere may have been asked for anything."""

from typing import Any

from lib.domain.catalog import find_model
from lib.domain.model import Input
from lib.domain.run import Run

MOST_PICTURES = 100
"""Whoever asks for more is not drawn places for them."""


def pictures_asked(num_images: Any) -> int:
    """How many pictures a value of `num_images` asks for; one where it says nothing sensible."""
    is_number = isinstance(num_images, int) and not isinstance(num_images, bool)
    return num_images if is_number and 1 <= num_images <= MOST_PICTURES else 1


def allowed_input(run: Run) -> Input:
    """What of the run's input the rules of its model allow: safe to show, and to ask for again."""
    return find_model(run.model_id).allowed(run.input)
