"""Names of files and folders that Windows cannot have."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import Final

__all__ = ["is_long_on_windows", "trouble_on_windows"]

#: Devices, whatever ending a name gives them: "nul.csv" would be written nowhere.
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\xb9\xb2\xb3])", re.IGNORECASE)
_SIGNS: Final = re.compile(r'[<>:"|?*\x00-\x1f]')
#: Of 260 signs, what the name of a file of ours and of the temporary folder around it need.
_LONGEST: Final = 260 - 60


def trouble_on_windows(path: str | Path) -> str:
    """Return why Windows cannot write to a path as it is named; nothing when it can.

    Examples
    --------
    >>> trouble_on_windows("C:/maps/night"), trouble_on_windows("maps/aux.csv")
    ('', "'aux.csv' is a device to Windows, not a file")
    """
    given = PureWindowsPath(path)
    for name in given.parts[bool(given.anchor) :]:
        if _DEVICE.fullmatch(name.split(".")[0].rstrip()):
            return f"{name!r} is a device to Windows, not a file"
        if sign := _SIGNS.search(name):
            return f"{name!r} holds {sign[0]!r}, which Windows allows in no name"
        if name.endswith((".", " ")) and name not in {".", ".."}:
            return f"{name!r} ends in a dot or a space, which Windows leaves out"
    return ""


def is_long_on_windows(path: str | Path) -> bool:
    """Say whether a path is so long that Windows, as it is set up at first, cannot hold files in it."""
    return len(str(Path(path).absolute())) > _LONGEST
