from __future__ import annotations

import pytest

from pkg.helpers import is_loopback


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.0.1", "::1"])
def test_this_machine_is_known_by_its_addresses_and_its_one_name(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "::", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"]
)
def test_everything_else_is_another_machine(host: str) -> None:
    assert not is_loopback(host)
