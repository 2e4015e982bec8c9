"""app:rename."""

from __future__ import annotations

import re
from collections.abc import Sequence

import click

from app.console.make.changes import Changes
from app.console.make.references import write_references
from app.console.rename.places import PLACES, STAYS
from app.console.rename.product import Product, standing, wanted
from app.kernel import Kernel
from pkg.console import ok, table, warn
from pkg.console.options import plan_option


@click.command("app:rename")
@click.argument("name")
@click.option("--slug", metavar="SLUG", help="What programs call it; else it is made of NAME.")
@plan_option
@click.pass_obj
def app_rename(kernel: Kernel, /, *, name: str, slug: str | None, plan: bool) -> None:
    """Calls the product NAME: in its pages, mails, cookies, console, package and documents.

    Only declared places are written to; one that you have rewritten is named and left to you. What
    clients and operators rely on keeps its name, and is listed. `undo` takes it back.
    """
    new, old = wanted(name, slug), standing(kernel.root)
    if new == old:
        ok(f"it is called {new.name} already")
        return
    changes = Changes(kernel.root)
    missed = [f"{file}: {place}" for file in PLACES for place in _plan(changes, file, old, new)]
    changes.end(plan=plan)
    for one in missed:
        warn(f"rewritten, so look yourself: {old.within(one).strip()}")
    click.echo("\nThese keep their names:")
    table(("what", "why"), STAYS.items())
    if not plan:
        write_references(kernel.root)
        ok(f"{old.name} is called {new.name} now: run `make fmt`, and sign in again (new cookies)")


def _plan(changes: Changes, file: str, old: Product, new: Product) -> list[str]:
    """Plans one file; answers the places that it lacks."""
    path = changes.root / file
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if renamed(text, PLACES[file], old, new) != text:
        changes.change(file, lambda _, text: renamed(text, PLACES[file], old, new))
    return [place for place in PLACES[file] if not _pattern(place, old).search(text)]


def renamed(text: str, places: Sequence[str], old: Product, new: Product) -> str:
    """Answers *text* with the name of *new* in those *places* that it has."""
    for place in places:
        text = _pattern(place, old).sub(new.within(place), text)  # neither has a backslash
    return text


def _pattern(place: str, product: Product) -> re.Pattern[str]:
    """Answers what finds *place* as a whole: no `chat_session` in `webchat_sessions`."""
    before = r"(?<![A-Za-z0-9_])" if place.startswith("{") else ""
    after = r"(?![A-Za-z0-9_])" if place[-1].isalpha() else ""
    return re.compile(before + re.escape(product.within(place)) + after)
