"""make:crud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from app.console.make.changes import Changes
from app.console.make.crud.code import plan_code
from app.console.make.crud.feature import plan_feature
from app.console.make.crud.forms import plan_forms
from app.console.make.crud.frames import plan_frames
from app.console.make.crud.resource import VERBS, Asked, Resource, read_resource
from app.console.make.crud.routes import plan_routes
from app.console.make.model import plan_model
from app.console.make.references import write_references
from app.kernel import Kernel
from pkg.console.options import plan_option


@click.command("make:crud")
@click.argument("name")
@click.argument("fields", nargs=-1, required=True, metavar="FIELD...")
@click.option("--api", default="v1", show_default=True, metavar="V", help="The API's version.")
@click.option("--only", default="", metavar="VERBS", help=f"Some of {','.join(VERBS)}.")
@click.option("--owner", is_flag=True, help="Rows are their maker's, who alone may change them.")
@click.option("--frames", is_flag=True, help="The same over the socket, a frame a verb.")
@click.option("--no-tests", is_flag=True, help="Writes no tests.")
@plan_option
@click.pass_obj
def make_crud(
    kernel: Kernel, /, *, name: str, fields: Sequence[str], no_tests: bool, plan: bool, **more: Any
) -> None:
    """Writes everything between the routes and the table of a resource NAME, and its tests.

    A FIELD is name:type, then ! for unique and ? for may be absent: title:string:40!
    author:ref:users status:enum:draft,live price:decimal:10,2 published_at:datetime?

    Whoever is signed in may read. Only admins may write or, with --owner, anybody, and change what
    is their own.
    """
    changes = Changes(kernel.root, tests=not no_tests)
    plan_crud(changes, read_resource(kernel.root, Asked(name, fields, **more)))
    changes.end(plan=plan)
    if not plan:
        write_references(kernel.root)
        click.echo("then: python main.py migrate up")


def plan_crud(changes: Changes, resource: Resource) -> None:
    """Plans every file of *resource*.

    Raises:
        Stop: something of it is there already, or a table of the project cannot be added to.
    """
    plan_model(changes, resource.subject, migration=True, factory=True, seeder=True)
    plan_forms(changes, resource)
    plan_code(changes, resource)
    plan_routes(changes, resource)
    plan_feature(changes, resource)
    if resource.frames:
        plan_frames(changes, resource)
