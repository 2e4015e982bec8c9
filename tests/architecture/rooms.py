"""A contract for import-linter: which modules may know which library."""

from __future__ import annotations

import sys
from fnmatch import fnmatchcase
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class Rooms(Contract):
    """One library, one room. A line says `library: module module`, or `library: *` for anybody.

    A module stands for what is below it, and may hold a `*`. A library on no line fails: whoever
    brings one in says where it belongs. So does a line that nobody needs any more.
    """

    type_name = "rooms"
    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Answers whether every import of a library stands in its room."""
        rooms = dict(_read(line) for line in self.rooms)  # type: ignore[attr-defined]
        ours = set(self.session_options["root_packages"])
        outside = {
            module
            for module in graph.modules
            if module.partition(".")[0] not in ours | sys.stdlib_module_names
        }
        found = [
            f"{importer} imports {library}"
            for library in sorted(outside)
            for importer in sorted(graph.find_modules_that_directly_import(library))
            if not _stands_in(importer, rooms.get(library, ()))
        ]
        found += [
            f"nobody imports {library}: take its line out" for library in rooms.keys() - outside
        ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints each import out of its room."""
        found: list[Any] = check.metadata["found"]
        for line in found:
            output.print_error(f"- {line}", bold=False)


def _read(line: str) -> tuple[str, tuple[str, ...]]:
    library, _, modules = line.partition(":")
    return library.strip(), tuple(modules.split())


def _stands_in(module: str, rooms: tuple[str, ...]) -> bool:
    return any(fnmatchcase(module, room) or fnmatchcase(module, f"{room}.*") for room in rooms)
