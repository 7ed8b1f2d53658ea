"""Thumbnails are small, upright, made once, and made again when they are gone."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageOps, ImageStat

from lib.images.errors import Damaged, NotAPicture, NotASha256, OriginalMissing, TooManyPixels
from lib.images.originals import FolderOriginals
from lib.images.thumbnails import FolderThumbnails, shrink
from tests.images.pictures import FORMATS, bomb, picture, png_chunk, saved


@pytest.fixture
def originals(tmp_path: Path) -> FolderOriginals:
    return FolderOriginals(tmp_path / "originals")


@pytest.fixture
def thumbnails(tmp_path: Path, originals: FolderOriginals) -> FolderThumbnails:
    return FolderThumbnails(tmp_path / "thumbnails", originals)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def corner_colours(image: Image.Image) -> list[str]:
    """The nearest of four colours at each corner: top left, top right, bottom left, bottom right."""
    names = {(255, 0, 0): "red", (0, 255, 0): "green", (0, 0, 255): "blue", (0, 0, 0): "black"}
    right, bottom = image.width - 3, image.height - 3
    found = [
        image.convert("RGB").getpixel(at)
        for at in ((2, 2), (right, 2), (2, bottom), (right, bottom))
    ]
    return [
        names[
            min(names, key=lambda name: sum(abs(a - b) for a, b in zip(name, colour, strict=True)))
        ]
        for colour in found
    ]


def four_corners(width: int = 900, height: int = 600) -> Image.Image:
    image = Image.new("RGB", (width, height))
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    ("size", "expected"),
    [((1024, 1024), (512, 512)), ((1600, 200), (512, 64)), ((200, 1600), (64, 512)), ((513, 9), (512, 9)),
     ((512, 512), (512, 512)), ((300, 20), (300, 20)), ((1, 1), (1, 1)), ((4096, 1), (512, 1))],
)  # fmt: skip
def test_the_longest_side_is_at_most_512_and_nothing_is_enlarged(
    format_: str, size: tuple[int, int], expected: tuple[int, int]
):
    small = opened(shrink(saved(Image.new("RGB", size, "teal"), format_)))

    assert (small.format, small.size) == ("WEBP", expected)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_lying_on_its_side_is_turned_upright(format_: str, orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(four_corners(), format_, exif=exif)

    small = opened(shrink(data))

    upright = ImageOps.exif_transpose(opened(data))
    assert corner_colours(small) == corner_colours(upright)
    assert (small.width > small.height) == (upright.width > upright.height)
    assert "exif" not in small.info


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_keeps_its_look(mode: str):
    small = opened(shrink(saved(gradient(mode), "PNG"))).convert("L")

    for row in (64, 256, 448):
        around = small.crop((200, row - 32, 264, row + 32))
        assert ImageStat.Stat(around).mean[0] == pytest.approx(row / 2, abs=3)


def gradient(mode: str) -> Image.Image:
    """From black above to white below, 900 x 900."""
    grey = Image.linear_gradient("L").resize((900, 900))
    if mode == "I;16":
        low_and_high = b"".join(bytes([0, value]) for value in grey.tobytes())
        return Image.frombytes(mode, grey.size, low_and_high)
    return grey.convert(mode)


@pytest.mark.parametrize("format_", ["PNG", "WEBP"])
def test_what_is_see_through_stays_so(format_: str):
    image = Image.new("RGBA", (600, 600), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (300, 0, 600, 600))

    small = opened(shrink(saved(image, format_)))

    assert small.getpixel((10, 10))[3] == 0
    assert small.getpixel((500, 10)) == pytest.approx((0, 0, 255, 255), abs=6)


def test_a_cmyk_jpeg_gets_a_thumbnail():
    data = saved(Image.new("CMYK", (600, 300), (0, 255, 255, 0)), "JPEG")

    assert corner_colours(opened(shrink(data))) == ["red"] * 4


def test_a_palette_with_a_see_through_colour_gets_a_thumbnail():
    image = four_corners().quantize(8)
    data = saved(image, "PNG", transparency=bytes([0] + [255] * 7))

    assert opened(shrink(data)).mode == "RGBA"


def test_a_thumbnail_is_made_once(thumbnails: FolderThumbnails, originals: FolderOriginals):
    data = picture("PNG", 600, 400)
    sha256 = originals.put(data).sha256

    made = thumbnails.make(sha256, data)
    before = made.stat().st_ino

    assert made == thumbnails.root / sha256[:2] / f"{sha256}.webp"
    assert thumbnails.path(sha256) == thumbnails.make(sha256, data) == made
    assert made.stat().st_ino == before
    assert [path for path in thumbnails.root.rglob("*") if path.is_file()] == [made]


def test_a_missing_thumbnail_is_made_again_from_the_original(
    thumbnails: FolderThumbnails, originals: FolderOriginals
):
    data = picture("JPEG", 600, 400)
    sha256 = originals.put(data).sha256
    first = thumbnails.make(sha256, data).read_bytes()
    thumbnails.path(sha256).unlink()

    assert thumbnails.path(sha256).read_bytes() == first


def test_without_thumbnail_and_original_the_original_is_missing(thumbnails: FolderThumbnails):
    with pytest.raises(OriginalMissing):
        thumbnails.path("0" * 64)


def test_no_other_name_is_taken(thumbnails: FolderThumbnails):
    with pytest.raises(NotASha256):
        thumbnails.path("../originals")
    with pytest.raises(NotASha256):
        thumbnails.make("../originals", picture("PNG"))


def test_stale_temporary_files_are_swept(thumbnails: FolderThumbnails):
    thumbnails.make("0" * 64, picture("PNG"))
    (thumbnails.root / "incoming" / "dead.part").write_bytes(b"half")

    assert thumbnails.sweep(10**15) == 1


def test_a_bomb_gets_no_thumbnail():
    with pytest.raises(TooManyPixels):
        shrink(bomb())


@pytest.mark.parametrize("format_", FORMATS)
def test_broken_pixels_get_no_thumbnail(thumbnails: FolderThumbnails, format_: str):
    data = picture(format_, 600, 400)

    with pytest.raises(NotAPicture):
        thumbnails.make("0" * 64, data[: len(data) // 2])
    assert not (thumbnails.root / "00").exists()


def test_a_png_that_inflates_to_nothing_gets_no_thumbnail():
    head = picture("PNG")[:33]

    with pytest.raises(Damaged):
        shrink(head + png_chunk(b"IDAT", b"not deflate") + png_chunk(b"IEND", b""))


def test_broken_exif_does_not_cost_a_picture_its_thumbnail():
    data = picture("PNG", 600, 400)
    broken = data[:33] + png_chunk(b"eXIf", b"neither MM nor II") + data[33:]

    assert opened(shrink(broken)).size == (512, 341)
