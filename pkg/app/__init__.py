"""The application's own settings, keys, folders and version."""

from __future__ import annotations

from pkg.app.config import AppConfig
from pkg.app.keys import KeyUnfit, app_key, derive
from pkg.app.paths import Paths
from pkg.app.serve import ServeConfig
from pkg.app.version import VERSION

__all__ = ["VERSION", "AppConfig", "KeyUnfit", "Paths", "ServeConfig", "app_key", "derive"]
