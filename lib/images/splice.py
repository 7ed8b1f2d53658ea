"""Cutting pieces out of bytes and putting one in, everything else left as it is."""

from collections.abc import Iterable


def splice(data: bytes, *, cut: Iterable[tuple[int, int]], at: int, put: bytes) -> bytes:
    """
    `data` without the stretches `cut` (start, end), and with `put` at offset `at`.

    Offsets are those of `data`; no stretch overlaps another or has `at` inside.
    """
    view = memoryview(data)
    edits = sorted([*((start, end, b"") for start, end in cut), (at, at, put)])
    parts: list[bytes | memoryview] = []
    kept_to = 0
    for start, end, new in edits:
        parts += [view[kept_to:start], new]
        kept_to = end
    return b"".join([*parts, view[kept_to:]])
