"""What every picture gets at the end: grain, the sandbox mark, and its bytes.

The mark and the "Software" entry (a PNG text, else EXIF) say that no image model made the picture.
"""

import io
from collections.abc import Mapping

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFont

from lib.sandbox.pictures.png import png_bytes

_MARK = "sandbox"
_SOFTWARE_TAG = 0x0131
_MADE_BY = "Plantain sandbox (synthetic test picture, not made by a model)"
_TILE = 512

# Quick over small: a 4K picture must not keep its caller waiting.
_SAVE: Mapping[str, Mapping[str, int]] = {
    "jpeg": {"quality": 92, "subsampling": 0},
    "webp": {"quality": 90, "method": 0},
}
OUTPUT_FORMATS = ("png", *_SAVE)


def grained(image: Image.Image, luck: np.random.Generator) -> Image.Image:
    """The picture with a fine film grain at full size, which also hides banding."""
    grain = np.clip(np.rint(luck.normal(0, 0.9, (_TILE, _TILE))), -3, 3) + 3
    tile = Image.fromarray(grain.astype(np.uint8)).convert("RGB")
    noise = Image.new("RGB", (image.width, _TILE))
    for left in range(0, image.width, _TILE):
        noise.paste(tile, (left, 0))
    for top in range(0, image.height, _TILE):
        strip = image.crop((0, top, image.width, min(top + _TILE, image.height)))
        image.paste(ImageChops.add(strip, noise, 1, -3), (0, top))
    return image


def marked(image: Image.Image) -> Image.Image:
    """The picture with the word "sandbox" in its lower right corner."""
    size = max(12, round(0.0165 * (image.width * image.height) ** 0.5))
    plate = _plate(size)
    margin = round(size * 0.8)
    place = (image.width - plate.width - margin, image.height - plate.height - margin)
    image.paste(plate.convert("RGB"), place, plate.getchannel("A"))
    return image


def _plate(size: int) -> Image.Image:
    font = ImageFont.load_default(size)
    wide = round(font.getlength(_MARK))
    plate = Image.new("RGBA", (wide + round(size * 1.5), round(size * 1.75)), (12, 14, 18, 0))
    draw = ImageDraw.Draw(plate)
    edge = (0, 0, plate.width - 1, plate.height - 1)
    draw.rounded_rectangle(edge, radius=plate.height / 2, fill=(12, 14, 18, 150))
    middle = (plate.width / 2, plate.height / 2)
    draw.text(middle, _MARK, font=font, fill=(255, 255, 255, 240), anchor="mm")
    return plate


def encoded(image: Image.Image, output_format: str) -> bytes:
    """The picture as a file in one of `OUTPUT_FORMATS`."""
    if output_format == "png":
        return png_bytes(image, _MADE_BY)
    note = Image.Exif()
    note[_SOFTWARE_TAG] = _MADE_BY
    file = io.BytesIO()
    image.save(file, output_format, exif=note, **_SAVE[output_format])
    return file.getvalue()
