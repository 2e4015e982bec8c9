"""What can be wrong with a file."""

from __future__ import annotations

from pkg.errors import Misconfigured, Rejected, Unavailable


class BadStorageUrl(Misconfigured):
    """`STORAGE_URL` names no place where files can be kept."""

    code = "file.url"


class BadFileName(Rejected):
    """The name is none that we gave: it may be a path, and is never tried as one."""

    code = "file.name"


class FileUnavailable(Unavailable):
    """The place where files are kept did not do it: full, read-only or gone."""

    code = "file.unavailable"


class ImageRefused(Rejected):
    """It is no picture of a kind that is taken, or a broken one."""

    code = "image.refused"


class ImageTooLarge(Rejected):
    """The picture has too many bytes or too many pixels."""

    code = "image.too_large"


class ImagesBusy(Unavailable):
    """More pictures wait for the pool than it will get to in time; come back later."""

    code = "image.busy"
