"""From pydantic's error types to our fault codes, which are API and never change."""

from __future__ import annotations

from typing import get_args

from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_core.core_schema import ErrorType

from pkg.validation.errors import FieldFault

# By type, never by text: pydantic words its messages anew as it likes.
CODES = {
    "missing": "missing",
    "union_tag_not_found": "missing",
    "extra_forbidden": "unknown",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_large",
    "less_than_equal": "too_large",
    "literal_error": "choice",
    "enum": "choice",
    "union_tag_invalid": "choice",
    "string_pattern_mismatch": "format",
    "string_unicode": "characters",
    "finite_number": "type",
    "int_from_float": "type",
    "is_instance_of": "type",
}
BOUNDS = {
    "min_length": "min",
    "max_length": "max",
    "gt": "min",
    "ge": "min",
    "lt": "max",
    "le": "max",
}
COUNTS = {"too_short": "too_few", "too_long": "too_many"}  # of lists; the names are ours for text
PYDANTIC = frozenset(get_args(ErrorType))


def fault(code: str, **params: str | float) -> PydanticCustomError:
    """Answers what a type raises to give its field the fault *code*."""
    return PydanticCustomError(code, "refused", params)


def translate(error: ErrorDetails) -> FieldFault:
    """Answers our fault for one of pydantic's; a type that is not pydantic's is a code of ours."""
    kind = error["type"]
    context = error.get("ctx", {})
    counted = "field_type" in context
    if kind not in PYDANTIC or (kind in COUNTS and not counted):
        return FieldFault(kind, dict(context))
    code = (
        CODES.get(kind)
        or COUNTS.get(kind)
        or ("type" if kind.endswith(("_type", "_parsing")) else "invalid")
    )
    params = {BOUNDS[key]: value for key, value in context.items() if key in BOUNDS}
    return FieldFault(code, {k: v for k, v in params.items() if isinstance(v, (int, float))})
