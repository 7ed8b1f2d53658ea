"""Plantain as a server: Streamlit's script with our own routes, headers and lifetime beside it."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from lib.bootstrap import open_services
from lib.settings import read_settings
from lib.ui import wiring
from lib.web.headers import Headers
from lib.web.routes import routes


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    opening = open_services(read_settings())
    services = await asyncio.to_thread(opening.__enter__)
    wiring.offer(services)
    # Streamlit collects garbage after every script run; what is frozen is not looked through again.
    gc.collect()
    gc.freeze()
    try:
        yield {"services": services}
    finally:
        wiring.offer(None)
        await asyncio.to_thread(opening.__exit__, None, None, None)


app = st.App(
    "lib/ui/shell.py",
    lifespan=lifespan,
    routes=routes(lambda: wiring.services().pictures),
    middleware=[Middleware(Headers)],
)
