"""Folders, disk, port, and the server's own parts."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

from app.console.doctor.check import Finding, Patient, odd, well, wrong
from app.console.serve.fit import fits
from app.console.serve.front import guarded
from app.console.serve.server import AddressUnfit, PortTaken, listen
from pkg.app import Paths
from pkg.file import BadStorageUrl, locate

LEAST, LOW = 200 << 20, 2 << 30  # bytes that are free; messages end with the disk


async def storage(patient: Patient) -> Finding:
    """Whether every folder that is written to can be."""
    for folder in _folders(patient):
        if not folder.is_dir():
            return wrong(f"{folder} is not there", f"mkdir -p {folder}")
        if not os.access(folder, os.W_OK | os.X_OK):
            return wrong(f"{folder} cannot be written to", f"chown or chmod {folder}")
    return well("every folder can be written to")


async def make_folders(patient: Patient) -> str:
    """Makes what is missing; rights are not this command's to change."""
    made = []
    for folder in _folders(patient):
        if not folder.is_dir():
            folder.mkdir(parents=True)
            made.append(str(folder))
    return f"made {', '.join(made)}" if made else ""


async def disk(patient: Patient) -> Finding:
    """Whether there is room for what is going to be said."""
    free = shutil.disk_usage(_nearest(Paths(patient.kernel.root).storage)).free
    told = f"{free / (1 << 30):.1f} GiB are free"
    if free < LEAST:
        return wrong(told, "make room: the database stops taking messages when it is full")
    return odd(told, "make room, or watch it") if free < LOW else well(told)


async def port(patient: Patient) -> Finding:
    """Whether `serve` could listen where it is told to."""
    config = patient.settings.serve
    where = f"{config.host}:{config.port}"
    try:
        listen(config.host, config.port).close()
    except PortTaken:
        if _is_ours(config.host, config.port):
            return well(f"{where} is taken, by a server of this kind that is well")
        return odd(f"{where} is taken by something else", "stop it, or SERVE_PORT=...")
    except AddressUnfit as exc:
        return wrong(str(exc), "SERVE_HOST and SERVE_PORT")
    return well(f"{where} is free")


async def hub(patient: Patient) -> Finding:
    """Whether sockets run on the hub's own transport."""
    if await fits(guarded(patient.settings.serve)):
        return well("sockets run on the hub's own transport")
    return odd(
        "this uvicorn does not fit: sockets are slower, on uvicorn's own transport",
        "install the version that pyproject.toml asks for",
    )


def _folders(patient: Patient) -> Iterator[Path]:
    settings, paths = patient.settings, Paths(patient.kernel.root)
    yield paths.storage
    yield paths.logs
    try:
        yield locate(settings.file.url, settings.root)
    except BadStorageUrl:
        return  # the settings' own check tells it


def _nearest(folder: Path) -> Path:
    return folder if folder.exists() else _nearest(folder.parent)


def _is_ours(host: str, port: int) -> bool:
    asked = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=2) as line:
            line.sendall(asked)
            return b"x-request-id" in line.recv(4096).lower()
    except OSError:
        return False
