"""What the filters of the history and their values are called on the page.

Input fields are called as the API calls them. A value that has no words here is shown as it is: it
may be anything a person wrote, so it goes into plain text only.
"""

from lib.domain.catalog import MODELS
from lib.domain.history_filters import NO, UNSET, YES
from lib.domain.run import RunState
from lib.ui.history_words import LABELS

TITLES = {
    "state": "State",
    "status": "Status at the API",
    "created_by": "Who",
    "model_id": "Model",
    "rating": "Rating",
    "favourite": "Favourite",
    "has_pictures": "Has pictures",
    "adopted": "Found at the API",
    "missing": "Missing at the API",
    "tag": "Tag",
    "collection": "Collection",
    "same_prompt_as": "Same prompt as",
    "parent_id": "Made from",
    "experiment": "Experiment",
    "sku": "Charged for",
    "cost_basis": "Cost is",
    "kept": "Kept",
    "opened": "Opened",
    "downloaded": "Downloaded",
    "duplicate": "Exact duplicate",
}


def title(name: str) -> str:
    """The name of a filter; an input field's is the API's."""
    return TITLES.get(name, name)


def words(name: str, value: str) -> str:
    """One value of a filter."""
    if value == UNSET:
        return "not set"
    if name == "state":
        return LABELS[RunState(value)]
    if name == "rating":
        return "★" * int(value)
    if name == "model_id":
        return {model.id: model.name for model in MODELS}.get(value, value)
    return {YES: "yes", NO: "no"}.get(value, value)


def counted(text: str, runs: int, *, is_exact: bool) -> str:
    """A value with the number of its runs beside it."""
    return f"{text} · {number(runs, is_exact=is_exact)}"


def number(value: int, *, is_exact: bool) -> str:
    """A count: `1,234`, and `10,000+` where it is at least that."""
    return f"{value:,}" if is_exact else f"{value:,}+"
