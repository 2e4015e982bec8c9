"""The face: asks other servers, and only over a line nobody listens on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from pkg.helpers import is_loopback
from pkg.http.contract import HttpAnswer, HttpDriver, HttpRequest
from pkg.http.errors import UrlRefused

# What RFC 3986 2 lets stand in a URL. A space or a line break would end the request's first line.
PLAIN = re.compile(r"[!-~]{1,4096}", re.ASCII)


class HttpClient:
    """Asks by *driver*; ``http://`` goes to loopback only, and the URL carries no credentials."""

    def __init__(self, driver: HttpDriver) -> None:
        self._driver = driver

    async def get(
        self,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        """Answers what *url* says, whatever its status; *query* is put behind what it has.

        Raises:
            UrlRefused: the address is none we ask.
            HttpUnavailable: no whole answer came in time.
        """
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        return await self.send(HttpRequest("GET", url, dict(headers or {})))

    async def post_form(
        self, url: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Sends *form* as a web page would; raises as :meth:`get`."""
        return await self._post(
            url, urlencode(form).encode(), "application/x-www-form-urlencoded", headers
        )

    async def post_json(
        self, url: str, value: object, *, headers: Mapping[str, str] | None = None
    ) -> HttpAnswer:
        """Sends *value* as JSON; raises as :meth:`get`."""
        body = json.dumps(value, separators=(",", ":"), allow_nan=False).encode()
        return await self._post(url, body, "application/json", headers)

    async def send(self, request: HttpRequest) -> HttpAnswer:
        """Sends *request* as it is, if its address is one we ask; raises as :meth:`get`."""
        check(request.url)
        return await self._driver.send(request)

    async def _post(
        self, url: str, body: bytes, kind: str, headers: Mapping[str, str] | None
    ) -> HttpAnswer:
        return await self.send(
            HttpRequest("POST", url, {"content-type": kind, **(headers or {})}, body)
        )


def check(url: str) -> None:
    """Refuses an address that is not safe to ask; its words never quote it.

    Raises:
        UrlRefused: no absolute http or https address, http beyond loopback, or credentials in it.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise UrlRefused("http: no address") from None
    if PLAIN.fullmatch(url) is None or not host or parts.scheme not in {"http", "https"}:
        raise UrlRefused("http: no absolute https address")
    if "@" in parts.netloc or "\\" in url:  # what stands before @ or \ is read as host by some
        raise UrlRefused("http: an address with credentials")
    if parts.scheme == "http" and not is_loopback(host):
        raise UrlRefused("http: only https leaves this machine")
