"""The version: no metadata is searched for at start; a test holds it equal to pyproject."""

from __future__ import annotations

VERSION = "0.1.0"
