"""Links and forms: what one says, the other holds."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.input_field import FieldKind, InputField
from lib.ui.field_widgets import SAFE_INTEGER
from lib.ui.form_link import DRAFT, Link, address_of, query_of, read_link

KEPT: dict[str, Any] = {}


def values_of(rule: InputField) -> st.SearchStrategy[Any]:
    match rule.kind:
        case FieldKind.TEXT:
            visible = st.characters(exclude_categories=["Cs"])
            return st.text(visible, min_size=rule.minimum or 0, max_size=3_000)
        case FieldKind.CHOICE:
            return st.sampled_from(rule.choices)
        case FieldKind.INTEGER:
            lowest = -SAFE_INTEGER if rule.minimum is None else rule.minimum
            return st.integers(lowest, SAFE_INTEGER if rule.maximum is None else rule.maximum)
        case FieldKind.BOOLEAN:
            return st.booleans()


INPUTS = st.fixed_dictionaries(
    {
        rule.name: values_of(rule) | st.just(rule.default)
        for rule in DEFAULT_MODEL.input_fields
        if rule.kind is not FieldKind.TEXT
    }
    | {"prompt": values_of(DEFAULT_MODEL.input_field("prompt"))}
)


def keep(values: Any) -> str:
    KEPT["id"] = values
    return "id"


@given(INPUTS)
def test_a_link_holds_what_the_form_held(values: dict[str, Any]) -> None:
    address = address_of("http://127.0.0.1:8501/", query_of(DEFAULT_MODEL, values, keep))
    query = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))

    assert read_link(DEFAULT_MODEL, query, KEPT.get) == Link(values)
    assert len(urlsplit(address).query) < 2_000


def test_an_input_as_usual_makes_a_short_link() -> None:
    assert query_of(DEFAULT_MODEL, {**DEFAULT_MODEL.defaults(), "prompt": "A kite"}, keep) == {
        "prompt": "A kite"
    }


def test_what_is_not_right_is_not_put_into_a_link() -> None:
    assert query_of(DEFAULT_MODEL, {"prompt": "A", "num_images": 9}, keep) == {}


def test_a_draft_is_checked_like_any_other_input() -> None:
    link = read_link(
        DEFAULT_MODEL, {DRAFT: "id"}, lambda _: {"prompt": 5, "num_images": "2", "other": 1}
    )

    assert link.values == DEFAULT_MODEL.defaults()
    assert len(link.problems) == 2


def test_what_the_link_says_itself_wins_over_its_draft() -> None:
    link = read_link(
        DEFAULT_MODEL,
        {DRAFT: "id", "resolution": "4K"},
        lambda _: {"prompt": "A kite", "resolution": "2K"},
    )

    assert link.values == {**DEFAULT_MODEL.defaults(), "prompt": "A kite", "resolution": "4K"}


def test_an_empty_parameter_unsets_a_field() -> None:
    link = read_link(DEFAULT_MODEL, {"seed": "", "thinking_level": ""}, KEPT.get)

    assert link == Link(DEFAULT_MODEL.defaults())
