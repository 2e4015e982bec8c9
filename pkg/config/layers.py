"""Where values come from: ``.env`` files and the environment, as layers that hide one another.

dynaconf keeps the history that `config:show --sources` tells. Its own loaders copy ``.env`` into
``os.environ``, cast ``true`` and ``007``, and evaluate values that start with ``@``; so none of
them runs, and every value stays the text that was written. It is loaded when somebody asks: with
jinja2 and a YAML library in tow it is 6 MB that serving needs not
(docs/adr/0103-dynaconf-when-asked.md).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream

from pkg.config.errors import Fault

MAX_BYTES = 1 << 20  # an .env is text for people; a megabyte is some other file
NAME = re.compile(r"[A-Z][A-Z0-9_]*")  # http_proxy and the shell's functions are not settings


class Layers:
    """Values by variable name; a later layer hides an earlier one and both are remembered."""

    def __init__(self) -> None:
        self._layers: list[tuple[str, dict[str, str]]] = []
        self._values: dict[str, str] = {}

    def add(self, source: str, values: Mapping[str, str]) -> None:
        """Puts *values* on top; an empty text hides nothing, it means "not set"."""
        wanted = {name: text for name, text in values.items() if text and NAME.fullmatch(name)}
        self._layers.append((source, wanted))
        self._values |= wanted
        self.__dict__.pop("_store", None)

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def names(self) -> list[str]:
        return sorted(self._values)

    def sources(self, name: str) -> list[tuple[str, str]]:
        """Answers (layer, value) pairs of *name*, the one that counts first."""
        if name not in self._values:
            return []
        from dynaconf.utils.inspect import inspect_settings  # noqa: PLC0415  vendor: 90 ms, 6 MB

        order = {source: place for place, (source, _) in enumerate(self._layers)}
        history = inspect_settings(self._store, key=name)["history"]
        ours = [
            (entry["identifier"], entry["value"])
            for entry in history
            if entry["identifier"] in order
        ]
        # dynaconf keeps the place where a layer was first seen, and "environment" comes twice
        return sorted(ours, key=lambda one: order[one[0]], reverse=True)

    @cached_property
    def _store(self) -> Any:
        from dynaconf.base import LazySettings  # noqa: PLC0415  vendor: 90 ms, 6 MB

        store = LazySettings(
            settings_files=[],
            envvar_prefix=False,
            load_dotenv=False,
            environments=False,
            loaders=[],
            core_loaders=[],
            auto_cast=False,
            dotted_lookup=False,
        )
        for source, values in self._layers:
            store.update(values, loader_identifier=source, tomlfy=False)
        return store


def read_file(path: Path) -> tuple[dict[str, str], list[Fault]]:
    """Reads a ``.env`` file as it is written: no interpolation, no casting.

    A missing file is an empty one. What cannot be read is a fault with its line, not an exception.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            bindings = list(parse_stream(StringIO(file.read(MAX_BYTES))))
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
