"""The form: every field reaches the request, every refused one says why, and the price is told."""

from typing import Any

import pytest

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from tests.pages.generating import PROMPT, GeneratePage

EVERYTHING: dict[str, Any] = {
    "prompt": PROMPT,
    "resolution": "2K",
    "aspect_ratio": "8:1",
    "num_images": 2,
    "thinking_level": "high",
    "enable_web_search": True,
    "seed": 9_007_199_254_740_991,
    "output_format": "webp",
    "safety_tolerance": "6",
    "limit_generations": False,
    "sync_mode": True,
}


def test_every_field_of_the_model_is_in_the_form(services: Services) -> None:
    page = GeneratePage(services)

    for rule in DEFAULT_MODEL.input_fields:
        assert page.app.get_by_key(rule.name) is not None


def test_every_field_reaches_the_request_as_it_was_set(services: Services) -> None:
    run = GeneratePage(services).generate(**EVERYTHING)

    assert run.input == EVERYTHING
    assert isinstance(run.input["safety_tolerance"], str)
    assert isinstance(run.input["num_images"], int)


def test_a_form_with_a_prompt_only_sends_the_defaults_and_leaves_unset_fields_out(
    services: Services,
) -> None:
    run = GeneratePage(services).generate(prompt=PROMPT)

    assert run.input == {
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


def test_thinking_and_seed_can_be_unset_again(services: Services) -> None:
    page = GeneratePage(services).fill(thinking_level="high", seed=7)
    page.fill(thinking_level=None, seed=None)

    run = page.generate(prompt=PROMPT)

    assert "thinking_level" not in run.input
    assert "seed" not in run.input


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, ["Estimate **\\$0.080**", "1K image 1 × \\$0.080"]),
        (
            {"num_images": 2, "enable_web_search": True},
            [
                "Estimate **\\$0.190**",
                "1K image 2 × \\$0.080 = \\$0.160",
                "Web search 2 × \\$0.015 = \\$0.030",
            ],
        ),
        (
            {"resolution": "4K", "thinking_level": "high"},
            [
                "Estimate **≈\\$0.162**",
                "4K image 1 × \\$0.160 (assumed)",
                "High thinking 1 × \\$0.002",
            ],
        ),
    ],
    ids=["as it stands", "several parts", "an assumed price"],
)
def test_the_estimate_tells_its_parts(
    services: Services, values: dict[str, Any], told: list[str]
) -> None:
    page = GeneratePage(services).fill(**values)

    for words in told:
        assert page.says(words), words


def test_each_choice_that_costs_says_how_much(services: Services) -> None:
    page = GeneratePage(services)

    assert page.says("0.5K ≈\\$0.060 · 1K \\$0.080 · 2K ≈\\$0.120 · 4K ≈\\$0.160 per image")
    assert page.says("high +\\$0.002 per image")
    assert page.says("+\\$0.015 per image")


def test_without_the_limit_the_estimate_warns_that_more_may_come(services: Services) -> None:
    page = GeneratePage(services)
    assert not page.says("more pictures than asked for may come")

    page.fill(limit_generations=False)

    assert page.says("more pictures than asked for may come")


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        ("", "prompt is too short (0): write 3 to 50,000 characters."),
        ("no", "prompt is too short (2): write 3 to 50,000 characters."),
        ("x" * 50_001, "prompt is too long (50,001): write 3 to 50,000 characters."),
    ],
    ids=["empty", "two characters", "one too many"],
)
def test_a_refused_prompt_says_why_and_nothing_is_sent(
    services: Services, prompt: str, told: str
) -> None:
    page = GeneratePage(services).fill(prompt=prompt)

    page.press("generate")

    assert page.newest() is None
    assert page.says(told)
    assert page.says("Nothing was sent: correct Prompt.")


def test_the_problem_goes_away_once_it_is_corrected(services: Services) -> None:
    page = GeneratePage(services).press("generate")
    assert page.says("Nothing was sent")

    page.fill(prompt=PROMPT)

    assert not page.says("Nothing was sent")
    assert not page.says("too short")


def test_an_untouched_form_accuses_nobody(services: Services) -> None:
    page = GeneratePage(services)

    assert page.says("0 of 50,000 characters")
    assert not page.says("too short")


def test_the_prompts_length_counts_characters_not_bytes(services: Services) -> None:
    assert GeneratePage(services).fill(prompt="🦊" * 50_000).says("50,000 of 50,000 characters")
