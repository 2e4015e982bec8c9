"""Tables that migrations make and no model describes."""

from __future__ import annotations

from collections.abc import Mapping

BARE_TABLES: Mapping[str, str] = {
    "messages": "the hub writes them (docs/adr/0101-messages-have-no-model.md)",
    "cache_entries": "pkg/cache reads and writes them",
    "one_time_entries": "pkg/cache reads and takes them",
}
