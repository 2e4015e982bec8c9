"""One picture in its sizes, under one name."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from pkg.file.contract import Storage
from pkg.file.errors import FileUnavailable
from pkg.file.images import SIZES
from pkg.file.name import fresh, is_name, sized


async def keep_avatar(storage: Storage, pictures: Mapping[int, bytes]) -> str:
    """Stores *pictures* by size and answers the one name to remember; all of them or none.

    Raises:
        FileUnavailable: they could not all be stored.
    """
    name = fresh("webp")
    try:
        for size, data in pictures.items():
            await storage.put(sized(name, size), data)
    except BaseException:
        with contextlib.suppress(FileUnavailable):
            await drop_avatar(storage, name)
        raise
    return name


async def drop_avatar(storage: Storage, name: str) -> None:
    """Removes *name* in every size; what is gone already, or an empty name, is no error.

    Raises:
        FileUnavailable: something is left.
    """
    for size in SIZES:
        await storage.delete(sized(name, size))


def avatar_urls(storage: Storage, name: str) -> dict[str, str] | None:
    """Answers where *name* is found, by size as text; None where there is no picture."""
    if not is_name(name):
        return None
    return {str(size): storage.url(sized(name, size)) for size in SIZES}
