"""Real server processes, which these tests kill, stop and run side by side."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.server import ROOT, Server

NewServer = Callable[..., Server]


@pytest.fixture
def new_server(tmp_path: Path, stores: dict[str, str]) -> Iterator[NewServer]:
    """Starts servers that share a database, a Redis where there is one, and a key."""
    shared = {
        "APP_KEY": secrets.token_urlsafe(48),
        "AUTH_TEST_HOOKS": "true",
        "LOG_LEVEL": "ERROR",
    } | stores
    with ExitStack() as running:

        def make(**env: str) -> Server:
            return running.enter_context(Server(tmp_path, root=ROOT, **(shared | env)))

        yield make
