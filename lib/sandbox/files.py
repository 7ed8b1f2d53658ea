"""Downloads by signed link: no key needed, 403 when the link is wrong or has expired."""

from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lib.sandbox import links
from lib.sandbox.assets import asset_path
from lib.sandbox.clock import now_micros
from lib.sandbox.errors import not_found
from lib.sandbox.interruption import CutResponse
from lib.sandbox.life import TERMINAL
from lib.sandbox.outputs import pictures_of
from lib.sandbox.run_records import status_at
from lib.sandbox.scenarios import named
from lib.sandbox.world import World


async def output(request: Request) -> Response:
    """`GET /files/outputs/{file_name}`: a picture of a run, the same bytes each time."""
    world: World = request.app.state.world
    now = now_micros()
    links.check(request.url.path, request.query_params, world.signing_key, now)
    row, index = _picture_row(world, request.path_params["file_name"], now)
    scenario = named(row["scenario"])
    if scenario.picture == "missing":
        raise not_found("Picture")
    picture = pictures_of(row)[index]
    path = await world.pictures.path(picture)
    if scenario.picture == "cut once" and picture.file_name not in world.refused_once:
        world.refused_once.add(picture.file_name)
        return CutResponse(path.read_bytes(), picture.content_type)
    return FileResponse(path, media_type=picture.content_type)


def _picture_row(world: World, file_name: str, now: int) -> tuple[Any, int]:
    run_id, index = file_name[:36], file_name[37:].partition(".")[0]
    row = world.database.one("SELECT * FROM run WHERE id = ?", (run_id,))
    if row is None or status_at(row, now) not in TERMINAL or not index.isdigit():
        raise not_found("Picture")
    return row, int(index)


async def asset(request: Request) -> Response:
    """`GET /files/assets/{asset_id}`: the bytes of an asset."""
    world: World = request.app.state.world
    links.check(request.url.path, request.query_params, world.signing_key, now_micros())
    row = world.database.one(
        "SELECT * FROM asset WHERE id = ? AND state = 'confirmed'",
        (request.path_params["asset_id"],),
    )
    if row is None:
        raise not_found("Asset")
    return FileResponse(asset_path(world, row["id"]), media_type=row["mime_type"])
