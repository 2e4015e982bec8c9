"""How many codes the whole site may still send, asked at a console."""

from __future__ import annotations

from app.actions.admin.code_budget import Budget, code_budget
from tests.site import Site


def told(site: Site) -> list[Budget]:
    rows: list[Budget] = site.run(code_budget, site.services)
    return rows


def test_each_code_is_counted_once_wherever_it_was_sent(nodes: tuple[Site, Site]) -> None:
    one, other = nodes
    one.send_code("+8613800138001", "login")
    one.send_code("+8613800138002", "login")
    other.send_code("+8613800138003", "login")

    rows = told(other)

    left = {row["node"]: row["left"] for row in rows}
    if one.services.settings.limiter.store == "redis":
        assert left == {"all": 997}
    else:
        here, there = one.services.hub.node, other.services.hub.node
        assert left == {here: 998, there: 999}
    assert {(row["limit"], row["window"]) for row in rows} == {(1000, 3600)}
    assert all(0 < row["resets_in"] <= 3600 for row in rows)


def test_before_the_first_code_all_is_left(nodes: tuple[Site, Site]) -> None:
    assert {(row["left"], row["resets_in"]) for row in told(nodes[0])} == {(1000, 0)}
