"""The same questions asked of MLflow's SQLite store, by the Python that MLflow is installed in.

`python mlflow_answers.py LEDGER STORE TIMES QUESTIONS` fills the store with the runs of a Plantain
ledger, once, and prints as JSON how long each question took (milliseconds). QUESTIONS is JSON: the
words and values to ask for. Nothing of Plantain is imported: MLflow needs another pandas.
"""

import json
import random
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import ViewType
from mlflow.utils.search_utils import SearchUtils

EXPERIMENT = "plantain"
PAGE = 50
BATCH = 20_000
RUNS = "SELECT id, prompt, input, cost_micros, duration_ms, created_at, created_by, state FROM run"
INSERTS = {
    "runs": "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id,"
    " status, start_time, end_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
    " VALUES (?, ?, 'LOCAL', '', '', ?, ?, ?, ?, '', 'active', '/nowhere', ?)",
    "params": "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
    "tags": "INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)",
    "metrics": "INSERT INTO metrics (key, value, timestamp, run_uuid) VALUES (?, ?, ?, ?)",
    "latest_metrics": "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)"
    " VALUES (?, ?, ?, 0, 0, ?)",
}


def fill(ledger: Path, store: Path) -> None:
    """Put every run of a ledger into the store's own tables: in bulk, as nobody's API would."""
    experiment_id = int(mlflow.create_experiment(EXPERIMENT))
    with closing(sqlite3.connect(ledger)) as source, closing(sqlite3.connect(store)) as target:
        target.execute("PRAGMA synchronous = off")
        rows = source.execute(RUNS)
        while batch := rows.fetchmany(BATCH):
            for table, values in tables(batch, experiment_id).items():
                target.executemany(INSERTS[table], values)
            target.commit()
        target.execute("ANALYZE")


def tables(batch: list[Any], experiment_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Parameters, figures and tags of some runs, as MLflow keeps them."""
    found: dict[str, list[tuple[Any, ...]]] = {table: [] for table in INSERTS}
    for run_id, prompt, given, cost_micros, duration_ms, at, person, state in batch:
        key, end = run_id.replace("-", ""), at + (duration_ms or 0)
        status = "FINISHED" if state == "stored" else "FAILED"
        found["runs"].append((key, run_id, person, status, at, end, experiment_id))
        inputs = {**json.loads(given), "prompt": prompt}
        found["params"] += [(name, str(value), key) for name, value in inputs.items()]
        found["tags"] += [("state", state, key), ("mlflow.user", person, key)]
        figures = {"cost": (cost_micros or 0) / 1e6, "duration_s": (duration_ms or 0) / 1000}
        found["metrics"] += [(name, value, end, key) for name, value in figures.items()]
        found["latest_metrics"] += [(name, value, end, key) for name, value in figures.items()]
    return found


class Asker:
    """Asks as someone would who keeps runs in MLflow and looks at them in a notebook."""

    def __init__(self, asked: dict[str, Any], count: int) -> None:
        self._client = MlflowClient()
        self._experiment_id = mlflow.get_experiment_by_name(EXPERIMENT).experiment_id
        self._asked = asked
        self._count = count
        with closing(sqlite3.connect(asked["store"])) as db:
            self._ids = [row[0] for row in db.execute("SELECT run_uuid FROM runs")]

    def questions(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """What to call for an answer to each question, by its name."""
        names, where = self._asked["names"], self._asked["filters"]
        filters = " and ".join(f"params.{name} = '{value}'" for name, value in where.items())
        yield names["first"], self._search
        yield names["deep"], self._deep
        yield names["rare"], lambda: self._search(self._like("rare_word"))
        yield names["common"], lambda: self._search(self._like("common_word"))
        yield names["filtered"], lambda: self._counted(filters)
        yield names["by_cost"], lambda: self._search(order_by=["metrics.cost DESC"])
        yield names["one"], lambda: mlflow.get_run(random.choice(self._ids))

    def _like(self, word: str) -> str:
        return f"params.prompt LIKE '%{self._asked[word]}%'"

    def _search(self, where: str = "", **more: Any) -> pd.DataFrame:
        given = {"max_results": PAGE, **more}
        found = mlflow.search_runs([self._experiment_id], where, **given)
        assert len(found), f"nothing answers {where!r}"
        return found

    def _deep(self) -> object:
        """`mlflow.search_runs` begins at the first run: only the client can go on from a token."""
        token = SearchUtils.create_page_token(random.randint(self._count // 4, self._count // 2))
        return self._client.search_runs(
            [self._experiment_id], "", ViewType.ACTIVE_ONLY, PAGE, page_token=token.decode()
        )

    def _counted(self, where: str) -> list[object]:
        """It counts nothing, so all that answers is fetched, and pandas counts."""
        found = self._search(where, max_results=self._count)
        return [found[name].value_counts() for name in found if name.startswith("params.")]


def main() -> int:
    ledger, store, times = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    asked = {**json.loads(sys.argv[4]), "store": str(store)}
    mlflow.set_tracking_uri(f"sqlite:///{store}")
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        fill(ledger, store)
    asker = Asker(asked, asked["count"])
    taken: dict[str, list[float]] = {}
    for turn in range(times + 1):
        for name, ask in asker.questions():
            begun = time.perf_counter()
            ask()
            if turn:
                taken.setdefault(name, []).append((time.perf_counter() - begun) * 1000)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    version = {"version": mlflow.__version__}
    sys.stdout.write(json.dumps({"times_ms": taken, "memory_mb": memory_mb, **version}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
