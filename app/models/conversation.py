"""Where messages are kept in one order."""

from __future__ import annotations

from tortoise import fields

from app.models.base import Base
from app.models.user import User

LOBBY_ID = 1  # made by the first migration


class Conversation(Base):
    """A lobby, a direct talk, a group or a channel; `last_seq` is the top of its log.

    Its messages are the table `messages`, which has no model: their key is (conversation_id, seq),
    and the hub alone writes them (docs/adr/0101-messages-have-no-model.md).
    """

    kind = fields.CharField(max_length=8)  # lobby, direct, group, channel
    direct_key = fields.CharField(max_length=64, null=True, unique=True)  # see direct_key
    title = fields.CharField(max_length=128, default="")
    avatar = fields.CharField(max_length=255, default="")
    owner: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False, null=True, on_delete=fields.SET_NULL
    )
    owner_id: int | None
    last_seq: int = fields.BigIntField(default=0)

    class Meta:
        table = "conversations"

    @classmethod
    async def direct(cls, one: int, other: int) -> Conversation | None:
        """Finds the direct talk of two users."""
        return await cls.get_or_none(direct_key=direct_key(one, other))


def direct_key(one: int, other: int) -> str:
    """Answers what makes the direct talk of two users one: their ids, the smaller first."""
    return f"{min(one, other)}:{max(one, other)}"
