from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pkg.clock import FakeClock
from tests.site import Site, running, settings


@pytest.fixture
def site(stores: dict[str, str], tmp_path: Path, clock: FakeClock) -> Iterator[Site]:
    """A running application on an empty database."""
    with running(settings(tmp_path, **stores), clock) as found:
        yield found
