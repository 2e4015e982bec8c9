"""What an owner says of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from app.actions.account.create_user import taken
from app.container import Services
from app.models import User, key_of
from pkg.database import Duplicate


async def change_profile(
    services: Services, *, user_id: int, changes: Mapping[str, str | date | None]
) -> User:
    """Writes *changes*, by column, and answers the account as it is then.

    Raises:
        NameTaken: another account has the name.
    """
    values: dict[str, object] = dict(changes)
    if isinstance(name := values.get("name"), str):
        values["name_key"] = key_of(name)
    if values:
        values["updated_at"] = services.clock.now()
        try:
            await User.filter(id=user_id).update(**values)
        except Duplicate as exc:
            raise taken(exc) from exc
    return await User.get(id=user_id)
