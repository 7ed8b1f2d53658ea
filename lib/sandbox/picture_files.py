"""Rendered pictures: made when first asked for, then the same bytes for ever."""

import asyncio
import base64
import os
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakValueDictionary


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that decides how one picture of a run looks."""

    run_id: str
    index: int
    prompt: str
    seed: int
    width: int
    height: int
    output_format: str

    @property
    def file_name(self) -> str:
        return f"{self.run_id}-{self.index}.{self.output_format}"

    @property
    def content_type(self) -> str:
        return f"image/{self.output_format}"


@dataclass(frozen=True, slots=True)
class PictureFiles:
    """The folder of rendered pictures; each is rendered once, in a thread."""

    folder: Path
    _busy: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def path(self, picture: Picture) -> Path:
        """The file with the picture's bytes."""
        path = self.folder / picture.file_name
        lock = self._busy.setdefault(picture.file_name, asyncio.Lock())
        async with lock:
            if not path.exists():
                await asyncio.to_thread(_render_to, path, picture)
        return path

    async def data_uri(self, picture: Picture) -> str:
        """The picture as a data URI; nothing is stored."""
        encoded = base64.b64encode(await asyncio.to_thread(rendered, picture)).decode()
        return f"data:{picture.content_type};base64,{encoded}"


def rendered(picture: Picture) -> bytes:
    """The picture's bytes. Imported late: painting needs NumPy and Pillow, listening does not."""
    from lib.sandbox.pictures import render

    return render(
        picture.prompt,
        picture.seed,
        picture.width,
        picture.height,
        picture.output_format,
        index=picture.index,
    )


def pixel_size(aspect_ratio: str, resolution: str, prompt: str) -> tuple[int, int]:
    """Width and height; a ratio that has no size of its own gives a square."""
    from lib.sandbox.pictures import SIZES, size_of

    known = aspect_ratio in SIZES or aspect_ratio == "auto"
    return size_of(aspect_ratio if known else "1:1", resolution, prompt)


def _render_to(path: Path, picture: Picture) -> None:
    """Write beside the name and then rename, so that a half file never bears the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(rendered(picture))
    os.replace(unfinished, path)
