"""Small questions behind the hub's design, each answered by a measurement of its own.

python -m tests.benchmarks.tries [writes parsing decoding collecting] [--rounds 5]
"""

from __future__ import annotations

import click

from tests.benchmarks.tries import collecting, decoding, parsing, writes

TRIES = {
    "writes": writes.run,
    "parsing": parsing.run,
    "decoding": decoding.run,
    "collecting": collecting.run,
}


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(TRIES)))
@click.option("--rounds", default=5, show_default=True)
def main(names: tuple[str, ...], rounds: int) -> None:
    for name in names or TRIES:
        click.echo("\n".join(TRIES[name](rounds)))


if __name__ == "__main__":
    main()
