"""What every test may ask for; the fixtures of one kind of test stand beside those tests."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from pkg.clock import FakeClock

Later = Callable[[float], Awaitable[None]]


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still."""
    return FakeClock()
