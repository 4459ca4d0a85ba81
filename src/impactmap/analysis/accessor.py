"""What can be asked of a frame of events, as ``events.impact``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import pandas as pd

from impactmap.model.errors import InputError
from impactmap.model.reprs.overview import Overview, days_text

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border

__all__ = ["Impact"]

By = str | Sequence[str] | None


@pd.api.extensions.register_dataframe_accessor("impact")
class Impact(Overview):
    """Counts, totals and ranges of a frame of events; each event counts once, whatever its places.

    Every method is a function of the package as well, where it is documented.

    Parameters
    ----------
    events
        One row an event and place, as `geocode_events` and the context stages give them.
    claims
        Who says what of them; for `totals`, `contradictions` and `compare_sources`.
    border
        Measures distances anew; by default those of `add_border_distance` are taken.
    duplicates
        Pairs that may be one event, from `propose_duplicates`: counted once in every ``low``.

    Examples
    --------
    >>> import impactmap as im
    >>> events = pd.DataFrame({"event_id": ["a", "a", "b"], "side": ["North", "North", None]})
    >>> events.impact.count(by="side")["best"].tolist()
    [1, 1]
    >>> claims = im.claims_frame([{"event_id": "a", "metric": "killed", "value": 2, "claimant": "North"}])
    >>> events.impact(claims).totals("killed")["high"].tolist()
    [2.0]
    """

    def __init__(
        self,
        events: pd.DataFrame,
        claims: pd.DataFrame | None = None,
        *,
        border: Border | None = None,
        duplicates: pd.DataFrame | None = None,
    ) -> None:
        self._events = events
        self._claims = claims
        self._border = border
        self._duplicates = duplicates

    def _overview(self) -> tuple[str, dict[str, object]]:
        events, claims, border = self._events, self._claims, self._border
        ids = events["event_id"].nunique() if "event_id" in events.columns else len(events)
        return "What can be asked of events", {
            "events": f"{ids:,} in {len(events):,} rows",
            "days": days_text(events),
            "claims": "none: totals, contradictions and compare_sources need them"
            if claims is None
            else f"{len(claims):,}",
            "border": "" if border is None else f"{' - '.join(border.countries)}, view {border.view}",
            "duplicates": "" if self._duplicates is None else f"{len(self._duplicates):,} pairs",
            "ask": ", ".join(sorted(name for name in vars(type(self)) if not name.startswith("_"))),
        }

    def __call__(
        self,
        claims: pd.DataFrame | None = None,
        *,
        border: Border | None = None,
        duplicates: pd.DataFrame | None = None,
    ) -> Impact:
        """Return the same with claims, a border or proposed duplicates."""
        return Impact(
            self._events,
            self._claims if claims is None else claims,
            border=self._border if border is None else border,
            duplicates=self._duplicates if duplicates is None else duplicates,
        )

    def count(self, *, by: By = None) -> pd.DataFrame:
        """Count events: see `impactmap.count_events`."""
        from impactmap.analysis.counts import count_events

        return count_events(self._events, by=by, duplicates=self._duplicates)

    def totals(self, metric: str, *, by: By = None, claimants: Sequence[str] = ()) -> pd.DataFrame:
        """Add up what is claimed: see `impactmap.total_figures`."""
        from impactmap.analysis.totals import total_figures

        options: Any = {"by": by, "claimants": claimants, "duplicates": self._duplicates}
        return total_figures(self._events, self._said(), metric, **options)

    def within_border(self, km: float, *, by: By = None) -> pd.DataFrame:
        """Count events near the border: see `impactmap.count_within_border`."""
        from impactmap.analysis.counts import count_within_border

        return count_within_border(self._events, km, by=by, border=self._border, duplicates=self._duplicates)

    def distance(self) -> pd.DataFrame:
        """Return each event's distance to the border: see `impactmap.distance_ranges`."""
        from impactmap.analysis.distances import distance_ranges

        return distance_ranges(self._events, border=self._border)

    def contradictions(self) -> pd.DataFrame:
        """List what cannot all be true: see `impactmap.list_contradictions`."""
        from impactmap.analysis.sources import list_contradictions

        return list_contradictions(self._said())

    def compare_sources(self, *, by: Literal["claimant", "source_name"] = "claimant") -> pd.DataFrame:
        """Put sources beside each other: see `impactmap.compare_sources`."""
        from impactmap.analysis.sources import compare_sources

        return compare_sources(self._said(), by=by)

    def clusters(self, km: float, days: float) -> pd.DataFrame:
        """Find what is near in place and time: see `impactmap.cluster_events`."""
        from impactmap.analysis.clusters import cluster_events

        return cluster_events(self._shapes(), km, days)

    def sensitivity(self, views: Sequence[Border], *, km: float = 50.0) -> pd.DataFrame:
        """Say what other borders change: see `impactmap.compare_views`."""
        from impactmap.analysis.views import compare_views

        return compare_views(self._shapes(), views, km=km)

    def exposure(self, raster: str | Path, *, radius_km: float = 5.0, by: By = None) -> pd.DataFrame:
        """Count people near events: see `impactmap.people_near`."""
        from impactmap.analysis.exposure import people_near

        return people_near(self._shapes(), raster, radius_km=radius_km, by=by)

    def _said(self) -> pd.DataFrame:
        """Return the claims about these events."""
        if self._claims is None:
            raise InputError("expected claims, found none. Give them: events.impact(claims).totals('killed').")
        if "event_id" not in self._events.columns or "event_id" not in self._claims.columns:
            return self._claims
        return self._claims[self._claims["event_id"].isin(self._events["event_id"])]

    def _shapes(self) -> gpd.GeoDataFrame:
        return cast("gpd.GeoDataFrame", self._events)
