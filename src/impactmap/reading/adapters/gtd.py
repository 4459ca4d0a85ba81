"""The Global Terrorism Database, as START publishes it."""

from __future__ import annotations

import pandas as pd

from impactmap.reading.adapters.cells import constant, first_filled
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter
from impactmap.reading.columns.extras import join_date_parts

__all__ = ["ADAPTER", "LAYOUT"]

TITLE = "Global Terrorism Database"
_PARTS = {"date_year": "iyear", "date_month": "imonth", "date_day": "iday"}
_UNKNOWN = dict.fromkeys(("Unknown", "unknown", "Not Applicable", "Other", "."), "")


def _date(cells: pd.DataFrame) -> pd.Series[str]:
    return join_date_parts(cells, {part: name for part, name in _PARTS.items() if name in cells.columns})


LAYOUT = Layout(
    name="gtd",
    title="Global Terrorism Database",
    about="One row an attack by a non-state group or person, coded from news.",
    signature=frozenset({"eventid", "iyear", "imonth", "iday", "country_txt", "gname"}),
    fields=(
        Field("event_id", ("eventid",)),
        Field(
            "date_start",
            tuple(_PARTS.values()),
            make=_date,
            how="Put together; a month or day of 0 is not known: the date is then the year's or the month's.",
        ),
        Field("side", ("gname",), words={"Unknown": ""}),
        Field(
            "sectors",
            ("targtype1_txt",),
            words={
                "Utilities": "utilities",
                "Telecommunication": "telecoms",
                "Transportation": "transport",
                "Airports & Aircraft": "transport",
                "Government (General)": "government",
                "Government (Diplomatic)": "government",
                "Military": "military",
                "Educational Institution": "education",
                "Food or Water Supply": "food or water supply",
                "Other": "other",
                "Unknown": "",
            },
        ),
        Field("means", ("weaptype1_txt",), words=_UNKNOWN),
        Field(
            "summary",
            ("summary", "attacktype1_txt"),
            make=lambda cells: first_filled(cells, "summary", "attacktype1_txt"),
            how="The summary, else the kind of attack.",
        ),
        Field("source_name", (), make=constant(TITLE), how=f"{TITLE}."),
        Field("place", ("city",), words={"Unknown": ""}),
        Field("region", ("provstate",), words={"Unknown": ""}),
        Field("country", ("country_txt",)),
        Field("latitude", ("latitude",)),
        Field("longitude", ("longitude",)),
        Field(
            "place_precision",
            ("specificity",),
            words={"1": "settlement", "2": "district", "3": "district", "4": "region", "5": "country"},
            otherwise="region",
        ),
    ),
    figures=(Figure("killed", best="nkill"), Figure("injured", best="nwound")),
    claimant=TITLE,
    remarks=(
        "'gname' is the group to which the source ascribes the attack, often only alleged: the side is its coding.",
        "'nkill' and 'nwound' count attackers, too.",
        "'country' and 'region' are numbers and parts of the world: kept, not read.",
    ),
    terms="GTD's terms of use restrict passing its rows on: read them before you publish data files, and credit START.",
)

ADAPTER = LayoutAdapter(LAYOUT)
