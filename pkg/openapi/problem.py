"""The schema of an error, RFC 9457 with our members."""

from __future__ import annotations

from typing import Any, Final

PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "description": "What was refused, and why. `code` is stable; the words follow Accept-Language.",
    "required": ["type", "title", "status", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": ["string", "null"]},
        "retry_after": {"type": "integer", "description": "Seconds."},
        "errors": {
            "type": "object",
            "description": "Faults by field; those of the whole under the empty name.",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "message", "params"],
                    "properties": {
                        "code": {"type": "string"},
                        "message": {"type": "string"},
                        "params": {"type": "object", "additionalProperties": True},
                    },
                },
            },
        },
    },
}
