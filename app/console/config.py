"""config:show, config:check."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from app.kernel import Kernel
from config.settings import read
from pkg.config import ConfigFaults, Env, Fault, Variable
from pkg.console import Stop, ok, show, warn
from pkg.console.options import json_option

MASK = "********"


@click.command("config:show")
@click.argument("key", required=False)
@click.option("--sources", is_flag=True, help="Shows each place a value was set in.")
@json_option
@click.pass_obj
def config_show(kernel: Kernel, /, *, key: str | None, sources: bool, as_json: bool) -> None:
    """Shows every setting, or those whose name is KEY or starts with it; secrets are masked."""
    env, faults = _environment(kernel)
    chosen = _chosen(env, key)
    if not chosen:
        raise Stop(f"no setting is named {key} or starts so: see `config:show` without a name")
    rows = [_row(env, variable, sources=sources) for variable in chosen]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        show(rows, ("name", "value", "from"), as_json=False)
    if faults:
        warn(f"{len(faults)} of the settings do not hold: see `config:check`")


@click.command("config:check")
@click.pass_obj
def config_check(kernel: Kernel) -> None:
    """Tells every fault of the settings at once; ends with 1 when there is one."""
    env, faults = _environment(kernel)
    if faults:
        raise ConfigFaults(tuple(faults))
    where = kernel.settings.app.env
    ok(f"{len(env.variables)} settings hold ({where})")


def _environment(kernel: Kernel) -> tuple[Env, Sequence[Fault]]:
    env = Env.load(kernel.root, kernel.flags.env)
    try:
        read(env, kernel.root)
    except ConfigFaults as exc:
        return env, exc.faults
    return env, ()


def _chosen(env: Env, key: str | None) -> list[Variable]:
    wanted = (key or "").upper()
    exact = [one for name, one in env.variables.items() if name == wanted]
    return exact or [one for name, one in env.variables.items() if name.startswith(wanted)]


def _row(env: Env, variable: Variable, *, sources: bool) -> dict[str, str]:
    set_in = env.sources(variable.name) or [("default", variable.default)]
    shown = set_in if sources else set_in[:1]
    return {
        "name": variable.name,
        "value": " < ".join(_masked(variable, value) for _, value in shown),
        "from": " < ".join(layer for layer, _ in shown),
    }


def _masked(variable: Variable, value: str) -> str:
    return MASK if variable.secret and value else value
