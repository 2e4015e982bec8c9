from __future__ import annotations

from app.models.audit_event import AuditEvent
from app.models.bare import BARE_TABLES
from app.models.base import Base, Versioned
from app.models.conversation import LOBBY_ID, Conversation, direct_key
from app.models.member import Member
from app.models.node_answer import NodeAnswer
from app.models.session import Session
from app.models.setting import Setting
from app.models.signal import Signal
from app.models.user import User, key_of

__all__ = [
    "BARE_TABLES",
    "LOBBY_ID",
    "AuditEvent",
    "Base",
    "Conversation",
    "Member",
    "NodeAnswer",
    "Session",
    "Setting",
    "Signal",
    "User",
    "Versioned",
    "direct_key",
    "key_of",
]
