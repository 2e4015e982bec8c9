from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from pkg.testing import SERVICES, Service, reachable, require


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that is taken and answers nobody."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.fixture
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_server_is_reachable_where_something_listens(listening: int, closed: int) -> None:
    there = Service("x", "TEST_X_URL", f"redis://127.0.0.1:{listening}/0")
    away = Service("x", "TEST_X_URL", f"redis://127.0.0.1:{closed}/0")

    assert reachable(there)
    assert not reachable(away, seconds=0.1)


def test_the_environment_says_where_a_server_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_REDIS_URL", "redis://elsewhere:1/2")

    assert SERVICES["redis"].url == "redis://elsewhere:1/2"


def test_a_test_that_needs_a_server_gets_its_url(
    monkeypatch: pytest.MonkeyPatch, listening: int
) -> None:
    url = f"redis://127.0.0.1:{listening}/0"
    monkeypatch.setenv("TEST_REDIS_URL", url)

    assert require("redis") == url


@pytest.mark.parametrize(
    ("required", "ends"), [("0", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_without_the_server_it_is_skipped_or_where_nothing_may_be_skipped_it_fails(
    monkeypatch: pytest.MonkeyPatch, closed: int, required: str, ends: type[BaseException]
) -> None:
    monkeypatch.setenv("TEST_REDIS_URL", f"redis://ann:hunter2@127.0.0.1:{closed}/0")
    monkeypatch.setenv("REQUIRE_SERVICES", required)

    with pytest.raises(ends) as caught:
        require("redis")

    assert str(closed) in str(caught.value)
    assert "hunter2" not in str(caught.value)
