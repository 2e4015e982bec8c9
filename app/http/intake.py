"""What came in, as one mapping: the path's fields, and the query's or the body's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

from pydantic import BaseModel
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from app.http.errors import BadRequest, MediaUnsupported
from app.http.heads import heads
from app.http.state import Req
from pkg.validation import FieldFault, Invalid, parse, strict

MAX_FIELDS: Final = 100  # of a query
JSON: Final = b"application/json"


class NoFields(BaseModel, frozen=True, extra="forbid"):
    """The form of a place that asks for nothing."""


async def query_fields(request: Req) -> Mapping[str, object]:
    """Answers the fields of the query.

    Raises:
        BadRequest: it is not UTF-8, or has far too many fields.
        Invalid: a field stands there twice; which one was meant?
    """
    raw: bytes = request.scope["query_string"]
    if not raw:
        return {}
    try:
        pairs = parse_qsl(
            raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:  # UnicodeDecodeError is one
        raise BadRequest("a query that cannot be read") from None
    found: dict[str, object] = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = {name for name in names if names.count(name) > 1}
        raise Invalid({name: (FieldFault("duplicate"),) for name in sorted(twice)})
    return found


async def body_fields(request: Req) -> Mapping[str, object]:
    """Answers the fields of a JSON body; no body at all is a form with nothing filled in.

    Raises:
        MediaUnsupported: it is not JSON by its own account.
        NotJson: it is not JSON.
        Invalid: it is JSON, and no object.
    """
    raw = await body(request.receive)
    if not raw:
        return {}
    media = heads(request.scope).get(b"content-type", b"")
    if media != JSON and not _is_json(media):
        raise MediaUnsupported("only JSON is read here")
    found = strict(raw)
    if not isinstance(found, dict):
        raise Invalid.of("", "type")
    return found


async def body_only(request: Req) -> Mapping[str, object]:
    """Answers the fields of a JSON body, where nothing is taken from the query.

    Raises:
        BadRequest, MediaUnsupported, NotJson, Invalid: as the two read.
    """
    unexpected(await query_fields(request))
    return await body_fields(request)


def unexpected(given: Mapping[str, object]) -> None:
    """Takes no fields: one that would do nothing is a mistake its sender should hear of.

    Raises:
        Invalid: there are some.
    """
    if given:
        parse(NoFields, given)


async def body(receive: Receive) -> bytes:
    """Answers the whole body; a stage before this one bounds it.

    Raises:
        ClientDisconnect: the caller left in the middle.
    """
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        whole: bytes = message.get("body", b"")
        return whole
    parts = []
    while message["type"] == "http.request":
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)
        message = await receive()
    raise ClientDisconnect


def merged(given: Mapping[str, object], path: Mapping[str, str]) -> Mapping[str, object]:
    """Answers the fields of both.

    Raises:
        Invalid: *given* names a field of the path: merging would let one overrule the other.
    """
    if not path:
        return given
    twice = [name for name in path if name in given]
    if twice:
        raise Invalid({name: (FieldFault("unknown"),) for name in twice})
    return {**given, **path}


def _is_json(media: bytes) -> bool:
    kind, _, params = media.lower().partition(b";")
    charset = params.strip().replace(b'"', b"")
    return kind.strip() == JSON and charset in {b"", b"charset=utf-8"}
