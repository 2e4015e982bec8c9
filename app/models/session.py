"""Logins."""

from __future__ import annotations

from tortoise import fields

from app.models.base import Base
from app.models.user import User


class Session(Base):
    """One login, whatever the scheme; it holds digests, never a token."""

    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name=False
    )
    user_id: int
    kind = fields.CharField(max_length=8)  # token, cookie, oauth
    scheme = fields.CharField(max_length=32, default="")  # password, mobile, email, ...
    secret_hash = fields.CharField(max_length=64, unique=True)  # SHA-256, hex
    previous_hash = fields.CharField(max_length=64, null=True, db_index=True)  # the retired one's
    rotated_at = fields.DatetimeField(null=True)
    device_name = fields.CharField(max_length=128, default="")
    ip = fields.CharField(max_length=45, default="")
    user_agent = fields.CharField(max_length=512, default="")
    last_seen_at = fields.DatetimeField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    idle_expires_at = fields.DatetimeField()
    expires_at = fields.DatetimeField(db_index=True)
    revoked_at = fields.DatetimeField(null=True)
    reason = fields.CharField(max_length=32, null=True)  # why it was revoked

    class Meta:
        table = "sessions"
