"""The cells of an experiment as rows and columns of pictures, driven by mouse, touch and keyboard.

`draw` shows a page of them; `taking`, before the page asks for its data, tells what was done.
"""

from lib.ui.gallery import GalleryEvents, taking
from lib.ui.matrix.drawing import draw
from lib.ui.matrix.sheet import MatrixCell, Sheet

__all__ = ["GalleryEvents", "MatrixCell", "Sheet", "draw", "taking"]
