from __future__ import annotations

from starlette.responses import Response

from pkg.response.encode import encode


class JsonResponse(Response):
    """A value as JSON, by orjson: a tenth of the time the standard library takes."""

    media_type = "application/json"

    def render(self, content: object) -> bytes:
        return encode(content)
