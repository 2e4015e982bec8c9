from __future__ import annotations

from pkg.openapi.document import About, document
from pkg.openapi.operation import File, Header, Operation

__all__ = ["About", "File", "Header", "Operation", "document"]
