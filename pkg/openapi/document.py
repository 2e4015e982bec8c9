"""An OpenAPI 3.1 document out of operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pkg.openapi.operation import Operation
from pkg.openapi.paths import path_item
from pkg.openapi.problem import PROBLEM
from pkg.openapi.schemas import Schema, Schemas


@dataclass(frozen=True, slots=True)
class About:
    """The document's head; *security* holds the schemes that operations need, by name."""

    title: str
    version: str
    description: str = ""
    server: str = "/"
    security: Mapping[str, Schema] = field(default_factory=dict)


def document(about: About, operations: Sequence[Operation]) -> Schema:
    """Answers the document of *operations*, in their order.

    Raises:
        ValueError: two of them have one name, or serve one method at one path.
    """
    _check(operations)
    schemas = Schemas(operations)
    paths: dict[str, Schema] = {}
    for operation in operations:
        item = path_item(operation, schemas)
        paths.setdefault(operation.path, {})[operation.method.lower()] = item
    info = {"title": about.title, "version": about.version, "description": about.description}
    tags = dict.fromkeys(operation.tag for operation in operations if operation.tag)
    return {
        "openapi": "3.1.0",
        "info": info,
        "servers": [{"url": about.server}],
        "tags": [{"name": name} for name in tags],
        "paths": paths,
        "components": {
            "schemas": {**schemas.shared, "Problem": PROBLEM},
            "securitySchemes": dict(about.security),
        },
    }


def _check(operations: Sequence[Operation]) -> None:
    names: set[object] = set()
    for operation in operations:
        for name in (operation.id, (operation.method, operation.path)):
            if name in names:
                raise ValueError(f"{name} stands twice")
            names.add(name)
