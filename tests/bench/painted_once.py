"""The sandbox for timings: each size is painted once, and every run gets a copy of its own.

Painting takes a core 50 to 300 ms a picture. On a small machine the bench would time the painter,
and the differences between clients would drown. The copies differ by a text chunk with the run's
id, so that each has its own hash and is stored anew. All else is the sandbox as it is.
"""

import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from lib.sandbox import __main__ as command_line
from lib.sandbox import picture_files
from lib.sandbox.picture_files import Picture

ROOT = Path(__file__).parents[2]
MODULE = "tests.bench.painted_once"
BALANCE = "100000.00"
PATIENCE_S = 10.0
END_CHUNK_SIZE = 12

paint = picture_files.rendered


@contextmanager
def painted_once(folder: Path, *, seconds: float) -> Iterator[str]:
    """Start it as a process of its own, give its base URL, and end it."""
    folder.mkdir(parents=True)
    flags = ["--with-parent", "--no-cors", "--port", "0", "--balance", BALANCE]
    flags += ["--data", str(folder), "--seconds", str(seconds)]
    with (folder / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, *flags],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    try:
        yield _announced_url(process, folder)
    finally:
        _end(process)


def _announced_url(process: subprocess.Popen[bytes], folder: Path) -> str:
    assert process.stdout is not None
    said = process.stdout.readline().decode()
    if "listening on" not in said:
        raise RuntimeError(f"the sandbox did not start: {(folder / 'sandbox.log').read_text()}")
    return said.split()[-1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """It ends when its standard input closes."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def copy_of(picture: Picture) -> bytes:
    """The picture's bytes: painted for its size, marked with its run. PNG alone can be marked."""
    assert picture.output_format == "png"
    neutral = replace(picture, run_id="", index=0, prompt="a red kite over dunes", seed=7)
    whole = painted(neutral)
    return whole[:-END_CHUNK_SIZE] + _text_chunk(picture.file_name) + whole[-END_CHUNK_SIZE:]


@cache
def painted(picture: Picture) -> bytes:
    """A picture that the sandbox has painted, kept in memory."""
    return paint(picture)


def _text_chunk(text: str) -> bytes:
    body = b"tEXt" + b"Title\0" + text.encode("latin-1")
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


if __name__ == "__main__":
    picture_files.rendered = copy_of
    sys.exit(command_line.main())
