"""Which scene a prompt gets: the one that most of its words speak of."""

from collections.abc import Callable, Mapping

import numpy as np

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.palettes import Palette
from lib.sandbox.pictures.scene_city import paint_city
from lib.sandbox.pictures.scene_dunes import paint_dunes
from lib.sandbox.pictures.scene_forest import paint_forest
from lib.sandbox.pictures.scene_leaves import paint_leaves
from lib.sandbox.pictures.scene_marbling import paint_marbling
from lib.sandbox.pictures.scene_mountains import paint_mountains
from lib.sandbox.pictures.scene_poster import paint_poster
from lib.sandbox.pictures.scene_sea import paint_sea
from lib.sandbox.pictures.scene_still_life import paint_still_life
from lib.sandbox.pictures.wording import chance, words_of

Painter = Callable[[Canvas, Palette, np.random.Generator, set[str]], None]
"""Paints one scene; the words of the prompt may add to it."""

_SCENES: Mapping[Painter, str] = {
    paint_forest: "forest tree treehouse redwood woodland jungle wood canopy bark moss fern "
    "mushroom pod cabin grove rainforest firefly bioluminescent fairy enchanted rope",
    paint_mountains: "mountain ridge valley alpine peak hill night sky star galaxy aurora mist fog "
    "lake landscape moon snow twilight dawn wilderness camp tent space planet milky",
    paint_sea: "sea ocean beach wave coast shore harbor harbour sail sailboat boat ship island "
    "lighthouse sunset sunrise underwater whale water surf bay",
    paint_dunes: "desert dune sand sahara canyon mars camel oasis cactus mesa",
    paint_city: "city street neon skyline skyscraper building architecture urban cyberpunk tower "
    "tokyo york paris london downtown alley car traffic office apartment rooftop metro rain",
    paint_still_life: "food fruit apple lemon orange banana bread cake coffee tea cup bowl plate "
    "still table kitchen bottle perfume product vase wine cheese breakfast dessert cosmetic jar "
    "packaging studio pedestal ceramic soup pasta pizza burger sushi drink cocktail",
    paint_leaves: "leaf leaves flower plant botanical garden floral orchid rose tulip tropical "
    "monstera palm herb bouquet petal blossom meadow wreath bee butterfly",
    paint_poster: "poster logo icon geometric minimal minimalist bauhaus brand branding graphic "
    "typography flat vector shape grid swiss cover album badge infographic diagram letter isometric",
    paint_marbling: "abstract fluid marble marbled ink pattern texture swirl liquid smoke wallpaper "
    "paint watercolor acrylic flow wave psychedelic silk agate background gradient",
}
_FOR_ANY: tuple[Painter, ...] = (
    paint_mountains,
    paint_marbling,
    paint_poster,
    paint_leaves,
    paint_sea,
)


def scene_for(prompt: str) -> Painter:
    """The painter with the most words in common; without any, one that the prompt's hash picks."""
    words = set(words_of(prompt))
    shared = {painter: len(words & set(hints.split())) for painter, hints in _SCENES.items()}
    best = max(shared, key=lambda painter: shared[painter])
    if shared[best]:
        return best
    return _FOR_ANY[int(chance("scene", prompt).integers(len(_FOR_ANY)))]
