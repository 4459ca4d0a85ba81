"""Insecurity Insight's tables of attacks on education, health care, aid and protection, and of explosive weapons."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from impactmap.reading.adapters.cells import constant, first_filled, missing
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter
from impactmap.reading.raw_table import Note, RawTable

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


#: What a table is about, by the beginnings of words in its headers of people and facilities.
_SUBJECTS = {
    "education": ("educat", "student", "teacher", "school", "universit"),
    "health": ("health", "hospital", "ambulance", "patient", "medical"),
    "aid": ("aid ", "aid_", "humanitarian", "ngo"),
    "protection": ("idp", "refugee", "protection"),
}
_PEOPLE = re.compile(
    r"(?P<who>[A-Za-z][A-Za-z /-]*?)s? (?P<what>killed|injured|kidnapped|arrested|assaulted|detained)", re.IGNORECASE
)
_SIGNATURE = frozenset({"SiND Event ID", "Geo Precision", "Reported Perpetrator Name", "Event Description"})


LAYOUT = Layout(
    name="insecurity-insight",
    title="Insecurity Insight, attacks on education, health care and aid, and explosive weapons",
    about="One row an incident with the reported perpetrator, means and counts of people affected.",
    signature=_SIGNATURE,
    fields=(
        Field("event_id", ("SiND Event ID",)),
        Field("date_start", ("Date",)),
        Field("side", ("Reported Perpetrator Name",), words=dict.fromkeys(_UNKNOWN, "")),
        Field(
            "sectors",
            ("Type of Education Facility",),
            make=constant("education"),
            how="What the table's headers are about: education, health, aid, protection; the facility's type is kept.",
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


@dataclass(frozen=True)
class _ByTable(LayoutAdapter):
    """The publisher's format, of whatever subject a table is."""

    def convert(self, raw: RawTable) -> RawTable:
        """Return the table under our headers, with what it counts as claims."""
        converted = LayoutAdapter(_layout_of(raw)).convert(raw)
        if _subjects(raw):
            return converted
        text = (
            "The publisher's format was recognised, its subject not: no sector is stated. Say what was hit in a column "
            "'sectors', or read the table with --from sheet."
        )
        return replace(converted, notes=(*converted.notes, Note(raw.name, "columns", text)))

    def explain_table(self, raw: RawTable) -> dict[str, Any]:
        """Return the mapping of this very table."""
        return LayoutAdapter(_layout_of(raw)).explain()


def _subjects(raw: RawTable) -> list[str]:
    """Return what a table is about."""
    own = {header.casefold() for header in (*_SIGNATURE, "Location of event")}
    headers = [str(name).casefold() for name in raw.cells.columns if str(name).strip().casefold() not in own]
    return [
        subject
        for subject, beginnings in _SUBJECTS.items()
        if any(word in f" {header}" for header in headers for word in (f" {start}" for start in beginnings))
    ]


def _layout_of(raw: RawTable) -> Layout:
    """Return the layout with the sector and the figures of a table."""
    subjects = _subjects(raw)
    known = {each.best.casefold(): each for each in LAYOUT.figures}
    figures = []
    for header in map(str, raw.cells.columns):
        found = _PEOPLE.fullmatch(header.strip())
        if header.strip().casefold() in known:
            figures.append(replace(known[header.strip().casefold()], best=header))
        elif found:
            who = re.sub(r"\W+", "_", found["who"].strip().casefold())
            what = found["what"].casefold()
            total = who in {"total", "people", "person", "total_people"}
            figures.append(Figure(what if total else f"{who}s_{what}", best=header, zero_is_unknown=True))
    sector = Field(
        "sectors",
        (),
        make=constant("; ".join(subjects)) if subjects else missing,
        how=f"{', '.join(subjects) or 'Not stated'}: what the table's headers are about.",
    )
    fields = tuple(sector if each.ours == "sectors" else each for each in LAYOUT.fields)
    return replace(LAYOUT, fields=fields, figures=tuple(figures) or LAYOUT.figures)


ADAPTER = _ByTable(LAYOUT)
