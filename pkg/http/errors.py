"""What can go wrong with a request of ours."""

from __future__ import annotations

from pkg.errors import Rejected, Unavailable


class UrlRefused(Rejected):
    """The address is none we ask: no https, credentials in it, or not an address at all."""

    code = "http.url"


class HttpUnavailable(Unavailable):
    """No whole answer came in time: no connection, no valid certificate, cut off, or too large."""

    code = "http.unavailable"


class BadAnswer(HttpUnavailable):
    """An answer came, and it is not what was agreed: no JSON, say."""

    code = "http.bad_answer"
