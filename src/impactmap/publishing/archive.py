"""A published folder as one file to upload."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from impactmap.model.atomic import replace_file

__all__ = ["pack_folder"]

#: The earliest that the format knows: the same files give the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def pack_folder(folder: str | Path, files: Iterable[str | Path], *, force: bool = False) -> Path:
    """Pack a published folder into a ZIP file beside it.

    Parameters
    ----------
    folder
        The folder; the file has its name and the ending ``.zip``.
    files
        Its files, as `build` returns them.
    force
        As for `replace_file`.

    Returns
    -------
    Path
        The ZIP file; its names are relative to the folder. The same files give the same bytes.
    """
    folder = Path(folder)
    target = folder.with_name(f"{folder.name}.zip")
    with replace_file(target, force=force) as temporary, zipfile.ZipFile(temporary, "w") as packed:
        for file in sorted(Path(one) for one in files):
            told = zipfile.ZipInfo(file.relative_to(folder).as_posix(), _NO_DATE)
            told.compress_type = zipfile.ZIP_DEFLATED
            told.external_attr = 0o644 << 16
            packed.writestr(told, file.read_bytes(), compresslevel=6)
    return target
