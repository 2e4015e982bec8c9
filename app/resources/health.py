"""How an operator's tools see this node."""

from __future__ import annotations

from typing_extensions import TypedDict


class LiveCard(TypedDict):
    """The process runs, and its loop turns."""

    status: str


class ReadyCard(TypedDict):
    """What this node needs, each with how it is: `ok`. Its status is `ok` or `maintenance`."""

    status: str
    checks: dict[str, str]


class VersionCard(TypedDict):
    """What runs here."""

    name: str
    version: str
