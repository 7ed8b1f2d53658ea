"""What is sent: the checked input, and for each refused field a message that helps."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.domain.catalog import NANO_BANANA_2
from lib.domain.errors import InputInvalid
from lib.domain.input_field import FieldKind, InputField

PROMPT = "A banana"
FIELDS = {rule.name: rule for rule in NANO_BANANA_2.input_fields}
CHOICES = [rule for rule in FIELDS.values() if rule.kind is FieldKind.CHOICE]
BOOLEANS = [rule for rule in FIELDS.values() if rule.kind is FieldKind.BOOLEAN]
INTEGERS = [rule for rule in FIELDS.values() if rule.kind is FieldKind.INTEGER]
LEFT_OUT = {"thinking_level", "seed"}
ASTRAL = "🍌"
ANY_VALUE = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=5),
    st.lists(st.text(max_size=5), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.sampled_from(["1K", "auto", "high", "png", "4", "1:1"]),
)

names = {"ids": lambda rule: rule.name}


def problem_with(field: str, value: Any) -> str:
    """The one message that a value is refused with."""
    with pytest.raises(InputInvalid) as refused:
        NANO_BANANA_2.check({"prompt": PROMPT} | {field: value})
    (problem,) = refused.value.problems
    assert problem.field == field
    return problem.message


def test_a_prompt_alone_is_sent_with_the_defaults_and_nothing_unset() -> None:
    assert NANO_BANANA_2.check({"prompt": PROMPT}) == {
        "prompt": PROMPT,
        "resolution": "1K",
        "aspect_ratio": "auto",
        "num_images": 1,
        "enable_web_search": False,
        "output_format": "png",
        "safety_tolerance": "4",
        "limit_generations": True,
        "sync_mode": False,
    }


@pytest.mark.parametrize("field", sorted(LEFT_OUT))
def test_what_is_unset_is_left_out_not_sent_as_null(field: str) -> None:
    assert field not in NANO_BANANA_2.check({"prompt": PROMPT, field: None})


@pytest.mark.parametrize(("field", "value"), [("thinking_level", "minimal"), ("seed", 0)])
def test_what_is_set_is_sent(field: str, value: Any) -> None:
    assert NANO_BANANA_2.check({"prompt": PROMPT, field: value})[field] == value


@pytest.mark.parametrize("characters", [3, 4, 49_999, 50_000])
@pytest.mark.parametrize(
    "character", ["a", "é", "語", ASTRAL], ids=["ascii", "latin", "cjk", "astral"]
)
def test_a_prompt_of_3_to_50000_unicode_characters_is_sent(character, characters) -> None:
    prompt = character * characters

    assert NANO_BANANA_2.check({"prompt": prompt})["prompt"] == prompt


@pytest.mark.parametrize(
    ("characters", "said"),
    [(0, "short (0)"), (2, "short (2)"), (50_001, "long (50,001)")],
)
@pytest.mark.parametrize("character", ["a", ASTRAL], ids=["ascii", "astral"])
def test_a_prompt_of_another_length_is_refused(character: str, characters: int, said: str) -> None:
    message = problem_with("prompt", character * characters)

    assert message == f"prompt is too {said}: write 3 to 50,000 characters."


@given(st.text(min_size=3, max_size=200))
def test_a_prompt_is_sent_as_it_was_written(prompt: str) -> None:
    assert NANO_BANANA_2.check({"prompt": prompt})["prompt"] == prompt


@given(st.text(max_size=60))
def test_characters_are_counted_as_unicode_counts_them(prompt: str) -> None:
    counted = len(prompt.encode("utf-32-le")) // 4

    assert (FIELDS["prompt"].problem_with(prompt) is None) == (counted >= 3)


def test_a_missing_prompt_is_refused() -> None:
    with pytest.raises(InputInvalid) as refused:
        NANO_BANANA_2.check({})

    assert str(refused.value) == "prompt is missing: write 3 to 50,000 characters."


def test_half_a_character_is_refused_before_it_breaks_the_request() -> None:
    assert "lone surrogate" in problem_with("prompt", "abc\ud83c")


@pytest.mark.parametrize("value", [4, True, 1.5, ["abc"], b"abc"], ids=repr)
def test_a_prompt_is_text(value: Any) -> None:
    assert problem_with("prompt", value).startswith("prompt must be text, not ")


@pytest.mark.parametrize("rule", CHOICES, **names)
def test_every_allowed_value_is_sent(rule: InputField) -> None:
    for value in rule.choices:
        assert NANO_BANANA_2.check({"prompt": PROMPT, rule.name: value})[rule.name] == value


@pytest.mark.parametrize("rule", CHOICES, **names)
@given(value=st.text(max_size=50))
def test_any_other_text_is_refused_with_the_allowed_values(rule: InputField, value: str) -> None:
    problem = rule.problem_with(value)

    if value in rule.choices:
        assert problem is None
    else:
        assert problem is not None
        assert problem.startswith(f"{rule.name} cannot be ")
        assert problem.endswith("choose one of " + ", ".join(rule.choices) + ".")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("safety_tolerance", "0"),
        ("safety_tolerance", "7"),
        ("safety_tolerance", "04"),
        ("safety_tolerance", "٤"),
        ("safety_tolerance", ""),
        ("resolution", "1k"),
        ("resolution", "8K"),
        ("aspect_ratio", "16 : 9"),
        ("aspect_ratio", "9:21"),
        ("thinking_level", "low"),
        ("thinking_level", ""),
        ("output_format", "jpg"),
        ("output_format", "PNG"),
    ],
)
def test_a_value_that_is_nearly_allowed_is_refused(field: str, value: str) -> None:
    assert "choose one of" in problem_with(field, value)


@pytest.mark.parametrize("value", [4, 4.0, True], ids=repr)
def test_safety_tolerance_is_text_not_a_number(value: Any) -> None:
    message = problem_with("safety_tolerance", value)

    assert message.startswith("safety_tolerance must be text, not ")
    assert message.endswith("choose one of 1, 2, 3, 4, 5, 6.")


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_one_to_four_images_are_sent(count: int) -> None:
    assert NANO_BANANA_2.check({"prompt": PROMPT, "num_images": count})["num_images"] == count


@given(st.integers())
def test_any_other_number_of_images_is_refused(count: int) -> None:
    problem = FIELDS["num_images"].problem_with(count)

    assert (problem is None) == (1 <= count <= 4)
    assert problem is None or problem.endswith("give a whole number from 1 to 4.")


@given(st.integers())
def test_a_seed_is_any_whole_number(seed: int) -> None:
    assert NANO_BANANA_2.check({"prompt": PROMPT, "seed": seed})["seed"] == seed


@pytest.mark.parametrize("rule", INTEGERS, **names)
@pytest.mark.parametrize("value", ["4", True, False, 4.0, 4.5, [4], float("nan")], ids=repr)
def test_a_whole_number_is_neither_text_nor_truth_nor_fraction(
    rule: InputField, value: Any
) -> None:
    message = problem_with(rule.name, value)

    assert message.startswith(f"{rule.name} must be a whole number, not ")
    assert "give a whole number" in message


@pytest.mark.parametrize("rule", BOOLEANS, **names)
def test_true_and_false_are_sent(rule: InputField) -> None:
    for value in (True, False):
        assert NANO_BANANA_2.check({"prompt": PROMPT, rule.name: value})[rule.name] is value


@pytest.mark.parametrize("rule", BOOLEANS, **names)
@pytest.mark.parametrize("value", [0, 1, "true", "False", "", []], ids=repr)
def test_what_only_looks_true_or_false_is_refused(rule: InputField, value: Any) -> None:
    assert problem_with(rule.name, value).startswith(f"{rule.name} must be true or false, not ")


def test_an_unknown_field_is_refused_by_its_name() -> None:
    assert problem_with("style", "vivid") == (
        "style is not a field of Nano Banana 2: leave it out."
    )


def test_every_wrong_field_has_its_own_message() -> None:
    wrong = {"prompt": "", "resolution": "8K", "num_images": 5, "sync_mode": "no", "size": 1}
    with pytest.raises(InputInvalid) as refused:
        NANO_BANANA_2.check(wrong)

    assert {problem.field for problem in refused.value.problems} == set(wrong)
    assert all(problem.message in str(refused.value) for problem in refused.value.problems)


@given(st.dictionaries(st.sampled_from([*FIELDS, "size"]), ANY_VALUE))
def test_an_input_is_either_sendable_or_refused_by_field(values: dict[str, Any]) -> None:
    checked, problems = checked_or_refused(values)

    assert json.loads(json.dumps(checked)) == checked
    assert checked_or_refused(checked)[0] == checked
    assert set(problems) <= {*values, "prompt"}
    assert all(message.startswith(f"{field} ") for field, message in problems.items())
    assert bool(checked) != bool(problems)


def checked_or_refused(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        return NANO_BANANA_2.check(values), {}
    except InputInvalid as refused:
        return {}, {problem.field: problem.message for problem in refused.problems}


def test_checking_changes_nothing_of_what_was_given() -> None:
    given_values = {"prompt": PROMPT, "seed": None}
    NANO_BANANA_2.check(given_values)

    assert given_values == {"prompt": PROMPT, "seed": None}


def test_a_number_too_long_to_spell_is_refused_like_any_other() -> None:
    assert "num_images cannot be" in problem_with("num_images", 10**5_000)


def test_a_seed_that_no_request_can_carry_is_refused() -> None:
    assert problem_with("seed", 10**5_000)
