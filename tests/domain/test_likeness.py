"""Whether the API's run is the one that we look for: every difference is named."""

from dataclasses import replace
from typing import Any

import pytest

from lib.domain.likeness import Difference, differences
from lib.domain.run import RemoteRun, Run, RunState

CLICKED_MS = 1_795_000_000_000
RUN = Run(
    id="019aa4f2-93d0-7d6f-8d0e-5b3f3f1f6a01",
    origin="sandbox",
    model_id="google/nano-banana-2",
    created_by="local",
    state=RunState.PARKED,
    input={"prompt": "a red kite", "resolution": "1K", "num_images": 1},
    request_body=b"{}",
    estimate_micros=80_000,
    price_version="nano-banana-2/2026-04-13",
    created_at=CLICKED_MS,
)
REMOTE = RemoteRun(remote_id="remote-1", status="succeeded", client_ref=RUN.id, input=RUN.input)


def fields(remote: RemoteRun, **known: Any) -> list[str]:
    return [found.field for found in differences(RUN, remote, **known)]


def test_a_run_that_says_the_same_does_not_differ() -> None:
    assert differences(RUN, REMOTE) == ()


def test_defaults_that_only_one_side_names_are_no_difference() -> None:
    told = {**RUN.input, "num_images": 1.0, "seed": None, "enable_web_search": False}

    assert fields(replace(REMOTE, client_ref=None, input=told)) == []


@pytest.mark.parametrize(
    ("changed", "field", "ours", "theirs"),
    [
        ({"client_ref": "a script"}, "client_ref", RUN.id, "a script"),
        ({"model": "google/another"}, "model", RUN.model_id, "google/another"),
        ({"input": {**RUN.input, "prompt": "a fox"}}, "prompt", "a red kite", "a fox"),
        ({"input": {**RUN.input, "seed": 7}}, "seed", "not set", "7"),
        ({"input": {**RUN.input, "sync_mode": True}}, "sync_mode", "no", "yes"),
        ({"input": {**RUN.input, "image_urls": ["u"]}}, "image_urls", "not set", "['u']"),
        ({"client_ref": None, "input": None}, "input", "a red kite", "not told"),
    ],
)
def test_every_difference_is_named(
    changed: dict[str, Any], field: str, ours: str, theirs: str
) -> None:
    assert differences(RUN, replace(REMOTE, **changed)) == (Difference(field, ours, theirs),)


def test_without_an_input_our_client_ref_is_enough() -> None:
    assert fields(replace(REMOTE, input=None)) == []


@pytest.mark.parametrize(
    ("created_at", "differs"),
    [
        ("2026-11-18T10:00:00+00:00", ["created_at"]),
        ("2026-11-18T10:00:00", ["created_at"]),
        ("2026-11-18T10:00:00Z", ["created_at"]),
        ("2026-11-18T11:02:00+00:00", []),
        ("2026-12-01T00:00:00+00:00", []),
        ("long ago", []),
        ("0001-01-01T00:00:00+23:59", ["created_at"]),
        (None, []),
    ],
)
def test_a_run_from_before_the_click_is_another_one(
    created_at: str | None, differs: list[str]
) -> None:
    assert fields(replace(REMOTE, created_at=created_at)) == differs


def test_the_models_id_in_the_catalogue_is_compared_where_it_is_known() -> None:
    told = replace(REMOTE, model="0195f0aa-0000-7000-8000-000000000002")

    assert fields(told) == []
    assert fields(told, catalogue_id=told.model) == []
    assert fields(told, catalogue_id="another") == ["model"]
    assert fields(replace(told, model=RUN.model_id), catalogue_id="another") == []
