"""Regions beside the layer's: larger ones, newer ones, parts of them; and what all are called in other languages."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import unicodedata
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Final

from impactmap.places.names.keys import name_key, stem_key

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["MoreRegion", "more_regions", "regions_called"]

_LAYER: Final = "more_regions"
_NAMES: Final = "region_names"


@dataclasses.dataclass(frozen=True, slots=True)
class MoreRegion:
    """A region that the layer has no outline of, after ISO 3166-2 or GeoNames.

    Attributes
    ----------
    code, country, name
        ISO 3166-2 or, where it has none, GeoNames' code; ISO 3166-1 alpha-2; in English.
    admin1, place_id
        GeoNames' code without the country, and its number of the region; None where it has none.
    parts
        The regions of the layer of which it is the union.
    within
        The region of the layer of which it is a part.
    circle
        Latitude, longitude and radius in km of where its settlements lie, where neither is known.
    """

    code: str
    country: str
    name: str
    admin1: str | None
    place_id: str | None
    parts: tuple[str, ...] = ()
    within: str | None = None
    circle: tuple[float, float, float] | None = None


@functools.cache
def more_regions() -> dict[str, MoreRegion]:
    """Return the regions by their codes."""
    found = {}
    for row in _read(_LAYER).to_pylist():
        circle = None if row["radius_km"] is None else (row["latitude"], row["longitude"], row["radius_km"])
        found[row["code"]] = MoreRegion(
            row["code"],
            row["country"],
            row["name"],
            row["geonames_admin1"].partition(".")[2] if row["geonames_admin1"] else None,
            f"geonames:{row['geonames_id']:.0f}" if row["geonames_id"] else None,
            tuple((row["parts"] or "").split()),
            row["within"],
            circle,
        )
    return found


def regions_called(text: str, countries: Iterable[str] | None = None, *, spelled: bool = False) -> list[str]:
    """Return the codes of the regions that have a name in whatever language, the layer's among them.

    Parameters
    ----------
    text
        The name, or what is left of it without the word for its kind.
    countries
        Where to look, ISO 3166-1 alpha-2; everywhere when left out.
    spelled
        Whether the name must be the same letter by letter, accents apart, and not only sound so.
    """
    keys, table = _names()
    key = stem_key(name_key(text))
    first = bisect.bisect_left(keys, key)
    rows = table.slice(first, bisect.bisect_right(keys, key, lo=first) - first) if key else table.slice(0, 0)
    scope = None if countries is None else set(countries)
    found = [
        code
        for code, name in zip(rows["code"].to_pylist(), rows["name"].to_pylist(), strict=True)
        if (scope is None or code[:2] in scope) and (not spelled or _letters(name) == _letters(text))
    ]
    return list(dict.fromkeys(found))


def _letters(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())


@functools.cache
def _names() -> tuple[list[str], pa.Table]:
    table = _read(_NAMES)
    return table["key"].to_pylist(), table


def _read(name: str) -> pa.Table:
    import pyarrow.parquet as pq

    from impactmap.reference import layer_info

    with resources.as_file(resources.files("impactmap.reference").joinpath(layer_info(name)["file"])) as path:
        return pq.ParquetFile(path).read(use_threads=False)
