"""How long answers about a history take, from ten thousand runs to a million, and MLflow's.

Each size is asked in a process of its own, and so is MLflow, in an environment of its own.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    ours, theirs, rows = {}, None, []
    for size in sizes:
        ours[size] = _ours(site, size)
        against = _theirs(site, size) if size == compared else None
        theirs = theirs or against
        rows += _rows(size, ours[size], against)
        site.show(rows)
    rows += _growth(ours[sizes[0]], ours[sizes[-1]], f"{sizes[0]:,} to {sizes[-1]:,} runs")
    return Findings(tuple(rows), (_of_mlflow(theirs, compared),))


def history_of(site: Site, size: int) -> Path:
    """The data folder of a synthetic history; it is made unless it is there."""
    folder = site.kept_folder(f"{size}")
    fill(folder, size).dispose()
    return folder


def _ours(site: Site, size: int) -> Answers:
    times = site.pick(TIMES, 2)
    return _answers([sys.executable, "-m", asked.__name__, f"{history_of(site, size)}", f"{times}"])


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
            theirs and Series(theirs.times_ms[question], whose="mlflow.search_runs"),
            AIM,
        )
        for question in asked.QUESTIONS
    ]


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
