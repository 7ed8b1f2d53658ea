"""The dry run has every request, exactly as it will be sent."""

import csv
import io
import json
from dataclasses import replace

import pytest

from lib.domain.already_made import Made
from lib.domain.catalog import DEFAULT_MODEL
from lib.domain.experiment import Design
from lib.domain.experiment_check import checked_cells
from lib.domain.price_book import current_prices
from lib.services.experiments.planning import Plan, Planning
from lib.services.experiments.requests import requests_csv, requests_json
from lib.services.taking_away.csv_table import BYTE_ORDER_MARK, unguarded
from tests.domain.designs import grid

HOSTILE = ['say "so", *now*', "two\nlines", "=1+1", "🦊"]
DESIGN = replace(grid(animal=HOSTILE, enable_web_search=[True, False]), repeats=2)


def planned(design: Design = DESIGN, made=None) -> Plan:
    planning = Planning(
        prices=current_prices,
        durations_ms=dict,
        most=8,
        made=lambda _model, inputs: [made] * len(inputs),
    )
    return planning.plan(design, reuse=made is not None)


def read(written: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written.removeprefix(BYTE_ORDER_MARK), newline="")))


def test_no_text_of_the_csv_is_a_formula():
    plan = planned(grid(prompt=['=HYPERLINK("https://evil.example")', "@home", "a kite"]))

    prompts = [row["prompt"] for row in read(requests_csv(plan))]

    assert [prompt[0] for prompt in prompts] == ["'", "'", "a"]


def test_the_csv_has_each_request_whole():
    plan = planned()

    rows = read(requests_csv(plan))

    assert len(rows) == len(plan.cells) == 16
    for row, priced in zip(rows, plan.cells, strict=True):
        sent = {name: str(value) for name, value in priced.cell.input.items()}
        sent["enable_web_search"] = sent["enable_web_search"].lower()
        assert unguarded(row["prompt"]) == sent["prompt"]
        assert row["enable_web_search"] == sent["enable_web_search"]
        assert int(row["estimate_micros"]) == priced.estimate_micros


def test_the_json_has_the_inputs_as_they_are_sent_and_sums_up_to_the_price():
    plan = planned()

    told = json.loads(requests_json(plan))

    cells = checked_cells(DESIGN, DEFAULT_MODEL)
    assert [one["input"] for one in told] == [dict(cell.input) for cell in cells]
    assert sum(one["estimate_micros"] for one in told) == plan.total_micros


def test_a_field_that_only_some_send_has_a_column():
    plan = planned(grid(thinking_level=[None, "high"]))

    rows = read(requests_csv(plan))

    assert [row["thinking_level"] for row in rows] == ["", "high"]


@pytest.mark.parametrize("write", [requests_csv, requests_json])
def test_a_cell_that_is_there_already_names_the_run(write):
    plan = planned(made=Made("run 7", "ada", 0, "a" * 64, 1))

    assert write(plan).count("run 7") == 8
