from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from pkg.migrate import table
from pkg.migrate.table import checked


@pytest.mark.rule(93)
@pytest.mark.parametrize(
    "name", ["", "Users", "1st", "a b", 'a"b', "a`b", "a;b", "a-b", "名", "a\n", "a" * 64]
)
def test_a_name_that_would_need_quoting_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a name"):
        checked(name)


@pytest.mark.parametrize("name", ["users", "_x", "a1", "a" * 63])
def test_a_plain_name_is_taken_as_it_is(name: str) -> None:
    assert checked(name) == name


def test_keys_and_references_are_named_by_table_columns_and_kind() -> None:
    assert table.unique("mobile").named("users") == "users_mobile_unique"
    assert table.index("a", "b").named("users") == "users_a_b_index"
    assert table.index("a", name="mine").named("users") == "mine"
    assert table.foreign("user_id", "users").named("sessions") == "sessions_user_id_foreign"


def test_a_name_made_too_long_by_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 63"):
        table.unique("a" * 60).named("users")


def test_timestamps_are_the_two_every_model_has() -> None:
    created, updated = table.timestamps()

    assert (created.name, updated.name) == ("created_at", "updated_at")
    assert created.default == updated.default == table.NOW


def test_a_column_is_a_value() -> None:
    column = table.string("name", 40)

    with pytest.raises(FrozenInstanceError):
        column.null = True  # type: ignore[misc]
