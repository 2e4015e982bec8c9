"""Where the browser is, and how it is started so that it asks nobody else for anything."""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No update checks, no sign-in, no QUIC: every connection of a test goes to loopback.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",  # containers often have 64 MB there
)


def executable() -> str:
    """Answers the path of a Chromium; without one the test is skipped with what to install.

    Where ``REQUIRE_BROWSER=1`` it fails instead.
    """
    named = os.environ.get("TEST_BROWSER")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    reason = "no Chromium: `apt-get install chromium`, or set TEST_BROWSER to the path of one"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
