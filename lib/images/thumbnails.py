"""Small pictures for galleries: made once, kept, and made again from the original when missing."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image

from lib.images import durable_file
from lib.images.content_address import place
from lib.images.errors import Damaged
from lib.images.inspection import UNREADABLE, measure, open_measured
from lib.images.originals import Originals

LONGEST_SIDE_PX = 512
MIME = "image/webp"
_QUALITY = 80
_TURNS = {  # what makes a picture of that EXIF orientation upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pillow shrinks these as they are; palettes and single bits it would only thin out.
_SMOOTH_MODES = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})


@dataclass(frozen=True, slots=True)
class FolderThumbnails:
    """Thumbnails in a folder, as `root/ab/abcd….webp`, named by the sha256 of the original."""

    root: Path
    originals: Originals

    def make(self, sha256: str, data: bytes) -> Path:
        """
        The thumbnail of the original with these bytes, made if it is not there.

        Raises `NotASha256`, the `NotAPicture`s and `DiskFull`.
        """
        final = self._place(sha256)
        if not final.exists():
            durable_file.write_whole(final, shrink(data), incoming=self._incoming)
        return final

    def path(self, sha256: str) -> Path:
        """The thumbnail, made from the original if it is missing. Raises like `make` and `read`."""
        final = self._place(sha256)
        return final if final.exists() else self.make(sha256, self.originals.read(sha256))

    def remove(self, sha256: str) -> None:
        """Let the thumbnail go, if there is one."""
        self._place(sha256).unlink(missing_ok=True)

    def sweep(self, now_ms: int) -> int:
        """Remove temporary files over an hour old (`now_ms`: UTC); answers how many."""
        return durable_file.sweep(self._incoming, now_ms)

    def _place(self, sha256: str) -> Path:
        return place(self.root, sha256, suffix=".webp")

    @property
    def _incoming(self) -> Path:
        return self.root / "incoming"


def shrink(data: bytes) -> bytes:
    """A WebP of at most 512 px on its longest side, upright, never enlarged. Raises `NotAPicture`."""
    image = open_measured(data, measure(data))
    try:
        return _webp(_upright(image, LONGEST_SIDE_PX))
    except UNREADABLE as error:
        raise Damaged(f"The pixels cannot be read: {error}") from error


def on_paper(data: bytes, longest_px: int) -> Image.Image:
    """The picture as it is pasted onto white: RGB, upright, at most that long, never enlarged.

    Raises `NotAPicture`.
    """
    image = open_measured(data, measure(data))
    try:
        small = _upright(image, longest_px)
        if not small.has_transparency_data:
            return small.convert("RGB")
        paper = Image.new("RGBA", small.size, "white")
        paper.alpha_composite(small.convert("RGBA"))
        return paper.convert("RGB")
    except UNREADABLE as error:
        raise Damaged(f"The pixels cannot be read: {error}") from error


def _upright(image: Image.Image, longest_px: int) -> Image.Image:
    small = _shrunk(image, longest_px)
    turn = _turn(image)
    return small if turn is None else small.transpose(turn)


def _shrunk(image: Image.Image, longest_px: int) -> Image.Image:
    small = image if image.mode in _SMOOTH_MODES else _smooth(image)
    # Lets a JPEG be decoded at a half, quarter or eighth of its size, and the rest in big steps.
    small.thumbnail((longest_px, longest_px), reducing_gap=2.0)
    small.load()  # a small one is left unread by the line above
    return small


def _smooth(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits of grey: Pillow would cut off what is above 255 instead of scaling it.
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except UNREADABLE:
        return None  # a picture with broken EXIF is still a picture


def _webp(image: Image.Image) -> bytes:
    profile = None if image.mode == "CMYK" else image.info.get("icc_profile")
    file = BytesIO()
    image.save(file, "WEBP", quality=_QUALITY, icc_profile=profile)
    return file.getvalue()
