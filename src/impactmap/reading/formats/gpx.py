"""GPX: waypoints as rows; nothing in the file can make the reader fetch or grow."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from impactmap.model.errors import TableError
from impactmap.reading.formats.guarded_xml import GuardedXml
from impactmap.reading.formats.limits import DEFAULTS, Limits

__all__ = ["read_gpx"]

#: Elements of a waypoint whose text is a column.
_COLUMNS = {"name": "name", "desc": "description", "cmt": "comment", "time": "date", "type": "type", "src": "source"}
_CHUNK = 1 << 20


def read_gpx(path: Path, limits: Limits = DEFAULTS) -> tuple[pd.DataFrame, list[str]]:
    """Read the waypoints of a GPX file.

    Parameters
    ----------
    path
        The file.
    limits
        How deep it may be.

    Returns
    -------
    DataFrame
        One row a waypoint, texts as they stand: ``latitude``, ``longitude`` and those of ``name``, ``description``,
        ``comment``, ``date``, ``type``, ``source`` and ``url`` that there are.
    notes : list of str
        What was left out.

    Raises
    ------
    TableError
        For a damaged file, one that declares entities or a document type, is nested too deeply or has no waypoints.
    """
    reader = _Waypoints(path.name, limits)
    with path.open("rb") as stream:
        while piece := stream.read(_CHUNK):
            reader.feed(piece)
    reader.feed(b"", last=True)
    if not reader.rows:
        raise TableError(
            f"{path.name}: expected waypoints, found {'tracks alone' if reader.tracks else 'none'}. Save the places as "
            "waypoints, or as CSV."
        )
    notes = [f"Tracks and routes were left out: {reader.tracks:,}."] if reader.tracks else []
    return pd.DataFrame(reader.rows, dtype="str"), notes


class _Waypoints(GuardedXml):
    """Gathers waypoints while the document passes."""

    def __init__(self, name: str, limits: Limits) -> None:
        super().__init__(name, "GPX", limits)
        self.rows: list[dict[str, str]] = []
        self.tracks = 0
        self._row: dict[str, str] | None = None

    def _start(self, kind: str, attributes: dict[str, str]) -> None:
        if kind == "wpt":
            self._row = {"latitude": attributes.get("lat", ""), "longitude": attributes.get("lon", "")}
        elif kind == "link" and self._row is not None:
            self._row.setdefault("url", attributes.get("href", ""))
        self.tracks += kind in {"trk", "rte"}

    def _end(self, kind: str, text: str) -> None:
        text = text.strip()
        if self._row is None:
            return
        if kind == "wpt":
            self.rows.append(self._row)
            self._row = None
        elif kind in _COLUMNS and text and self._path[-1] == "wpt":
            self._row.setdefault(_COLUMNS[kind], text)
