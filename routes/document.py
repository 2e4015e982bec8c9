"""The OpenAPI document of the table, for whoever runs no server."""

from __future__ import annotations

from typing import Any

from app.http.described import Documents
from pkg.app import AppConfig
from routes.api import API


def openapi() -> dict[str, Any]:
    """Answers the document as it goes out where nothing is set."""
    return Documents(API, AppConfig()).tree
