"""The document as a page: plain HTML, no script, nothing foreign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from app.http.document import Document

Node = Mapping[str, Any]
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
HEAD: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/css/base.css">
<link rel="stylesheet" href="/assets/css/docs.css"></head>
<body class="docs"><header><h1>{title}</h1><p>Version {version}. The same for machines:
<a href="/openapi.json">/openapi.json</a></p><p>{description}</p></header><main>
"""


def docs_page(tree: Node) -> Document:
    """Answers the OpenAPI document *tree* for people."""
    body = "".join(_page(tree)).encode()
    return Document.of(body, "text/html; charset=utf-8", policy=POLICY)


def _page(tree: Node) -> Iterator[str]:
    yield HEAD.format_map({name: escape(text) for name, text in tree["info"].items()})
    schemas = tree["components"]["schemas"]
    for tag in tree["tags"]:
        name = escape(tag["name"])
        yield f'<section id="{name}"><h2>{name}</h2>\n'
        for path, item in tree["paths"].items():
            for method, operation in item.items():
                if tag["name"] in operation["tags"]:
                    yield from _operation(method.upper(), path, operation, schemas)
        yield "</section>\n"
    yield "<section><h2>schemas</h2>\n"
    for name, schema in sorted(schemas.items()):
        yield f'<div id="{escape(name)}">'
        yield from _fields(name, _members(schema, schemas))
        yield "</div>\n"
    yield "</section></main></body></html>\n"


def _operation(method: str, path: str, operation: Node, schemas: Node) -> Iterator[str]:
    lock = ' <span class="lock">signed in</span>' if operation["security"] else ""
    yield (
        f'<details id="{escape(operation["operationId"])}"><summary>'
        f'<span class="method {method.lower()}">{method}</span> <code>{escape(path)}</code> '
        f"{escape(operation.get('summary', ''))}{lock}</summary>\n"
    )
    yield f"<p>{escape(operation.get('description', ''))}</p>"
    yield from _fields("Path and query", _parameters(operation))
    body = operation.get("requestBody", {}).get("content", {})
    for media, content in body.items():
        yield from _fields(f"Body, {media}", _members(content["schema"], schemas))
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json", {}).get("schema")
        if content is not None:
            yield from _fields(f"Answer {status}", _members(content, schemas))
    statuses = ", ".join(operation["responses"])
    yield f"<p>Statuses: {escape(statuses)}</p></details>\n"


def _parameters(operation: Node) -> list[tuple[str, str, bool]]:
    return [
        (f"{each['name']} ({each['in']})", _kind(each["schema"]), each["required"])
        for each in operation.get("parameters", ())
    ]


def _members(schema: Node, schemas: Node) -> list[tuple[str, str, bool]]:
    whole = _followed(schema, schemas)
    required = whole.get("required", ())
    found = [(n, _kind(each), n in required) for n, each in whole.get("properties", {}).items()]
    return found or [("", _kind(whole), True)]


def _followed(schema: Node, schemas: Node) -> Node:
    reference = schema.get("$ref")
    found: Node = schemas[reference.rpartition("/")[2]] if reference else schema
    return found


def _kind(schema: Node) -> str:
    """Answers a type in a few words of HTML; a reference leads to what it names."""
    if "$ref" in schema:
        name = escape(str(schema["$ref"]).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " | ".join(_kind(each) for each in schema[union])
    if "enum" in schema:
        return escape(" | ".join(map(str, schema["enum"])))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("const", schema.get("type", "any"))))


def _fields(title: str, fields: list[tuple[str, str, bool]]) -> Iterator[str]:
    if not fields:
        return
    yield f"<h3>{escape(title)}</h3><table>"
    for name, kind, required in fields:
        mark = "required" if required else ""
        yield f"<tr><td><code>{escape(name)}</code></td><td>{kind}</td><td>{mark}</td></tr>"
    yield "</table>\n"
