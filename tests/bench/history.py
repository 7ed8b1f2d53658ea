"""How long answers about a history take, from ten thousand runs to a million, and MLflow's.

Each size is asked in a process of its own, and so is MLflow, in an environment of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from tests.bench import history_answers as asked
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.bench.synthetic_history import RARE_WORD, fill
from tests.bench.synthetic_prompts import COMMON_WORD
from tests.plantain_server import ROOT

SIZES = (10_000, 100_000)
MILLION = 1_000_000
COMPARED = 100_000
"""MLflow is asked about as many."""
QUICK = (60, 120)
TIMES = 30
TIMES_OF_MLFLOW = 5
AIM = Aim(50, of_95th=True)
GROWTH = Aim(2, of_ratio=True)
MLFLOW = ROOT / "data" / "bench-mlflow" / "bin" / "python"
PEERS = Path(__file__).parent / "peers"
Process: TypeAlias = "subprocess.Popen[str]"
NAMES = {
    "first": asked.FIRST_PAGE,
    "deep": asked.DEEP_PAGE,
    "rare": asked.RARE,
    "common": asked.COMMON,
    "filtered": asked.FILTERED,
    "by_cost": asked.BY_COST,
    "one": asked.OPEN_ONE,
}


@dataclass(frozen=True, slots=True)
class Answers:
    """How long each question took (ms), and the memory of the process that asked (MB)."""

    times_ms: dict[str, list[float]]
    memory_mb: float
    version: str = ""


def measure(site: Site) -> Findings:
    """All sizes; MLflow at one of them, where it is installed."""
    sizes = site.pick((*SIZES, *((MILLION,) if site.million else ())), QUICK)
    compared = site.pick(COMPARED, QUICK[-1])
    ours = _ours(site, sizes)
    rows = [row for size in sizes for row in _rows(size, ours[size], None) if size != compared]
    rows += _growth(ours[sizes[0]], ours[sizes[-1]], f"{sizes[0]:,} to {sizes[-1]:,} runs")
    site.show(rows)
    theirs = _theirs(site, compared)
    rows += _rows(compared, ours[compared], theirs)
    return Findings(tuple(rows), (_of_mlflow(theirs, compared),))


def history_of(site: Site, size: int) -> Path:
    """The data folder of a synthetic history; it is made unless it is there."""
    folder = site.kept_folder(f"{size}")
    fill(folder, size).dispose()
    return folder


def _ours(site: Site, sizes: Sequence[int]) -> dict[int, Answers]:
    """All sizes are asked in turn: what else the machine does befalls each of them alike."""
    folders = {size: history_of(site, size) for size in sizes}
    with ExitStack() as stack:
        asking = {size: stack.enter_context(_asking(folders[size])) for size in sizes}
        turns = [
            {size: _told(process) for size, process in asking.items()}
            for _ in range(site.pick(TIMES, 2))
        ]
        memory = {size: _told(process, end=True)["memory_mb"] for size, process in asking.items()}
    return {
        size: Answers(
            {name: [turn[size][name] for turn in turns] for name in asked.QUESTIONS}, memory[size]
        )
        for size in sizes
    }


@contextmanager
def _asking(folder: Path) -> Iterator[Process]:
    command = [sys.executable, "-m", asked.__name__, f"{folder}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def _told(process: Process, *, end: bool = False) -> dict[str, float]:
    """What the process tells when it is asked for a turn, or has no more to do."""
    assert process.stdin is not None
    assert process.stdout is not None
    if end:
        process.stdin.close()
    else:
        process.stdin.write("\n")
        process.stdin.flush()
    found: dict[str, float] = json.loads(process.stdout.readline())
    return found


def _theirs(site: Site, size: int) -> Answers | None:
    if not MLFLOW.exists():
        return None
    ledger = history_of(site, size) / "plantain.db"
    questions = {
        "names": NAMES,
        "filters": asked.THREE_FILTERS,
        "count": size,
        "rare_word": RARE_WORD,
        "common_word": COMMON_WORD,
    }
    store, times = site.kept_folder(f"mlflow-{size}.db"), site.pick(TIMES_OF_MLFLOW, 1)
    script = PEERS / "mlflow_answers.py"
    return _answers(
        [f"{MLFLOW}", f"{script}", f"{ledger}", f"{store}", f"{times}", json.dumps(questions)]
    )


def _answers(command: list[str]) -> Answers:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{command[1]} failed: {ended.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(ended.stdout)
    return Answers(**found)


def _rows(size: int, ours: Answers, theirs: Answers | None) -> list[Row]:
    return [
        Row(
            f"{size:,} runs: {question}",
            Series(ours.times_ms[question]),
            _of_theirs(theirs, question),
            AIM,
        )
        for question in asked.QUESTIONS
    ]


def _of_theirs(theirs: Answers | None, question: str) -> Series | None:
    """None for what MLflow does not know."""
    if theirs is None or question not in theirs.times_ms:
        return None
    return Series(theirs.times_ms[question], whose="mlflow.search_runs")


def _growth(small: Answers, large: Answers, between: str) -> list[Row]:
    """What grows most with the history, and the memory."""
    most = max(
        asked.QUESTIONS,
        key=lambda name: Series(large.times_ms[name]).median / Series(small.times_ms[name]).median,
    )
    return [
        Row(
            f"{between}: what grows most, {most}",
            Series(large.times_ms[most]),
            Series(small.times_ms[most], whose="the smaller one"),
            GROWTH,
        ),
        Row(
            f"{between}: memory of the process that asks",
            Series([large.memory_mb], "MB"),
            Series([small.memory_mb], "MB", "the smaller one"),
            GROWTH,
        ),
    ]


def _of_mlflow(theirs: Answers | None, size: int) -> str:
    if theirs is None:
        return (
            "MLflow is not installed, so nothing of the history was compared with it: "
            f"{(PEERS / 'requirements_mlflow.txt').relative_to(ROOT)} says how."
        )
    return (
        f"MLflow {theirs.version} has the same {size:,} runs as parameters, figures and tags, put "
        "into its tables in bulk. It counts nothing: with three filters all that answers is "
        "fetched, and pandas counts."
    )
