"""The seeders: a second run adds none, a larger count goes on, people's own rows stay."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.models import LOBBY_ID, User, key_of
from database.factories import chance
from database.seeders import ORDER, demo, lobby, users
from database.seeders.ground import Ground
from database.seeders.talk import CAST, TALK
from pkg.database import utc
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
    sown = await Runner(ORDER).run(ground)

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
