"""Plantain as a server: Streamlit's script with our own routes, headers and lifetime beside it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

from lib.bootstrap import shift_of
from lib.bootstrap_api import CannotStart
from lib.settings import SettingsWrong, read_settings
from lib.ui import first_page, still, wiring
from lib.web.ending import end_soon_when_asked
from lib.web.entrance import Entrance, host_of
from lib.web.headers import Headers
from lib.web.loopback import NotLoopback, check_address, own_url
from lib.web.receipts import receipt_routes
from lib.web.routes import routes
from lib.web.take_away import take_away_routes

# What stops the start and is no fault of the program: the message says it all.
EXPECTED = (SettingsWrong, NotLoopback, CannotStart)


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    end_soon_when_asked()
    try:
        check_address(st.get_option("server.address"))
        shift = shift_of(read_settings(), wiring.offer, own_url=_own_url(), on_failure=_end)
        await asyncio.to_thread(shift.start)
    except EXPECTED:
        sys.tracebacklimit = 0
        raise
    still.freeze_if_grown()
    first_page.load_meanwhile()
    try:
        yield {}
    finally:
        await asyncio.to_thread(shift.stop)


def _end(reason: str) -> None:
    """What Plantain needs could not be started after all: say so, and end as on Ctrl+C."""
    sys.stderr.write(f"Plantain ends: {reason}\n")
    os.kill(os.getpid(), signal.SIGTERM)


def _own_url() -> str | None:
    """Where this server listens; None where the sandbox cannot follow, behind a certificate."""
    if st.get_option("server.sslCertFile"):
        return None
    return own_url(st.get_option("server.address"), st.get_option("server.port"))


def _public_host() -> str | None:
    return host_of(wiring.services().settings.plantain_public_url)


app = st.App(
    "lib/ui/shell.py",
    lifespan=lifespan,
    routes=[
        *routes(
            lambda: wiring.services().pictures,
            lambda: wiring.services().callbacks,
            lambda: wiring.services().fitness,
        ),
        take_away_routes(lambda: wiring.services().taking_away),
        receipt_routes(lambda: wiring.services().books.receipts),
    ],
    middleware=[
        Middleware(Headers),
        Middleware(Entrance, public_host=_public_host),
    ],
)
