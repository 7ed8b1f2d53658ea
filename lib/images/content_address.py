"""Where a picture lies: its name is the sha256 of its original bytes, and nothing else."""

import re
from pathlib import Path

from lib.images.errors import NotASha256

_SHA256 = re.compile(r"[0-9a-f]{64}")


def place(root: Path, sha256: str, *, suffix: str = "") -> Path:
    """
    `root/ab/abcd…`: the first two digits make the folder, so that none grows too large.

    Raises `NotASha256` for every other name: no path is ever made of what a stranger sent.
    """
    if not _SHA256.fullmatch(sha256):
        raise NotASha256(
            f"{sha256[:80]!r} is not the name of a picture: 64 digits of 0-9 and a-f are."
        )
    return root / sha256[:2] / f"{sha256}{suffix}"
