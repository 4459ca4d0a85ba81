"""Centre for Information Resilience: the table behind its maps of verified incidents."""

from __future__ import annotations

from impactmap.reading.adapters.cells import first_url
from impactmap.reading.adapters.layout import Field, Layout, LayoutAdapter

__all__ = ["ADAPTER", "LAYOUT"]

LAYOUT = Layout(
    name="cir",
    title="Centre for Information Resilience, monitor",
    about="One row a verified incident with its link, munition and level of violence; the attacker is not a column.",
    signature=frozenset({"entry", "brief description", "town/city", "arms/munition", "violence level"}),
    fields=(
        Field("event_id", ("entry",)),
        Field("date_start", ("date",)),
        Field("means", ("arms/munition",), words={"unknown": "", "n/a": ""}),
        Field("summary", ("brief description", "title")),
        Field("source_url", ("link",), make=first_url("link"), how="The first web address."),
        Field("place", ("town/city",)),
        Field("region", ("province",)),
        Field("district", ("district",)),
        Field("country", ("country",)),
        Field("latitude", ("lat",)),
        Field("longitude", ("lon",)),
    ),
    remarks=("The table does not say who attacked: the side is not stated.",),
    has_scale=False,
)

ADAPTER = LayoutAdapter(LAYOUT)
