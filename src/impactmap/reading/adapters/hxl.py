"""HXL: any table with a row of hashtags under its header, and the tags of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from impactmap.model.schema import EVENT_COLUMNS
from impactmap.model.text import compare_key
from impactmap.reading.adapters.layout import Field, Figure, Layout, LayoutAdapter
from impactmap.reading.headers import match_headers, metric_headers
from impactmap.reading.raw_table import RawTable

__all__ = ["ADAPTER", "COLUMN_TAGS", "HxlAdapter"]

#: Our columns and the tags they are read from, the first being the one they are written with.
COLUMN_TAGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "event_id": ("#event+id", "#meta+id"),
        "date_start": ("#date+start", "#date+occurred", "#date"),
        "date_end": ("#date+end",),
        "date_precision": ("#date+precision",),
        "side": ("#group+perp+name",),
        "sectors": ("#sector",),
        "means": ("#weapons",),
        "summary": ("#description", "#event+description"),
        "source_name": ("#meta+source", "#meta+source+name"),
        "source_url": ("#meta+url", "#meta+source+url"),
        "place": ("#loc+name", "#loc"),
        "region": ("#adm1+name", "#admin1", "#adm1"),
        "district": ("#adm2+name", "#adm2"),
        "country": ("#country+name", "#country", "#country+code"),
        "latitude": ("#geo+lat", "#lat"),
        "longitude": ("#geo+lon", "#lon", "#long"),
        "place_precision": ("#geo+precision",),
    }
)
#: Tags of figures and their metrics.
FIGURE_TAGS: Mapping[str, str] = MappingProxyType({"#affected+killed": "killed", "#affected+injured": "injured"})
_UNKNOWN = dict.fromkeys(("unknown", "no information", "unidentified", "not stated", "unclear"), "")
_PRECISIONS = {
    "exact": "exact",
    "settlement": "settlement",
    "town": "settlement",
    "city": "settlement",
    "village": "settlement",
    "district": "district",
    "adm2": "district",
    "region": "region",
    "adm1": "region",
    "province": "region",
    "country": "country",
    "adm0": "country",
}


def _tag_key(tag: str) -> tuple[str, frozenset[str]]:
    """Return the hashtag and the set of its attributes, whose order does not count."""
    name, *attributes = re.sub(r"\s+", "", tag).casefold().split("+")
    return name, frozenset(attributes)


def _matched(tags: Mapping[str, str]) -> dict[str, str]:
    """Return tag to header for the tags that are known, each once, exactly as listed."""
    keys: dict[tuple[str, frozenset[str]], str] = {}
    for header, tag in tags.items():
        keys.setdefault(_tag_key(tag), header)
    known = [*(tag for names in COLUMN_TAGS.values() for tag in names), *FIGURE_TAGS]
    return {tag: keys[_tag_key(tag)] for tag in known if _tag_key(tag) in keys}


def _layout(tags: Mapping[str, str]) -> Layout:
    """Return the layout that a table's own tags stand for."""
    header = _matched(tags)
    places = {name: next((header[tag] for tag in COLUMN_TAGS[name] if tag in header), "") for name in COLUMN_TAGS}

    def precision(cells: pd.DataFrame) -> pd.Series[str]:
        """Take the tagged precision; else a place that repeats its district, region or country is that area."""
        said = cells[places["place_precision"]] if places["place_precision"] else None
        column = pd.Series(pd.NA, index=cells.index, dtype="str") if said is None else said.str.strip().str.casefold()
        column = column.map(_PRECISIONS).astype("str")
        if said is not None:
            column = column.mask(column.isna() & said.notna(), "region")
        if not places["place"]:
            return column
        keys = {text: compare_key(str(text)) for text in pd.unique(cells[places["place"]].dropna())}
        named = cells[places["place"]].map(keys)
        for wide in ("district", "region", "country"):
            if places[wide]:
                area = cells[places[wide]].map(compare_key, na_action="ignore")
                column = column.mask(column.isna() & named.notna() & (named == area), wide)
        return column

    fields = []
    for name, found in places.items():
        if not found or name == "place_precision":
            continue
        fields.append(Field(name, (found,), words=_UNKNOWN if name == "side" else {}))
    read = tuple(dict.fromkeys(places[name] for name in ("place_precision", "place", "district", "region", "country")))
    fields.append(Field("place_precision", tuple(name for name in read if name), make=precision, how=_PRECISION_HOW))
    return replace(
        _GENERAL,
        fields=tuple(fields),
        figures=tuple(Figure(metric, best=header[tag]) for tag, metric in FIGURE_TAGS.items() if tag in header),
        claimant_column=places["source_name"],
        has_scale=bool(places["place_precision"]),
    )


_PRECISION_HOW = (
    "The tagged word where it is one of ours or a common one (other words: region, never a point); without one, a "
    "place that repeats the district, the region or the country is that area."
)
_GENERAL = Layout(
    name="hxl",
    title="HXL, the Humanitarian Exchange Language",
    about="Any table with a row of hashtags under its header; columns are read by their tags, whatever their headers.",
    signature=frozenset(),
    fields=tuple(
        Field(name, tags, how=_PRECISION_HOW if name == "place_precision" else "") for name, tags in COLUMN_TAGS.items()
    ),
    figures=tuple(Figure(metric, best=tag) for tag, metric in FIGURE_TAGS.items()),
    claimant_column="#meta+source",
    remarks=("'#group+name+first' and '#group+name+second' do not say who attacked: only '#group+perp+name' does.",),
)


_RECOGNISED = "a row of #tags under the header or in its place, among them a date and a place, region or position"


@dataclass(frozen=True)
class HxlAdapter:
    """Reads a table by its HXL tags."""

    name: str = "hxl"
    terms: str = ""

    def recognises(self, raw: RawTable) -> bool:
        """Say whether there is a row of tags with a date and a place that tells at least as much as the headers do."""
        found = _matched(raw.tags or {})
        columns = {name for name, tags in COLUMN_TAGS.items() if any(tag in found for tag in tags)}
        if "date_start" not in columns or not columns & {"place", "region", "latitude"}:
            return False
        headers = [str(name) for name in raw.cells.columns]
        by_header = len(match_headers(headers, EVENT_COLUMNS).columns) + len(metric_headers(headers))
        return len(columns) + sum(tag in found for tag in FIGURE_TAGS) >= by_header

    def convert(self, raw: RawTable) -> RawTable:
        """Return the table under our headers: every row, in order, with the originals as ``source_<header>``."""
        return LayoutAdapter(_layout(raw.tags or {})).convert(raw)

    def explain(self) -> dict[str, Any]:
        """Return the mapping of tags."""
        return {**LayoutAdapter(_GENERAL).explain(), "recognised_by": [_RECOGNISED]}

    def explain_table(self, raw: RawTable) -> dict[str, Any]:
        """Return the mapping of a table's own headers, as its tags give it."""
        return {**LayoutAdapter(_layout(raw.tags or {})).explain(), "recognised_by": [_RECOGNISED]}


ADAPTER = HxlAdapter()
