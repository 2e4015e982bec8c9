"""The headers that make browsers careful, in one place: each answer carries them."""

from __future__ import annotations

from functools import cache
from typing import Final

# An answer of the API is data: nothing in it may run, load or be framed.
CSP: Final = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")


@cache
def safe(deployed: bool) -> tuple[tuple[bytes, bytes], ...]:
    """Answers all but the content policy; a *deployed* application asks for https, for a year."""
    headers = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    )
    hsts = (b"strict-transport-security", b"max-age=31536000")
    return (*headers, hsts) if deployed else headers
