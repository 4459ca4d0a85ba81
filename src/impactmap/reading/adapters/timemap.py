"""TimeMap, as Bellingcat and others publish it: events in CSV or JSON, and the form offered for download."""

from __future__ import annotations

from impactmap.reading.adapters.cells import first_url, month_first
from impactmap.reading.adapters.layout import Field, Layout, LayoutAdapter
from impactmap.reading.headers import header_key
from impactmap.reading.raw_table import RawTable

__all__ = ["ADAPTER", "LAYOUT", "TimeMapAdapter"]

LAYOUT = Layout(
    name="timemap",
    title="TimeMap",
    about="One row an event with lists of sources and associations; by policy it does not say who attacked.",
    signature=frozenset({"id", "date", "location", "latitude", "longitude", "description"}),
    fields=(
        Field("event_id", ("id",)),
        Field("date_start", ("date",), make=month_first("date"), how="Slashed dates have the month first."),
        Field("summary", ("description",)),
        Field(
            "source_url",
            ("sources", "source_1", "source1"),
            make=first_url("sources", "source_1", "source1"),
            how="The first web address; the whole list is kept.",
        ),
        Field("place", ("location",)),
        Field("latitude", ("latitude",)),
        Field("longitude", ("longitude",)),
    ),
    remarks=("TimeMap does not say who attacked: the side is not stated.",),
    has_scale=False,
)
#: One of these beside the signature, which many sheets have, tells a TimeMap.
_TELLING = frozenset(
    map(
        header_key,
        (
            "associations",
            "association_1",
            "association1",
            "filters",
            "time_precision",
            "graphic",
            "source_1",
            "source1",
        ),
    )
)


class TimeMapAdapter(LayoutAdapter):
    """Recognises a TimeMap by its lists."""

    def recognises(self, raw: RawTable) -> bool:
        """Say whether the headers are those of a TimeMap's events."""
        headers = {header_key(str(name)) for name in raw.cells.columns}
        listed = "sources" in headers and "filters" in headers
        return super().recognises(raw) and (listed or len(headers & _TELLING) >= 2)


ADAPTER = TimeMapAdapter(LAYOUT)
