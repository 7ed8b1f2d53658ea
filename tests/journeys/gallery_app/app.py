"""A server with a gallery and little else: Plantain's own headers, and painted rectangles."""

import io

import streamlit as st
from PIL import Image
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from lib.web.headers import Headers


def rectangle(request: Request) -> Response:
    """`/app/static/thumb/{hue}-{width}x{height}`: a picture of one colour."""
    hue, _, size = request.path_params["name"].partition("-")
    width, _, height = size.partition("x")
    file = io.BytesIO()
    color = f"hsl({int(hue) % 360}, 55%, 55%)"
    Image.new("RGB", (int(width), int(height)), color).save(file, "WEBP")
    return Response(file.getvalue(), media_type="image/webp")


app = st.App(
    "script.py",
    routes=[Mount("/app/static", routes=[Route("/thumb/{name}", rectangle)])],
    middleware=[Middleware(Headers)],
)
