"""What a picture looks like, in 64 bits: pictures that look alike differ in few of them.

It is the difference hash (dHash): the picture as 9 x 8 greys, and for each whether its neighbour to
the right is brighter. It survives other sizes, formats and qualities, small marks and changes of
brightness. Turned, mirrored or cut pictures look different to it. The libraries that have it bring
SciPy and PyWavelets along; with Pillow it is what stands here.
"""

from PIL import Image

from lib.images.errors import Damaged
from lib.images.inspection import UNREADABLE, measure, open_measured

WIDTH, HEIGHT = 9, 8
BITS = 64
NO_LIKENESS = -(2**63)
"""What `likeness_of` never gives: free to mean that there is none."""


def likeness_of(data: bytes) -> int:
    """The likeness of a picture, best of its thumbnail, as a signed whole number of 64 bits.

    Raises `NotAPicture`.
    """
    image = open_measured(data, measure(data))
    try:
        shown = _without_transparency(image) if image.has_transparency_data else image
        greys: bytes = shown.convert("RGB").convert("L").resize((WIDTH, HEIGHT)).tobytes()
    except UNREADABLE as error:
        raise Damaged(f"The pixels cannot be read: {error}") from error
    return _signed(_differences(greys))


def _without_transparency(image: Image.Image) -> Image.Image:
    """On black: what nobody sees must not count."""
    whole = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", whole.size, "black"), whole)


def distance(one: int, other: int) -> int:
    """In how many of the 64 bits two likenesses differ."""
    return int.bit_count((one ^ other) % 2**BITS)


def _differences(greys: bytes) -> int:
    bits = 0
    for row in range(HEIGHT):
        for column in range(WIDTH - 1):
            at = row * WIDTH + column
            bits = bits << 1 | (greys[at] < greys[at + 1])
    return bits


def _signed(bits: int) -> int:
    signed = bits - 2**BITS if bits >= 2 ** (BITS - 1) else bits
    return signed + 1 if signed == NO_LIKENESS else signed
