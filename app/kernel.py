"""What the console knows of the rest: names, not things, so that ``--help`` loads none of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pkg.console import Flags

if TYPE_CHECKING:
    from config.settings import Settings

HELPS = "app/console/helps.json"  # what `COMMAND --help` says, written by `docs:write`


@dataclass(frozen=True)
class Kernel:
    """Import strings that ``main.py`` hands the console, and the options of this run."""

    root: Path
    settings_from: str
    app: str
    routes: str
    document: str
    frames: str
    models: str
    migrations: str
    seeders: str
    flags: Flags = field(default_factory=Flags)

    @cached_property
    def settings(self) -> Settings:
        """The settings, read when a command first asks.

        Raises:
            ConfigFaults: they do not hold.
        """
        load = resolve(self.settings_from)
        settings: Settings = load(self.root, self.flags.env)
        return settings

    def load(self, part: str) -> Any:
        """Answers what the string of *part* names; the one late import of the console."""
        return resolve(getattr(self, part))

    def told(self, flags: Flags) -> Kernel:
        """Answers a copy that knows the options *flags*."""
        return replace(self, flags=flags)

    def strings(self) -> dict[str, str]:
        """Answers every import string by part, for the test that resolves them all."""
        names = (entry.name for entry in fields(self))
        return {name: text for name in names if isinstance(text := getattr(self, name), str)}


def resolve(target: str) -> Any:
    """Answers the module, or with ``module:attribute`` the attribute, that *target* names."""
    module, _, attribute = target.partition(":")
    found = import_module(module)
    return getattr(found, attribute) if attribute else found
