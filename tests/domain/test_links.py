"""A field's value as text, as in a link: what was written comes back, and nonsense is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.input_field import FieldKind, InputField

FIELDS = {rule.name: rule for rule in NANO_BANANA_2.input_fields}


def in_a_link(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def allowed_values(rule: InputField) -> st.SearchStrategy[object]:
    match rule.kind:
        case FieldKind.TEXT:
            return st.text(min_size=rule.minimum or 0, max_size=100)
        case FieldKind.CHOICE:
            return st.sampled_from(rule.choices)
        case FieldKind.BOOLEAN:
            return st.booleans()
        case FieldKind.INTEGER:
            within = st.integers(rule.minimum, rule.maximum)
            return within if rule.maximum else st.integers(-(2**63), 2**64)


@pytest.mark.parametrize("rule", FIELDS.values(), ids=FIELDS)
@given(data=st.data())
def test_what_a_link_carries_comes_back_with_its_type(rule: InputField, data) -> None:
    value = data.draw(allowed_values(rule))
    read = rule.from_text(in_a_link(value))

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("num_images", "4", 4),
        ("num_images", "+2", 2),
        ("seed", "-1", -1),
        ("seed", "007", 7),
        ("safety_tolerance", "4", "4"),
        ("sync_mode", "True", True),
        ("sync_mode", "FALSE", False),
    ],
)
def test_a_value_is_read_as_its_field_means_it(field: str, text: str, value: object) -> None:
    read = FIELDS[field].from_text(text)

    assert read == value
    assert type(read) is type(value)


NONSENSE = [
    ("num_images", "0"),
    ("num_images", "5"),
    ("num_images", "four"),
    ("num_images", "1.0"),
    ("num_images", "1e0"),
    ("num_images", " 1"),
    ("num_images", "1_0"),
    ("num_images", "٢"),
    ("num_images", ""),
    ("seed", "9" * 41),
    ("seed", "--1"),
    ("sync_mode", "1"),
    ("sync_mode", "yes"),
    ("sync_mode", ""),
    ("resolution", "1k"),
    ("safety_tolerance", "4.0"),
    ("prompt", "ab"),
]


@pytest.mark.parametrize(("field", "text"), NONSENSE)
def test_nonsense_in_a_link_is_refused(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        FIELDS[field].from_text(text)


@pytest.mark.parametrize(("field", "text"), [("num_images", "four"), ("sync_mode", "yes")])
def test_what_cannot_be_read_at_all_names_its_field_and_the_remedy(field: str, text: str) -> None:
    with pytest.raises(ValueError, match=rf"{field} .*{FIELDS[field].remedy()}"):
        FIELDS[field].from_text(text)


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=60))
def test_any_text_is_read_as_an_allowed_value_or_refused(field: str, text: str) -> None:
    rule = FIELDS[field]
    try:
        value = rule.from_text(text)
    except ValueError:
        return

    assert rule.problem_with(value) is None
