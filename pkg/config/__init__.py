"""Reads the environment into frozen models."""

from __future__ import annotations

from pkg.config.env import Env
from pkg.config.errors import ConfigFaults, Fault
from pkg.config.variable import Variable

__all__ = ["ConfigFaults", "Env", "Fault", "Variable"]
