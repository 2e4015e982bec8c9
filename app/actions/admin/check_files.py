"""Whether files can be kept, and whether those that rows name are there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from app.container import Services
from app.models import User
from pkg.file import SIZES, FileUnavailable, Lists
from pkg.file.name import fresh, is_name, sized


@dataclass(frozen=True, slots=True)
class Checked:
    """What a storage holds, and what it should hold."""

    files: int
    bytes: int
    missing: tuple[str, ...]  # names in rows without their files, "u:7: ab12-64.webp"


async def check_files(services: Services) -> Checked:
    """Writes a file, reads it, removes it, and looks for every file that a row names.

    Raises:
        FileUnavailable: files cannot be written, read or removed.
    """
    await _try(services)
    storage = services.files
    files = await storage.listing() if isinstance(storage, Lists) else ()
    there = {file.name for file in files}
    missing: list[str] = []
    async for user in User.exclude(avatar="").order_by("id").only("id", "avatar"):
        names = [sized(user.avatar, size) for size in SIZES] if is_name(user.avatar) else []
        missing += [f"u:{user.id}: {name}" for name in names if name not in there]
    return Checked(len(files), sum(file.bytes for file in files), tuple(missing))


async def _try(services: Services) -> None:
    name, data = fresh("webp"), secrets.token_bytes(64)
    await services.files.put(name, data)
    try:
        if await services.files.get(name) != data:
            raise FileUnavailable("files: what was written came back as something else")
    finally:
        await services.files.delete(name)
