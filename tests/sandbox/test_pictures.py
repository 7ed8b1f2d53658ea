"""The sandbox's pictures: the right size, the right file, the same every time, marked as its own."""

import hashlib
import io
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image, ImageChops

from lib.sandbox.pictures import SIZES, render, size_of
from lib.sandbox.pictures.finish import marked
from lib.sandbox.pictures.png import png_bytes

TREEHOUSE = (
    "A bioluminescent treehouse hotel suspended between ancient redwood trees at twilight. "
    "Three geodesic glass pods connected by rope bridges, each pod glowing turquoise from within."
)
SCENES = [
    TREEHOUSE,
    "a quiet forest path",
    "mountains under a starry night",
    "sailboats on the ocean",
    "desert dunes",
    "neon city street in the rain",
    "bauhaus poster",
    "abstract marbled ink",
    "tropical leaves and flowers",
    "still life with lemons",
    "perfume bottle on a pedestal",
]
RATIOS = [
    "21:9",
    "16:9",
    "3:2",
    "4:3",
    "5:4",
    "1:1",
    "4:5",
    "3:4",
    "2:3",
    "9:16",
    "4:1",
    "1:4",
    "8:1",
    "1:8",
]
RESOLUTIONS = ["0.5K", "1K", "2K", "4K"]
MEGAPIXELS = {"0.5K": 0.25, "1K": 1, "2K": 4, "4K": 16}
HALF_K = (512, 512)


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def pixels(prompt: str, seed: int = 1, index: int = 0) -> np.ndarray:
    data = render(prompt, seed, 320, 320, "png", index=index)
    return np.asarray(opened(data), dtype=np.int16)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def test_every_ratio_and_resolution_of_the_api_has_a_size() -> None:
    assert list(SIZES) == RATIOS
    assert all(list(sizes) == RESOLUTIONS for sizes in SIZES.values())


@pytest.mark.parametrize("aspect_ratio", RATIOS)
def test_a_size_keeps_its_ratio_and_its_megapixels(aspect_ratio: str) -> None:
    across, down = (int(part) for part in aspect_ratio.split(":"))
    for resolution in RESOLUTIONS:
        width, height = size_of(aspect_ratio, resolution)
        assert width / height == pytest.approx(across / down, rel=0.02)
        assert width * height / 1024**2 == pytest.approx(MEGAPIXELS[resolution], rel=0.13)


def test_sizes_are_those_that_google_publishes() -> None:
    assert size_of("16:9", "1K") == (1376, 768)
    assert size_of("21:9", "4K") == (6336, 2688)
    assert size_of("8:1", "0.5K") == (1536, 192)
    assert size_of("2:3", "2K") == (1696, 2528)


def test_every_size_fits_into_every_format() -> None:
    webp_limit = 16383
    assert max(max(size) for sizes in SIZES.values() for size in sizes.values()) <= webp_limit


@pytest.mark.parametrize(
    ("prompt", "ratio"),
    [
        ("a tall lighthouse", "3:4"),
        ("Portrait of a chef", "3:4"),
        ("a POSTER for a concert", "2:3"),
        ("wide landscape with sheep", "16:9"),
        ("panorama of the alps", "21:9"),
        ("a cat", "1:1"),
        ("", "1:1"),
    ],
)
def test_auto_takes_the_ratio_that_the_prompt_speaks_of(prompt: str, ratio: str) -> None:
    assert size_of("auto", "1K", prompt) == SIZES[ratio]["1K"]


@pytest.mark.parametrize(
    ("aspect_ratio", "resolution", "field"),
    [("7:5", "1K", "aspect_ratio"), ("1:1", "8K", "resolution"), ("auto", "", "resolution")],
)
def test_an_unknown_size_is_refused_by_the_name_of_its_field(
    aspect_ratio: str, resolution: str, field: str
) -> None:
    with pytest.raises(ValueError, match=f"^{field}: .* is unknown; use "):
        size_of(aspect_ratio, resolution)


def test_an_unknown_format_is_refused_by_the_name_of_its_field() -> None:
    with pytest.raises(ValueError, match=r"^output_format: 'gif' is unknown; use png, jpeg, webp"):
        render("a cat", 1, *HALF_K, "gif")


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
@pytest.mark.parametrize("aspect_ratio", ["1:1", "8:1", "1:8", "2:3"])
def test_a_picture_is_a_file_of_its_format_and_size(aspect_ratio: str, output_format: str) -> None:
    size = size_of(aspect_ratio, "0.5K")
    picture = opened(render(TREEHOUSE, 5, *size, output_format))
    assert picture.format == output_format.upper()
    assert picture.mode == "RGB"
    assert picture.size == size


@pytest.mark.parametrize("size", [(1, 1), (7, 255), (7, 256), (7, 257), (300, 1030)])
def test_a_png_keeps_every_pixel_and_its_checksums(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    data = png_bytes(Image.fromarray(noise), "test")
    assert np.array_equal(np.asarray(opened(data)), noise)
    start = data.index(b"IDAT") + 4
    length = int.from_bytes(data[start - 8 : start - 4], "big")
    assert len(zlib.decompress(data[start : start + length])) == size[1] * (size[0] * 3 + 1)
    Image.open(io.BytesIO(data)).verify()


@pytest.mark.parametrize("prompt", SCENES)
@pytest.mark.parametrize("aspect_ratio", ["3:2", "1:8", "8:1"])
def test_every_scene_fills_every_shape_with_something_to_see(
    prompt: str, aspect_ratio: str
) -> None:
    size = size_of(aspect_ratio, "0.5K")
    seen = np.asarray(opened(render(prompt, 3, *size, "png")), dtype=np.float32)
    assert seen.std() > 15
    assert len(np.unique((seen // 16).astype(np.uint8).reshape(-1, 3), axis=0)) > 20


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_the_same_arguments_give_the_same_bytes(output_format: str) -> None:
    first = render(TREEHOUSE, 7, *HALF_K, output_format, index=2)
    assert render(TREEHOUSE, 7, *HALF_K, output_format, index=2) == first


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib; from lib.sandbox.pictures import render; "
        "print(hashlib.sha256(render('a harbour', 7, 512, 512, 'png')).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "random", "PYTHONPATH": "."},
    )
    here = hashlib.sha256(render("a harbour", 7, *HALF_K, "png")).hexdigest()
    assert told.stdout.strip() == here


@pytest.mark.parametrize("prompt", SCENES)
def test_another_seed_is_visibly_another_picture(prompt: str) -> None:
    assert difference(pixels(prompt, seed=1), pixels(prompt, seed=2)) > 4


def test_the_pictures_of_one_run_differ() -> None:
    assert difference(pixels(TREEHOUSE, index=0), pixels(TREEHOUSE, index=1)) > 4


def test_different_prompts_are_different_pictures() -> None:
    shown = [pixels(prompt) for prompt in SCENES]
    for place, one in enumerate(shown):
        assert all(difference(one, other) > 12 for other in shown[place + 1 :])


def test_prompts_without_known_words_still_differ() -> None:
    assert difference(pixels("Katze mit Hut"), pixels("Hund mit Brille")) > 12


def test_a_word_of_colour_turns_the_palette() -> None:
    red, green, blue = pixels("ocean").mean(axis=(0, 1))
    assert blue > red
    red, green, blue = pixels("golden sunset over the sea").mean(axis=(0, 1))
    assert red > green > blue


def test_the_pods_of_the_treehouse_glow_turquoise() -> None:
    red, green, blue = np.moveaxis(pixels(TREEHOUSE), 2, 0)
    turquoise = (green - red > 80) & (blue - red > 60)
    assert turquoise.mean() > 0.03


def test_the_mark_is_in_the_lower_right_corner() -> None:
    corner = pixels("mountains under a starry night")[-34:-8, -90:-8]
    letters = (corner > 170).all(axis=2)
    assert 0.03 < letters.mean() < 0.3
    assert letters.any(axis=0).sum() > 25, "seven letters, side by side"


@pytest.mark.parametrize("ground", ["white", "black", "gray"])
@pytest.mark.parametrize("aspect_ratio", ["1:1", "8:1", "1:8"])
@pytest.mark.parametrize("resolution", ["0.5K", "2K"])
def test_the_mark_is_legible_on_any_ground_at_any_size(
    ground: str, aspect_ratio: str, resolution: str
) -> None:
    size = size_of(aspect_ratio, resolution)
    shown = marked(Image.new("RGB", size, ground))
    outside = ImageChops.difference(shown, Image.new("RGB", size, ground)).getbbox()
    assert outside is not None
    left, top, _, bottom = outside
    assert left > size[0] / 2
    assert top > size[1] / 2
    assert bottom - top >= 12
    plate = np.asarray(shown.crop(outside).convert("L"), dtype=np.int16)
    middle = plate[plate.shape[0] // 4 : -(plate.shape[0] // 4)]
    assert middle.max() - np.median(middle) > 100


@pytest.mark.parametrize("output_format", ["png", "jpeg", "webp"])
def test_the_file_says_that_no_model_made_it(output_format: str) -> None:
    picture = opened(render("a cat", 1, *HALF_K, output_format))
    software = picture.info.get("Software") or picture.getexif()[0x0131]
    assert "sandbox" in software
    assert "not made by a model" in software


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "\x00",
        "x" * 50_000,
        "tree " * 10_000,
        "\u202eשלום\u200f",
        "🌋🦄" * 50,
        "\ud800 lone",
        "%s{}",
    ],
    ids=["empty", "nul", "long", "wordy", "right to left", "emoji", "lone surrogate", "format"],
)
@pytest.mark.parametrize("seed", [0, -1, 2**63])
def test_hostile_prompts_and_seeds_are_painted_like_any_other(prompt: str, seed: int) -> None:
    assert opened(render(prompt, seed, 128, 128, "png")).size == (128, 128)


def test_a_4k_picture_is_whole_and_sharper_than_an_enlarged_1k() -> None:
    large = opened(render(TREEHOUSE, 7, 4096, 4096, "png"))
    small = opened(render(TREEHOUSE, 7, 1024, 1024, "png"))
    assert large.size == (4096, 4096)
    again = np.asarray(large.reduce(4), dtype=np.int16)
    assert difference(again, np.asarray(small, dtype=np.int16)) < 6, "the same composition"
    enlarged = small.resize(large.size, Image.Resampling.BICUBIC)
    assert edges(large) > 1.5 * edges(enlarged)


def edges(picture: Image.Image) -> float:
    """The share of steep steps between neighbours: what the eye takes for sharpness."""
    grey = np.asarray(picture.convert("L"), dtype=np.int16)
    return float((np.abs(np.diff(grey, axis=1)) > 24).mean())
