"""A picture of one's own."""

from __future__ import annotations

from app.container import Services
from app.models import User
from pkg.file import drop_avatar, keep_avatar


async def put_avatar(services: Services, *, user_id: int, picture: bytes) -> User:
    """Crops *picture*, stores its sizes and removes the ones before.

    Raises:
        ImageRefused, ImageTooLarge: it is no picture we take.
        ImagesBusy: too many pictures wait.
    """
    stem = await keep_avatar(services.files, await services.images.avatar(picture))
    return await _swap(services, user_id, stem)


async def remove_avatar(services: Services, *, user_id: int) -> User:
    """Goes back to no picture; where there is none, nothing happens."""
    return await _swap(services, user_id, "")


async def _swap(services: Services, user_id: int, stem: str) -> User:
    async with services.database.transaction():
        user = await User.select_for_update().get(id=user_id)
        old, user.avatar = user.avatar, stem
        await user.save(update_fields=["avatar", "updated_at"])
    if old:
        await drop_avatar(services.files, old)
    return user
