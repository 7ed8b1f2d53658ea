"""What differs among runs: the fields of their input that are not the same in all, and no others.

Names and values may be those of a run that was made elsewhere: plain text only.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lib.domain.differences import differing_fields

SEED_USED = "seed_used"
LAST_OF_RUN = "tags"
"""The last column of a page that is no input field; the prompt is not among those that follow."""

SPEAKING = frozenset({"resolution", "aspect_ratio", "output_format"})
"""Fields whose values say by themselves what they are."""


def among(runs: pd.DataFrame) -> dict[str, list[str]]:
    """What differs among the runs of a page, without their prompts: a text a run for each field.

    The seeds that the API used count as well where they are others than were asked for.
    """
    columns = [str(name) for name in runs]
    names = columns[columns.index(LAST_OF_RUN) + 1 :]
    rows = runs.astype("object").where(runs.notna(), None).to_dict("records")
    found = differing_fields([{name: row[name] for name in names} for row in rows])
    used = [row[SEED_USED] for row in rows]
    asked = [row.get("seed") for row in rows]
    if used != asked and any(seed != used[0] for seed in used[1:]):
        found[SEED_USED] = tuple(used)
    return {name: [as_text(value) for value in values] for name, values in found.items()}


def table(inputs: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """What differs among some inputs, a line a field; `columns` names these inputs."""
    rows = [(name, *map(as_text, values)) for name, values in differing_fields(inputs).items()]
    return pd.DataFrame(rows, columns=["Differs", *columns], dtype="str")


def brief(name: str, text: str) -> str:
    """A value with the name of its field, where it needs that."""
    return text if name in SPEAKING else f"{name} {text}"


def as_text(value: Any) -> str:
    """One value as a line of a table has it."""
    match value:
        case None:
            return "not set"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)
