"""One picture at a time, as large as the window: zoomed, moved, and turned to the next.

`draw` opens it; as soon as it was closed, `draw` or, before the page is read anew, `take` says so.
"""

from lib.ui.viewer.drawing import Closing, draw, take
from lib.ui.viewer.pictures import ViewerPicture

__all__ = ["Closing", "ViewerPicture", "draw", "take"]
