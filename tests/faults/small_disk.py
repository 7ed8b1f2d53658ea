"""A small disk of its own for a program: a file system in memory, in a mount namespace.

Nobody else sees it, and it goes with the program. Needs Linux, and either root or user namespaces.
"""

import functools
import os
import shlex
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

NAMESPACES = (["unshare", "-Urm"], ["unshare", "-m"])
MISSING = "no file system can be mounted here: a full disk was not tried"


def on_a_small_disk(folder: Path, size_mb: int, command: Sequence[str]) -> list[str]:
    """The command line that runs `command` with a disk of that size at `folder`."""
    mount = f"mount -t tmpfs -o size={size_mb}m tmpfs {shlex.quote(str(folder))}"
    return [*(namespace() or []), "sh", "-c", f"{mount} && exec {shlex.join(command)}"]


@functools.cache
def namespace() -> list[str] | None:
    """How a namespace is made here in which one may mount; None when there is no way."""
    if shutil.which("unshare") is None:
        return None
    return next((way for way in NAMESPACES if _may_mount(way)), None)


def _may_mount(way: Sequence[str]) -> bool:
    tried = ["sh", "-c", "mount -t tmpfs -o size=1m tmpfs /tmp"]
    done = subprocess.run([*way, *tried], capture_output=True, check=False, env=os.environ)
    return done.returncode == 0
