"""The schemas of all forms and answers, made in one go so that shared ones have one name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from pkg.openapi.operation import Operation

Schema = dict[str, Any]
REF: Final = "#/components/schemas/{model}"


class Schemas:
    """Answers each operation's schemas; what they share stands in `shared`."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        wanted: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
        for operation in operations:
            if operation.form is not None:
                wanted.append((operation.id, "validation", TypeAdapter(operation.form)))
            if operation.answers_data:
                wanted.append((operation.id, "serialization", TypeAdapter(operation.answer)))
        self._made, rest = TypeAdapter.json_schemas(wanted, ref_template=REF)
        self.shared: Schema = rest.get("$defs", {})

    def form(self, operation: Operation) -> Schema:
        """Answers the schema of the form, a reference where it has a name."""
        return self._made[operation.id, "validation"]

    def answer(self, operation: Operation) -> Schema:
        """Answers the schema of the body that goes out."""
        schema = self._made[operation.id, "serialization"]
        if operation.is_paged:
            page = self.whole(schema)["properties"]
            return _object({operation.wrap: page["items"], "pager": page["pager"]})
        return _object({operation.wrap: schema}) if operation.wrap else schema

    def whole(self, schema: Schema) -> Schema:
        """Follows a reference: who cuts a form up needs its fields."""
        reference = schema.get("$ref")
        if reference is None:
            return schema
        found: Schema = self.shared[reference.rpartition("/")[2]]
        return found


def _object(properties: Schema) -> Schema:
    return {"type": "object", "required": list(properties), "properties": properties}
