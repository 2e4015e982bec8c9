"""The laws of every password hash."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg.hash import HashDriver
from pkg.hash.drivers.argon2id import Argon2id
from pkg.hash.drivers.bcrypt import Bcrypt
from pkg.hash.drivers.fake import FakeHash

CHEAP: dict[str, Callable[[], HashDriver]] = {
    "argon2id": lambda: Argon2id(memory_kib=8, time_cost=1),
    "bcrypt": lambda: Bcrypt(rounds=4),
    "fake": FakeHash,
}
DEARER: dict[str, Callable[[], HashDriver]] = {
    "argon2id": lambda: Argon2id(memory_kib=16, time_cost=1),
    "bcrypt": lambda: Bcrypt(rounds=5),
    "fake": lambda: FakeHash(version=2),
}


@pytest.fixture(params=CHEAP)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def driver(name: str) -> HashDriver:
    return CHEAP[name]()


def test_the_password_that_made_a_hash_is_right_and_another_is_wrong(driver: HashDriver) -> None:
    hashed = driver.make(b"correct horse")

    assert driver.verify(b"correct horse", hashed)
    assert not driver.verify(b"correct horsf", hashed)


def test_two_hashes_of_one_password_differ(driver: HashDriver) -> None:
    assert driver.make(b"correct horse") != driver.make(b"correct horse")


@pytest.mark.rule(18)
@pytest.mark.parametrize("length", [72, 73, 200, 1024])
def test_long_passwords_that_differ_only_at_the_end_are_different(
    driver: HashDriver, length: int
) -> None:
    hashed = driver.make(b"x" * (length - 1) + b"1")

    assert driver.verify(b"x" * (length - 1) + b"1", hashed)
    assert not driver.verify(b"x" * (length - 1) + b"2", hashed)
    assert not driver.verify(b"x" * (length - 1), hashed)


@settings(max_examples=25, deadline=None)
@given(password=st.binary(max_size=200))
@pytest.mark.parametrize("make", CHEAP.values(), ids=CHEAP)
def test_any_bytes_are_a_password(make: Callable[[], HashDriver], password: bytes) -> None:
    driver = make()

    assert driver.verify(password, driver.make(password))


def test_a_driver_recognises_its_own_hashes_and_no_others(name: str, driver: HashDriver) -> None:
    assert driver.recognises(driver.make(b"correct horse"))
    for other in CHEAP.keys() - {name}:
        assert not driver.recognises(CHEAP[other]().make(b"correct horse"))
    for text in ("", "correct horse", "$", "$argon2id$", "$2b$12$", "$fake$", "x" * 97):
        assert not driver.recognises(text)


@pytest.mark.rule(19)
def test_a_hash_of_another_cost_is_outdated_and_still_right(name: str, driver: HashDriver) -> None:
    hashed, dearer = driver.make(b"correct horse"), DEARER[name]()

    assert not driver.is_outdated(hashed)
    assert dearer.recognises(hashed)
    assert dearer.is_outdated(hashed)
    assert dearer.verify(b"correct horse", hashed)


def test_a_dummy_is_a_real_hash_at_todays_cost_that_nothing_opens(driver: HashDriver) -> None:
    dummy = driver.dummy()

    assert driver.recognises(dummy)
    assert not driver.is_outdated(dummy)
    assert not driver.verify(b"", dummy)
    assert not driver.verify(b"correct horse", dummy)
