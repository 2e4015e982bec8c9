from __future__ import annotations

from collections.abc import Iterable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pkg.metrics import MEDIA, Family, Histogram, Metrics, Sample, Source

Numbers = dict[tuple[str, tuple[tuple[str, str], ...]], float]


class Fixed(Source):
    """Tells the families it was made of."""

    def __init__(self, *families: Family) -> None:
        self.told = families

    def families(self) -> Iterable[Family]:
        return self.told


async def read(metrics: Metrics) -> Numbers:
    """Answers every sample as another program reads it."""
    text = (await metrics.text()).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_every_kind_is_read_as_it_was_told() -> None:
    taken = Histogram((0.1, 1))
    for value in (0.05, 0.5, 5):
        taken.observe(value)
    metrics = Metrics()
    metrics.add(Fixed(Family.one("a", "counter", "A.", 3), Family.one("b", "gauge", "B.", 1.5)))
    metrics.add(Fixed(Family.one("c_seconds", "histogram", "C.", taken)))

    assert await read(metrics) == {
        ("a_total", ()): 3,
        ("b", ()): 1.5,
        ("c_seconds_bucket", (("le", "0.1"),)): 1,
        ("c_seconds_bucket", (("le", "1.0"),)): 2,
        ("c_seconds_bucket", (("le", "+Inf"),)): 3,
        ("c_seconds_count", ()): 3,
        ("c_seconds_sum", ()): 5.55,
    }


async def test_the_nodes_own_labels_are_on_every_sample() -> None:
    metrics = Metrics({"node": "n1"})
    spread = Histogram((1,))
    metrics.add(Fixed(Family.by("code", "a", "counter", "A.", {"x": 1, "y": 2})))
    metrics.add(Fixed(Family("b", "histogram", "B.", (Sample(spread, {"route": "/"}),))))

    numbers = await read(metrics)

    assert numbers["a_total", (("code", "x"), ("node", "n1"))] == 1
    assert numbers["a_total", (("code", "y"), ("node", "n1"))] == 2
    assert all(("node", "n1") in labels for _, labels in numbers)


@pytest.mark.parametrize("value", ['say "hi"', "two\nlines", "back\\slash", "中文"])
async def test_what_a_label_says_breaks_no_line(value: str) -> None:
    metrics = Metrics()
    metrics.add(Fixed(Family.by("word", "a", "gauge", "A.", {value: 1})))

    assert await read(metrics) == {("a", (("word", value),)): 1}


async def test_a_family_that_has_nothing_yet_is_named_all_the_same() -> None:
    metrics = Metrics({"node": "n1"})
    metrics.add(Fixed(Family("a", "counter", "Nothing so far.", ())))

    text = (await metrics.text()).decode()

    assert text == "# HELP a_total Nothing so far.\n# TYPE a_total counter\n"


async def test_two_of_them_share_nothing() -> None:
    one, other = Metrics(), Metrics()
    one.add(Fixed(Family.one("a", "gauge", "A.", 1)))

    assert await other.text() == b""


def test_the_format_is_named_with_its_version() -> None:
    assert MEDIA.startswith("text/plain; version=0.0.4")
