"""ACLED, the CSV export and the rows of its API."""

from __future__ import annotations

from impactmap.reading.adapters.cells import constant
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter

__all__ = ["ADAPTER", "LAYOUT"]

TITLE = "ACLED"

LAYOUT = Layout(
    name="acled",
    title="Armed Conflict Location and Event Data",
    about="One row an event, coded weekly from news and local sources; two actors, neither of them the attacker.",
    signature=frozenset({"event_id_cnty", "event_date", "geo_precision", "time_precision", "event_type"}),
    fields=(
        Field("event_id", ("event_id_cnty",)),
        Field("date_start", ("event_date",)),
        Field("date_precision", ("time_precision",), words={"1": "day", "2": "week", "3": "month"}, otherwise=""),
        Field("summary", ("notes",)),
        Field("source_name", (), make=constant(TITLE), how="ACLED; its claims name the sources it cites."),
        Field("place", ("location",)),
        Field("region", ("admin1",)),
        Field("district", ("admin2",)),
        Field("country", ("country",)),
        Field("latitude", ("latitude",)),
        Field("longitude", ("longitude",)),
        Field(
            "place_precision",
            ("geo_precision",),
            words={"1": "settlement", "2": "district", "3": "region"},
            otherwise="region",
        ),
    ),
    figures=(Figure("killed", best="fatalities", zero_is_unknown=True),),
    claimant=TITLE,
    cited="source",
    remarks=(
        "'actor1' and 'actor2' do not say who attacked whom: the side is not stated.",
        "0 fatalities stands for none reported as well as for not known: it makes no claim.",
        "Events are changed and withdrawn by the publisher later: fetch the export again before you publish.",
    ),
    terms="ACLED's terms of use forbid passing its raw rows on: publish what you made of them, and credit ACLED.",
)

ADAPTER = LayoutAdapter(LAYOUT)
