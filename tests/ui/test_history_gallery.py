"""Runs as tiles: what each says, and what it leaves to its pictures."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lib.domain.run import Picture
from lib.store.tables_history_frames import HISTORY_DTYPES, history_frame
from lib.ui.gallery import GalleryItem
from lib.ui.history_gallery import tiles

NOON_MS = 1_795_348_800_000


def picture(number: int, problem: str | None = None) -> Picture:
    return Picture(number, f"{number}".rjust(64, "a"), 9, "image/png", 1376, 768, problem)


def tile(*pictures: Picture, num_images: int = 1, **values: Any) -> GalleryItem:
    row: Mapping[str, Any] = {
        **dict.fromkeys(HISTORY_DTYPES),
        "tags": (),
        "id": "r1",
        "created_at": NOON_MS,
        "state": "stored",
        "prompt": "a kite",
        "pictures": len(pictures),
        "estimate_micros": 80_000,
        "cost_micros": 80_000,
        "input": {"prompt": "a kite", "num_images": num_images},
        **values,
    }
    five_minutes_later = NOON_MS + 300_000
    (found,) = tiles(history_frame([row]), {"r1": pictures}, ZoneInfo("UTC"), five_minutes_later)
    return found


def test_a_finished_run_shows_its_pictures_cost_and_time() -> None:
    found = tile(picture(0), picture(1), num_images=2)

    assert [one.thumb_url for one in found.pictures] == [
        f"/app/static/thumb/{'a' * 63}0",
        f"/app/static/thumb/{'a' * 63}1",
    ]
    assert found.pictures[0].ratio == pytest.approx(1376 / 768)
    assert (found.label, found.state, found.problem) == ("a kite", "", "")
    assert (found.cost, found.time) == ("$0.080", "5 min ago")
    assert found.exact_time == "2026-11-22 12:00:00 UTC"
    assert found.link == "/history?run=r1"
    assert not found.is_open


def test_a_run_that_came_short_says_so_beside_its_pictures() -> None:
    assert tile(picture(0), num_images=2).state == "1 of 2 pictures"


@pytest.mark.parametrize("state", ["queued", "sending", "unknown", "accepted"])
def test_an_open_run_says_what_it_will_cost(state: str) -> None:
    found = tile(state=state, cost_micros=None)

    assert found.is_open
    assert found.cost == "≈ $0.080"


def test_a_parked_run_has_no_cost_that_anybody_knows() -> None:
    found = tile(state="parked", cost_micros=None, note="Nobody knows.")

    assert (found.state, found.problem, found.cost) == ("Needs a decision", "Nobody knows.", "—")
    assert not found.is_open


def test_a_failed_run_says_why() -> None:
    found = tile(state="failed", cost_micros=0, failure_message="Refused.", note="never seen")

    assert (found.state, found.problem, found.cost) == ("Failed", "Refused.", "$0.000")


def test_a_file_that_cannot_be_shown_is_no_picture() -> None:
    assert [one.number for one in tile(picture(0, "torn"), picture(1)).pictures] == [1]

    alone = tile(picture(0, "torn"))
    assert (alone.pictures, alone.state, alone.problem) == ((), "Done", "torn")


@pytest.mark.parametrize(("detected", "flagged"), [(None, False), (0, False), (1, True)])
def test_a_flagged_run_bears_a_mark(detected: int | None, flagged: bool) -> None:
    assert tile(picture(0), nsfw_detected=detected).flagged is flagged
