"""Who is in a conversation."""

from __future__ import annotations

from tortoise import fields

from app.models.base import Base
from app.models.conversation import Conversation
from app.models.user import User


class Member(Base):
    """A user in a conversation, with how far they have read."""

    conversation: fields.ForeignKeyRelation[Conversation] = fields.ForeignKeyField(
        "models.Conversation", related_name=False
    )
    conversation_id: int
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False
    )
    user_id: int
    role = fields.CharField(max_length=8, default="member")  # owner, admin, member
    read_seq: int = fields.BigIntField(default=0)
    delivered_seq: int = fields.BigIntField(default=0)
    joined_seq: int = fields.BigIntField(default=0)
    muted_until = fields.DatetimeField(null=True)

    class Meta:
        table = "members"
        unique_together = (("conversation_id", "user_id"),)
