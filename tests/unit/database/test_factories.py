"""Factories make unsaved, valid, different rows out of a seed."""

from __future__ import annotations

from datetime import date

from app.models import User, key_of
from database.factories import chance, message, user


def told(one: User) -> tuple[object, ...]:
    return (one.name, one.nickname, one.gender, one.birthday, one.mobile, one.email)


def test_equal_seeds_make_equal_people() -> None:
    first, second, other = (user(chance(n), number=2) for n in (1, 1, 2))

    assert told(first) == told(second)
    assert told(first) != told(other)


def test_people_of_different_numbers_share_nothing_that_must_be_unique() -> None:
    faker = chance(1)
    people = [user(faker, number=number) for number in range(1, 1001)]

    assert len({one.name_key for one in people}) == 1000
    assert len({one.mobile for one in people if one.mobile}) == 500
    assert len({one.email for one in people if one.email}) == 500


def test_every_second_person_is_chinese() -> None:
    faker = chance(1)
    english, chinese = user(faker, number=1), user(faker, number=2)

    assert (english.locale, chinese.locale) == ("en", "zh_CN")
    assert chinese.nickname
    assert not chinese.nickname.isascii()


def test_nobody_real_can_be_reached_at_a_made_up_address() -> None:
    faker = chance(1)
    people = [user(faker, number=number) for number in (1, 2, 9_998, 9_999, 10_000, 123_456)]

    for one in people:
        assert (one.mobile is None) != (one.email is None)
        assert one.mobile is None or one.mobile.startswith("+861990000")
        assert one.mobile is None or len(one.mobile) == 14
        assert one.email is None or one.email.endswith("@example.com")


def test_a_person_is_unsaved_has_no_password_and_fits_its_table() -> None:
    one = user(chance(1))

    assert not one._saved_in_db
    assert one.password is None
    assert one.name is not None
    assert one.name_key == key_of(one.name)
    assert 2 <= len(one.name) <= 32
    assert isinstance(one.birthday, date)


def test_what_is_given_stands_in_for_what_would_be_made() -> None:
    one = user(chance(1), nickname="Ada", email=None)

    assert (one.nickname, one.email) == ("Ada", None)


def test_lines_differ_and_take_what_is_given() -> None:
    faker = chance(1)
    one, other = message(faker, sender_id=7), message(faker, sender_id=7, content="hi")

    assert one.ref != other.ref
    assert (one.sender_id, other.content) == (7, "hi")
    assert one.content


def test_a_person_may_be_made_in_a_state() -> None:
    faker = chance(1)

    assert user.state("vip")(faker).type == 1
    assert user.state("admin")(faker).is_admin
    assert user.state("nameless")(faker).name is None
    assert user.state("banned")(faker).disabled_at is not None
