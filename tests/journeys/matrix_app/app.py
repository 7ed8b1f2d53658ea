"""A server with the grid of an experiment and little else: Plantain's own headers, plain pictures."""

import io

import streamlit as st
from PIL import Image
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from lib.web.headers import Headers


def plain(request: Request) -> Response:
    """One colour, as the digest says."""
    hue = int(request.path_params["digest"], 16) % 360
    file = io.BytesIO()
    Image.new("RGB", (256, 256), f"hsl({hue}, 55%, 55%)").save(file, "WEBP")
    return Response(file.getvalue(), media_type="image/webp")


PICTURES = Mount("/app/static", routes=[Route("/thumb/{digest}", plain)])
app = st.App("script.py", routes=[PICTURES], middleware=[Middleware(Headers)])
