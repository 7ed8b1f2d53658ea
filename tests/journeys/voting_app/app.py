"""A server with two pictures to judge and little else: Plantain's own headers, and painted pictures."""

import streamlit as st
from starlette.middleware import Middleware

from lib.web.headers import Headers
from tests.journeys.painted import PICTURES

app = st.App("script.py", routes=[PICTURES], middleware=[Middleware(Headers)])
