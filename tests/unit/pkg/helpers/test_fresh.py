from __future__ import annotations

import os
import random
import uuid

from pkg.helpers import fresh_hex, fresh_uuid


def test_no_two_are_alike() -> None:
    assert len({fresh_uuid() for _ in range(10_000)}) == 10_000
    assert len({fresh_hex(24) for _ in range(10_000)}) == 10_000


def test_they_are_as_long_as_was_asked_for() -> None:
    assert {len(fresh_hex(24)) for _ in range(1000)} == {24}
    assert len(fresh_hex()) == 32


def test_a_uuid_is_one_of_version_4() -> None:
    for _ in range(100):
        text = fresh_uuid()
        read = uuid.UUID(text)
        assert (str(read), read.version, read.variant) == (text, 4, uuid.RFC_4122)


def test_who_seeds_the_shared_generator_repeats_nothing() -> None:
    random.seed(1)
    first = fresh_hex()
    random.seed(1)

    assert fresh_hex() != first


def test_a_forked_process_has_ids_of_its_own() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writer, fresh_hex().encode())
        os._exit(0)
    mine = fresh_hex()
    os.waitpid(child, 0)
    theirs = os.read(reader, 64).decode()
    os.close(reader)
    os.close(writer)

    assert len(theirs) == 32
    assert theirs != mine
