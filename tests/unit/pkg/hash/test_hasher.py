from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator

import bcrypt
import pytest

from pkg.hash import HashConfig, Hasher, HashingBusy
from pkg.hash.drivers.argon2id import Argon2id
from pkg.hash.drivers.bcrypt import Bcrypt
from pkg.hash.drivers.fake import FakeHash


class Held(FakeHash):
    """A hash that waits until the test opens the gate."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.running, self.most = threading.Event(), 0, 0

    def make(self, password: bytes) -> str:
        self.running += 1
        self.most = max(self.most, self.running)
        assert self.gate.wait(10), "the loop cannot open the gate: it is held itself"
        self.running -= 1
        return super().make(password)


@pytest.fixture
def driver() -> FakeHash:
    return FakeHash()


@pytest.fixture
def hasher(driver: FakeHash) -> Iterator[Hasher]:
    made = Hasher(driver, legacy=[Argon2id(memory_kib=8, time_cost=1), Bcrypt(rounds=4)], workers=2)
    yield made
    made.close()


async def test_a_right_password_verifies_and_a_wrong_one_does_not(hasher: Hasher) -> None:
    hashed = await hasher.make("correct horse")

    assert (await hasher.verify("correct horse", hashed)).ok
    assert not (await hasher.verify("correct horsf", hashed)).ok


@pytest.mark.rule(20)
async def test_inherited_password_taken_for_hash(hasher: Hasher) -> None:
    for typed in (
        Argon2id(memory_kib=8, time_cost=1).make(b"x"),
        Bcrypt(rounds=4).make(b"x"),
        bcrypt.hashpw(b"x", bcrypt.gensalt(4)).decode(),
        hashlib.sha256(b"x").hexdigest(),
        "x" * 60,
    ):
        stored = await hasher.make(typed)

        assert stored != typed
        assert (await hasher.verify(typed, stored)).ok
        assert not (await hasher.verify("x", stored)).ok


@pytest.mark.rule(18)
async def test_composed_and_decomposed_letters_are_one_password(hasher: Hasher) -> None:
    hashed = await hasher.make("caf\u00e9 noir")

    assert (await hasher.verify("cafe\u0301 noir", hashed)).ok
    assert not (await hasher.verify("cafe noir", hashed)).ok
    assert not (await hasher.verify(" caf\u00e9 noir", hashed)).ok


async def test_a_lone_surrogate_is_a_password_like_any_other(hasher: Hasher) -> None:
    hashed = await hasher.make("\ud800 horse")

    assert (await hasher.verify("\ud800 horse", hashed)).ok


@pytest.mark.rule(29)
@pytest.mark.parametrize("hashed", [None, "", "not a hash", "$argon2i$v=19$x"])
async def test_where_there_is_no_hash_a_dummy_is_checked(
    hasher: Hasher, driver: FakeHash, hashed: str | None
) -> None:
    found = await hasher.verify("correct horse", hashed)

    assert not found.ok
    assert found.upgraded is None
    assert len(driver.checked) == 1


@pytest.mark.rule(19)
async def test_an_outdated_or_legacy_hash_is_replaced_when_it_was_right(
    hasher: Hasher, driver: FakeHash
) -> None:
    older = FakeHash(version=0).make(b"correct horse")
    from_elsewhere = bcrypt.hashpw(b"correct horse", bcrypt.gensalt(4)).decode()

    for old in (older, from_elsewhere):
        assert (await hasher.verify("wrong", old)).upgraded is None
        upgraded = (await hasher.verify("correct horse", old)).upgraded
        assert upgraded is not None
        assert driver.recognises(upgraded)
        assert (await hasher.verify("correct horse", upgraded)).upgraded is None


@pytest.mark.parametrize("password", ["x" * 73, "nul\0horse"])
async def test_a_plain_bcrypt_hash_never_matches_what_bcrypt_would_have_cut(
    hasher: Hasher, password: str
) -> None:
    cut = password[:72].partition("\0")[0].encode()
    from_elsewhere = bcrypt.hashpw(cut, bcrypt.gensalt(4)).decode()

    assert not (await hasher.verify(password, from_elsewhere)).ok


def test_the_answer_of_a_check_does_not_show_the_hash() -> None:
    from pkg.hash import Verified

    assert "secret" not in repr(Verified(ok=True, upgraded="secret"))


@pytest.mark.rule(23)
async def test_hashing_runs_off_the_loop_in_no_more_threads_than_allowed() -> None:
    driver = Held()
    hasher = Hasher(driver, workers=2)

    waiting = [asyncio.create_task(hasher.make("x")) for _ in range(10)]
    await asyncio.sleep(0)  # the loop is free to go on while ten passwords wait
    driver.gate.set()
    made = await asyncio.gather(*waiting)
    hasher.close()

    assert len(set(made)) == 10
    assert driver.most <= 2


@pytest.mark.rule(23)
async def test_a_full_queue_refuses_and_a_caller_that_left_still_counts() -> None:
    driver = Held()
    hasher = Hasher(driver, workers=1, max_waiting=2)
    left = asyncio.create_task(hasher.make("x"))
    waiting = asyncio.create_task(hasher.make("x"))
    await asyncio.sleep(0)
    left.cancel()
    await asyncio.sleep(0)

    with pytest.raises(HashingBusy) as refused:
        await hasher.make("x")
    driver.gate.set()
    await waiting

    assert refused.value.retry_after == 1
    assert await hasher.make("x")
    hasher.close()


def test_the_default_cost_is_the_one_owasp_asks_for() -> None:
    config = HashConfig()

    assert (config.memory_kib, config.time_cost, config.parallelism) == (19_456, 2, 1)
    assert Argon2id().make(b"x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
