"""Options that mean the same on every command that has them."""

from __future__ import annotations

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Prints JSON.")
plan_option = click.option(
    "--plan", is_flag=True, help="Prints what would be written, writes nothing."
)
force_option = click.option("--force", is_flag=True, help="Does it in production too, unasked.")
