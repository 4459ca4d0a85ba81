"""The column of a sheet that holds whole positions, found by its header or by what its cells hold."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from dataclasses import dataclass, replace
from importlib import resources
from typing import Final

import pandas as pd

from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS
from impactmap.reading.columns.roles import read_header
from impactmap.reading.formats.files import SOURCE_GEOMETRY
from impactmap.reading.headers import header_key, match_headers
from impactmap.reading.positions.column import ParsedPositions, parse_positions, reads_as_position

__all__ = ["FoundPositions", "TakenPositions", "find_positions", "take_positions"]

_HEADERS: Final = frozenset(
    tomllib.loads(resources.files(__package__).joinpath("headers.toml").read_text(encoding="utf-8"))["positions"]
)
_EAST, _NORTH, _ZONE = (
    re.compile(pattern)
    for pattern in (
        r"(?:utm )?(?:easting|utm e|east|utm x|utm east)",
        r"(?:utm )?(?:northing|utm n|north|utm y|utm north)",
        r"(?:utm )?zone(?: utm)?|(?:utm |mgrs )?grid(?: zone| square| ref| reference)?|utm",
    )
)
#: Headers that would stand for something of ours.
_OURS: Final = frozenset(column.name for column in (*EVENT_COLUMNS, *COMPUTED_COLUMNS)) | {"geometry"}
#: Different cells that are looked at in a column, and how many of them are positions where its header says nothing.
_SAMPLE, _MOST = 60, 0.6
#: A cell that may be a position has digits, or is an address of a map.
_HINT = re.compile(r"\d\D+\d|://|^geo:", re.IGNORECASE)


@dataclass(frozen=True)
class FoundPositions:
    """The positions of a sheet.

    Attributes
    ----------
    headers
        Of the columns that they come from.
    parsed
        What their cells hold.
    named
        Whether cells that are no positions may be names of places: the header says nothing of positions.
    """

    headers: tuple[str, ...]
    parsed: ParsedPositions
    named: bool = False

    @property
    def told(self) -> str:
        """The headers, for messages."""
        return ", ".join(self.headers)


@dataclass(frozen=True)
class TakenPositions:
    """A sheet from whose column of positions latitude and longitude were taken.

    Attributes
    ----------
    cells
        All columns; one that holds positions and names keeps the names, and its cells as written stand beside it.
    found
        The positions.
    hidden
        Headers that stand for nothing else.
    """

    cells: pd.DataFrame
    found: FoundPositions
    hidden: tuple[str, ...]

    @property
    def reason(self) -> pd.Series[str]:
        """Why a row's cell cannot be read."""
        return self.found.parsed.reason


def take_positions(cells: pd.DataFrame, *, taken: Collection[str] = ()) -> TakenPositions | None:
    """Take latitude and longitude from a sheet's column of positions; None where it has none, or has both apart.

    Parameters
    ----------
    cells, taken
        As for `find_positions`.
    """
    names = [str(name) for name in cells.columns]
    degrees = [column for column in EVENT_COLUMNS if column.name in {"latitude", "longitude"}]
    if SOURCE_GEOMETRY in names:
        return None
    # Northing and easting beside a zone are metres of a grid, whatever else the two words may stand for.
    found = find_positions(cells, taken=taken)
    apart = len(match_headers(names, degrees).columns) == len(degrees)
    if found is not None and len(found.headers) == 1 and apart:
        return None
    if found is None:
        return None
    parsed = found.parsed
    if len(found.headers) > 1:
        return TakenPositions(cells, found, found.headers)
    header = found.headers[0]
    written = f"{header} (as written)"
    filled = cells[header].dropna()
    if read_header(header, "source_url") is not None and filled.str.match(r"\s*https?://").mean() > _MOST:
        # An address of a map is a source's address, too.
        cells = cells.assign(**{written: cells[header]})
        hidden: tuple[str, ...] = (written,)
    elif found.named and parsed.rest.any():
        cells = cells.assign(**{written: cells[header], header: cells[header].where(parsed.rest)})
        hidden = (written,)
    else:
        kept = written if header in _OURS else header
        cells = cells.rename(columns={header: kept})
        reason = parsed.reason.mask(parsed.rest, "it is written in no form of a position that is known")
        found = replace(found, parsed=replace(parsed, reason=reason))
        hidden = (kept,)
    if parsed.shape.notna().any():
        cells = cells.assign(**{SOURCE_GEOMETRY: parsed.shape})
        hidden = (*hidden, SOURCE_GEOMETRY)
    return TakenPositions(cells, found, hidden)


def find_positions(cells: pd.DataFrame, *, taken: Collection[str] = ()) -> FoundPositions | None:
    """Find the column of a sheet that holds whole positions.

    Parameters
    ----------
    cells
        The sheet's cells as text.
    taken
        Headers that stand for something else, as the author said.

    Returns
    -------
    FoundPositions or None
        None where there is none. One whose header means positions goes before one whose cells are positions.
    """
    keys = {str(name): header_key(str(name)) for name in cells.columns if str(name) not in taken}
    if (grid := _in_columns(cells, keys)) is not None:
        return grid
    best: tuple[float, str] | None = None
    for header, key in keys.items():
        some = _sample(cells[header])
        if not some or not any(_HINT.search(text) for text in some):
            continue
        meant = key in _HEADERS
        if meant:
            parsed = parse_positions(pd.Series(some, dtype="str"), header=header)
            share = float((parsed.latitude.notna() | parsed.shape.notna() | parsed.reason.notna()).mean())
        else:
            share = sum(map(reads_as_position, some)) / len(some)
        if share >= (0.3 if meant else _MOST):
            score = share + 2 * meant
            if best is None or score > best[0]:
                best = (score, header)
    if best is None:
        return None
    header = best[1]
    return FoundPositions((header,), parse_positions(cells[header], header=header), named=keys[header] not in _HEADERS)


def _sample(column: pd.Series[str]) -> list[str]:
    step = max(1, len(column) // (4 * _SAMPLE))
    some = pd.concat([column.iloc[:_SAMPLE], column.iloc[_SAMPLE::step]]).dropna()
    return [str(text) for text in some.unique()[:_SAMPLE] if str(text).strip()]


def _in_columns(cells: pd.DataFrame, keys: dict[str, str]) -> FoundPositions | None:
    """Put zone, easting and northing together where they stand in columns of their own."""
    east, north, zone = (
        next((header for header, key in keys.items() if pattern.fullmatch(key)), None)
        for pattern in (_EAST, _NORTH, _ZONE)
    )
    if east is None or north is None or zone is None:
        return None
    parts = [cells[header].str.strip().str.replace(r"\.0+$", "", regex=True) for header in (zone, east, north)]
    joined = (parts[0] + " " + parts[1] + " " + parts[2]).astype("str")
    return FoundPositions((zone, east, north), parse_positions(joined, header="utm"))
