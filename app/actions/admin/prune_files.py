"""Files that nobody refers to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.container import Services
from app.models import User
from pkg.errors import Misconfigured
from pkg.file import Lists, Stored

YOUNG: Final = 3600.0  # seconds: a picture is stored before its row is, a part may be under way


class NotListed(Misconfigured):
    """This storage does not tell what is in it."""

    code = "storage.not_listed"


@dataclass(frozen=True, slots=True)
class Waste:
    """What may go."""

    orphans: tuple[Stored, ...]  # whole files that no row names
    leftovers: tuple[Stored, ...]  # parts of writes that never ended

    @property
    def bytes(self) -> int:
        return sum(each.bytes for each in (*self.orphans, *self.leftovers))


async def find_waste(services: Services) -> Waste:
    """Answers files that no row refers to, and parts of writes that never ended.

    What is younger than an hour is left out: its row may be on its way. The files are listed
    before the rows are read, so that one that gets its row meanwhile is not taken for waste.

    Raises:
        NotListed: this storage does not tell what is in it.
        FileUnavailable: it cannot be read now.
    """
    storage = _listed(services)
    before = services.clock.now().timestamp() - YOUNG
    files, parts = await storage.listing(), await storage.leftovers()
    used = {avatar for (avatar,) in await User.exclude(avatar="").values_list("avatar")}
    orphans = (file for file in files if _whole(file.name) not in used)
    return Waste(_older(orphans, before), _older(parts, before))


async def remove_waste(services: Services, waste: Waste) -> int:
    """Removes *waste* and answers how many files went; what is gone already counts for nothing.

    Raises:
        FileUnavailable: one cannot be removed; those before it are gone.
    """
    storage = _listed(services)
    gone = [await services.files.delete(file.name) for file in waste.orphans]
    gone += [await storage.discard(part.name) for part in waste.leftovers]
    return sum(gone)


def _listed(services: Services) -> Lists:
    if not isinstance(services.files, Lists):
        raise NotListed("this storage does not tell what is in it")
    return services.files


def _whole(name: str) -> str:
    """Answers the name a row has for *name*, which may be one of its sizes."""
    stem, _, ending = name.partition(".")
    return f"{stem.partition('-')[0]}.{ending}"


def _older(files: Iterable[Stored], before: float) -> tuple[Stored, ...]:
    return tuple(file for file in files if file.at < before)
