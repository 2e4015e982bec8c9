from __future__ import annotations

import os

import orjson

from app.providers.report import report
from pkg.metrics import Family, Histogram, Sample


def seen(*values: float) -> Histogram:
    found = Histogram((1, 2))
    for value in values:
        found.observe(value)
    return found


def test_a_report_says_who_speaks_and_survives_its_way() -> None:
    told = report([Family.one("parley_hub_sockets", "gauge", "S.", 3)], 12.5)

    again = orjson.loads(orjson.dumps(told))

    assert again == told
    assert (told["pid"], told["at"]) == (os.getpid(), 12.5)
    assert told["figures"] == {"hub_sockets": 3}


def test_labels_are_summed_up() -> None:
    counts = Family.by("code", "parley_a", "counter", "A.", {"x": 1, "y": 2})
    spreads = Family(
        "parley_b", "histogram", "B.", (Sample(seen(0.5), {"r": "1"}), Sample(seen(3), {"r": "2"}))
    )

    figures = report([counts, spreads], 0)["figures"]

    assert figures == {"a": 3, "b": {"bounds": [1, 2], "counts": [1, 0, 1], "sum": 3.5}}


def test_a_family_without_samples_is_nothing_so_far() -> None:
    empty = Family("parley_a", "counter", "A.", ())
    spread = Family("parley_b", "histogram", "B.", ())

    figures = report([empty, spread], 0)["figures"]

    assert figures["a"] == 0
    assert Histogram.of(**figures["b"]).count == 0  # type: ignore[arg-type]  # a Spread
