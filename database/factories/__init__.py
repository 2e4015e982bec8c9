from __future__ import annotations

from database.factories.chance import chance
from database.factories.message import Line, message
from database.factories.user import user

__all__ = ["Line", "chance", "message", "user"]
