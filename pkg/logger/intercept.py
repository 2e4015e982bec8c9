"""Lines of the standard library's logging, uvicorn's among them, become lines of ours."""

from __future__ import annotations

import logging

from loguru import logger

SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


class Intercept(logging.Handler):
    """Hands each record on, with its logger's name and its exception."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):  # arguments that do not fit the text
            message = str(record.msg)
        known = record.levelname in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        level: str | int = record.levelname if known else record.levelno
        logger.bind(logger=record.name).opt(exception=record.exc_info).log(level, message)


def intercept(level: str) -> Intercept:
    """Takes over the root logger; uvicorn speaks at *level*, every other library from WARNING."""
    release()
    handler = Intercept()
    root = logging.getLogger()
    root.addHandler(handler)
    # At debug libraries print statements with their values, URLs with their queries, mail with its
    # text: they may warn, whatever our own level is.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level)))
    for name in SERVERS:
        server = logging.getLogger(name)
        server.handlers.clear()  # its own formatters know nothing of redaction
        server.propagate = True
        server.setLevel(level)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)  # access lines are ours
    return handler


def release() -> None:
    """Undoes :func:`intercept`."""
    root = logging.getLogger()
    for handler in [h for h in root.handlers if isinstance(h, Intercept)]:
        root.removeHandler(handler)
