"""
What is in a zip of an experiment: `manifest.json`, one cell a line.

```
{"format": "plantain-experiment", "version": 1, "made_at": "…", "experiment": {…}, "cells": [
{"cell": 1, "varied": {…}, …, "pictures": [{"file": "…", "sha256": "…", …}]},
{…}
]}
```

Money in micro-dollars, times in ms UTC. A picture is told as in a zip of runs.
"""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from lib.domain.experiment_tree import tree_of
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.manifest import Filed
from lib.services.taking_away.of_experiments.cell_columns import state_of
from lib.services.taking_away.of_experiments.taken_cells import Taken, TakenCell

FORMAT, VERSION = "plantain-experiment", 1
DESIGN = "design.yaml"
JUDGED = ("score", "low", "high", "votes")
OF_RUN = ("seed_used", "cost_basis", "duration_ms", "failure_code", "failure_message", "input")


def head(taken: Taken, made_at: int) -> str:
    """The first line."""
    experiment, now = taken.experiment, taken.experiment.progress
    told = {
        "format": FORMAT,
        "version": VERSION,
        "made_at": iso(made_at),
        "experiment": {
            "id": experiment.id,
            "name": experiment.name,
            "origin": experiment.origin,
            "created_by": experiment.created_by,
            "created_at": experiment.created_at,
            "state": experiment.state,
            "spent_micros": now.spent_micros,
            "held_micros": now.held_micros,
            "in_doubt_micros": now.in_doubt_micros,
            "design": tree_of(experiment.design),
        },
        "charged": [
            {"sku": one.sku, "quantity": one.quantity, "amount_micros": one.amount_micros}
            for one in taken.charged
        ],
    }
    return json.dumps(told)[:-1] + ', "cells": ['


def entry(row: TakenCell, filed: Sequence[Filed]) -> str:
    """The line of a cell, without a comma; `filed` has an entry for each picture of its run."""
    cell, run = row.cell, row.taken
    told: dict[str, Any] = {
        "cell": cell.number,
        "key": cell.key,
        "varied": dict(cell.varied),
        "repeat": cell.repeat,
        "state": state_of(row),
        "run_state": cell.run_state,
        "attempt": cell.attempt,
        "run_id": cell.run_id,
        "estimate_micros": cell.estimate_micros,
        "cost_micros": row.cost_micros,
        "spent_micros": row.spent_micros,
        "rating": run.rating if run else None,
        "favourite": run.favourite if run else None,
        **{name: run.run[name] if run else None for name in OF_RUN},
    }
    if row.judged:
        told["judged"] = {name: _number(getattr(row.judged, name)) for name in JUDGED}
    told["pictures"] = _pictures(row, filed)
    return json.dumps(told)


def _number(value: float) -> float | None:
    """JSON has no word for what is not finite."""
    return value if isfinite(value) else None


def _pictures(row: TakenCell, filed: Sequence[Filed]) -> list[Mapping[str, Any]]:
    pictures = row.taken.pictures if row.taken else ()
    return [{**picture, **file} for picture, file in zip(pictures, filed, strict=True)]
