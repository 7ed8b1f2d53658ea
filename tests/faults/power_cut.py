"""What a disk holds after the power was cut: replayed from a record of a program's system calls.

`record` runs a program under strace. `Disk` replays what it did to the files of a folder up to a
chosen call and then cuts the power: bytes of a file are safe up to its last sync; each later write
survives or does not, by chance. Names (new, renamed, removed) are safe up to the last sync of their
folder; later ones survive in order up to some point, as a journal keeps them.
"""

import random
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

CALLS = "openat,open,close,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,dup,dup2,dup3"  # fmt: skip
LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+)")
QUOTED = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
ACKNOWLEDGED = b"ack "


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that was done: to a file by number, or to a name."""

    kind: str
    number: int = -1
    at: int = 0
    data: bytes = b""
    path: str = ""
    to: str = ""


def record(arguments: list[str], trace: Path, cwd: Path) -> list[Call]:
    """Run `python -m arguments` under strace and return what it did."""
    command = [
        "strace",
        "-f",
        "--seccomp-bpf",
        "-xx",
        "-s",
        "1000000",
        "-o",
        str(trace),
        "-e",
        f"trace={CALLS}",
    ]
    subprocess.run(
        [*command, sys.executable, "-m", *arguments], cwd=cwd, check=True, stdout=subprocess.DEVNULL
    )
    return list(calls(trace))


def calls(trace: Path) -> Iterator[Call]:
    """The calls that succeeded, files by a number that is never used twice."""
    numbers, names, positions = {}, 0, {}
    for line in trace.read_text(errors="replace").splitlines():
        match = LINE.match(line)
        if match is None or int(match[3]) < 0:
            continue
        name, given, result = match[1], match[2], int(match[3])
        quoted = [bytes.fromhex(text.replace("\\x", "")) for text in QUOTED.findall(given)]
        first = given.split(",", 1)[0]
        descriptor = int(first) if first.isdigit() else -1
        match name:
            case "openat" | "open":
                names += 1
                numbers[result], positions[names] = names, 0
                kind = "create" if "O_CREAT" in given else "open"
                cut = "O_TRUNC" in given
                yield Call(kind, names, at=int(cut), path=quoted[0].decode())
            case "write" if descriptor in numbers:
                number = numbers[descriptor]
                yield Call("write", number, positions[number], quoted[0][:result])
                positions[number] += result
            case "write" if descriptor == 1 and quoted[0].startswith(ACKNOWLEDGED):
                yield Call("ack", data=quoted[0])
            case "pwrite64" if descriptor in numbers:
                at = int(given.rsplit(",", 1)[1])
                yield Call("write", numbers[descriptor], at, quoted[0][:result])
            case "fsync" | "fdatasync" if descriptor in numbers:
                yield Call("sync", numbers[descriptor])
            case "ftruncate" if descriptor in numbers:
                yield Call("cut", numbers[descriptor], int(given.rsplit(",", 1)[1]))
            case "unlink" | "unlinkat":
                yield Call("remove", path=quoted[0].decode())
            case "rename" | "renameat" | "renameat2":
                yield Call("rename", path=quoted[0].decode(), to=quoted[1].decode())
            case "mkdir" | "mkdirat":
                yield Call("create folder", path=quoted[0].decode())


@dataclass
class File:
    """Bytes that are safe, and writes that are not yet: (offset, bytes), or (size, None) for a cut."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        for write in self.pending:
            self._apply(write)
        self.pending.clear()

    def lose_power(self, chance: random.Random, survival: float) -> bytes:
        for write in self.pending:
            if chance.random() < survival:
                self._apply(write)
        return bytes(self.safe)

    def _apply(self, write: tuple[int, bytes | None]) -> None:
        at, data = write
        if data is None:
            del self.safe[at:]
            self.safe.extend(bytes(max(0, at - len(self.safe))))
            return
        self.safe.extend(bytes(max(0, at + len(data) - len(self.safe))))
        self.safe[at : at + len(data)] = data


class Disk:
    """The files beneath `root`, replayed call by call."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._files: dict[int, File] = {}
        self._open: dict[int, File | str] = {}
        self._now: dict[str, File] = {}
        self._safe: dict[str, File] = {}
        self._names_pending: list[tuple[str, str, File | None]] = []
        self.acknowledged: list[bytes] = []

    def replay(self, done: list[Call]) -> None:
        """Do all of it, in order."""
        for call in done:
            self._do(call)

    def _do(self, call: Call) -> None:
        match call.kind:
            case "ack":
                self.acknowledged += call.data.split(b"\n")[:-1]
            case "open" | "create":
                self._opened(call)
            case "write" | "cut" if isinstance(file := self._open.get(call.number), File):
                file.pending.append((call.at, call.data if call.kind == "write" else None))
            case "sync":
                self._sync(self._open.get(call.number))
            case "remove" if call.path in self._now:
                self._name(call.path, None)
            case "rename" if call.path in self._now:
                file = self._now[call.path]
                self._name(call.path, None)
                self._name(call.to, file)

    def _opened(self, call: Call) -> None:
        if not call.path.startswith(self._root):
            return
        if call.path not in self._now and call.kind == "create":
            self._name(call.path, File())
        file = self._now.get(call.path)
        self._open[call.number] = file if file is not None else call.path
        if file is not None and call.at:
            file.pending.append((0, None))

    def _name(self, path: str, file: File | None) -> None:
        if file is None:
            self._now.pop(path)
        else:
            self._now[path] = file
        self._names_pending.append((str(PurePosixPath(path).parent), path, file))

    def _sync(self, what: File | str | None) -> None:
        if isinstance(what, File):
            what.sync()
        elif what is not None:
            folder = what.rstrip("/")
            self._settle([name for name in self._names_pending if name[0] == folder])
            self._names_pending = [name for name in self._names_pending if name[0] != folder]

    def _settle(self, names: list[tuple[str, str, File | None]]) -> None:
        for _, path, file in names:
            if file is None:
                self._safe.pop(path, None)
            else:
                self._safe[path] = file

    def lose_power(self, chance: random.Random, onto: Path) -> None:
        """Write what is left to the folder `onto`."""
        survival = chance.choice([0.0, 0.5, 0.9])
        kept = int(len(self._names_pending) * chance.choice([0.0, chance.random(), 1.0]))
        self._settle(self._names_pending[:kept])
        for path, file in self._safe.items():
            place = onto / PurePosixPath(path).relative_to(self._root)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.lose_power(chance, survival))
