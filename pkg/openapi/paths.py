"""One operation as the document tells it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, Final

from pkg.openapi.operation import File, Header, Operation
from pkg.openapi.schemas import Schema, Schemas

NAMES: Final = re.compile(r"{([a-zA-Z_][a-zA-Z0-9_]*)}")
PROBLEM_REF: Final = {"$ref": "#/components/schemas/Problem"}


def path_item(operation: Operation, schemas: Schemas) -> Schema:
    """Answers the Operation Object of *operation*."""
    said: Schema = {
        "operationId": operation.id,
        "summary": operation.summary,
        "description": operation.description,
        "tags": [operation.tag] if operation.tag else [],
        "parameters": [*_parameters(operation, schemas), *map(_header, operation.headers)],
        "requestBody": _body(operation, schemas),
        "responses": _responses(operation, schemas),
        "security": [{name: []} if name else {} for name in operation.needs],
    }
    return {name: value for name, value in said.items() if value or name == "security"}


def _parameters(operation: Operation, schemas: Schemas) -> list[Schema]:
    in_path = NAMES.findall(operation.path)
    whole = schemas.whole(schemas.form(operation)) if operation.form is not None else {}
    fields: Schema = whole.get("properties", {})
    required = whole.get("required", ())
    found = [_parameter(name, fields.get(name, {"type": "string"}), "path") for name in in_path]
    if operation.in_body:
        return found
    return found + [
        _parameter(name, schema, "query", required=name in required)
        for name, schema in fields.items()
        if name not in in_path
    ]


def _parameter(name: str, schema: Schema, where: str, *, required: bool = True) -> Schema:
    said: Schema = {"name": name, "in": where, "required": required}
    if "description" in schema:
        said["description"] = schema["description"]
    return said | {"schema": schema}


def _header(header: Header) -> Schema:
    said = {"description": header.description} if header.description else {}
    schema: Schema = {"type": "string"}
    if header.values:
        schema["enum"] = list(header.values)
    return {"name": header.name, "in": "header", "required": False, **said, "schema": schema}


def _body(operation: Operation, schemas: Schemas) -> Schema | None:
    if operation.file is not None:
        return _multipart(operation.file)
    if operation.form is None or not operation.in_body:
        return None
    schema = schemas.form(operation)
    whole = schemas.whole(schema)
    in_path = set(NAMES.findall(operation.path))
    if in_path:  # what comes from the path is refused in the body
        schema = {**whole, "properties": _without(whole["properties"], in_path)}
        schema["required"] = [name for name in whole.get("required", ()) if name not in in_path]
    needed = bool(schemas.whole(schema).get("required"))
    return {"required": needed, "content": {"application/json": {"schema": schema}}}


def _without(fields: Schema, names: set[str]) -> Schema:
    return {name: schema for name, schema in fields.items() if name not in names}


def _multipart(file: File) -> Schema:
    schema = {
        "type": "object",
        "required": [file.name],
        "properties": {
            file.name: {
                "type": "string",
                "format": "binary",
                "maxLength": file.max_bytes,
            }
        },
        "additionalProperties": False,
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _responses(operation: Operation, schemas: Schemas) -> Schema:
    right: dict[str, Any] = {}
    if operation.answers_data:
        right["content"] = {operation.media: {"schema": schemas.answer(operation)}}
    elif operation.answer is not None:
        right["content"] = {operation.media: {}}
    statuses = (operation.status, operation.again)
    answered = {str(each): {"description": _phrase(each), **right} for each in statuses if each}
    refused = {str(each): _refused(each, codes) for each, codes in operation.refusals.items()}
    return {**answered, **refused}


def _refused(status: int, codes: tuple[str, ...]) -> Schema:
    """Answers a response that is a problem; its codes are what a client can tell apart."""
    named = ", ".join(f"`{code}`" for code in codes)
    return {
        "description": f"{_phrase(status)}: {named}" if named else _phrase(status),
        "content": {"application/problem+json": {"schema": PROBLEM_REF}},
    }


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
