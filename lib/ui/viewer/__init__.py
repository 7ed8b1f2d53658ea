"""One picture at a time, as large as the window: zoomed, moved, and turned to the next.

`draw` opens it; that it was closed says `taking`, before the page is read anew.
"""

from lib.ui.viewer.drawing import Closing, draw, taking
from lib.ui.viewer.pictures import ViewerPicture

__all__ = ["Closing", "ViewerPicture", "draw", "taking"]
