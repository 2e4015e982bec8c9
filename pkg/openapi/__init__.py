from __future__ import annotations

from pkg.openapi.breaks import breaks
from pkg.openapi.document import About, document
from pkg.openapi.operation import File, Header, Operation

__all__ = ["About", "File", "Header", "Operation", "breaks", "document"]
