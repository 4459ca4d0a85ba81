"""Events near each other in place and time, as near as they surely and as they possibly are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from impactmap.analysis.events import event_numbers, event_periods, told
from impactmap.analysis.linkage import join, roots
from impactmap.geodesy.ellipsoid import earth_centred, geodesic_m
from impactmap.geodesy.frame_positions import frame_shapes, has_geometry, number_column
from impactmap.model.errors import ColumnError, InputError

if TYPE_CHECKING:
    import geopandas as gpd

__all__ = ["cluster_events"]

_DAY: Final = np.timedelta64(1, "D")
#: Pairs that are looked at together.
_BLOCK: Final = 4_000_000

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]


def cluster_events(events: gpd.GeoDataFrame, km: float, days: float) -> pd.DataFrame:
    """Find events that follow each other within a distance and a time.

    Parameters
    ----------
    events
        With geometry in EPSG:4326 and ``date_start``; ``date_end`` and ``place_radius_km`` are used where they are
        there.
    km, days
        How far apart two events may be to belong together; 0 or more.

    Returns
    -------
    DataFrame
        A row a cluster of at least two events, the largest first:

        - ``low`` (Int64): the most events of it that surely hang together
        - ``best`` (Int64): the most that do where each is drawn, on its first day; an area does not count
        - ``high`` (Int64): all that may hang together
        - ``date_start``, ``date_end`` (datetime64[s]): first and last day of these
        - ``event_ids`` (str): these, joined by ``"; "``

    Raises
    ------
    ColumnError
        Without geometry or ``date_start``.
    InputError
        For a negative distance or time.

    Notes
    -----
    Single linkage: two events are linked where a place of one is within `km` of a place of the other and their days
    are within `days`; a cluster is whatever hangs together by links, so its ends may be farther apart. A link is sure
    where it holds wherever within radius, area and period the two truly are, possible where it may. Positions of areas
    are discs around their outline. Events without a position or a day are in no cluster. Nothing here says that events
    have to do with each other: where there are many, some are near each other by chance.

    References
    ----------
    E. G. Knox (1964), The detection of space-time interactions, Applied Statistics 13(1), 25-30. R. Sibson (1973),
    SLINK: an optimally efficient algorithm for the single-link cluster method, The Computer Journal 16(1), 30-34.

    Examples
    --------
    >>> import geopandas as gpd
    >>> days = pd.to_datetime(["2025-11-08", "2025-11-09", "2025-12-24"])
    >>> events = gpd.GeoDataFrame({"event_id": ["a", "b", "c"], "date_start": days, "place_radius_km": [0.0, 9.0, 0.0]},
    ...                           geometry=gpd.points_from_xy([0, 0.1, 0.1], [0, 0, 0]), crs=4326)
    >>> cluster_events(events, 15, 2)[["low", "best", "high", "event_ids"]].to_numpy().tolist()
    [[1, 2, 2, 'a; b']]
    """
    if not (km >= 0 and days >= 0):
        raise InputError(f"expected a distance and a time of 0 or more, found km={km!r}, days={days!r}.")
    if not has_geometry(events):
        raise ColumnError("events: expected a GeoDataFrame with geometry, found none. Geocode the events first.")
    numbers, ids = event_numbers(events)
    first, last = event_periods(events)
    x, y, radius, area = _discs(events)
    rows = np.flatnonzero(np.isfinite(x) & first.notna().to_numpy()[numbers])
    days_of = [each.to_numpy().astype("datetime64[D]").astype(float)[numbers[rows]] for each in (first, last)]
    order = np.argsort(days_of[0], kind="stable")
    rows, start, end = rows[order], days_of[0][order], days_of[1][order]
    places = _Places(earth_centred(x[rows], y[rows]), radius[rows], area[rows], start, end)
    size = len(ids)
    parents = {name: np.arange(size) for name in ("low", "best", "high")}
    for name, one, other in places.links(km, days):
        join(parents[name], numbers[rows[one]], numbers[rows[other]])
    linked = {name: roots(parent) for name, parent in parents.items()}
    located = np.zeros(size, dtype=bool)
    located[numbers[rows]] = True
    return told(_table(linked, located, ids, first, last), columns=_columns(events), method=(
        f"Single linkage within {km:g} km and {days:g} days; low and high from place radius, areas and periods."
    ))  # fmt: skip


def _discs(events: gpd.GeoDataFrame) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Return a disc around each row's place: middle, radius in kilometres, and whether it is no point."""
    shapes = frame_shapes(events)
    middle = shapely.centroid(shapes)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    radius = np.zeros(len(shapes))
    if "place_radius_km" in events.columns:
        radius = np.nan_to_num(number_column(events, "place_radius_km"))
    area = ~shapely.is_missing(shapes) & (shapely.get_dimensions(shapes) > 0)
    reach: dict[bytes, float] = {}
    for row in np.flatnonzero(area).tolist():
        key = shapely.to_wkb(shapes[row])
        if key not in reach:
            outline = shapely.get_coordinates(shapes[row])
            here = earth_centred(np.full(len(outline), x[row]), np.full(len(outline), y[row]))
            reach[key] = float(geodesic_m(here, earth_centred(outline[:, 0], outline[:, 1])).max()) / 1000
        radius[row] = reach[key]
    return x, y, radius, area


class _Places:
    """Places in the order of their first day, and which of them are linked."""

    def __init__(self, xyz: Floats, radius: Floats, area: npt.NDArray[np.bool_], start: Floats, end: Floats) -> None:
        self.xyz, self.radius, self.area, self.start, self.end = xyz, radius, area, start, end

    def links(self, km: float, days: float) -> list[tuple[str, Numbers, Numbers]]:
        """Return pairs by how sure their link is, a run of places at a time."""
        found: list[tuple[str, Numbers, Numbers]] = []
        count = len(self.start)
        # The latest end so far: until when an earlier event may reach.
        latest = np.maximum.accumulate(self.end) + days if count else self.end
        until = np.searchsorted(self.start, latest, side="right")
        at = 0
        while at < count:
            stop = at + 1
            while stop < count and (stop - at) * (int(until[stop]) - at) < _BLOCK:
                stop += 1
            one, other = np.nonzero(np.triu(np.ones((stop - at, int(until[stop - 1]) - at), dtype=bool), 1))
            found += self._of(one + at, other + at, km, days)
            at = stop
        return found

    def _of(self, one: Numbers, other: Numbers, km: float, days: float) -> list[tuple[str, Numbers, Numbers]]:
        near = self.start[other] - self.end[one] <= days
        # A chord is shorter than the way over the ground: what it parts is apart.
        reach = (km + self.radius[one] + self.radius[other]) * 1000
        step = self.xyz[:, other] - self.xyz[:, one]
        near &= np.einsum("ij,ij->j", step, step) <= reach**2
        one, other = one[near], other[near]
        distance = geodesic_m(self.xyz[:, one], self.xyz[:, other]) / 1000
        slack = self.radius[one] + self.radius[other]
        gap = np.maximum(self.end[other] - self.start[one], self.end[one] - self.start[other])
        drawn = (distance <= km) & (np.abs(self.start[other] - self.start[one]) <= days)
        tests = {
            "low": (distance + slack <= km) & (gap <= days),
            "best": drawn & ~self.area[one] & ~self.area[other],
            "high": distance - slack <= km,
        }
        return [(name, one[holds], other[holds]) for name, holds in tests.items()]


def _table(
    linked: dict[str, Numbers], located: npt.NDArray[np.bool_], ids: pd.Index, first: pd.Series, last: pd.Series
) -> pd.DataFrame:
    """Return a row for each cluster of what may hang together."""
    frame = pd.DataFrame(linked)[located]
    sizes = {name: frame.groupby(["high", name]).size().groupby(level=0).max() for name in ("low", "best")}
    counts = frame.groupby("high").size()
    kept = counts[counts > 1].sort_values(ascending=False, kind="stable").index
    members = {root: group.index for root, group in frame.groupby("high") if root in kept}
    return pd.DataFrame(
        {
            "low": pd.array(sizes["low"].reindex(kept).to_numpy(), dtype="Int64"),
            "best": pd.array(sizes["best"].reindex(kept).to_numpy(), dtype="Int64"),
            "high": pd.array(counts.reindex(kept).to_numpy(), dtype="Int64"),
            "date_start": pd.Series([first.loc[members[root]].min() for root in kept], dtype="datetime64[s]"),
            "date_end": pd.Series([last.loc[members[root]].max() for root in kept], dtype="datetime64[s]"),
            "event_ids": pd.Series(["; ".join(map(str, ids[members[root]])) for root in kept], dtype="str"),
        }
    )


def _columns(events: gpd.GeoDataFrame) -> list[str]:
    used = ("event_id", "date_start", "date_end", "place_radius_km")
    return [*(name for name in used if name in events.columns), str(events.geometry.name)]
