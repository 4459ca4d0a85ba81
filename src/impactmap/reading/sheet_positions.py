"""A sheet's column of whole positions: parted from its other columns, its rows placed, what cannot be one told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pandas as pd

from impactmap.reading.positions import TakenPositions, take_positions
from impactmap.reading.raw_table import RawTable
from impactmap.reading.typed import Table

__all__ = ["part_positions", "place_rows", "reject_positions", "reject_unread_positions"]


def part_positions(
    raw: RawTable, taken: Collection[str], *, exact: bool = False
) -> tuple[RawTable, TakenPositions | None]:
    """Part the column of whole positions from a sheet.

    Parameters
    ----------
    raw
        The sheet.
    taken
        Headers that stand for something else, as the author said.
    exact
        Whether an adapter gave the columns: then none is looked for, and neither is in a table that impactmap wrote.

    Returns
    -------
    RawTable, TakenPositions or None
        The sheet without the columns that hold nothing but positions; `place_rows` puts them back.
    """
    positions = None if exact or raw.is_ours else take_positions(raw.cells, taken=taken)
    if positions is None:
        return raw, None
    return replace(raw, cells=positions.cells.drop(columns=list(positions.hidden))), positions


def place_rows(table: Table, positions: TakenPositions | None) -> None:
    """Give a table the latitudes and longitudes that its column of positions holds, and the column back."""
    if positions is None:
        return
    found, rows = positions.found, table.typed.index
    hidden = positions.cells.loc[rows, list(positions.hidden)]
    table.positions = positions
    table.raw = replace(table.raw, cells=table.raw.cells.join(hidden))
    table.others = table.others.join(hidden)
    table.typed = table.typed.assign(
        latitude=found.parsed.latitude.reindex(rows), longitude=found.parsed.longitude.reindex(rows)
    )
    table.columns |= dict.fromkeys(("latitude", "longitude"), found.told)
    table.empty_cells += found.parsed.empty
    for text in found.parsed.notes:
        table.note("places", f"Column {found.told!r}: {text}")


def reject_unread_positions(table: Table, frame: pd.DataFrame) -> pd.Series[bool]:
    """Put rows into the log whose one cell for the position cannot be read and that name no place; return them."""
    assert table.positions is not None
    reason = table.positions.reason.reindex(frame.index)
    header, unread = table.positions.found.told, reason.notna()
    named = frame[["place", "region", "country"]].notna().any(axis=1)
    why = reason.str.slice(0, 1).str.upper() + reason.str.slice(1) + "."
    source = [name for name in table.positions.hidden if name in table.others.columns]
    cells = table.others.loc[frame.index, source[0]] if source else reason
    rows = pd.Series(frame.index, index=frame.index, dtype="int64")
    expected = "a position, such as 50.45, 30.52"
    table.log.reject(unread & ~named, rows, cells, column=header, expected=expected, fix=why)
    for text in why[unread & named].unique():
        table.log.remark(
            rows=rows[unread & named & (why == text)],
            column=header,
            expected=expected,
            found=repr(str(cells[unread & named & (why == text)].iloc[0])),
            fix=f"{text} The row is located by the place that it names.",
        )
    return unread & ~named


def reject_positions(table: Table, latitude: pd.Series[float], longitude: pd.Series[float]) -> None:
    """Put rows whose latitude and longitude cannot be a position into the log."""
    header = ", ".join(dict.fromkeys(table.columns.get(name, name) for name in ("latitude", "longitude")))
    finite = pd.Series(np.isfinite(latitude) & np.isfinite(longitude), index=latitude.index)
    outside = (latitude.abs() > 90) | (longitude.abs() > 180)
    odd = (finite & (outside | ((latitude == 0) & (longitude == 0)))) | (latitude.notna() ^ longitude.notna())
    possible = int((finite & ~odd).sum())
    latitude, longitude = latitude[odd], longitude[odd]
    lone = latitude.notna() ^ longitude.notna()
    rows = pd.Series(latitude.index, index=latitude.index, dtype="int64")
    north, east = latitude.map(repr).astype("str"), longitude.map(repr).astype("str")
    found, other = north + ", " + east, east + ", " + north
    swapped = (latitude.abs() > 90) & (latitude.abs() <= 180) & (longitude.abs() <= 90)
    zero = (latitude == 0) & (longitude == 0)
    if swapped.any() and not possible and not table.settled.closed:
        table.log.table(
            row=int(rows[swapped].iloc[0]),
            column=header,
            expected="latitudes between −90 and 90",
            found=f"{found[swapped].iloc[0]} and no row in which the latitude is possible",
            fix="The two columns look swapped: exchange their headers.",
        )
    table.log.reject(
        lone, rows, found, column=header, expected="both latitude and longitude, or neither", fix="Add the missing one."
    )
    table.log.reject(
        zero,
        rows,
        found,
        column=header,
        expected="a position where something happened",
        fix="(0, 0) lies in the Gulf of Guinea and usually means that the position is missing: leave both cells empty.",
    )
    table.log.reject(
        swapped,
        rows,
        found,
        column=header,
        expected="latitude first, between −90 and 90",
        fix="They look swapped: " + other + " would be possible.",
    )
    table.log.reject(
        ~swapped & ~zero & ~lone,
        rows,
        found,
        column=header,
        expected="a latitude between −90 and 90 and a longitude between −180 and 180",
        fix="Correct the position, or leave both cells empty.",
    )
