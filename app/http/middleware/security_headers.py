"""What browsers are told about every answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.security import CSP, safe


class SecurityHeaders:
    """Adds the headers of `app.http.security`; a page that brings its own policy keeps it."""

    def __init__(self, app: ASGIApp, *, deployed: bool) -> None:
        self.app = app
        self._safe = safe(deployed)
        self._strict = [*self._safe, CSP]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safer(message: Message) -> None:
            if "headers" in message:
                said = message["headers"]
                own = any(name == b"content-security-policy" for name, _ in said)
                message["headers"] = [*said, *(self._safe if own else self._strict)]
            await send(message)

        await self.app(scope, receive, safer)
