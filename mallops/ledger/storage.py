"""Where photos are kept: one small interface, a folder behind it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from flask import current_app

MARGIN_BYTES = 50_000_000  # below this much free space the folder counts as full


class PhotoStore(Protocol):
    """Keeps bytes under a name, per mall. Names are hashes, never a user's words."""

    def put(self, mall_id: int, name: str, data: bytes) -> None: ...

    def get(self, mall_id: int, name: str) -> bytes | None: ...

    def delete(self, mall_id: int, name: str) -> None: ...

    def is_writable(self) -> bool: ...

    def sweep(self, before: float, known: Callable[[int, str], bool]) -> int: ...


class FolderStore:
    """Photos as files, each written whole or not at all, and surviving a power cut."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, mall_id: int, name: str, data: bytes) -> None:
        """Keep ``data``; an OSError (disk full) leaves no half file under the name."""
        path = self._path(mall_id, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        # With the folders that were made for it, by whoever made them.
        for folder in (path.parent, path.parent.parent, self.root):
            fsync_folder(folder)

    def get(self, mall_id: int, name: str) -> bytes | None:
        path = self._path(mall_id, name)
        return path.read_bytes() if path.exists() else None

    def delete(self, mall_id: int, name: str) -> None:
        self._path(mall_id, name).unlink(missing_ok=True)

    def link(self, other: FolderStore, mall_id: int, name: str) -> bool:
        """Keep what the other folder has as the same file, or a copy of it.

        Files are never written again, so two folders may share one. False where the
        other has none.
        """
        source, path = other._path(mall_id, name), self._path(mall_id, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(source, path)
        except FileNotFoundError:
            return False
        except OSError:  # another disk, or one without hard links
            self.put(mall_id, name, source.read_bytes())
        return True

    def is_writable(self) -> bool:
        self.root.mkdir(parents=True, exist_ok=True)
        disk = os.statvfs(self.root)
        free = disk.f_bavail * disk.f_frsize
        return os.access(self.root, os.W_OK) and free > MARGIN_BYTES

    def sweep(self, before: float, known: Callable[[int, str], bool]) -> int:
        """Remove what a crash left behind: parts, and files no row knows.

        ``before`` is a file time (seconds since 1970): younger files may belong to
        an upload that is under way. Returns how many were removed.
        """
        left = [
            path for path in self.root.glob("*/*/*") if _is_left(path, before, known)
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    def _path(self, mall_id: int, name: str) -> Path:
        return self.root / str(mall_id) / name[:2] / f"{name}.jpg"


def _is_left(path: Path, before: float, known: Callable[[int, str], bool]) -> bool:
    if path.stat().st_mtime >= before:
        return False
    return path.suffix == ".part" or not known(int(path.parts[-3]), path.stem)


def store() -> PhotoStore:
    """The store of the app that is running."""
    photos = current_app.extensions.get("mallops.photos")
    if photos is None:
        photos = FolderStore(current_app.config["SETTINGS"].data / "photos")
        current_app.extensions["mallops.photos"] = photos
    return cast(PhotoStore, photos)


def fsync_folder(folder: Path) -> None:
    """Make names in this folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
