"""Insecurity Insight's tables of attacks on education, health care and aid."""

from __future__ import annotations

import pandas as pd

from impactmap.reading.adapters.cells import constant, first_filled, missing
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter

__all__ = ["ADAPTER", "LAYOUT"]

TITLE = "Insecurity Insight"
#: The scale's number; the words beside it differ from table to table.
_PLACES = {"1": "exact", "2": "district", "3": "district", "4": "region", "5": "region", "6": "country"}
_UNKNOWN = ("No Information", "Unidentified Armed Actor", "Unknown", "Unidentified", "Not Applicable")


def _precision(cells: pd.DataFrame) -> pd.Series[str]:
    number = cells["Geo Precision"].str.extract(r"^\s*\(?\s*([1-6])\b", expand=False)
    return number.map(_PLACES).astype("str")


def _place(cells: pd.DataFrame) -> pd.Series[str]:
    """Name the area that the row stands for; a table without names of settlements has no other."""
    wide = _precision(cells)
    place = missing(cells).mask(wide == "region", first_filled(cells, "Admin 1"))
    return place.mask(wide == "country", first_filled(cells, "Country")).astype("str")


LAYOUT = Layout(
    name="insecurity-insight",
    title="Insecurity Insight, attacks on education",
    about="One row an incident with the reported perpetrator, means and counts of people affected.",
    signature=frozenset({"SiND Event ID", "Geo Precision", "Reported Perpetrator Name", "Event Description"}),
    fields=(
        Field("event_id", ("SiND Event ID",)),
        Field("date_start", ("Date",)),
        Field("side", ("Reported Perpetrator Name",), words=dict.fromkeys(_UNKNOWN, "")),
        Field(
            "sectors",
            ("Type of Education Facility",),
            make=constant("education"),
            how="education, which the table is about; the type of facility is kept.",
        ),
        Field(
            "means",
            ("Weapon Carried/Used",),
            words={
                "Aerial Bomb: Drone": "drones",
                "Aerial Bomb: Plane": "bombs",
                "Aerial Bomb: Missile": "missiles",
                "Missile": "missiles",
                "Rocket": "rockets",
                "Mortar": "mortars",
                "Mine": "mines",
                "Artillery": "artillery",
                "No Information": "",
                "Not Applicable: No Direct Violence": "",
            },
        ),
        Field("summary", ("Event Description",)),
        Field(
            "source_name",
            (),
            make=constant(TITLE),
            how="Insecurity Insight.",
        ),
        Field(
            "place",
            ("Admin 1", "Country"),
            make=_place,
            how="The region or country for rows of that precision; no settlement is named.",
        ),
        Field("region", ("Admin 1",), words={"No Information": ""}),
        Field("country", ("Country",)),
        Field("latitude", ("Latitude",)),
        Field("longitude", ("Longitude",)),
        Field(
            "place_precision",
            ("Geo Precision",),
            make=_precision,
            how="(1) exact; (2) 25 km and (3) district; (4) and (5) region; (6) country.",
        ),
    ),
    figures=tuple(
        Figure(metric, best=header, zero_is_unknown=True)
        for metric, header in (
            ("educators_killed", "Educators Killed"),
            ("educators_injured", "Educators Injured"),
            ("students_killed", "Students Killed"),
            ("students_injured", "Students Injured"),
        )
    ),
    claimant=TITLE,
    remarks=(
        "'Location of event' names a kind of place, such as a school building, not where it lies: kept, not located.",
        "0 stands for none reported as well as for not known: it makes no claim.",
    ),
)

ADAPTER = LayoutAdapter(LAYOUT)
