"""What a picture looks like survives what does not change its look, and nothing else."""

import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from lib.images.errors import NotAPicture
from lib.images.likeness import BITS, NO_LIKENESS, distance, likeness_of
from lib.images.thumbnails import shrink
from tests.images.pictures import FORMATS, noise, saved

ALIKE = 12


def scene(seed: int = 0) -> Image.Image:
    """A few soft shapes, as a picture has."""
    image = Image.linear_gradient("L").resize((640, 480)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for number in range(6):
        x, y = (seed * 97 + number * 131) % 560, (seed * 53 + number * 71) % 400
        draw.ellipse((x, y, x + 160, y + 120), fill=(40 * number, 250 - 40 * number, 90))
    return image


def bits(image: Image.Image, format_: str = "PNG") -> int:
    return likeness_of(saved(image, format_))


@pytest.mark.parametrize("format_", FORMATS)
def test_the_format_and_the_size_do_not_matter(format_: str) -> None:
    assert distance(bits(scene()), bits(scene().resize((320, 240)), format_)) <= 3
    assert distance(bits(scene()), likeness_of(shrink(saved(scene(), format_)))) <= 3


def test_brightness_and_a_small_mark_matter_little() -> None:
    marked = scene()
    ImageDraw.Draw(marked).text((600, 460), "sandbox", fill="white")

    assert distance(bits(scene()), bits(marked)) <= 3
    assert distance(bits(scene()), bits(ImageEnhance.Brightness(scene()).enhance(1.2))) <= ALIKE


def test_other_pictures_are_far() -> None:
    assert distance(bits(scene()), bits(scene(5))) > ALIKE
    assert distance(bits(scene()), bits(ImageOps.mirror(scene()))) > ALIKE
    assert distance(bits(scene()), bits(noise(640, 480))) > ALIKE


def test_what_is_transparent_is_not_seen() -> None:
    plain = scene().convert("RGBA")
    hidden = plain.copy()
    plain.putalpha(0)
    hidden.paste((255, 0, 0, 0), (0, 0, 640, 240))
    hidden.putalpha(0)

    assert bits(plain) == bits(hidden)


def test_a_likeness_fits_into_a_database_and_never_means_that_there_is_none() -> None:
    slope = Image.linear_gradient("L").rotate(90)
    for image in (slope, slope.rotate(180), Image.new("L", (9, 8)), noise()):
        assert -(2 ** (BITS - 1)) < bits(image) < 2 ** (BITS - 1)
        assert bits(image) != NO_LIKENESS
    assert distance(-1, 0) == BITS
    assert distance(bits(slope), bits(slope.rotate(180))) == BITS


def test_what_is_no_picture_has_no_likeness() -> None:
    with pytest.raises(NotAPicture):
        likeness_of(b"no picture")
    with pytest.raises(NotAPicture):
        likeness_of(saved(scene(), "PNG")[:2_000])
