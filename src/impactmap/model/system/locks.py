"""Locks that go with the process that holds them, on any system."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import importlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["alone_in", "hold", "is_abandoned", "release"]

_ON_WINDOWS: bool = sys.platform == "win32"
#: No run takes longer: what is older, where a file cannot be locked without being kept from everybody, is abandoned.
_DAY = 86_400.0
#: What a file system says that has no locks, or none for folders: then only runs on this computer wait for each other.
_NO_LOCKS = frozenset((errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EBADF))


def hold(path: Path) -> int | None:
    """Lock a file or folder for this process's life; None when another holds it or the platform has no such locks."""
    if _ON_WINDOWS:
        return None
    fcntl: Any = importlib.import_module("fcntl")
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def release(held: int | None) -> None:
    """Give back what `hold` gave."""
    if held is not None:
        with contextlib.suppress(OSError):
            os.close(held)


def is_abandoned(path: Path) -> bool:
    """Say whether no running process holds a temporary file or folder of ours."""
    if _ON_WINDOWS:
        return path.exists() and time.time() - path.stat().st_mtime > _DAY
    held = hold(path)
    release(held)
    return held is not None


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Read and write a folder's files while no other process of ours does; wait for one that does.

    Notes
    -----
    Where a folder cannot be locked (on Windows, and on network shares without locks) a file of this computer stands for
    it: processes of several computers then do not wait for each other.
    """
    if not folder.is_dir():
        yield
        return
    handle = _stand_in(folder) if _ON_WINDOWS else os.open(folder, os.O_RDONLY)
    try:
        if _ON_WINDOWS:
            _lock_on_windows(handle)
        elif not _lock_on_posix(handle):
            stand_in = _stand_in(folder)
            os.close(handle)
            handle = stand_in
            _lock_on_posix(handle)
        yield
    finally:
        os.close(handle)


def _stand_in(folder: Path) -> int:
    """Open the file of this computer that stands for a folder that cannot be locked itself."""
    key = hashlib.sha256(os.path.normcase(folder.resolve()).encode()).hexdigest()[:24]
    return os.open(Path(tempfile.gettempdir()) / f"impactmap-{key}.lock", os.O_RDWR | os.O_CREAT)


def _lock_on_posix(handle: int) -> bool:
    """Lock; False where the system has no lock for it, as many a network share has none for folders."""
    fcntl: Any = importlib.import_module("fcntl")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return False
    return True


def _lock_on_windows(handle: int) -> None:
    msvcrt: Any = importlib.import_module("msvcrt")
    while True:
        try:
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        except OSError:  # it waits for ten seconds
            continue
        return
