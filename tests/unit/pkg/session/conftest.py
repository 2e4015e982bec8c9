from __future__ import annotations

import pytest

from pkg.clock import FakeClock
from pkg.session import LiveSessions, Secrets, Sessions
from pkg.session.drivers.fake import FakeSessionStore


@pytest.fixture
def store() -> FakeSessionStore:
    return FakeSessionStore()


@pytest.fixture
def live(clock: FakeClock) -> LiveSessions:
    return LiveSessions(clock)


@pytest.fixture
def sessions(store: FakeSessionStore, clock: FakeClock, live: LiveSessions) -> Sessions:
    """Sessions that live 100 s unused and 1000 s at most."""
    return Sessions(store, Secrets(b"k" * 32), clock, live, idle=100, absolute=1000)
