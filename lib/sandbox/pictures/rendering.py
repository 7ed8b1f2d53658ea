"""One picture, from prompt to bytes."""

from lib.sandbox.pictures.canvas import Canvas
from lib.sandbox.pictures.finish import OUTPUT_FORMATS, encoded, grained, marked
from lib.sandbox.pictures.palettes import palette_for
from lib.sandbox.pictures.scenes import scene_for
from lib.sandbox.pictures.wording import chance, words_of


def render(
    prompt: str, seed: int, width: int, height: int, output_format: str, *, index: int = 0
) -> bytes:
    """The picture of a prompt, `width` by `height` pixels, as a PNG, JPEG or WebP file.

    The same arguments give the very same bytes. The prompt decides what is shown and in which
    colours; the seed, and the index of the picture in its run, decide how it is composed.
    Raises `ValueError` for an unknown output_format.
    """
    if output_format not in OUTPUT_FORMATS:
        allowed = ", ".join(OUTPUT_FORMATS)
        raise ValueError(f"output_format: {output_format!r} is unknown; use {allowed}")
    luck = chance(prompt, seed, index)
    canvas = Canvas(width, height)
    paint = scene_for(prompt)
    paint(canvas, palette_for(prompt), luck, set(words_of(prompt)))
    canvas.refine()
    return encoded(marked(grained(canvas.image, luck)), output_format)
