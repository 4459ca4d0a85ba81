"""Days and bounds as people give them, as the numbers that a map in a cell knows."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeAlias

import pandas as pd

from impactmap.model.errors import InputError

__all__ = ["Bounds", "Day", "bounds_of", "date_of", "day_of"]

#: A day, as Python, pandas or ISO 8601 say it.
Day: TypeAlias = dt.date | pd.Timestamp | str
Bounds: TypeAlias = tuple[float, float, float, float]


def date_of(day: int) -> dt.date:
    """Return a day by its number since 1970."""
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def day_of(given: Day) -> int:
    """Return a day's number since 1970."""
    try:
        return int((pd.Timestamp(given).tz_localize(None).normalize() - pd.Timestamp(0)) / pd.Timedelta(days=1))
    except (ValueError, TypeError) as error:
        raise InputError(f"period: expected a day such as '2025-11-01', found {given!r} ({error}).") from None


def bounds_of(target: Any) -> Bounds:
    """Return the bounds of a target in degrees."""
    if hasattr(target, "total_bounds"):
        if target.crs is None:
            raise InputError("fit: expected a frame with a coordinate reference system, found none.")
        target = target.to_crs(4326).total_bounds
    try:
        west, south, east, north = (float(value) for value in target)
    except (TypeError, ValueError):
        raise InputError(f"fit: expected west, south, east and north in degrees, found {target!r}.") from None
    if not (-180 <= west <= east <= 540 and -90 <= south <= north <= 90):
        raise InputError(
            f"fit: expected west, south, east and north in degrees, found {west:g}, {south:g}, {east:g}, {north:g}."
        )
    return west, south, east, north
