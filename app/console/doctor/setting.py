"""Python, `.env`, the key and the other settings."""

from __future__ import annotations

import platform
import stat
import sys
from typing import Final

from app.console.doctor.check import Finding, Patient, odd, well, wrong
from app.console.key import env_file
from pkg.app import keys
from pkg.app.dotenv import write
from pkg.limiter import Limit

LEAST: Final = (3, 11)
PRIVATE: Final = 0o600


async def python(patient: Patient) -> Finding:
    """Whether this interpreter is new enough, and has its own packages."""
    version = platform.python_version()
    if sys.version_info < LEAST:
        return wrong(f"Python {version} is too old", "install Python 3.11 or newer")
    if sys.prefix == sys.base_prefix:
        return odd(f"Python {version}, outside of a virtual environment", "make serve")
    return well(f"Python {version}")


async def env(patient: Patient) -> Finding:
    """Whether `.env` is there where it is needed, and nobody else may read it."""
    path = env_file(patient.kernel)
    if not path.exists() and patient.kernel.flags.env:
        return odd(f"there is no {path.name}, which -e asks for", f"cp .env.example {path.name}")
    if not path.exists():
        return well(f"no {path.name}: everything comes from the environment or is a default")
    open_to = stat.S_IMODE(path.stat().st_mode) & ~PRIVATE
    if open_to:
        return wrong(f"{path.name} may be read by others on this machine", f"chmod 600 {path.name}")
    return well(f"{path.name} is its owner's alone")


async def close_env(patient: Patient) -> str:
    """Takes the file away from everybody but its owner."""
    path = env_file(patient.kernel)
    path.chmod(PRIVATE)
    return f"chmod 600 {path.name}"


async def settings(patient: Patient) -> Finding:
    """Whether all settings hold, for this environment too."""
    faults = patient.faults
    if faults:
        told = "; ".join(str(fault) for fault in faults[:3])
        more = f"; and {len(faults) - 3} more" if len(faults) > 3 else ""
        return wrong(f"{told}{more}", "python main.py config:check")
    return well(f"all hold, for {patient.settings.app.env}")


async def key(patient: Patient) -> Finding:
    """Whether there is a key to derive secrets from."""
    if patient.settings.app.key.get_secret_value():
        return well("APP_KEY is set, and looks like chance")
    return wrong("APP_KEY is not set", "python main.py key:generate")


async def make_key(patient: Patient) -> str:
    """Writes a key where there is none."""
    path = env_file(patient.kernel)
    write(path, "APP_KEY", keys.generate())
    return f"wrote a fresh APP_KEY to {path.name}"


async def limits(patient: Patient) -> Finding:
    """Whether every limit of a route is tighter than the one of the whole API above it."""
    config = patient.settings.limiter
    (whole,) = config.api[:1]
    idle = [
        f"LIMITER_{name.upper()}={rule}"
        for name, rules in config.rules.items()
        for rule in rules
        if name != "api" and rule.scope == whole.scope and not _acts(rule, whole)
    ]
    if idle:
        return odd(f"{', '.join(idle)} never acts: LIMITER_API={whole} is tighter", "lower it")
    return well("each acts before the one above it")


def _acts(rule: Limit, above: Limit) -> bool:
    return rule.amount < above.amount * max(1.0, rule.window / above.window)


async def safety(patient: Patient) -> Finding:
    """What a deployment may be started with, and had better not be."""
    found = patient.settings
    if not found.app.is_deployed:
        return well(f"{found.app.env} serves nobody but its developers")
    if found.database.synchronous != "FULL":
        return odd("the last messages may be lost with the power", "DATABASE_SYNCHRONOUS=FULL")
    if found.app.url.startswith("http://"):
        return odd("cookies and tokens travel in clear", "APP_URL=https://..., behind a proxy")
    return well(f"nothing that {found.app.env} should not be started with")
