"""VIINA 2.0: reports with their places (event_info), and events of one day and place (event_1pd)."""

from __future__ import annotations

import re

import pandas as pd

from impactmap.reading.adapters.cells import citing, first_filled, missing, truthy
from impactmap.reading.adapters.layout import Field, Layout, LayoutAdapter

__all__ = ["ADAPTER", "EVENT_ADAPTER", "EVENT_LAYOUT", "LAYOUT"]

TITLE = "VIINA 2.0"
_INITIATOR = re.compile(r"a_([a-z]+)_init_b")
_MEANS = {"t_airstrike_b": "air strikes", "t_uav_b": "drones", "t_artillery_b": "artillery"}
_NO_SIDE = "VIINA's reports do not say who attacked: the side is not stated."
_LICENCE = "VIINA is under the ODbL: credit it, and share a database made from it under the same licence."


def _side(cells: pd.DataFrame) -> pd.Series[str]:
    """Name the one initiator that is flagged, by its code; several or none: nothing, and a missing flag is no 0."""
    flags = {found[1].upper(): str(name) for name in cells.columns if (found := _INITIATOR.fullmatch(str(name)))}
    if not flags:
        return missing(cells)
    raised = pd.DataFrame({code: truthy(cells[name]) for code, name in flags.items()}, index=cells.index)
    return raised.idxmax(axis="columns").where(raised.sum(axis="columns") == 1).astype("str")


def _means(cells: pd.DataFrame) -> pd.Series[str]:
    column = missing(cells)
    for flag, word in _MEANS.items():
        if flag in cells.columns:
            raised = truthy(cells[flag])
            column = column.mask(raised & column.notna(), column + f"; {word}").mask(raised & column.isna(), word)
    return column.astype("str")


def _place(cells: pd.DataFrame) -> pd.Series[str]:
    """Name the place by the gazetteer's name that the publisher matched, else by the report's words."""
    return first_filled(cells, "asciiname", "location", "address")


_SCALE = Field(
    "place_precision",
    ("GEO_PRECISION",),
    words={"STREET": "exact", "ADM3": "settlement", "ADM2": "district", "ADM1": "region", "ADM0": "country"},
    otherwise="region",
)
_WHERE = (
    Field("place", ("asciiname", "location", "address"), make=_place, how="The first of them that is filled."),
    Field("region", ("ADM1_NAME",)),
    Field("district", ("ADM2_NAME",)),
    Field("latitude", ("latitude",)),
    Field("longitude", ("longitude",)),
    _SCALE,
)

LAYOUT = Layout(
    name="viina",
    title="VIINA 2.0, event_info",
    about="One row a news report and place.",
    signature=frozenset({"viina_version", "event_id", "GEO_PRECISION", "report_id"}),
    fields=(
        Field("event_id", ("event_id",)),
        Field("date_start", ("date",)),
        Field("summary", ("text",)),
        Field("source_name", ("source",), make=citing(TITLE, "source"), how="VIINA, with the outlet it cites."),
        Field("source_url", ("url",)),
        *_WHERE,
    ),
    remarks=(_NO_SIDE, "A time of 00:00 means that the time is not known; only days are used.", _LICENCE),
)
EVENT_LAYOUT = Layout(
    name="viina-1pd",
    title="VIINA 2.0, event_1pd",
    about="One row a day and place, made from one or more reports, with flags.",
    signature=frozenset({"viina_version", "event_id_1pd", "GEO_PRECISION", "n_reports"}),
    fields=(
        Field("event_id", ("event_id_1pd",)),
        Field("date_start", ("date",)),
        Field(
            "side",
            ("a_rus_init_b", "a_ukr_init_b"),
            make=_side,
            how="The code of the one flagged initiator; several, none or missing flags: not stated.",
        ),
        Field(
            "means",
            tuple(_MEANS),
            make=_means,
            how="; ".join(f"{flag}: {word}" for flag, word in _MEANS.items()) + ".",
        ),
        Field("source_name", ("sources",), make=citing(TITLE, "sources"), how="VIINA, with the outlets it cites."),
        *_WHERE,
    ),
    remarks=("A missing flag of the initiator is not 0: the side is then not stated.", _LICENCE),
)

ADAPTER = LayoutAdapter(LAYOUT)
EVENT_ADAPTER = LayoutAdapter(EVENT_LAYOUT)
