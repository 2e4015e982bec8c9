"""Where values come from: dynaconf as a layered store that we fill ourselves.

Its own loaders copy ``.env`` into ``os.environ``, cast ``true`` and ``007``, and evaluate values
that start with ``@``; so none of them runs, and every value stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from dynaconf.base import LazySettings
from dynaconf.utils.inspect import inspect_settings
from dynaconf.vendor.dotenv.parser import parse_stream

from pkg.config.errors import Fault

MAX_BYTES = 1 << 20  # an .env is text for people; a megabyte is some other file
NAME = re.compile(r"[A-Z][A-Z0-9_]*")  # http_proxy and the shell's functions are not settings

_parse: Callable[[StringIO], Iterable[Any]] = parse_stream  # the vendored reader has no types


class Layers:
    """Values by variable name; a later layer hides an earlier one and both are remembered."""

    def __init__(self) -> None:
        self._store = LazySettings(
            settings_files=[],
            envvar_prefix=False,
            load_dotenv=False,
            environments=False,
            loaders=[],
            core_loaders=[],
            auto_cast=False,
            dotted_lookup=False,
        )
        self._values: dict[str, str] = {}
        self._sources: dict[str, int] = {}  # layer -> when it was last put on top

    def add(self, source: str, values: Mapping[str, str]) -> None:
        """Puts *values* on top; an empty text hides nothing, it means "not set"."""
        wanted = {name: text for name, text in values.items() if text and NAME.fullmatch(name)}
        self._sources[source] = max(self._sources.values(), default=0) + 1
        self._store.update(wanted, loader_identifier=source, tomlfy=False)
        self._values |= wanted

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def names(self) -> list[str]:
        return sorted(self._values)

    def sources(self, name: str) -> list[tuple[str, str]]:
        """Answers (layer, value) pairs of *name*, the one that counts first."""
        if name not in self._values:
            return []
        history = inspect_settings(self._store, key=name)["history"]
        ours = [
            (entry["identifier"], entry["value"])
            for entry in history
            if entry["identifier"] in self._sources
        ]
        # dynaconf keeps the place where a layer was first seen, and "environment" comes twice
        return sorted(ours, key=lambda one: self._sources[one[0]], reverse=True)


def read_file(path: Path) -> tuple[dict[str, str], list[Fault]]:
    """Reads a ``.env`` file as it is written: no interpolation, no casting.

    A missing file is an empty one. What cannot be read is a fault with its line, not an exception.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(_parse(StringIO(file.read(MAX_BYTES))))
    except FileNotFoundError:
        return {}, []
    except OSError as exc:
        return {}, [Fault(path.name, f"cannot be read: {exc.strerror or exc}")]
    except UnicodeDecodeError:
        return {}, [Fault(path.name, "is not UTF-8 text")]
    faults = [
        Fault(path.name, f"line {binding.original.line} is not NAME=value")
        for binding in bindings
        if binding.error or (binding.key and binding.value is None)
    ]
    return {b.key: b.value for b in bindings if b.key and b.value is not None}, faults
