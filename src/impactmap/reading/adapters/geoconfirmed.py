"""GeoConfirmed: geolocated footage, separated by semicolons."""

from __future__ import annotations

from impactmap.reading.adapters.cells import first_url
from impactmap.reading.adapters.layout import Field, Layout, LayoutAdapter

__all__ = ["ADAPTER", "LAYOUT"]

LAYOUT = Layout(
    name="geoconfirmed",
    title="GeoConfirmed",
    about="One row a piece of geolocated footage, with the faction that it shows.",
    signature=frozenset({"Date", "Faction", "PlusCode", "Geolocation", "Latitude", "Longitude"}),
    fields=(
        Field("event_id", ("Id",)),
        Field("date_start", ("Date",)),
        Field("summary", ("Description", "Name")),
        Field("source_url", ("Source",), make=first_url("Source", "Geolocation"), how="The first web address."),
        Field("latitude", ("Latitude",)),
        Field("longitude", ("Longitude",)),
    ),
    remarks=("'Faction' is whom the footage shows or comes from, not who attacked: the side is not stated.",),
    has_scale=False,
)

ADAPTER = LayoutAdapter(LAYOUT)
