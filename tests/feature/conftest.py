from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from tests.site import Site, running, settings


@pytest.fixture
def site(stores: dict[str, str], tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A running application on an empty database."""
    with running(settings(tmp_path, **stores), clock) as found:
        yield found


@pytest.fixture
def environ() -> dict[str, str]:
    """What the two nodes are told; modules override it."""
    return {}


@pytest.fixture
def nodes(
    stores: dict[str, str], tmp_path: Path, environ: dict[str, str]
) -> Iterator[tuple[Site, Site]]:
    """Two applications on one database, each with a loop of its own."""
    configured = settings(tmp_path, **stores, **environ)
    with ExitStack() as stack:
        one = stack.enter_context(running(configured))
        yield one, stack.enter_context(running(configured))
