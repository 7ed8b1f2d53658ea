"""Amounts of data for people: bytes in, text out."""

UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
STEP = 1000


def in_words(size_bytes: int) -> str:
    """A size: `0 bytes`, `950 bytes`, `1.4 MB`, `24.2 MB`."""
    size = float(size_bytes)
    for unit in UNITS:
        # What would be rounded to 1000 belongs to the next unit.
        if round(size, 1) < STEP or unit == UNITS[-1]:
            break
        size /= STEP
    return f"{size_bytes} bytes" if unit == UNITS[0] else f"{size:,.1f} {unit}"
