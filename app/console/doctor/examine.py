"""Every check, in the order they build on each other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from app.console.doctor import machine, setting, store
from app.console.doctor.check import Check, Finding, Level, Patient, skipped, wrong
from pkg.errors import Error

CHECKS: Final = (
    Check("python", setting.python),
    Check(".env", setting.env, fix=setting.close_env),
    Check("settings", setting.settings),
    Check("key", setting.key, needs=("settings",), fix=setting.make_key),
    Check("safety", setting.safety, needs=("settings",)),
    Check("limits", setting.limits, needs=("settings",)),
    Check("storage", machine.storage, needs=("settings",), fix=machine.make_folders),
    Check("disk", machine.disk),
    Check("database", store.database, needs=("settings",)),
    Check("migrations", store.migrations, needs=("database",), fix=store.migrate),
    Check("clock", store.clock, needs=("database",)),
    Check("doors", store.doors, needs=("database", "migrations")),
    Check("redis", store.redis, needs=("settings",)),
    Check("port", machine.port, needs=("settings",)),
    Check("hub", machine.hub, needs=("settings",)),
)


async def examine(
    patient: Patient, checks: Sequence[Check] = CHECKS, *, fix: bool = False
) -> AsyncIterator[tuple[Check, Finding, str]]:
    """Answers each check with what it found, and what was done about it.

    What is wrong and has a fix is mended with *fix*, and looked at once more.
    """
    wrong: set[str] = set()
    for check in checks:
        done, missing = "", [name for name in check.needs if name in wrong]
        if missing:
            wrong.add(check.name)
            yield check, skipped(f"not before {' and '.join(missing)}"), ""
            continue
        found = await _look(check, patient)
        if fix and found.level is Level.WRONG and check.fix is not None:
            done = await check.fix(patient)
            patient.renew()
            found = await _look(check, patient)
        if found.level is Level.WRONG:
            wrong.add(check.name)
        yield check, found, done


async def _look(check: Check, patient: Patient) -> Finding:
    try:
        return await check.look(patient)
    except (Error, OSError) as exc:  # what was well a moment ago went away
        return wrong(str(exc) or type(exc).__name__, "look again; -v shows more")
