"""What went wrong, in the one shape there is: RFC 9457, for programs and for people."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

from pkg.helpers import weighted
from pkg.response.encode import encode

MEDIA = "application/problem+json"
PAGE_MEDIA = "text/html; charset=utf-8"

PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>
<h1>{title}</h1>
{detail}<p><small>{foot}</small></p>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as HTTP tells it; *title* and the words in *errors* are in the caller's language."""

    status: int
    code: str  # stable and dotted, the part of it that programs read
    title: str
    detail: str = ""
    instance: str = ""
    request_id: str = ""
    retry_after: float | None = None  # seconds
    errors: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)

    def members(self) -> dict[str, object]:
        """Answers the object that goes over the wire; what is empty is left out."""
        told: dict[str, object] = {
            # RFC 9457 3.1.1: a name that needs no page behind it.
            "type": f"urn:parley:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": self.instance,
            "code": self.code,
            "errors": dict(self.errors),
            "request_id": self.request_id,
            "retry_after": self.wait,
        }
        return {name: value for name, value in told.items() if value not in ("", {}, None)}

    @property
    def wait(self) -> int | None:
        """Whole seconds to wait, at least one: 0 would call for a storm."""
        return None if self.retry_after is None else max(1, math.ceil(self.retry_after))

    def body(self, accept: str = "", *, lang: str = "en") -> tuple[bytes, str]:
        """Answers the body and its media type: a page where *accept* likes HTML best, else JSON."""
        if prefers_html(accept):
            return self._page(lang).encode(), PAGE_MEDIA
        return encode(self.members()), MEDIA

    def response(self, accept: str = "", *, lang: str = "en") -> Response:
        """Answers all of it, ``Retry-After`` included; no cache keeps it."""
        content, media = self.body(accept, lang=lang)
        headers = {"cache-control": "no-store", "vary": "Accept, Accept-Language"}
        if self.wait is not None:
            headers["retry-after"] = str(self.wait)
        return Response(content, self.status, headers, media)

    def _page(self, lang: str) -> str:
        detail = f"<p>{html.escape(self.detail)}</p>\n" if self.detail else ""
        foot = " · ".join(filter(None, (str(self.status), self.code, self.request_id)))
        return PAGE.format(
            lang=html.escape(lang), title=html.escape(self.title), detail=detail,
            foot=html.escape(foot),
        )  # fmt: skip


def prefers_html(accept: str) -> bool:
    """Tells whether *accept* likes HTML better than JSON, as a browser's address line does."""
    wanted = weighted(accept)
    page = max((weight for media, weight in wanted if media == "text/html"), default=0.0)
    data = (weight for media, weight in wanted if media.endswith(("/json", "+json")))
    return page > max(data, default=0.0)
