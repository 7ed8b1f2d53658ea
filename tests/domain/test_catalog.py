"""The catalogue says what the vendor's table says, row by row."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lib.domain.catalog import DEFAULT_MODEL, MODELS, NANO_BANANA_2, find_model
from lib.domain.input_field import FieldKind
from lib.domain.price_book import current_prices

PAGE = (Path(__file__).parent / "seed_input_schema.md").read_text(encoding="utf-8")
READ_DEFAULT = {
    "string": str,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
}
DIGITS_ONLY = ("1", "2", "3", "4", "5", "6")


def rows(title: str) -> Iterator[list[str]]:
    """The cells of each row of the table under a title, without its head."""
    table = PAGE.split(f"## {title}\n")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split(" | ")]


INPUT_ROWS = [pytest.param(*row, id=row[0].strip("`")) for row in rows("Input schema")]
each_row = pytest.mark.parametrize(("name", "kind", "required", "allowed", "text"), INPUT_ROWS)


def test_the_fields_are_those_of_the_table_and_no_others() -> None:
    named = [row[0].strip("`") for row in rows("Input schema")]

    assert len(named) == 11
    assert sorted(rule.name for rule in NANO_BANANA_2.input_fields) == sorted(named)


@each_row
def test_a_field_has_the_type_of_its_row(name, kind, required, allowed, text) -> None:
    rule = NANO_BANANA_2.input_field(name.strip("`"))
    expected = {
        "string": {FieldKind.TEXT, FieldKind.CHOICE},
        "integer": {FieldKind.INTEGER},
        "boolean": {FieldKind.BOOLEAN},
    }

    assert rule.kind in expected[kind]


@each_row
def test_a_field_is_required_where_its_row_says_so(name, kind, required, allowed, text) -> None:
    rule = NANO_BANANA_2.input_field(name.strip("`"))

    assert rule.required == (required == "required")


@each_row
def test_a_field_allows_the_values_of_its_row(name, kind, required, allowed, text) -> None:
    rule = NANO_BANANA_2.input_field(name.strip("`"))

    assert rule.choices == values_allowed(allowed, text)
    assert (rule.kind is FieldKind.CHOICE) == bool(rule.choices)


@each_row
def test_a_field_has_the_range_of_its_row(name, kind, required, allowed, text) -> None:
    rule = NANO_BANANA_2.input_field(name.strip("`"))

    assert (rule.minimum, rule.maximum) == range_of(text)


@each_row
def test_a_field_has_the_default_of_its_row(name, kind, required, allowed, text) -> None:
    rule = NANO_BANANA_2.input_field(name.strip("`"))
    expected = default_of(kind, text)

    assert rule.default == expected
    assert type(rule.default) is type(expected)


def values_allowed(allowed: str, text: str) -> tuple[str, ...]:
    if "most strict" in text:  # its row allows "any" string and describes a scale of digits
        first, last = re.findall(r"(\d) = ", text)
        return tuple(str(level) for level in range(int(first), int(last) + 1))
    return tuple(re.findall(r"`([^`]+)`", allowed))


def range_of(text: str) -> tuple[int | None, int | None]:
    found = re.search(r"([\d,]+)–([\d,]+)", text)
    if not found:
        return None, None
    first, last = (int(number.replace(",", "")) for number in found.groups())
    return first, last


def default_of(kind: str, text: str) -> Any:
    found = re.search(r'Default: "?([^".]+(?:\.\d\w+)?)"?\.', text)
    return READ_DEFAULT[kind](found[1]) if found else None


def test_safety_tolerance_is_a_digit_as_text() -> None:
    assert NANO_BANANA_2.input_field("safety_tolerance").choices == DIGITS_ONLY
    assert NANO_BANANA_2.defaults()["safety_tolerance"] == "4"


def test_the_output_fields_are_those_of_the_table() -> None:
    named = [row[0].strip("`") for row in rows("Output schema")]

    assert [field.name for field in NANO_BANANA_2.output_fields] == named


def test_the_model_is_the_one_of_the_page() -> None:
    facts = dict(re.findall(r"^\* \*\*(.+?)\*\*: (.+)$", PAGE, re.MULTILINE))

    assert NANO_BANANA_2.id == facts["Model ID"]
    assert NANO_BANANA_2.provider == facts["Provider"]
    assert current_prices(NANO_BANANA_2.id).effective_from == facts["Last Updated"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_model_is_found_by_its_id(model) -> None:
    assert find_model(model.id) is model


@pytest.mark.parametrize("model_id", ["", "google/nano-banana", "GOOGLE/NANO-BANANA-2", "../x"])
def test_an_unknown_model_is_not_found(model_id: str) -> None:
    with pytest.raises(KeyError):
        find_model(model_id)


def test_no_two_models_share_an_id_and_no_two_fields_a_name() -> None:
    assert len({model.id for model in MODELS}) == len(MODELS)
    for model in MODELS:
        assert len(model.defaults()) == len(model.input_fields)


def test_the_default_model_is_in_the_catalogue() -> None:
    assert DEFAULT_MODEL in MODELS


def test_every_default_keeps_its_own_rule() -> None:
    for model in MODELS:
        for rule in model.input_fields:
            if not rule.required:
                assert rule.problem_with(rule.default) is None
