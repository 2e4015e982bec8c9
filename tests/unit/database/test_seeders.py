"""The seeders: a second run adds none, a larger count goes on, people's own rows stay."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.models import LOBBY_ID, User, key_of
from database.factories import chance, user
from database.seeders import ORDER, demo, lobby, users
from database.seeders.ground import Ground
from database.seeders.talk import CAST, TALK
from pkg.database import Duplicate, utc
from pkg.seed import Runner
from pkg.testing import race


async def log(ground: Ground) -> list[dict[str, Any]]:
    return await ground.database.fetch(
        "SELECT * FROM messages WHERE conversation_id = ? ORDER BY seq", [LOBBY_ID]
    )


async def last_seq(ground: Ground) -> int:
    rows = await ground.database.fetch("SELECT last_seq FROM conversations WHERE id = 1")
    return int(rows[0]["last_seq"])


async def say(ground: Ground, content: str) -> None:
    """Does what somebody does who was here before the seeder."""
    await ground.database.execute(
        "INSERT INTO messages (conversation_id, seq, ref, sender_id, content, created_at) "
        "VALUES (1, 1, 'own', 99, ?, ?)",
        [content, datetime.now(UTC)],
    )
    await ground.database.execute("UPDATE conversations SET last_seq = 1 WHERE id = 1")


@pytest.mark.parametrize("run", [users.run, demo.run, lobby.run])
async def test_a_second_run_adds_nothing(ground: Ground, run: Any) -> None:
    first = await run(ground, chance(1))
    people, lines = await User.all().count(), await log(ground)

    assert first > 0
    assert await run(ground, chance(1)) == 0
    assert (await User.all().count(), await log(ground)) == (people, lines)


async def test_the_declared_order_runs_whole(ground: Ground) -> None:
    sown = await Runner(ORDER).run(ground)  # a ground has what one is made of

    assert [(one.seeder.name, one.count) for one in sown][:3] == [
        ("users", 50),
        ("demo", 1),
        ("lobby", len(TALK)),
    ]


async def test_a_larger_count_adds_the_difference(ground: Ground) -> None:
    await users.run(ground, chance(1), count=5)

    assert await users.run(ground, chance(1), count=12) == 7
    assert await User.all().count() == 12


async def test_people_over_several_batches_all_arrive(ground: Ground) -> None:
    assert await users.run(ground, chance(1), count=users.BATCH + 3) == users.BATCH + 3


async def test_rows_written_as_values_are_what_saved_ones_are(ground: Ground) -> None:
    made = user(chance(1), 2)
    await made.save()
    saved = await User.get(id=made.id)
    await saved.delete()

    await ground.insert(User, [user.values(chance(1), 2)])

    found = await User.get(name=made.name)
    moments = {"id", "created_at", "updated_at", "mobile_verified_at"}
    for name in User._meta.db_fields - moments:
        assert getattr(found, name) == getattr(saved, name), name
    assert found.id > saved.id
    for name in moments - {"id"}:
        assert abs((getattr(found, name) - getattr(saved, name)).total_seconds()) < 60, name


async def test_of_rows_that_break_a_law_none_is_written(ground: Ground) -> None:
    rows = [user.values(chance(1), number) for number in (1, 2, 1)]

    with pytest.raises(Duplicate):
        await ground.insert(User, [rows[0], rows[1], rows[1]])

    assert await User.all().count() == 0


async def test_whoever_is_told_hears_of_every_batch(ground: Ground) -> None:
    heard = list[int]()

    await users.run(replace(ground, tell=heard.append), chance(1), count=users.BATCH + 3)

    assert heard == [users.BATCH, 3]


async def test_somebody_deleted_comes_back_and_nobody_twice(ground: Ground) -> None:
    await users.run(ground, chance(1), count=10)
    gone = await User.all().order_by("id").limit(3)
    await User.filter(id__in=[one.id for one in gone]).delete()

    assert await users.run(ground, chance(1), count=10) == 3


async def test_who_signed_up_is_not_counted_and_keeps_the_mobile(ground: Ground) -> None:
    real = User(name="real", name_key="real", mobile="+8619900000002")
    await real.save()

    assert await users.run(ground, chance(1), count=4) == 4
    assert (await User.get(mobile="+8619900000002")).name == "real"


async def test_the_demo_login_opens_with_the_password_that_is_printed(ground: Ground) -> None:
    await demo.run(ground, chance(1))

    account = await User.by_name(demo.NAME)
    assert account is not None
    assert (await ground.hasher.verify(demo.PASSWORD, account.password)).ok
    assert repr(demo.PASSWORD) in demo.NOTE


def test_the_demo_login_never_comes_to_a_deployment() -> None:
    assert [one.name for one in ORDER.seeders if one.local] == ["demo"]


async def test_the_lobby_is_one_log_without_holes(ground: Ground) -> None:
    await lobby.run(ground, chance(1))

    lines = await log(ground)
    assert [line["seq"] for line in lines] == list(range(1, len(TALK) + 1))
    assert await last_seq(ground) == len(TALK)
    assert [line["content"] for line in lines] == [content for _, content in TALK]


async def test_the_lobby_s_lines_fell_one_after_another_and_not_in_the_future(
    ground: Ground,
) -> None:
    await lobby.run(ground, chance(1))

    moments = [utc(line["created_at"]) for line in await log(ground)]
    assert moments == sorted(moments)
    assert moments[-1] < datetime.now(UTC)


async def test_the_lobby_speaks_both_languages_and_everybody_has_a_voice(ground: Ground) -> None:
    await lobby.run(ground, chance(1))

    contents = [line["content"] for line in await log(ground)]
    assert {who for who, _ in TALK} == set(CAST)
    assert sum(content.isascii() for content in contents) > 15
    assert sum(not content.isascii() for content in contents) > 15


async def test_more_lines_than_were_written_begin_anew(ground: Ground) -> None:
    wanted = 2 * len(TALK) + 5

    assert await lobby.run(ground, chance(1), count=wanted) == wanted
    assert await last_seq(ground) == wanted


async def test_what_people_said_before_stays_first(ground: Ground) -> None:
    await say(ground, "first!")

    await lobby.run(ground, chance(1), count=3)

    lines = await log(ground)
    assert [line["content"] for line in lines] == ["first!", *(text for _, text in TALK[:3])]
    moments = [utc(line["created_at"]) for line in lines]
    assert moments == sorted(moments)


async def test_a_person_who_has_a_speaker_s_name_is_not_made_to_speak(ground: Ground) -> None:
    real = User(name="Tom", name_key=key_of("Tom"))
    await real.save()

    await lobby.run(ground, chance(1))

    assert real.id not in {line["sender_id"] for line in await log(ground)}


async def test_two_at_once_write_one_talk(ground: Ground) -> None:
    await lobby.run(ground, chance(1), count=0)  # the speakers are there

    added = await race(2, lambda _: lobby.run(ground, chance(1)))

    assert sorted(added) == [0, len(TALK)]  # type: ignore[type-var]  # ints, or the test fails
    assert await last_seq(ground) == len(TALK)


def test_no_line_is_longer_than_a_message_may_be() -> None:
    assert max(len(json.dumps(text)) for _, text in TALK) < 1000
