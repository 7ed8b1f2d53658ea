"""Plantain as a server: Streamlit's script with our own routes, headers and lifetime beside it."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from lib.bootstrap import CannotStart, open_services
from lib.settings import SettingsWrong, read_settings
from lib.ui import still, wiring
from lib.web.headers import Headers
from lib.web.loopback import TRUSTED_HOSTS, LoopbackOnly, NotLoopback, check_address
from lib.web.routes import routes

# What stops the start and is no fault of the program: the message says it all.
EXPECTED = (SettingsWrong, NotLoopback, CannotStart)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    try:
        check_address(st.get_option("server.address"))
        opening = open_services(read_settings())
        services = await asyncio.to_thread(opening.__enter__)
    except EXPECTED:
        sys.tracebacklimit = 0
        raise
    wiring.offer(services)
    still.freeze_if_grown()
    try:
        yield {"services": services}
    finally:
        wiring.offer(None)
        await asyncio.to_thread(opening.__exit__, None, None, None)


app = st.App(
    "lib/ui/shell.py",
    lifespan=lifespan,
    routes=routes(lambda: wiring.services().pictures),
    middleware=[
        Middleware(Headers),
        Middleware(LoopbackOnly),
        Middleware(TrustedHostMiddleware, allowed_hosts=TRUSTED_HOSTS),
    ],
)
