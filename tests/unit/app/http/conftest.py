from __future__ import annotations

from functools import partial

import pytest

from pkg.clock import FakeClock
from tests.unit.app.http.worlds import Make, make_world


@pytest.fixture
def world(clock: FakeClock) -> Make:
    """Makes an application of rows, and a client that talks to it."""
    return partial(make_world, clock=clock)
