"""The page of runs as a gallery: a tile for each, which opens its run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from lib.bootstrap import Services
from lib.domain.history_query import HistoryQuery
from lib.domain.run import OPEN, Picture, RunState
from lib.services.history_search import Page
from lib.services.likeness import Alike
from lib.services.organising import OrganisingService
from lib.ui import (
    gallery,
    history_link,
    history_selection,
    history_work,
    money,
    person,
    times,
)
from lib.ui.asked import pictures_asked
from lib.ui.gallery import Action, GalleryEvents, GalleryItem, GalleryPicture, Opening
from lib.ui.history_link import Compared
from lib.ui.history_words import LABELS, state_words

KEY = "history_gallery"
IN_BIN: tuple[Action, ...] = ("open", "select")
LOOK_AGAIN_S = 2.0


def follow(services: Services) -> None:
    """Do what was asked for in the gallery, before the page is read anew."""
    with gallery.taking(KEY) as events:
        if events is not None:
            _follow(services, events)


def _follow(services: Services, events: GalleryEvents) -> None:
    if events.selected is not None:
        history_selection.select(events.selected)
    _mark(services.organising, events)
    if events.deleted:
        history_work.do(lambda: services.organising.delete(events.deleted, by=person.name()))
        history_selection.forget(events.deleted)
    if events.opened:
        history_link.open_run(events.opened.id)
    if events.compared:
        history_link.compare(Compared(run_id) for run_id in events.compared)
    if events.similar:
        _look_for_like(services, events.similar)


def _look_for_like(services: Services, asked: Opening) -> None:
    run = services.runs.find(asked.id)
    shown = [picture for picture in run.pictures if not picture.problem] if run else []
    chosen = [picture for picture in shown if picture.index == asked.number] or shown
    if chosen:
        history_link.look_for_like(chosen[0].sha256)


def _mark(organising: OrganisingService, events: GalleryEvents) -> None:
    """Favourites and ratings, those that are alike together. The tiles show them already."""
    for is_favourite in set(events.favourites.values()):
        ids = [one for one, value in events.favourites.items() if value is is_favourite]
        organising.favour(ids, is_favourite, by=person.name())
    for rating in set(events.ratings.values()):
        ids = [one for one, value in events.ratings.items() if value == rating]
        organising.rate(ids, rating or None, by=person.name())


def draw(
    services: Services,
    query: HistoryQuery,
    page: Page | Alike,
    now_ms: int,
    label: str,
    labels: Mapping[str, str] | None = None,
) -> None:
    """Draw one page of runs, and the page anew once one of them has moved on.

    `labels` are what the tiles of these runs say in place of their prompts.
    """
    shown = pictures_by_run(page.pictures)
    gallery.draw(
        tiles(page.runs, shown, services.settings.zone, now_ms, labels),
        key=KEY,
        actions=IN_BIN if query.deleted else gallery.EVERY_ACTION,
        selected=history_selection.ids(),
        label=label,
    )
    watched = _open(page.runs)
    # The fragment stays when nothing is open, without its timer: a last tick may be on its way.
    st.fragment(_watch, run_every=LOOK_AGAIN_S if watched else None)(services, watched)


def pictures_by_run(pictures: pd.DataFrame) -> dict[str, list[Picture]]:
    """The pictures of a page of runs."""
    found: dict[str, list[Picture]] = {}
    for row in _records(pictures):
        picture = Picture(
            row["number"],
            row["sha256"],
            row["size_bytes"],
            row["mime"],
            row["width"],
            row["height"],
            row["problem"],
        )
        found.setdefault(row["run_id"], []).append(picture)
    return found


def tiles(
    runs: pd.DataFrame,
    pictures: Mapping[str, Sequence[Picture]],
    zone: ZoneInfo,
    now_ms: int,
    labels: Mapping[str, str] | None = None,
) -> list[GalleryItem]:
    """The page as tiles; `labels` stand in place of the prompts."""
    said = labels or {}
    return [
        replace(
            _tile(run, pictures.get(str(run["id"]), ()), zone, now_ms),
            label=said.get(str(run["id"]), str(run["prompt"])),
        )
        for run in _records(runs)
    ]


def _records(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """The rows, with None for what is missing."""
    return frame.astype("object").where(frame.notna(), None).to_dict("records")


def _tile(
    run: Mapping[Any, Any], pictures: Sequence[Picture], zone: ZoneInfo, now_ms: int
) -> GalleryItem:
    state = RunState(run["state"])
    shown = tuple(_picture(picture) for picture in pictures if not picture.problem)
    created_at = int(run["created_at"].timestamp() * 1000)
    return GalleryItem(
        id=str(run["id"]),
        label=str(run["prompt"]),
        state=_standing(run, state, has_pictures=bool(shown)),
        pictures=shown,
        cost=_cost(run, state),
        time=times.ago(created_at, now_ms),
        exact_time=times.exact(created_at, zone),
        is_open=state in OPEN,
        problem="" if shown else _problem(run, pictures),
        flagged=bool(run["nsfw_detected"]),
        favourite=bool(run["favourite"]),
        rating=int(run["rating"] or 0),
        link=f"/history?run={run['id']}",
    )


def _picture(picture: Picture) -> GalleryPicture:
    url = f"/app/static/thumb/{picture.sha256}"
    return GalleryPicture(picture.index, url, picture.width, picture.height)


def _standing(run: Mapping[Any, Any], state: RunState, *, has_pictures: bool) -> str:
    """Where the run stands; that it is done, its pictures say."""
    words = state_words(
        state,
        pictures=int(run["pictures"]),
        num_images=pictures_asked(run.get("num_images")),
        nsfw_detected=None,  # the tile has a mark of its own for it
        is_decided=run["decided_at"] is not None,
    )
    return words.removeprefix(LABELS[RunState.STORED]).removeprefix(", ") if has_pictures else words


def _cost(run: Mapping[Any, Any], state: RunState) -> str:
    """The cost; of an open run what it is expected to be."""
    if run["cost_micros"] is None and state in OPEN:
        return f"≈ {money.price(int(run['estimate_micros']))}"
    return money.price(None if run["cost_micros"] is None else int(run["cost_micros"]))


def _problem(run: Mapping[Any, Any], pictures: Sequence[Picture]) -> str:
    of_picture = next((picture.problem for picture in pictures if picture.problem), None)
    return str(run["failure_message"] or run["note"] or of_picture or "")


def _open(runs: pd.DataFrame) -> dict[str, str]:
    """The runs that are not over yet, and where they stand."""
    states = zip(runs["id"], runs["state"], strict=True)
    return {str(run_id): str(state) for run_id, state in states if RunState(state) in OPEN}


def _watch(services: Services, watched: Mapping[str, str]) -> None:
    """Draw the page anew once the state of a run on it has changed."""
    for run_id, state in watched.items():
        run = services.runs.find(run_id)
        if run is None or run.state != state:
            st.rerun()
