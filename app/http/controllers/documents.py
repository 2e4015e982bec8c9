"""What clients are built from, and a page to read it on."""

from __future__ import annotations

from app.http.document import Document
from app.http.state import Req, documents


async def openapi(request: Req) -> Document:
    """The OpenAPI 3.1 document."""
    return await documents(request).openapi()


async def page(request: Req) -> Document:
    """The same, to be read."""
    return await documents(request).page()
