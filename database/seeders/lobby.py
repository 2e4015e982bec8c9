"""Talk in the lobby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from app.models import LOBBY_ID, User, key_of
from database.factories import Line, message
from database.seeders.ground import Ground
from database.seeders.talk import CAST, TALK
from pkg.database import Database, utc

if TYPE_CHECKING:
    from faker import Faker

BATCH = 100  # rows a statement
PAUSE = (5, 90)  # seconds between two lines
LATEST = 120  # seconds since the last line


async def run(ground: Ground, faker: Faker, *, count: int = len(TALK)) -> int:
    """Brings the lobby's talk up to *count* lines, after whatever was said there; then it repeats.

    A line is known again by its `ref`, so a second run, or two at once, adds none.
    """
    cast = await _cast()
    lines = _lines(faker, cast, count)
    added = 0
    for first in range(0, count, BATCH):
        added += await _append(ground.database, lines[first : first + BATCH])
    return added


async def _cast() -> dict[str, int]:
    """Answers everybody's id by name, making who is missing."""
    ids = {}
    for name, (nickname, locale) in CAST.items():
        email = f"{name}@example.com"
        there = await User.by_email(email)
        if there is None:
            free = await User.by_name(name) is None
            there = await User.create(
                name=name if free else None,
                name_key=key_of(name) if free else None,
                nickname=nickname,
                locale=locale,
                email=email,
                email_verified_at=datetime.now(UTC),
            )
        ids[name] = there.id
    return ids


def _lines(faker: Faker, cast: dict[str, int], count: int) -> list[Line]:
    pauses = [faker.random_int(*PAUSE) for _ in range(count)]
    at = datetime.now(UTC) - timedelta(seconds=LATEST + sum(pauses))
    lines = []
    for number, pause in enumerate(pauses):
        who, content = TALK[number % len(TALK)]
        at += timedelta(seconds=pause)
        ref = str(uuid5(NAMESPACE_URL, f"parley:lobby:{number}"))
        lines.append(message(faker, ref=ref, sender_id=cast[who], content=content, created_at=at))
    return lines


async def _append(database: Database, lines: Sequence[Line]) -> int:
    """Writes those of *lines* that are not there at the end of the lobby's log."""
    async with database.transaction():
        # First the counter's row: from here on nobody else appends until this has committed.
        await database.execute(
            "UPDATE conversations SET last_seq = last_seq WHERE id = ?", [LOBBY_ID]
        )
        fresh = await _fresh(database, lines)
        if not fresh:
            return 0
        await _write(database, fresh)
        return len(fresh)


async def _write(database: Database, fresh: Sequence[Line]) -> None:
    log = await database.fetch(
        "SELECT last_seq, "
        "(SELECT max(created_at) FROM messages WHERE conversation_id = ?) AS latest "
        "FROM conversations WHERE id = ?",
        [LOBBY_ID, LOBBY_ID],
    )
    last_seq, latest = log[0]["last_seq"], log[0]["latest"]
    if latest:  # people have talked here already: what comes after them is no older
        fresh = [replace(one, created_at=max(one.created_at, utc(latest))) for one in fresh]
    row = "(?, ?, ?, ?, ?, ?)"
    await database.execute(
        "INSERT INTO messages (conversation_id, seq, ref, sender_id, content, created_at) "  # noqa: S608
        f"VALUES {', '.join([row] * len(fresh))}",
        [
            value
            for seq, one in enumerate(fresh, last_seq + 1)
            for value in (LOBBY_ID, seq, one.ref, one.sender_id, one.content, one.created_at)
        ],
    )
    await database.execute(
        "UPDATE conversations SET last_seq = ? WHERE id = ?", [last_seq + len(fresh), LOBBY_ID]
    )


async def _fresh(database: Database, lines: Sequence[Line]) -> list[Line]:
    rows = await database.fetch(
        "SELECT ref FROM messages WHERE conversation_id = ? "  # noqa: S608
        f"AND ref IN ({', '.join('?' * len(lines))})",
        [LOBBY_ID, *(one.ref for one in lines)],
    )
    there = {row["ref"] for row in rows}
    return [one for one in lines if one.ref not in there]
