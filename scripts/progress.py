"""A line on a terminal that says how far something is."""

import sys

MEGABYTE = 1_000_000


class ProgressLine:
    """Is drawn over and over on stderr, each time a percent is full; nothing where nobody looks."""

    def __init__(self, *, quiet: bool) -> None:
        self._is_shown = sys.stderr.isatty() and not quiet
        self._shown = ""

    def __call__(self, what: str, done: int, of: int) -> None:
        """Tell that `done` of `of` bytes are `what`."""
        percent = 100 * done // of if of else 100
        line = f"{what} pictures: {percent} % of {megabytes(of)}"
        if self._is_shown and line != self._shown:
            self._shown = line
            sys.stderr.write(f"\r{line}")
            sys.stderr.flush()

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write(f"\r{' ' * len(self._shown)}\r")
            self._shown = ""


def megabytes(size_bytes: int) -> str:
    """A size as people say it."""
    return f"{size_bytes / MEGABYTE:,.1f} MB"
