"""Rows as operations of a document."""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, Final

from app.errors import InMaintenance, NotFound, Stale, Unauthenticated
from app.http.docs_page import docs_page
from app.http.document import Document
from app.http.errors import (
    BadAuthorization,
    BadRequest,
    CsrfRefused,
    HostRefused,
    IfMatchMissing,
    MediaUnsupported,
    Overloaded,
    TimedOut,
    TooLarge,
    status,
)
from app.http.guards import Guard, guest
from app.http.routing import NOTHING, Row
from app.resources.sign_in import SignIn
from pkg.app import VERSION, AppConfig
from pkg.database import DatabaseUnavailable
from pkg.errors import Error
from pkg.jwt import TokenExpired, TokenInvalid
from pkg.limiter import LimiterUnavailable, LimitExceeded
from pkg.openapi import About, File, Header, Operation, document
from pkg.response import encode
from pkg.session import TokenRevoked
from pkg.validation import Invalid, NotJson

BEARER, COOKIE, METRICS = "bearer", "cookie", "metrics"
SCHEMES: Final[dict[str, dict[str, Any]]] = {
    BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    COOKIE: {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-parley_session",
        "description": "Requests that change something also send X-CSRF-Token.",
    },
    METRICS: {
        "type": "http",
        "scheme": "bearer",
        "description": "The operator's METRICS_TOKEN. Without one the figures are this machine's"
        " alone, and hidden in staging and production.",
    },
}
DOWN: Final = (Overloaded, TimedOut, InMaintenance, DatabaseUnavailable)
EVERYWHERE: Final = (HostRefused, BadRequest, *DOWN)
SIGNED_OUT: Final = (Unauthenticated, BadAuthorization, TokenInvalid, TokenExpired, TokenRevoked)
AUTH_MODE: Final = Header("X-Auth-Mode", ("cookie",), "A browser asks for cookies, not tokens.")
IF_MATCH: Final = Header("If-Match", (), "The ETag of what is changed, as it was seen; * for any.")
ANSWERS: Final = """\
Answers are `{"data": ...}`, lists `{"data": [...], "pager": {...}}`, refusals problem+json
(RFC 9457) with a stable `code`. Ids are strings, times RFC 3339 in UTC."""


class Documents:
    """What is published about *rows*: made when first asked for, then kept."""

    def __init__(self, rows: Sequence[Row], config: AppConfig) -> None:
        self._rows = rows
        self._config = config

    async def openapi(self) -> Document:
        """Answers the OpenAPI document as it goes out."""
        return await asyncio.to_thread(lambda: self._openapi)

    async def page(self) -> Document:
        """Answers the same as a page."""
        return await asyncio.to_thread(lambda: self._page)

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The OpenAPI document as values. 100 ms of CPU the first time: not on the loop."""
        about = About(self._config.name, VERSION, ANSWERS, "/", SCHEMES)
        used = Counter(row.name for row in self._rows)
        return document(about, [_operation(row, used[row.name]) for row in self._rows])

    @cached_property
    def _openapi(self) -> Document:
        return Document.of(encode(self.tree), "application/json")

    @cached_property
    def _page(self) -> Document:
        return docs_page(self.tree)


def _operation(row: Row, uses: int) -> Operation:
    """Answers *row* in the document's terms; a controller of several rows names none of them."""
    answer = None if row.answer is NOTHING else row.answer
    is_document = answer is Document
    doc = inspect.getdoc(row.controller) or ""
    summary, _, description = doc.partition("\n\n")
    return Operation(
        id=row.name if uses == 1 else f"{row.method.lower()} {row.path}",
        method=row.method,
        path=row.path,
        summary=summary or row.controller.__name__.replace("_", " "),
        description=description,
        tag=row.controller.__module__.rpartition(".")[2],
        form=row.form,
        in_body=row.form is not None and not row.takes_query,
        file=File("file", row.upload.max_bytes) if row.upload else None,
        answer=answer,
        wrap="" if is_document else "data",
        is_paged=row.is_paged,
        media="*/*" if is_document else "application/json",
        status=row.status,
        again=row.again,
        needs=_needs(row.guard),
        refusals=_refusals(row),
        headers=_headers(row),
    )


def _headers(row: Row) -> tuple[Header, ...]:
    if Stale in row.refuses:
        return (IF_MATCH,)
    return (AUTH_MODE,) if row.answer == SignIn and row.guard is guest else ()


def _needs(guard: Guard) -> tuple[str, ...]:
    if guard.needs_token:
        return METRICS, ""  # on its own machine a node may be asked without, where none is set
    return (BEARER, COOKIE) if guard.needs_login else ()


def _refusals(row: Row) -> dict[int, tuple[str, ...]]:
    """Answers by status the codes *row* may refuse with."""
    found: dict[int, list[str]] = {}
    for kind in dict.fromkeys(_errors(row)):
        found.setdefault(status(kind), []).append(kind.code)
    return {each: tuple(found[each]) for each in sorted(found)}


def _errors(row: Row) -> Iterator[type[Error]]:
    yield from EVERYWHERE
    yield from row.refuses
    yield from row.guard.refuses
    if row.limit:
        yield from (LimitExceeded, LimiterUnavailable)
    yield Invalid  # a field that is not expected, if nothing else
    if not row.takes_query:
        yield from (TooLarge, MediaUnsupported)
        yield BadRequest if row.upload is not None else NotJson
    if Stale in row.refuses:
        yield IfMatchMissing
    if row.method != "GET":
        yield CsrfRefused
    if row.guard.needs_login:
        yield from SIGNED_OUT
    if row.path_names:
        yield NotFound
