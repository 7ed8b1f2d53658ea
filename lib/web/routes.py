"""All our routes. Pictures are under `/app/static`, the one path of our own `st.image` links to."""

from collections.abc import Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from lib.services.callbacks import CallbackService
from lib.services.fitness import Fitness
from lib.services.pictures import PictureService
from lib.web.callbacks import callback_routes
from lib.web.health import health_routes

FOR_EVER = "private, max-age=31536000, immutable"
"""A picture's address is the hash of its bytes, so what it leads to never changes."""
ERASED = "This picture was erased: its run was deleted, and the bin was emptied."


def routes(
    pictures: Callable[[], PictureService],
    callbacks: Callable[[], CallbackService],
    fitness: Callable[[], Fitness],
) -> list[BaseRoute]:
    """The routes; the services are asked for at each request: they open after these are made."""

    def original(request: Request) -> Response:
        found = pictures().original(request.path_params["sha256"])
        if found is None:
            raise _none(pictures(), request)
        if run_id := request.query_params.get("run"):  # a link that somebody followed
            pictures().opened(request.path_params["sha256"], run_id)
        path, mime = found
        return FileResponse(path, media_type=mime, headers={"Cache-Control": FOR_EVER})

    def thumbnail(request: Request) -> Response:
        path = pictures().thumbnail(request.path_params["sha256"])
        if path is None:
            raise _none(pictures(), request)
        return FileResponse(path, media_type="image/webp", headers={"Cache-Control": FOR_EVER})

    def download(request: Request) -> Response:
        found = pictures().download(request.path_params["sha256"], request.query_params.get("run"))
        if found is None:
            raise _none(pictures(), request)
        headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
        return Response(found.data, media_type=found.mime, headers=headers)

    picture_routes = Mount(
        "/app/static",
        routes=[
            Route("/img/{sha256}", original),
            Route("/thumb/{sha256}", thumbnail),
            Route("/download/{sha256}", download),
        ],
    )
    return [picture_routes, callback_routes(callbacks), health_routes(fitness)]


def _none(pictures: PictureService, request: Request) -> HTTPException:
    """Why there is no picture at this address, as the browser shows it."""
    if pictures.is_erased(request.path_params["sha256"]):
        return HTTPException(410, ERASED)
    return HTTPException(404, "There is no such picture.")
