"""Reads `STORAGE_URL`."""

from __future__ import annotations

from pathlib import Path

from pkg.file.errors import BadStorageUrl

SCHEME = "file://"


def locate(url: str, root: Path) -> Path:
    """Answers the folder *url* names; a relative one is taken from *root*.

    Raises:
        BadStorageUrl: it is no file:// address, or names no folder of its own.
    """
    if url.startswith("s3://"):
        raise BadStorageUrl("s3:// is not supported yet: use file:// and a folder")
    path = url.removeprefix(SCHEME)
    if path == url or not path or "\0" in path:
        raise BadStorageUrl("must be file:// and a folder, file://storage/uploads say")
    folder = (root / path).resolve()
    if folder in (root.resolve(), *root.resolve().parents):
        raise BadStorageUrl("must name a folder that holds nothing but uploads")
    return folder
