"""The laws of storage, over every driver."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pkg.file import BadFileName, Storage
from pkg.file.drivers.fake import FakeStorage
from pkg.file.drivers.local import LocalStorage
from pkg.file.name import fresh, is_name
from pkg.testing import race

ODD = (
    "",
    ".",
    "..",
    "../x",
    "a/b",
    "a\\b",
    "%2e%2e%2f",
    "/etc/passwd",
    "C:\\x",
    "x\0.png",
    "é.png",
)


@pytest.fixture(params=["local", "fake"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return LocalStorage(tmp_path / "uploads") if request.param == "local" else FakeStorage()


async def test_what_was_put_comes_back_whole(storage: Storage) -> None:
    name = fresh("webp")

    await storage.put(name, b"\0picture\xff")

    assert await storage.get(name) == b"\0picture\xff"


async def test_a_later_put_stands_in_place_of_the_first(storage: Storage) -> None:
    name = fresh("png")
    await storage.put(name, b"a longer first")

    await storage.put(name, b"second")

    assert await storage.get(name) == b"second"


async def test_what_was_never_put_is_absent(storage: Storage) -> None:
    assert await storage.get(fresh("png")) is None
    assert not await storage.delete(fresh("png"))


async def test_a_deleted_file_is_gone_and_goes_once(storage: Storage) -> None:
    name = fresh("gif")
    await storage.put(name, b"x")

    assert await storage.delete(name)
    assert not await storage.delete(name)
    assert await storage.get(name) is None


async def test_two_files_do_not_meet(storage: Storage) -> None:
    one, two = fresh("png"), fresh("png")
    await storage.put(one, b"1")
    await storage.put(two, b"2")

    await storage.delete(one)

    assert await storage.get(two) == b"2"


async def test_of_many_writers_of_one_name_one_wins_whole(storage: Storage) -> None:
    name = fresh("png")
    bodies = [bytes([number]) * 100_000 for number in range(8)]

    answers = await race(8, lambda number: storage.put(name, bodies[number]))

    assert answers == [None] * 8
    assert await storage.get(name) in bodies


@pytest.mark.rule(88)
@pytest.mark.parametrize("name", ODD)
async def test_a_name_that_is_none_of_ours_finds_nothing_and_stores_nothing(
    storage: Storage, name: str
) -> None:
    with pytest.raises(BadFileName) as refused:
        await storage.put(name, b"x")
    assert refused.value.code == "file.name"
    assert await storage.get(name) is None
    assert not await storage.delete(name)


def test_a_url_ends_in_the_name(storage: Storage) -> None:
    name = fresh("webp")

    assert storage.url(name) == f"/files/{name}"


@pytest.mark.rule(88)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.one_of(st.text(max_size=80), st.from_regex(r"(\.\.?[/\\%]{1,3}){1,4}secret\.png")))
@example("../secret.png")
@example("..%2fsecret.png")
async def test_no_text_leads_out_of_the_folder(tmp_path: Path, text: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    storage = LocalStorage(tmp_path / "uploads")

    assert is_name(text) or await storage.get(text) is None
    assert is_name(text) or not await storage.delete(text)
    assert (tmp_path / "secret.png").exists()
