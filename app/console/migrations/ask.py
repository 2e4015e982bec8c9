"""What only a person can say of a change, asked on a terminal and demanded everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import click

from pkg.console import Stop
from pkg.migrate.diff import Choices, Plan, Problem, Shape, plan


@dataclass(frozen=True, slots=True)
class Sides:
    """What models ask for, what migrations make, and the tables that have no model."""

    wanted: dict[str, Shape]
    there: dict[str, Shape]
    bare: frozenset[str]


def settled(both: Sides, choices: Choices, *, asks: bool) -> Plan:
    """Answers a plan that nothing stands in the way of; *asks*: somebody is there to be asked.

    Raises:
        Stop: something does, and nobody can be asked about it, or the answer was no.
    """
    while True:
        made = plan(both.wanted, both.there, choices, bare=both.bare)
        if not made.problems:
            return made
        kinds = {one.kind for one in made.problems}
        if not asks or kinds - {"rename", "drop"}:
            raise Stop(_told(made.problems))
        choices = _asked(made.problems, choices)


def _asked(problems: Sequence[Problem], choices: Choices) -> Choices:
    for one in problems:
        if one.rename is not None:
            if click.confirm(f"{one.text}: is it renamed?"):
                return replace(choices, renames=(*choices.renames, one.rename))
            return replace(choices, apart=choices.apart | {one.rename})
    for one in problems:
        click.echo(one.text)
    if not click.confirm("write that?"):
        raise Stop("nothing was written")
    return replace(choices, drop=True)


def _told(problems: Sequence[Problem]) -> str:
    return "\n".join(["nothing is written", *(f"  {one.text}: {one.recipe}" for one in problems)])
