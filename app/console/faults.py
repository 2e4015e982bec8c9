"""Faults of a form in words, a line each."""

from __future__ import annotations

from typing import NoReturn

import click

from app.container import Services
from pkg.console import Exit, fail
from pkg.validation import Invalid


def refuse(services: Services, exc: Invalid) -> NoReturn:
    """Prints a line for each fault of a form, and ends the command."""
    for field, faults in exc.faults.items():
        for fault in faults:
            words = services.translator.text("en", f"field.{fault.code}", **fault.params)
            fail(f"{field or 'form'}: {words}")
    raise click.exceptions.Exit(Exit.FAILED) from None
