"""One row as an ASGI application: guard, limit, parse, controller, answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.http.document import Document
from app.http.errors import note
from app.http.heads import RawHeaders, heads
from app.http.intake import body_only, merged, query_fields, unexpected
from app.http.limits import take
from app.http.problems import NO_STORE, refuse
from app.http.reply import Reply
from app.http.routing import NOTHING, Row
from app.http.state import AppState, Req, address_of, services
from app.http.upload import uploaded
from pkg.errors import Error
from pkg.paginator import link_header
from pkg.response import encode
from pkg.validation import parse

if TYPE_CHECKING:
    from app.container import Services

JSON: Final = (b"content-type", b"application/json")


class Endpoint:
    """Serves *row*. A class, since Starlette takes a plain function for request -> response."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self._is_paged = row.is_paged
        self._call = _calling(row)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        row = scope["row"] = self.row
        held: Services = scope["state"]["services"]
        said: RawHeaders = []
        reply = scope["reply"] = Reply()
        try:
            await row.guard.check(scope, held)
            if row.limit:
                await take(row.limit, scope, held.limiter, said)
            answer = await self._call(Request[AppState](scope, receive))
        except Error as exc:
            note(exc)
            await refuse(scope, send, exc, said)
            return
        said += reply.headers
        status = reply.status or row.status
        if isinstance(answer, Document):
            status, body = _document(scope, answer, said)
        else:
            said.append(NO_STORE)
            is_silent = row.answer is NOTHING or status == 304
            body = b"" if is_silent else self._json(scope, answer, said)
        said.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": status, "headers": said})
        await send({"type": "http.response.body", "body": body})

    def _json(self, scope: Scope, answer: Any, said: RawHeaders) -> bytes:
        said.append(JSON)
        if not self._is_paged:
            return encode({"data": answer})
        link = link_header(answer["pager"], address_of(scope))
        if link:
            said.append((b"link", link.encode()))
        whole = {"data": answer["items"], "pager": answer["pager"]}
        return encode(whole)


def _calling(row: Row) -> Callable[[Req], Awaitable[Any]]:
    controller, form, upload = row.controller, row.form, row.upload
    if upload is not None:

        async def with_file(request: Req) -> Any:
            unexpected(await query_fields(request))
            return await controller(request, await uploaded(request, upload))

        return with_file
    fields = query_fields if row.takes_query else body_only
    if form is None:

        async def with_nothing(request: Req) -> Any:
            unexpected(await fields(request))
            return await controller(request)

        return with_nothing

    async def with_form(request: Req) -> Any:
        return await controller(request, _parsed(form, request, await fields(request)))

    return with_form


def _parsed(form: type[BaseModel], request: Req, given: Mapping[str, object]) -> BaseModel:
    found = services(request)
    return parse(
        form,
        merged(given, request.scope["path_params"]),
        region=found.settings.app.region,
        today=found.clock.now().date(),
    )


def _document(scope: Scope, answer: Document, said: RawHeaders) -> tuple[int, bytes]:
    said += answer.headers()
    if answer.held(heads(scope).get(b"if-none-match", b"")):
        return 304, b""
    said.append((b"content-type", answer.media.encode()))
    return 200, answer.body
