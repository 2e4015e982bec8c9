"""Tables of what was measured, in Markdown."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.hub.load import Figures
from tests.benchmarks.hub.scenarios import BY_NAME, SCENARIOS, Scenario
from tests.benchmarks.hub.servers import OUR_OTHERS, OURS

Results = Mapping[str, Mapping[str, Sequence[Figures]]]  # by server, by scenario, a run each
RATE, KIB, IDLE = "per_srv_cpu_s", "kib", "idle_srv_cpu"
BASES = ("gorilla", "aiohttp", "c", "bun")  # what the others are ratios of: the first that ran
FAULTS = ("missing", "duplicates", "closed")
HEAD_LINES = 2  # of a table


def base(results: Results) -> str:
    """Answers the server that the others are measured by."""
    return next((name for name in BASES if name in results), next(iter(results)))


def values(results: Results, server: str, scenario: str, figure: str = RATE) -> list[float]:
    runs = results.get(server, {}).get(scenario, ())
    return [run[figure] for run in runs if run.get(figure, -1) >= 0]


def ratios(results: Results, server: str, scenario: str) -> list[float]:
    """Answers each run's rate over the middle one of the base; nothing where either is missing."""
    reference = values(results, base(results), scenario)
    if not reference:
        return []
    return [rate / statistics.median(reference) for rate in values(results, server, scenario)]


def tables(results: Results) -> str:
    """Answers all there is to say about *results*."""
    parts = [[*table(results)] for table in (_rates, _changed, _others, _faults)]
    return "\n\n".join("\n".join(part) for part in parts if len(part) > HEAD_LINES) + "\n"


def peers(results: Results) -> Results:
    """Answers ours and its peers, without ours with one thing changed."""
    return {name: runs for name, runs in results.items() if name not in OUR_OTHERS} or results


def _rates(results: Results) -> Iterator[str]:
    results = peers(results)
    reference = base(results)
    titles = [*results, *(f"{OURS} / {other}" for other in beside(results)), "1.0 is"]
    yield f"| Work for one second of server CPU | {' | '.join(titles)} |"
    yield "|---|" + "---:|" * len(titles)
    for scenario in _seen(results, is_rated=True):
        cells = [_spread(ratios(results, server, scenario.name)) for server in results]
        cells += [_share(results, other, scenario.name) for other in beside(results)]
        rates = values(results, reference, scenario.name)
        cells.append(f"{statistics.median(rates) / 1e3:,.0f} k" if rates else "-")
        yield f"| `{scenario.name}` | {' | '.join(cells)} |"


def beside(results: Results) -> list[str]:
    """Answers the peers that ours is held against besides the base."""
    return [each for each in ("bun", "aiohttp") if each in results and OURS in results]


def _share(results: Results, other: str, scenario: str) -> str:
    ours, theirs = values(results, OURS, scenario), values(results, other, scenario)
    if not (ours and theirs):
        return "-"
    return f"{statistics.median(ours) / statistics.median(theirs):.2f}"


def _changed(results: Results) -> Iterator[str]:
    """What each change costs or gives: ours over the middle run of ours so changed."""
    changed = [name for name in OUR_OTHERS if name in results and OURS in results]
    if not changed:
        return
    yield f"| The hub over itself with one thing changed | {' | '.join(changed)} |"
    yield "|---|" + "---:|" * len(changed)
    for scenario in _seen(results, is_rated=True):
        shares = [
            ratios({OURS: results[OURS], "c": results[name]}, OURS, scenario.name)
            for name in changed
        ]
        if any(shares):
            yield f"| `{scenario.name}` | {' | '.join(map(_spread, shares))} |"


def _others(results: Results) -> Iterator[str]:
    yield f"| What else | {' | '.join(results)} |"
    yield "|---|" + "---:|" * len(results)
    for scenario in _seen(results, is_rated=False):
        if scenario.name != "idle":
            cells = [_delay(results, server, scenario.name) for server in results]
            yield f"| `{scenario.name}`, ms p50 / p99 | {' | '.join(cells)} |"
            continue
        kib = [_spread(values(results, server, "idle", KIB), 1) for server in results]
        yield f"| `idle`, KiB a connection | {' | '.join(kib)} |"
        shares = [[100 * used for used in values(results, name, "idle", IDLE)] for name in results]
        yield f"| `idle`, % of a core | {' | '.join(_spread(share) for share in shares)} |"


def _faults(results: Results) -> Iterator[str]:
    """What a member did not get or got twice, and who was thrown out: with any it is no result."""
    yield f"| All broadcasts | {' | '.join(results)} |"
    yield "|---|" + "---:|" * len(results)
    rooms = [scenario.name for scenario in SCENARIOS if scenario.mode == "broadcast"]
    cells = (
        " / ".join(str(_total(results, server, rooms, fault)) for fault in FAULTS)
        for server in results
    )
    yield f"| lost / repeated / thrown out | {' | '.join(cells)} |"


def _total(results: Results, server: str, scenarios: Sequence[str], figure: str) -> int:
    return int(sum(sum(values(results, server, name, figure)) for name in scenarios))


def _seen(results: Results, *, is_rated: bool) -> list[Scenario]:
    ran = {name for runs in results.values() for name in runs}
    return [each for name, each in BY_NAME.items() if name in ran and each.is_rated == is_rated]


def _spread(found: Sequence[float], digits: int = 2) -> str:
    if not found:
        return "-"
    middle = f"**{statistics.median(found):.{digits}f}**"
    if len(found) == 1:
        return middle
    return f"{middle} ({min(found):.{digits}f}-{max(found):.{digits}f})"


def _delay(results: Results, server: str, scenario: str) -> str:
    found = [values(results, server, scenario, f"p{part}_us") for part in (50, 99)]
    if not all(found):
        return "-"
    return " / ".join(f"{statistics.median(each) / 1e3:.1f}" for each in found)
