"""A page of runs as a grid of pictures, driven by mouse, touch and keyboard.

`draw` shows the items; `taking`, before the page asks for its data, tells what was done to them.
"""

from lib.ui.gallery.drawing import EVERY_ACTION, SIZES, Action, draw, taking
from lib.ui.gallery.events import GalleryEvents, Opening
from lib.ui.gallery.items import GalleryItem, GalleryPicture

__all__ = [
    "EVERY_ACTION",
    "SIZES",
    "Action",
    "GalleryEvents",
    "GalleryItem",
    "GalleryPicture",
    "Opening",
    "draw",
    "taking",
]
