"""Writing that is all or nothing: a file, or a whole folder, is the old one or the new one, never a part."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import glob
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from impactmap.model.errors import ImpactMapError, PublishError
from impactmap.model.system import file_names
from impactmap.model.system.locks import hold, is_abandoned, release

__all__ = ["MANIFEST", "check_target", "replace_file", "replace_folder"]

MANIFEST = "manifest.json"

_MARK = ".impactmap-"
_RENAME_EXCHANGE = 2
#: On Windows nothing can be put in place of a file that a program has open, be it for a moment to look for viruses.
_ON_WINDOWS: bool = sys.platform == "win32"
_OPEN_ELSEWHERE = frozenset({5, 32, 33})  # what Windows says then
_TRIES, _WAIT_SECONDS = 6, 0.1
_AT_FDCWD = {"linux": -100, "darwin": -2}
_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and run it again",
    errno.EDQUOT: "your disk quota is used up. Free some space and run it again",
    errno.EFBIG: "the file is larger than this disk or this account allows. Choose another output place",
    errno.EROFS: "the disk is read-only. Choose another output place",
    errno.EACCES: "you are not allowed to write there. Choose another output place or change its permissions",
    errno.EPERM: "you are not allowed to write there. Choose another output place or change its permissions",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one",
    errno.ENOTDIR: "a part of the path is a file, not a folder. Choose another output place",
}


def check_target(path: str | Path, *, inputs: Iterable[str | Path] = (), force: bool = False) -> Path:
    """Return the real place of an output, after refusing the ones that could destroy something.

    Parameters
    ----------
    path
        File or folder to be written.
    inputs
        Files that the output is made from.
    force
        Write through a symbolic link, a path with ``..`` and over an input all the same.

    Returns
    -------
    Path
        Absolute and without symbolic links.

    Raises
    ------
    PublishError
        Unless forced: the path is a symbolic link (for a relative path, any part of it), holds ``..``, is an input, or
        is the folder of one. Always: the path is empty, the root of a disk, or a name that Windows keeps for itself
        and this is Windows.
    """
    path = Path(path)
    real = Path(os.path.realpath(path))
    if real == Path(real.anchor) or "\0" in str(path):
        raise PublishError(
            f"{path}: expected a file or folder to write, found the root of a disk. Name a folder in it."
        )
    if _ON_WINDOWS and (trouble := file_names.trouble_on_windows(path)):
        raise PublishError(f"{path}: {trouble}. Choose another name.")
    if force:
        return real
    if ".." in path.parts:
        raise PublishError(f"{path}: the output path holds '..'. Write it out without ({real}), or use --force.")
    links = [part for part in (path, *(() if path.is_absolute() else path.parents)) if part.is_symlink()]
    if links:
        raise PublishError(
            f"{links[-1]}: is a symbolic link to {os.path.realpath(links[-1])}. Name that place itself, or use --force."
        )
    sources = {Path(os.path.realpath(source)) for source in inputs}
    if real in sources or any(_same(real, source) for source in sources):
        raise PublishError(f"{path}: is also the input. Choose another output, or use --force.")
    if real in {source.parent for source in sources}:
        raise PublishError(f"{path}: is the folder of the input. Choose another output folder, or use --force.")
    return real


@contextlib.contextmanager
def replace_file(path: str | Path, *, inputs: Iterable[str | Path] = (), force: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to; put the file in place when the block ends without an error.

    Parameters
    ----------
    path
        File to be written; its folder must exist.
    inputs, force
        As in `check_target`. An existing regular file is replaced; anything else is refused.

    Yields
    ------
    Path
        A new, empty file in the same folder with the same suffix.

    Raises
    ------
    PublishError
        For a refused target, and for an error of the disk; the old file is then intact.
    """
    target = check_target(path, force=True) if force else _check_file(path, inputs)
    if target.is_dir():
        raise PublishError(f"{path}: is a folder; expected the name of a file to write.")
    with _plain_words(path):
        if not target.parent.is_dir():
            raise PublishError(f"{path}: the folder {target.parent} does not exist. Make it first.")
        prefix = f".{target.stem[:80]}{_MARK}"
        for leftover in target.parent.glob(f"{glob.escape(prefix)}*{glob.escape(target.suffix)}"):
            if is_abandoned(leftover):
                leftover.unlink(missing_ok=True)
        handle, name = tempfile.mkstemp(prefix=prefix, suffix=target.suffix, dir=target.parent)
        temporary = Path(name)
        held = hold(temporary)
        try:
            os.close(handle)
            yield temporary
            temporary.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            _sync(temporary)
            _patiently(os.replace, temporary, target)  # the one call that this module stands for
            _sync_after(target.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            release(held)


@contextlib.contextmanager
def replace_folder(folder: str | Path, *, inputs: Iterable[str | Path] = (), force: bool = False) -> Iterator[Path]:
    """Give a temporary folder to fill; put it in place as a whole when the block ends without an error.

    Parameters
    ----------
    folder
        Folder to be written: new, empty, or one that was published before (it holds a `MANIFEST` that lists all that
        is in it).
    inputs
        Files that the output is made from.
    force
        Also write into a folder that holds other files: they stay, and each of ours is replaced on its own.

    Yields
    ------
    Path
        An empty folder on the same disk. Files only, no folders in it; the `MANIFEST` is put in place last.

    Raises
    ------
    PublishError
        For a refused target (see `check_target`), for an output file that would overwrite an input even when forced,
        and for an error of the disk; the old folder is then intact.

    Notes
    -----
    Old and new folder change places in one step where the platform can do so (Linux, macOS). Elsewhere the old one is
    moved aside first; were the program killed between the two moves, the next run would bring it back. What a killed
    run left behind is cleared away by the next one. Into a folder that cannot be moved (a mounted volume) the files
    are put one by one.
    """
    target = check_target(folder, inputs=inputs, force=force)
    sources = {Path(os.path.realpath(source)) for source in inputs}
    with _plain_words(folder):
        if target.exists() and not target.is_dir():
            raise PublishError(f"{folder}: is a file; expected a folder to write into. Choose another name.")
        target.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(target)
        strangers = _strangers(target)
        if strangers and not force:
            shown = ", ".join(repr(name) for name in strangers[:5]) + (
                f" and {len(strangers) - 5} more" if len(strangers) > 5 else ""
            )
            raise PublishError(
                f"{folder}: holds what impactmap did not write ({shown}). "
                "Choose a new folder, or use --force: those files stay as they are."
            )
        # A folder that is not there yet can only be made in its parent, whose refusal is then the message.
        movable = os.access(target.parent, os.W_OK) and not os.path.ismount(target)
        whole = not strangers and (movable or not target.exists())
        with _staging(target if not whole else target.parent, target.name) as staging:
            yield staging
            names = sorted((entry.name for entry in staging.iterdir()), key=lambda name: (name == MANIFEST, name))
            if clash := [name for name in names if target / name in sources]:
                raise PublishError(
                    f"{target / clash[0]}: is an input, and the output has a file of the same name. "
                    "Choose another output folder."
                )
            for name in names:
                _sync(staging / name)
            _sync(staging)
            if whole:
                staging.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o777 & ~_umask())
                _swap(staging, target)
                _sync_after(target.parent)
            else:
                for name in names:
                    _patiently(os.replace, staging / name, target / name)
                _sync_after(target)


def _check_file(path: str | Path, inputs: Iterable[str | Path]) -> Path:
    sources = {Path(os.path.realpath(source)) for source in inputs}
    target = check_target(path)
    if target in sources or any(_same(target, source) for source in sources):
        raise PublishError(f"{path}: is also the input. Choose another output, or use --force.")
    return target


def _same(path: Path, other: Path) -> bool:
    """Whether two names mean one file: a hard link, or a disk that ignores case."""
    return path.exists() and other.exists() and path.samefile(other)


def _strangers(folder: Path) -> list[str]:
    """Names in the folder that no manifest of ours lists."""
    if not folder.is_dir():
        return []
    names = {entry.name for entry in folder.iterdir()}
    if not names:
        return []
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        ours = (
            {MANIFEST, *(entry["path"] for entry in manifest["files"])}
            if manifest["tool"]["name"] == "impactmap"
            else set()
        )
    except (OSError, ValueError, LookupError, TypeError):
        ours = set()
    return sorted(name for name in names if name not in ours or not (folder / name).is_file())


@contextlib.contextmanager
def _staging(parent: Path, name: str) -> Iterator[Path]:
    staging = Path(tempfile.mkdtemp(prefix=f".{name[:80]}{_MARK}", dir=parent))
    held = hold(staging)
    try:
        yield staging
    finally:
        release(held)
        shutil.rmtree(staging, ignore_errors=True)


def _clear_leftovers(target: Path) -> None:
    """Bring back a folder that a killed run had moved aside, and remove what killed runs left behind."""
    prefix = f".{target.name[:80]}{_MARK}"
    aside = target.parent / f"{prefix}old"
    if aside.is_dir():
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(target)
    for parent in {target.parent, target}:
        if not parent.is_dir():
            continue
        for leftover in list(parent.iterdir()):
            if not leftover.name.startswith(prefix) or leftover.is_symlink() or not leftover.is_dir():
                continue
            if is_abandoned(leftover):
                shutil.rmtree(leftover, ignore_errors=True)


def _patiently(move: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    """Move a file or folder; where another program has it open, wait a moment and try again."""
    for number in range(_TRIES):
        try:
            move(source, target)
        except PermissionError as error:
            if not _is_open_elsewhere(error) or number == _TRIES - 1:
                raise
            time.sleep(_WAIT_SECONDS * 2**number)
        else:
            return


def _is_open_elsewhere(error: OSError) -> bool:
    return getattr(error, "winerror", None) in _OPEN_ELSEWHERE


def _swap(new: Path, target: Path) -> None:
    """Put the new folder in the target's place; what was there ends up where the new one was, to be removed."""
    if not target.exists():
        new.rename(target)
        return
    if _exchange(new, target):
        return
    aside = target.parent / f".{target.name[:80]}{_MARK}old"
    _patiently(os.rename, target, aside)
    try:
        _patiently(os.rename, new, target)
    except OSError:
        aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the platform cannot."""
    call = {"linux": "renameat2", "darwin": "renameatx_np"}.get(sys.platform)
    if call is None:
        return False
    library = ctypes.CDLL(None, use_errno=True)
    function = getattr(library, call, None)
    if function is None:
        return False
    here = _AT_FDCWD[sys.platform]
    return bool(function(here, os.fsencode(one), here, os.fsencode(other), ctypes.c_uint(_RENAME_EXCHANGE)) == 0)


def _sync(path: Path) -> None:
    """Have the disk hold what was written. Folders cannot be synchronised on Windows."""
    if path.is_dir() and _ON_WINDOWS:
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() or not _ON_WINDOWS else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_after(folder: Path) -> None:
    """Have the disk hold a change of names that is already made; that it cannot say so is no failure to make it."""
    with contextlib.suppress(OSError):
        _sync(folder)


def _umask() -> int:
    value = os.umask(0)
    os.umask(value)
    return value


@contextlib.contextmanager
def _plain_words(path: str | Path) -> Iterator[None]:
    """Turn errors of the disk into a message that says what to do."""
    try:
        yield
    except ImpactMapError:
        raise
    except OSError as error:
        reason = _reason(error, path)
        raise PublishError(f"{path}: cannot be written: {reason}. What was there before is unchanged.") from error


def _reason(error: OSError, path: str | Path) -> str:
    if _is_open_elsewhere(error):
        return "another program has it open, or you may not write there. Close it there, or choose another output place"
    if _ON_WINDOWS and error.errno in {errno.ENOENT, errno.EINVAL} and file_names.is_long_on_windows(path):
        return "the path is longer than Windows takes. Choose a folder nearer to the root of the disk"
    return _REASONS.get(error.errno or 0, f"{error.strerror or error}. Choose another output place, or try again")
