"""Catalogues as people write them, turned into those the program reads. Needs babel, a dev tool."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from pkg.i18n.translator import DOMAIN


def compile_catalogues(folder: Path) -> list[Path]:
    """Writes a ``.mo`` beside each ``.po`` under *folder* and answers those that changed."""
    changed = []
    for source in sorted(folder.glob(f"*/*/{DOMAIN}.po")):
        target, content = source.with_suffix(".mo"), compiled(source)
        if not target.exists() or target.read_bytes() != content:
            target.write_bytes(content)
            changed.append(target)
    return changed


def compiled(source: Path) -> bytes:
    """Answers what the compiled form of *source* holds."""
    from babel.messages.mofile import write_mo  # noqa: PLC0415  vendor, and of dev only
    from babel.messages.pofile import read_po  # noqa: PLC0415  the same

    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parts[-3], domain=DOMAIN, abort_invalid=True)
    # Else babel writes down the minute, and the same words make another file each time.
    catalogue.creation_date = catalogue.revision_date = datetime(2000, 1, 1, tzinfo=UTC)
    written = BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()
