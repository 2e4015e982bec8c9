"""Orders that a client may ask for: names from the list's own allow-list, never SQL."""

from __future__ import annotations

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema


class Sort:
    """The type of ``sort``: ``Annotated[str, Sort("created_at", "name")]``, given "-created_at".

    A name that is not on the list, or comes twice, is the fault "sort".
    """

    def __init__(self, *allowed: str) -> None:
        self.allowed = allowed

    def __call__(self, value: str) -> str:
        names = [part.removeprefix("-") for part in value[:500].split(",")]
        if len(set(names)) < len(names) or not set(names) <= set(self.allowed):
            raise PydanticCustomError("sort", "refused", {"allowed": ", ".join(self.allowed)})
        return value

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        one = f"-?({'|'.join(self.allowed)})"
        return {**handler(schema), "pattern": f"^{one}(,{one})*$"}


def columns(sort: str, *, tie: str = "id") -> tuple[str, ...]:
    """Answers what `order_by` takes for a checked *sort*; the unique *tie* decides among equals.

    Without it equal rows could change places between two pages: one seen twice, one never.
    """
    names = tuple(sort.split(","))
    if tie in {name.removeprefix("-") for name in names}:
        return names
    return (*names, f"-{tie}" if names[-1].startswith("-") else tie)
