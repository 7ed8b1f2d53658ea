"""The words of a refusal in every envelope."""

import pytest

from lib.domain.errors import FieldProblem
from lib.runflow.wire_error import LONGEST_MESSAGE, MOST_PROBLEMS, ApiWords, parse_error

LOC = ["body", "input", "prompt"]
PROMPT_IS_SHORT = (FieldProblem("prompt", "too short"),)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"code": "X", "message": "no", "errors": None}, ApiWords("X", "no")),
        ({"error": {"code": "X", "message": "no"}}, ApiWords("X", "no")),
        ({"error": "no", "code": "X"}, ApiWords("X", "no")),
        ({"error": "no"}, ApiWords(None, "no")),
        ({"detail": "no"}, ApiWords(None, "no")),
        ({"detail": {"code": "X", "message": "no"}}, ApiWords("X", "no")),
        ({"detail": {"code": "X", "msg": "no"}}, ApiWords("X", "no")),
        ({"code": "X"}, ApiWords("X", None)),
        ("no", ApiWords(None, "no")),
        (
            {"code": "X", "message": "no", "errors": [{"loc": LOC, "msg": "too short"}]},
            ApiWords("X", "no", PROMPT_IS_SHORT),
        ),
        (
            {"error": {"message": "no", "errors": [{"loc": LOC, "msg": "too short"}]}},
            ApiWords(None, "no", PROMPT_IS_SHORT),
        ),
        (
            {"detail": [{"loc": LOC, "msg": "too short", "type": "string_too_short"}]},
            ApiWords(None, "prompt: too short", PROMPT_IS_SHORT),
        ),
        (
            {"detail": {"errors": [{"loc": LOC, "msg": "too short"}]}},
            ApiWords(None, "prompt: too short", PROMPT_IS_SHORT),
        ),
        (None, ApiWords()),
        ([], ApiWords()),
        (7, ApiWords()),
        ({"code": 7, "message": ["no"], "errors": "many"}, ApiWords()),
    ],
)
def test_the_words_are_found_in_every_envelope(body, words):
    assert parse_error(body) == words


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (
            {"loc": ["body", "input", "image_urls", 0], "msg": "x"},
            FieldProblem("image_urls.0", "x"),
        ),
        ({"loc": ["input", "seed"], "msg": "x"}, FieldProblem("seed", "x")),
        ({"loc": ["seed"], "msg": "x"}, FieldProblem("seed", "x")),
        ({"loc": ["body", "callback_url"], "msg": "x"}, FieldProblem("callback_url", "x")),
        ({"loc": ["body"], "msg": "x"}, FieldProblem("body", "x")),
        ({"loc": ["body", "input"], "msg": "x"}, FieldProblem("input", "x")),
        ({"loc": "body.input.seed", "msg": "x"}, FieldProblem("seed", "x")),
        ({"field": "seed", "message": "x"}, FieldProblem("seed", "x")),
        ({"loc": [], "msg": "x"}, FieldProblem("input", "x")),
        ({"loc": [None, {}], "msg": "x"}, FieldProblem("input", "x")),
        ({"msg": "x"}, FieldProblem("input", "x")),
        ("x", FieldProblem("input", "x")),
    ],
)
def test_a_problem_is_named_after_its_field(entry, problem):
    assert parse_error({"errors": [entry]}).problems == (problem,)


@pytest.mark.parametrize("entry", [None, 7, {}, [], "", {"loc": LOC}, {"loc": LOC, "msg": 7}])
def test_an_entry_without_words_is_passed_over(entry):
    assert parse_error({"errors": [entry]}).problems == ()


def test_a_flood_of_words_is_cut():
    flood = {"message": "x" * 10**6, "errors": [{"loc": LOC, "msg": "y" * 10**5}] * 10_000}

    words = parse_error(flood)

    assert len(words.message) == LONGEST_MESSAGE
    assert len(words.problems) == MOST_PROBLEMS
    assert len(words.problems[0].message) == LONGEST_MESSAGE
