"""The history by brute force: what a question's answer is, in plain Python over plain rows."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from lib.domain.history_filters import INPUT_FILTERS
from lib.domain.history_query import HistoryQuery, Sort
from lib.domain.run import RunState
from lib.domain.search_text import parse, tokens_of
from tests.store.ended_runs import NOON_MS

Row = Mapping[str, Any]
WORDS = ("red", "kite", "Kíte", "boat", "桜の木", "a", "🍌")

INPUTS = st.fixed_dictionaries(
    {},
    optional={
        "resolution": st.sampled_from(["1K", "2K", "4K"]),
        "num_images": st.integers(1, 4),
        "thinking_level": st.sampled_from(["minimal", "high"]),
        "enable_web_search": st.booleans(),
        "seed": st.integers(0, 3),
    },
)
MARKED = st.fixed_dictionaries(
    {
        "opened": st.sampled_from(["true", "false", ""]),
        "downloaded": st.sampled_from(["true", "false", ""]),
        "duplicate": st.sampled_from(["true", "false", ""]),
        "favourite": st.sampled_from(["true", "false", "false"]),
        "has_pictures": st.sampled_from(["true", "true", "false"]),
        "rating": st.sampled_from([0, 0, 3, 4, 5]),
        "experiment": st.sampled_from(["", "", "e1", "e2"]),
    }
)
"""What the ledger does not know of a run, and the history does."""
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "prompt": st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
            "input": INPUTS,
            "state": st.sampled_from([str(state) for state in RunState]),
            "status": st.sampled_from([None, "succeeded", "odd"]),
            "created_by": st.sampled_from(["local", "ana"]),
            "cost_micros": st.none() | st.sampled_from([0, 80_000, 120_000]),
            "duration_ms": st.none() | st.sampled_from([1, 2_000]),
            "nsfw_detected": st.sampled_from([None, 0, 1]),
            "created_at": st.sampled_from([NOON_MS, NOON_MS + 1, NOON_MS + 86_400_000]),
            "deleted_at": st.sampled_from([None, None, None, 1]),
            "missing_at": st.sampled_from([None, 1]),
            "origin": st.sampled_from(["sandbox", "sandbox", "sandbox", "real"]),
            "marked": MARKED,
        }
    ),
    max_size=12,
)
UNCOUNTED: Mapping[str, tuple[str, ...]] = {
    "seed": ("1", "2", "7"),
    "kept": ("true", "false"),
    "experiment": ("e1", "e2", "", "never"),
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "state": ("stored", "failed", "queued"),
    "status": ("succeeded", "", "never"),
    "created_by": ("local", "ana"),
    "resolution": ("1K", "2K", ""),
    "num_images": ("1", "4", ""),
    "thinking_level": ("high", ""),
    "enable_web_search": ("true", "false", ""),
    "nsfw_detected": ("true", "false", ""),
    "missing": ("true", "false"),
    "opened": ("true", "false"),
    "downloaded": ("true", "false"),
    "duplicate": ("true", "false"),
    "favourite": ("true", "false"),
    "rating": ("4", "5", ""),
    **UNCOUNTED,
}
QUERIES = st.builds(
    HistoryQuery,
    text=st.sampled_from(
        ["", "", "kite", "-kite", "red kite", '"red kite"', "ki*", "の", "red -boat", "🍌", "!"]
    ),
    filters=st.lists(
        st.sampled_from(sorted(CHOICES)).flatmap(
            lambda name: st.tuples(
                st.just(name),
                st.lists(st.sampled_from(CHOICES[name]), min_size=1, max_size=2).map(tuple),
            )
        ),
        max_size=3,
    ).map(tuple),
    cost_from_micros=st.sampled_from([None, None, 0, 1, 100_000]),
    cost_to_micros=st.sampled_from([None, None, 0, 80_000]),
    deleted=st.sampled_from([False, False, False, True]),
    sort=st.sampled_from(Sort),
)


def answer(rows: Iterable[Row], query: HistoryQuery, *, without: str = "") -> list[str]:
    """The ids of the runs that answer, in order. `rows` are as they went into the ledger."""
    numbered = [(no, row) for no, row in enumerate(rows) if fits(row, query, without)]
    key = {
        Sort.NEWEST: lambda row: row["created_at"],
        Sort.OLDEST: lambda row: row["created_at"],
        Sort.COST: lambda row: known(row, "cost_micros"),
        Sort.DURATION: lambda row: known(row, "duration_ms"),
        Sort.RATING: lambda row: row.get("rating", 0),
    }[query.sort]
    ordered = sorted(numbered, key=lambda pair: (key(pair[1]), pair[0]))
    found = [str(row["id"]) for _no, row in ordered]
    return found if query.sort is Sort.OLDEST else found[::-1]


def known(row: Row, name: str) -> int:
    """The value; what nobody knows comes below all that is known."""
    value = row.get(name)
    return -1 if value is None else int(value)


def fits(row: Row, query: HistoryQuery, without: str = "") -> bool:
    """Whether a run answers; `without` leaves one filter out."""
    cost = row["cost_micros"]
    return (
        row["origin"] == "sandbox"
        and (row["deleted_at"] is not None) is query.deleted
        and (
            query.cost_from_micros is None or (cost is not None and cost >= query.cost_from_micros)
        )
        and (query.cost_to_micros is None or (cost is not None and cost <= query.cost_to_micros))
        and matches(row["prompt"], query.text)
        and all(
            name == without or set(values) & values_of(row, name) for name, values in query.filters
        )
    )


def matches(prompt: str, text: str) -> bool:
    """Whether a prompt has what a search asks for, token by token."""
    tokens = tokens_of(prompt)
    for term in parse(text):
        size = len(term.tokens)
        found = any(
            tuple(tokens[at : at + size - 1]) == term.tokens[:-1]
            and (
                tokens[at + size - 1].startswith(term.tokens[-1])
                if term.is_prefix
                else tokens[at + size - 1] == term.tokens[-1]
            )
            for at in range(len(tokens) - size + 1)
        )
        if found is term.minus:
            return False
    return True


def values_of(row: Row, name: str) -> set[str]:
    """The values that a run has of a filter, as a link writes them."""
    if name in {known.name for known in INPUT_FILTERS} | {"seed"}:
        value = row["input"].get(name)
        return {"" if value is None else value if isinstance(value, str) else json.dumps(value)}
    if name == "kept":
        if row["rating"] >= 4 or "true" in (row["favourite"], row["downloaded"]):
            return {"true"} if row["deleted_at"] is None else not_kept(row)
        return not_kept(row)
    if name == "missing":
        return {"true" if row["missing_at"] else "false"}
    if name == "nsfw_detected":
        return {{None: "", 0: "false", 1: "true"}[row["nsfw_detected"]]}
    return {str(row[name] or "")}


def not_kept(row: Row) -> set[str]:
    """That a run was not kept can be said only of one with pictures."""
    return {"false"} if row["has_pictures"] == "true" else set()
