from __future__ import annotations

from pkg.http.client import HttpClient
from pkg.http.config import HttpConfig
from pkg.http.contract import HttpAnswer, HttpDriver, HttpRequest
from pkg.http.errors import BadAnswer, HttpUnavailable, UrlRefused

__all__ = [
    "BadAnswer",
    "HttpAnswer",
    "HttpClient",
    "HttpConfig",
    "HttpDriver",
    "HttpRequest",
    "HttpUnavailable",
    "UrlRefused",
]
