"""Two pictures side by side, to be judged blind: by keys, clicks and taps, the next ones at hand."""

from lib.ui.voting.drawing import draw, taking
from lib.ui.voting.events import Answer, TakingBack

__all__ = ["Answer", "TakingBack", "draw", "taking"]
