"""Checks of reports: their dates, shapes, sources, addresses and texts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impactmap.context.plausibility.rows import at_claims, at_rows, none
from impactmap.model.text import INSIDE, is_odd_address
from impactmap.model.values import split_sources
from impactmap.places.fine_positions import coarse_column

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = [
    "find_address_before",
    "find_address_of_several",
    "find_crossing",
    "find_empty_shape",
    "find_lone_date",
    "find_long",
    "find_odd_address",
    "find_position_in_text",
    "find_unsourced",
    "find_whole_world",
]

LONGEST_DAYS: Final = 366
#: Years without any report that part a date from all others, and how many reports beyond are taken for slips.
LONE_YEARS, LONE_MOST, LONE_FROM = 5, 3, 20
#: Days between two events under one address from which it is hardly one report of both.
ADDRESS_DAYS: Final = 60
#: Degrees of longitude and latitude from which a shape is the whole world.
WHOLE = 330, 120
_TEXTS = frozenset(("summary", "note", "source_name", "source_url"))
#: Most cells: an address of a host with a public name, without a user's, or several such.
_ONE: Final = r"https?://(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#][^;,\s]*)?"
_USUAL: Final = rf"^{_ONE}(?:(?:\s*;\s*|,?\s+){_ONE})*$"
_NAMED_INSIDE: Final = "|".join(map(re.escape, (*INSIDE, "localhost")))
_ADDRESS_DAY = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|\Z)")


def find_address_before(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose source's address holds a day before the event."""
    url = events["source_url"]
    parts = url.where(url.str.contains(r"/20[0-9]{2}[/-]?[01][0-9]", regex=True, na=False)).str.extract(_ADDRESS_DAY)
    day = pd.to_datetime(parts[0] + parts[1] + parts[2], format="%Y%m%d", errors="coerce")
    return at_rows(events, day < events["date_start"] - pd.Timedelta(days=1), "source_url", events["source_url"])


def find_long(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of events longer than a year."""
    days = (events["date_end"] - events["date_start"]).dt.days
    bad = (days > LONGEST_DAYS) & (events["date_precision"] != "year")
    return at_rows(events, bad.fillna(value=False), "date_end", days.map("{:.0f} days".format, na_action="ignore"))


def find_lone_date(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of few events that lie years away from all others."""
    days = events["date_start"].dropna().drop_duplicates().sort_values()
    bad = pd.Series(data=False, index=events.index)
    if events["event_id"].nunique() >= LONE_FROM and len(days) > 1:
        gap = days.diff() > pd.Timedelta(days=365 * LONE_YEARS)
        for day in days[gap]:
            for side in (events["date_start"] < day, events["date_start"] >= day):
                if 0 < events.loc[side, "event_id"].nunique() <= LONE_MOST:
                    bad |= side
    return at_rows(events, bad, "date_start", events["date_start"].dt.strftime("%Y-%m-%d"))


def _shapes(events: pd.DataFrame) -> tuple[pd.Series[str], npt.NDArray[Any]]:
    """Return the shapes that the source draws, each different one made once, with their texts."""
    import shapely

    if "source_geometry" not in events.columns:
        return pd.Series(dtype="str"), np.array([], dtype=object)
    texts = events["source_geometry"].dropna().drop_duplicates()
    return texts, shapely.from_wkt(texts.to_numpy(dtype=object), on_invalid="ignore")


def _of_shapes(events: pd.DataFrame, texts: pd.Series[str], bad: npt.NDArray[np.bool_], found: str) -> pd.DataFrame:
    if not len(texts):
        return at_rows(events, np.zeros(len(events), dtype=bool), "geometry", found)
    return at_rows(events, events["source_geometry"].isin(texts[bad]), "geometry", found)


def find_crossing(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose drawn shape crosses itself."""
    import shapely

    texts, shapes = _shapes(events)
    return _of_shapes(events, texts, ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes), "a shape that does")


def find_whole_world(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose drawn shape is the whole world."""
    import shapely

    texts, shapes = _shapes(events)
    west, south, east, north = shapely.bounds(shapes).T if len(shapes) else np.empty((4, 0))
    return _of_shapes(events, texts, (east - west >= WHOLE[0]) & (north - south >= WHOLE[1]), "a shape of all of it")


def find_empty_shape(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose drawn shape is none."""
    import shapely

    texts, shapes = _shapes(events)
    return _of_shapes(events, texts, shapely.is_missing(shapes) | shapely.is_empty(shapes), "none, or none that is one")


def find_unsourced(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of events without source, address or claimant."""
    alone = events["source_name"].isna() & events["source_url"].isna()
    if alone.any():
        named = claims["claimant"].notna() | claims["source_name"].notna() | claims["source_url"].notna()
        ids = events.loc[alone, "event_id"]
        alone[alone] = ~(ids.isin(events.loc[~alone, "event_id"]) | ids.isin(claims.loc[named, "event_id"]))
    return at_rows(events, alone, "source_name", "none")


def find_odd_address(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with an odd address of a source."""
    addresses = events["source_url"]
    usual = addresses.str.contains(_USUAL, na=True) & ~addresses.str.contains(_NAMED_INSIDE, na=False)
    unusual = addresses[~usual]
    odd = {text for text in unusual.unique() if any(map(is_odd_address, split_sources(text)))}
    bad = addresses.isin(odd)
    hidden = addresses.where(bad).map(lambda text: re.sub(r"//[^/@]*@", "//…@", text), na_action="ignore")
    return at_rows(events, bad, "source_url", hidden)


def find_position_in_text(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Look in the texts that are published; the table's own columns are looked at where they leave."""
    # Not what was found: a warning is read aloud, pasted and sent.
    found = "one, finer than two decimals of a degree"
    rows = [none(events)]
    for name in sorted(_TEXTS & set(events.columns)):
        bad = coarse_column(events[name]) != events[name]
        rows.append(at_rows(events, bad & events[name].notna(), name, found))
    for name in sorted(_TEXTS & set(claims.columns) | {"text"} & set(claims.columns)):
        bad = (coarse_column(claims[name]) != claims[name]) & claims[name].notna()
        of_claims = at_claims(events, claims, bad, lambda _row: found).drop(columns="claim")
        rows.append(of_claims.assign(column=name))
    # A simple sheet's claims repeat the source of their event.
    return pd.concat(rows, ignore_index=True).drop_duplicates(ignore_index=True)


def find_address_of_several(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose address is under events long apart."""
    url = events["source_url"]
    of_page = url.str.contains(r"^https?://[^/]+/[^/?#]", case=False, na=False)  # not that of a whole site
    days = events["date_start"].where(of_page).groupby(url.where(of_page))
    apart = days.transform("max") - days.transform("min") > pd.Timedelta(days=ADDRESS_DAYS)
    return at_rows(events, (of_page & apart).fillna(value=False), "source_url", url)
