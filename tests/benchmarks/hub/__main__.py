"""The hub beside its peers, in turns.

\b
    python -m tests.benchmarks.hub                    a minute; shows that it works
    python -m tests.benchmarks.hub --full --install   every scenario, three rounds; half an hour
    python -m tests.benchmarks.hub --rounds 5 --only parley,gorilla --scenarios sat1000,echo
    python -m tests.benchmarks.hub --rounds 3 --only parley,parley-asgi,parley-sqlite-normal

It needs gcc, and Linux with two cores: the server on one, what loads it on the other. Run nothing
else meanwhile. Peers that are not installed are left out. docs/performance.md says how to read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click

from tests.benchmarks.hub import build, pages
from tests.benchmarks.hub.load import Broken, Figures, measure
from tests.benchmarks.hub.proc import raise_file_limit
from tests.benchmarks.hub.report import tables
from tests.benchmarks.hub.scenarios import BY_NAME, SHORT
from tests.benchmarks.hub.servers import SET_OTHERWISE, Start, starts
from tests.benchmarks.venvs import cache

FULL_ROUNDS = 3
FULL_HINT = "one short round proves nothing: --full --install makes the whole comparison"
Found = dict[str, dict[str, list[Figures]]]


def words(ctx: click.Context, param: click.Parameter, value: str) -> list[str]:
    return [word for word in value.split(",") if word]


@click.command(help=__doc__)
@click.option("--full", is_flag=True, help="Every scenario, three rounds of two seconds each.")
@click.option("--rounds", type=int, help="Turns of each hub.")
@click.option("--seconds", type=float, help="Of one measurement.")
@click.option("--only", callback=words, default="", help="Hubs, with commas between.")
@click.option("--scenarios", callback=words, default="", help="Scenarios, with commas between.")
@click.option("--install", is_flag=True, help="Fetches missing peers into the cache folder.")
@click.option("--add", is_flag=True, help="Adds to the figures of the last run.")
@click.option("--stored", is_flag=True, help="Measures nothing: the figures of the last run.")
@click.option("--write-docs", is_flag=True, help="Puts tables and picture into docs/.")
def main(
    *,
    full: bool,
    rounds: int | None,
    seconds: float | None,
    only: list[str],
    scenarios: list[str],
    install: bool,
    add: bool,
    stored: bool,
    write_docs: bool,
) -> None:
    found = load() if add or stored else {}
    if not stored:
        run(
            prepared(only, may_install=install),
            scenarios or (list(BY_NAME) if full else SHORT),
            rounds=rounds or (FULL_ROUNDS if full else 1),
            seconds=seconds or (2.0 if full else 1.0),
            found=found,
        )
    if not found:
        raise click.ClickException("nothing was measured")
    click.echo("\n" + tables(found))
    if write_docs:
        pages.write(found)
    if not (full or rounds or stored):
        click.echo(FULL_HINT)


def prepared(only: Sequence[str], *, may_install: bool) -> dict[str, Start]:
    """Answers the hubs that this machine can run, and says of the others why not."""
    ready = {}
    for name, prepare in starts(may_install=may_install).items():
        if name not in only if only else name in SET_OTHERWISE:
            continue
        try:
            ready[name] = prepare()
        except build.Absent as exc:
            click.echo(f"{name} is left out: {exc}")
    return ready


def run(
    hubs: Mapping[str, Start],
    scenarios: Sequence[str],
    *,
    rounds: int,
    seconds: float,
    found: Found,
) -> None:
    """Measures everything *rounds* times, the hubs in turns, and keeps *found* after each turn."""
    try:
        wsload = build.compiled(build.HERE / "wsload.c")
    except build.Absent as exc:
        raise click.ClickException(f"the hub is not measured: {exc}") from exc
    raise_file_limit()
    for number in range(1, rounds + 1):
        for name, start in hubs.items():
            for scenario in scenarios:
                try:
                    figures = measure(wsload, start, BY_NAME[scenario], seconds)
                except Broken as exc:
                    click.echo(f"{number} {name} {scenario}: {exc}")
                    continue
                found.setdefault(name, {}).setdefault(scenario, []).append(figures)
                click.echo(f"{number} {name} {scenario}: {shown(figures)}")
        (cache() / "hub.json").write_text(json.dumps(found), encoding="ascii")


def shown(figures: Figures) -> str:
    """Answers the few figures by which one sees a run go wrong."""
    names = ("per_srv_cpu_s", "p99_us", "missing", "duplicates", "closed", "errors", "kib")
    return ", ".join(f"{name} {figures[name]:,.0f}" for name in names if name in figures)


def load() -> Found:
    stored = cache() / "hub.json"
    found: Found = json.loads(stored.read_text(encoding="ascii")) if stored.exists() else {}
    return found


if __name__ == "__main__":
    main()
