"""How much the cache of every node holds, asked at a console."""

from __future__ import annotations

from app.actions.admin.cache_held import CacheHeld, cache_held
from tests.site import Site


def test_what_each_node_holds_by_itself_is_told_or_what_all_share(nodes: tuple[Site, Site]) -> None:
    one, other = nodes
    one.run(one.services.cache.put, "a", "four", ttl=60)

    rows: list[CacheHeld] = one.run(cache_held, one.services)

    told = {row["node"]: (row["entries"], row["bytes"]) for row in rows}
    if one.services.settings.cache.store == "redis":
        assert told == {"all": (1, 6)}
    else:
        assert told == {one.services.hub.node: (1, 6), other.services.hub.node: (0, 0)}
