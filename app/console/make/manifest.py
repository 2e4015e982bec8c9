"""What a generator wrote, kept so that it can be taken back: `storage/generated/0007.json`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pkg.console import Stop

FOLDER = "storage/generated"
KEPT = 50  # manifests; what is older is in version control by now


@dataclass(frozen=True, slots=True)
class Written:
    """A file: its name below the root, its text before (None: it was not there), its hash after."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """One run of a generator; the latest has the highest number."""

    number: int
    command: str
    at: str  # ISO 8601, UTC
    files: tuple[Written, ...]
    folders: tuple[str, ...]  # those it made, the outer ones first

    @property
    def id(self) -> str:
        """What people call it."""
        return f"{self.number:04}"

    def touched(self, root: Path) -> list[str]:
        """Answers the files that are not any more as they were written."""
        return [one.name for one in self.files if digest(root / one.name) != one.after]


def planned(root: Path, command: str, texts: Mapping[Path, str]) -> Manifest:
    """Answers the manifest of a run that is about to write *texts*."""
    made = {up for path in texts for up in path.parents if not up.exists()}
    return Manifest(
        number=max((one.number for one in manifests(root)), default=0) + 1,
        command=command,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=tuple(
            Written(
                str(path.relative_to(root)),
                path.read_text(encoding="utf-8") if path.exists() else None,
                hashlib.sha256(text.encode()).hexdigest(),
            )
            for path, text in texts.items()
        ),
        folders=tuple(sorted(str(path.relative_to(root)) for path in made)),
    )


def place(root: Path, number: int) -> Path:
    """Answers where the manifest of that *number* is."""
    return root / FOLDER / f"{number:04}.json"


def said(manifest: Manifest) -> str:
    """Answers what stands in its file."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n"


def manifests(root: Path) -> list[Manifest]:
    """Answers those that are kept, the latest first.

    Raises:
        Stop: somebody wrote into one.
    """
    paths = sorted((root / FOLDER).glob("[0-9]*.json"), reverse=True)
    return [_read(path) for path in paths]


def prune(root: Path) -> None:
    """Removes all but the latest."""
    for path in sorted((root / FOLDER).glob("[0-9]*.json"), reverse=True)[KEPT:]:
        with suppress(OSError):
            path.unlink()


def digest(path: Path) -> str:
    """Answers the hash of a file as it is; nothing: an empty text."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def later(of: Manifest, name: str, among: Sequence[Manifest]) -> Manifest | None:
    """Answers the latest run after *of* that wrote the file *name* too."""
    runs = (one for one in among if one.number > of.number)
    return next((one for one in runs if any(file.name == name for file in one.files)), None)


def _read(path: Path) -> Manifest:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(Written(**each) for each in found.pop("files"))
        return Manifest(files=files, folders=tuple(found.pop("folders")), **found)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise Stop(f"{path} cannot be read: remove it, and nothing else is lost") from exc
