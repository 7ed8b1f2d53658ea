"""Prices, excerpts and facts, as text."""

from zoneinfo import ZoneInfo

import pytest

from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.price_book import current_prices
from lib.domain.run import CostBasis, RunState
from lib.ui.card_facts import all_facts, cost_line, making_line, settings_line
from lib.ui.plain import dollars, excerpt
from lib.ui.price_notes import price_note
from tests.ui.runs import a_run

PRICES = current_prices(DEFAULT_MODEL.id)


def test_a_field_without_a_price_has_no_note() -> None:
    assert price_note(DEFAULT_MODEL.input_field("seed"), PRICES) is None


def test_what_is_added_to_a_price_bears_a_plus() -> None:
    note = price_note(DEFAULT_MODEL.input_field("thinking_level"), PRICES)

    assert note == "high +$0.002 per image"


def test_two_amounts_in_one_text_are_not_a_formula() -> None:
    assert dollars("$1 and $2") == "\\$1 and \\$2"


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a kite", "a kite"),
        ("  a\n\nkite\t", "a kite"),
        ("x" * 300, "x" * 280 + "…"),
        (" " * 5_000 + "far away", "…"),
    ],
)
def test_an_excerpt_is_one_short_line(text: str, short: str) -> None:
    assert excerpt(text) == short


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (
            {"cost_micros": 80_000, "cost_basis": CostBasis.CONFIRMED},
            "Cost $0.080 confirmed · estimate $0.080",
        ),
        (
            {"cost_micros": 80_000, "cost_basis": CostBasis.COMPUTED},
            "Cost $0.080 computed from the price book · estimate $0.080",
        ),
        ({"cost_basis": CostBasis.IN_DOUBT}, "Cost in doubt · estimate $0.080"),
    ],
)
def test_a_cost_says_how_it_is_known(values: dict[str, object], line: str) -> None:
    assert cost_line(a_run(RunState.STORED, **values)) == line


def test_the_settings_at_a_glance_leave_out_what_is_as_usual() -> None:
    chosen = {
        "prompt": "A kite",
        "resolution": "2K",
        "aspect_ratio": "16:9",
        "num_images": 3,
        "seed": 5,
        "enable_web_search": True,
        "output_format": "png",
        "limit_generations": False,
    }

    line = settings_line(a_run(RunState.QUEUED, input=chosen))

    assert line == "2K · 16:9 · 3 images · web search · seed 5 · no limit generations"


@pytest.mark.parametrize(
    ("flag", "told"),
    [(True, "flagged as NSFW"), (False, "not flagged"), (None, "not checked for NSFW")],
)
def test_how_it_was_made_tells_whether_it_was_flagged(flag: bool | None, told: str) -> None:
    run = a_run(RunState.STORED, seed_used=7, duration_ms=2_100, nsfw_detected=flag)

    assert making_line(run) == f"Seed 7 · took 2.1 s · {told}"


def test_a_seed_that_is_no_number_is_left_to_the_facts() -> None:
    run = a_run(RunState.STORED, seed_used="**bold**")

    assert "bold" not in making_line(run)
    assert all_facts(run, ZoneInfo("UTC"))["seed"] == "**bold**"
