"""One file in a multipart body, bounded while it streams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from app.http.errors import BadRequest, MediaUnsupported, TooLarge
from app.http.heads import heads
from app.http.state import Req
from pkg.validation import Invalid

MAX_BOUNDARY: Final = 70  # RFC 2046 5.1.1
MAX_HEADER: Final = 2048  # bytes of a part's headers


@dataclass(frozen=True, slots=True)
class Upload:
    """What a row that takes a file allows: the field `file`, once, of at most *max_bytes*."""

    max_bytes: int = 5 << 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """The file that came. Its name and media type are the client's word: trust neither."""

    content: bytes = field(repr=False)
    name: str
    media: str


async def uploaded(request: Req, allowed: Upload) -> Uploaded:
    """Answers the file in a multipart body. It is held in memory: no temporary file can stay.

    Raises:
        MediaUnsupported: the body is not multipart/form-data.
        BadRequest: it is broken.
        TooLarge: the file is larger than *allowed*; the rest is not read.
        Invalid: there is no field `file`, or anything beside it.
    """
    kind, options = parse_options_header(heads(request.scope).get(b"content-type", b""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data":
        raise MediaUnsupported("only multipart/form-data is read here")
    if not 0 < len(boundary) <= MAX_BOUNDARY:
        raise BadRequest("multipart without a boundary")
    parts = _Parts(boundary, allowed.max_bytes)
    more = True
    while more:
        message = await request.receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.feed(message.get("body", b""))
        more = message.get("more_body", False)
    return parts.file()


class _Parts:
    """Collects what python-multipart calls back with; its callbacks are sync."""

    def __init__(self, boundary: bytes, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._content = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = bytearray(), bytearray()
        self._files: list[Uploaded] = []
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._on_name,
                "on_header_value": self._on_value,
                "on_header_end": self._on_header,
                "on_part_data": self._on_data,
                "on_part_end": self._on_part,
                "on_end": self._on_end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError:
            raise BadRequest("a broken multipart body") from None

    def file(self) -> Uploaded:
        if not self._whole:
            raise BadRequest("a multipart body without its end")
        if not self._files:
            raise Invalid.of("file", "missing")
        return self._files[0]

    def _begin(self) -> None:
        self._headers.clear()
        self._content.clear()

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += self._bounded(self._name, data[start:end])

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += self._bounded(self._value, data[start:end])

    def _bounded(self, have: bytearray, more: bytes) -> bytes:
        if len(have) + len(more) > MAX_HEADER or len(self._headers) > 8:
            raise BadRequest("the head of a part is too large")
        return more

    def _on_header(self) -> None:
        self._headers[bytes(self._name).lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        if len(self._content) + end - start > self._max_bytes:
            raise TooLarge
        self._content += data[start:end]

    def _on_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        field = options.get(b"name", b"").decode("utf-8", "replace")
        if field != "file":
            raise Invalid.of(field[:64], "unknown")
        if b"filename" not in options:
            raise Invalid.of("file", "type")
        if self._files:
            raise Invalid.of("file", "duplicate")
        name = options[b"filename"].decode("utf-8", "replace")
        media = self._headers.get(b"content-type", b"").decode("latin-1")
        self._files.append(Uploaded(bytes(self._content), name[:255], media[:127]))

    def _on_end(self) -> None:
        self._whole = True
