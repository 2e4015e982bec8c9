from __future__ import annotations

import pytest
from tortoise.exceptions import IntegrityError

from pkg.database import ConstraintBroken, Duplicate


@pytest.mark.parametrize("key", ["users.mobile", "users_mobile_unique"])
def test_a_duplicate_knows_its_key_as_either_kind_of_database_tells_it(key: str) -> None:
    duplicate = Duplicate(key)

    assert duplicate.on("users", "mobile")
    assert not duplicate.on("users", "email")
    assert not duplicate.on("users", "mobile", "email")


@pytest.mark.parametrize(
    "key", ["members.conversation_id, members.user_id", "members_conversation_id_user_id_unique"]
)
def test_a_key_over_two_columns_is_known_in_their_order(key: str) -> None:
    duplicate = Duplicate(key)

    assert duplicate.on("members", "conversation_id", "user_id")
    assert not duplicate.on("members", "user_id", "conversation_id")


def test_tortoise_takes_a_broken_constraint_for_its_own() -> None:
    assert issubclass(ConstraintBroken, IntegrityError)
    assert issubclass(Duplicate, IntegrityError)
