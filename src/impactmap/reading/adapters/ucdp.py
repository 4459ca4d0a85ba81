"""UCDP Georeferenced Event Dataset (GED), released and candidate events."""

from __future__ import annotations

import pandas as pd

from impactmap.reading.adapters.cells import code_key, constant, first_filled, month_first
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter

__all__ = ["ADAPTER", "LAYOUT"]

TITLE = "UCDP GED"
DATE_PRECISIONS = {"1": "day", "2": "days", "3": "week", "4": "month", "5": "year"}
_PLACES = {"1": "settlement", "2": "district", "3": "district", "4": "region", "6": "country", "7": "region"}


def _precision(cells: pd.DataFrame) -> pd.Series[str]:
    """Read `where_prec`; a larger or linear area is the region it names, else the country."""
    code = code_key(cells["where_prec"])
    wide = code == "5"
    region = first_filled(cells, "adm_1").notna()
    return code.map(_PLACES).where(~wide, "country").mask(wide & region, "region").astype("str")


LAYOUT = Layout(
    name="ucdp",
    title="UCDP Georeferenced Event Dataset",
    about="One row an event with fatalities, coded from news; the sides are a dyad.",
    signature=frozenset({"where_prec", "date_prec", "date_start", "best", "low", "high"}),
    fields=(
        Field("event_id", ("id",)),
        Field("date_start", ("date_start",), make=month_first("date_start"), how="Slashed dates have the month first."),
        Field("date_end", ("date_end",), make=month_first("date_end"), how="Slashed dates have the month first."),
        Field("date_precision", ("date_prec",), words=DATE_PRECISIONS, otherwise=""),
        Field("summary", ("source_headline", "source_article")),
        Field("source_name", (), make=constant(TITLE), how=f"{TITLE}; its claims name the offices it cites."),
        Field("place", ("where_coordinates",)),
        Field("region", ("adm_1",)),
        Field("district", ("adm_2",)),
        Field("country", ("country",)),
        Field("latitude", ("latitude",)),
        Field("longitude", ("longitude",)),
        Field(
            "place_precision",
            ("where_prec", "adm_1"),
            make=_precision,
            how=(
                "1 settlement; 2 (near, about 25 km) and 3 district; 4 region; 5 (larger or linear area) the region "
                "where adm_1 names one, else country; 6 country; 7 (water, air) region, so never a point."
            ),
        ),
    ),
    figures=(Figure("killed", best="best", low="low", high="high"),),
    claimant=TITLE,
    cited="source_office",
    remarks=("UCDP names two sides of a conflict, not who attacked: the side is not stated.",),
)

ADAPTER = LayoutAdapter(LAYOUT)
