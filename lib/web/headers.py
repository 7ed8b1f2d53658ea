"""Response headers that Streamlit does not send: no foreign pictures, no sniffing, no framing."""

from typing import Any

EXTRA = [
    (
        b"content-security-policy",
        b"img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


class Headers:
    """ASGI middleware: adds EXTRA to every HTTP answer."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *EXTRA]}
            await send(message)

        await self._app(scope, receive, sending)
