"""Pictures for a test's own app: painted for each request, as its address says."""

import io

from PIL import Image, ImageDraw
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

MOST = 4096


def painted(request: Request) -> Response:
    """`{hue}-{width}x{height}`: one colour, and lines that show how it is zoomed and moved."""
    hue, _, size = request.path_params["name"].partition("-")
    width, _, height = size.partition("x")
    if not (hue.isdecimal() and width.isdecimal() and height.isdecimal()):
        raise HTTPException(404, "There is no such picture.")
    file = io.BytesIO()
    _paint(int(hue), min(MOST, int(width)), min(MOST, int(height))).save(file, "WEBP")
    return Response(file.getvalue(), media_type="image/webp")


def _paint(hue: int, width: int, height: int) -> Image.Image:
    picture = Image.new("RGB", (width, height), f"hsl({hue % 360}, 55%, 55%)")
    pen = ImageDraw.Draw(picture)
    pen.line((0, 0, width, height), fill="white", width=3)
    pen.ellipse((width // 4, height // 4, width // 2, height // 2), outline="white", width=3)
    return picture


PICTURES = Mount(
    "/app/static",
    routes=[Route("/img/{name}", painted), Route("/thumb/{name}", painted)],
)
