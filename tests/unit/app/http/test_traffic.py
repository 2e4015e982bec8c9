from __future__ import annotations

from typing import Any

from app.http.traffic import Traffic
from pkg.metrics import Histogram
from tests.unit.app.http.rows import ROWS

ROW = next(row for row in ROWS if row.path_names)


def scope(kind: str = "http", path: str = "/x", **more: Any) -> dict[str, Any]:
    return {"type": kind, "path": path, "method": "GET", **more}


def counts(traffic: Traffic) -> dict[tuple[str, str, str], float]:
    requests, _ = traffic.families()
    return {
        (s.labels["method"], s.labels["route"], s.labels["status"]): s.value
        for s in requests.samples
        if not isinstance(s.value, Histogram)
    }


def test_all_ids_of_a_route_are_one_series() -> None:
    traffic = Traffic()

    for id in range(1000):
        traffic.note(scope(path=f"/api/things/{id}", row=ROW), 200, 0.01)

    assert counts(traffic) == {(ROW.method, ROW.path, "200"): 1000}
    _, seconds = traffic.families()
    [sample] = seconds.samples
    assert isinstance(sample.value, Histogram)
    assert sample.value.count == 1000


def test_what_a_stranger_types_makes_no_series_of_its_own() -> None:
    traffic = Traffic()

    for n in range(1000):
        traffic.note(scope(path=f"/{n}", method=f"BREW{n}"), 404, 0.01)
        traffic.note(scope("websocket", path=f"/{n}"), 403, 0.01)

    assert counts(traffic) == {("other", "other", "404"): 1000, ("GET", "other", "403"): 1000}


def test_a_socket_is_counted_and_its_life_is_no_latency() -> None:
    traffic = Traffic()

    traffic.note(scope("websocket", path="/ws"), 101, 3600)

    assert counts(traffic) == {("GET", "/ws", "101"): 1}
    _, seconds = traffic.families()
    assert seconds.samples == ()
