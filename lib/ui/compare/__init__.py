"""Two to four pictures compared: side by side, by a slider, and by flicker."""

from lib.ui.compare.drawing import FEWEST, MODES, MOST, Mode, draw
from lib.ui.viewer.pictures import ViewerPicture

__all__ = ["FEWEST", "MODES", "MOST", "Mode", "ViewerPicture", "draw"]
