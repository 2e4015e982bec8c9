from __future__ import annotations

from pkg.file.avatar import avatar_urls, drop_avatar, keep_avatar
from pkg.file.config import FileConfig
from pkg.file.contract import Lists, Storage, Stored
from pkg.file.errors import (
    BadFileName,
    BadStorageUrl,
    FileUnavailable,
    ImageRefused,
    ImagesBusy,
    ImageTooLarge,
)
from pkg.file.images import SIZES, Images
from pkg.file.place import locate

__all__ = [
    "SIZES",
    "BadFileName",
    "BadStorageUrl",
    "FileConfig",
    "FileUnavailable",
    "ImageRefused",
    "ImageTooLarge",
    "Images",
    "ImagesBusy",
    "Lists",
    "Storage",
    "Stored",
    "avatar_urls",
    "drop_avatar",
    "keep_avatar",
    "locate",
]
