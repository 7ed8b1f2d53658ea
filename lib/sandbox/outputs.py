"""What a run makes: how many images, of which size, and the output object that tells of them.

How many: each of the `num_images` rounds gives one image. With `limit_generations` false a
prompt that asks for several in words ("three pictures of ...", "4 variations") gives as many a
round, four at most; the sum is not capped otherwise.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from lib.sandbox import links
from lib.sandbox.catalog import models
from lib.sandbox.clock import SECOND
from lib.sandbox.picture_files import Picture, pixel_size
from lib.sandbox.scenarios import named
from lib.sandbox.world import World

MOST_PER_ROUND = 4
SMALLEST, LARGEST = 64, 4096
"""Pixels of a side that an `image_size` may ask for; others are brought into these bounds."""
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "several": 3, "multiple": 3}
_SEVERAL = re.compile(
    rf"\b(\d{{1,3}}|{'|'.join(_NUMBERS)})\s+(?:\w+\s+)?"
    r"(?:images|pictures|photos|photographs|variations|variants|versions|illustrations|drawings)\b",
    re.IGNORECASE,
)
_PIXELS = re.compile(r"(\d{2,4})x(\d{2,4})")


def images_asked_for(values: Mapping[str, Any]) -> int:
    """How many images the input asks for; `values` are the input with its defaults."""
    rounds = int(values.get("num_images", 1))
    if values.get("limit_generations", True):
        return rounds
    return rounds * images_in_words(values.get("prompt", ""))


def images_in_words(prompt: str) -> int:
    """How many images a round gives when the prompt's words decide."""
    match = _SEVERAL.search(prompt)
    if match is None:
        return 1
    number = _NUMBERS.get(match[1].lower()) or int(match[1])
    return min(max(number, 1), MOST_PER_ROUND)


def size_in_pixels(values: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of each image of an input."""
    pixels = _PIXELS.fullmatch(str(values.get("image_size", "")))
    if pixels is not None:
        width, height = (min(max(int(side), SMALLEST), LARGEST) for side in pixels.groups())
        return width, height
    ratio, resolution = values.get("aspect_ratio", "1:1"), values.get("resolution", "1K")
    return pixel_size(ratio, resolution, values.get("prompt", ""))


def pictures_of(row: Any) -> list[Picture]:
    """The pictures of a row of `run`, in order."""
    return [_picture(row, index) for index in range(row["images"])]


def _picture(row: Any, index: int) -> Picture:
    given = json.loads(row["input"])
    values = {**models()[row["model"]].defaults(), **given}
    return Picture(
        run_id=row["id"],
        index=index,
        prompt=values.get("prompt") or f"{row['model']} {values.get('image_url', '')}",
        seed=int(row["seed"]),
        width=row["width"],
        height=row["height"],
        output_format=values.get("output_format", "png"),
    )


def is_sync(row: Any) -> bool:
    """Whether the run's media come as data URIs (`sync_mode`)."""
    return json.loads(row["input"]).get("sync_mode") is True


def output_of(row: Any, urls: list[str]) -> dict[str, Any]:
    """The output object of a run that has succeeded, with the given URLs of its pictures."""
    pictures = pictures_of(row)
    return {
        "outputs": [
            {
                "url": url,
                "type": "image",
                "width": picture.width,
                "height": picture.height,
                "content_type": picture.content_type,
            }
            for url, picture in zip(urls, pictures, strict=True)
        ],
        "model_data": {
            "prompt": pictures[0].prompt,
            "description": "A synthetic picture of the sandbox; no model made it.",
        },
        "nsfw_detected": named(row["scenario"]).flagged,
        "seed": pictures[0].seed,
        "timing": {"inference_ms": (row["completed_at"] - row["started_at"]) // 1000},
    }


def signed_urls(world: World, row: Any, base_url: str, now: int) -> list[str]:
    """A fresh link for each picture."""
    seconds = named(row["scenario"]).link_seconds or world.options.url_seconds
    expires_at = now + round(seconds * SECOND)
    return [
        links.signed(base_url, f"/files/outputs/{picture.file_name}", world.signing_key, expires_at)
        for picture in pictures_of(row)
    ]


async def data_uris(world: World, row: Any) -> list[str]:
    """Each picture as a data URI."""
    return [await world.pictures.data_uri(picture) for picture in pictures_of(row)]
