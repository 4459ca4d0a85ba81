"""Checks of claims: figures against what can be, against each other, and their dates."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import pandas as pd

from impactmap.context.plausibility.rows import at_claims, figure, least_and_most, none, of_claims
from impactmap.reading.headers import header_key

__all__ = [
    "find_above_country",
    "find_downed_above_launched",
    "find_impossible",
    "find_negative",
    "find_parts_above_total",
    "find_published_before",
    "find_range_backwards",
    "find_retrieved_before",
]

#: People on Earth, rounded up; United Nations, World Population Prospects 2024.
WORLD: Final = 8_300_000_000
#: A figure of people may be so many times what the gazetteer's settlements of the country hold: it leaves out many.
COUNTRY_FACTOR: Final = 3
#: No country has fewer.
FEWEST: Final = 500
#: Half of the way around the Earth.
FARTHEST_KM: Final = 20_038
PEOPLE = ("households_without_power", "people_without_power", "killed", "injured", "population")
#: Words in headers that name a part of a figure; parts of one group exclude each other.
PARTS = (
    frozenset(("men", "women", "children", "boys", "girls", "male", "female", "minors")),
    frozenset(("adults", "children")),
    frozenset(("civilians", "civilian", "soldiers", "military", "combatants", "police")),
)
_TOTALS = frozenset(("killed", "injured"))


@of_claims
def find_negative(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of a figure below zero."""
    return at_claims(events, claims, least_and_most(claims)[0] < 0, figure)


@of_claims
def find_impossible(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims above what there is on Earth."""
    most = least_and_most(claims)[1]
    limit = pd.Series(np.where(claims["metric"].str.endswith("_km").fillna(value=False), FARTHEST_KM, WORLD))
    return at_claims(events, claims, pd.Series(most.to_numpy() > limit.to_numpy(), index=claims.index), figure)


@of_claims
def find_range_backwards(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims whose lowest figure is above the highest, or whose figure lies outside of them."""
    value, low, high = (claims[name] for name in ("value", "value_low", "value_high"))
    return at_claims(events, claims, (low > high) | (value < low) | (value > high), figure)


@of_claims
def find_above_country(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of more people than live in the event's countries."""
    if "place_country" not in events.columns:
        return none(events)
    most = least_and_most(claims)[1]
    large = claims["metric"].isin(PEOPLE) & (most > FEWEST) & (most <= WORLD)
    if not large.any():
        return at_claims(events, claims, large, figure)
    known = events.loc[events["event_id"].isin(claims.loc[large, "event_id"]), ["event_id", "place_country"]]
    known = known.dropna().drop_duplicates()
    people = known["place_country"].map(_people()).groupby(known["event_id"]).sum(min_count=1)
    limit = claims["event_id"].map(people).astype(float) * COUNTRY_FACTOR
    return at_claims(events, claims, large & (most > limit), figure)


@functools.cache
def _people() -> dict[str, int]:
    """Return the people in the gazetteer's settlements, by country."""
    from impactmap.reference import load_layer

    layer = load_layer("gazetteer")
    return {str(code): int(sum_) for code, sum_ in layer.groupby("country")["population"].sum().items() if sum_ > 0}


@of_claims
def find_downed_above_launched(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims of more drones downed than the same claimant says were launched."""
    if not (claims["metric"] == "drones_launched").any():
        return none(events)
    keys = ["event_id", "claimant"]
    least, most = least_and_most(claims)
    launched = most[claims["metric"] == "drones_launched"].groupby([claims[key].fillna("") for key in keys]).max()
    downed = claims["metric"] == "drones_downed"
    of_same = pd.MultiIndex.from_frame(claims[keys].fillna(""))
    limit = pd.Series(launched.reindex(of_same).to_numpy(dtype=float), index=claims.index)
    open_ended = claims["qualifier"].isin(["more than", "at least"]).groupby(claims["event_id"]).transform("any")
    return at_claims(events, claims, downed & (least > limit) & ~open_ended, figure)


@of_claims
def find_parts_above_total(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Compare figures of men, women and so on with the total of the same row."""
    totals = claims[claims["metric"].isin(_TOTALS)]
    bad = pd.Series(data=False, index=claims.index)
    told: dict[int, str] = {}
    for total in _TOTALS:
        columns = {
            header: words - {total}
            for header in map(str, events.columns)
            if total in (words := set(header_key(header).split())) and len(words) > 1
        }
        stated = claims["metric"].str.startswith(f"{total}_").fillna(value=False)
        if not columns and not stated.any():
            continue
        for group in PARTS:
            sums = pd.Series(0.0, index=pd.Index(events["event_id"].unique()))
            for header in (header for header, words in columns.items() if words and words <= group):
                numbers = pd.to_numeric(events[header], errors="coerce").where(~events["event_id"].duplicated(), 0)
                sums = sums.add(numbers.groupby(events["event_id"]).sum().reindex(sums.index).fillna(0))
            words_of = claims["metric"].str.removeprefix(f"{total}_")
            part = claims[stated & words_of.isin(group)]
            sums = sums.add(part.groupby("event_id")["value"].sum().reindex(sums.index).fillna(0))
            of_total = totals[totals["metric"] == total]
            exact = of_total["qualifier"].isna() | of_total["qualifier"].isin(["exactly", "up to"])
            most = least_and_most(of_total)[1].groupby(of_total["event_id"]).transform("max")
            in_parts = of_total["event_id"].map(sums).astype(float)
            above = exact & (in_parts > 0) & (most >= 0) & (in_parts > most)
            for row in above[above].index:
                bad[row] = True
                told[row] = f"{sums[claims.loc[row, 'event_id']]:,.15g} in parts, {most[row]:,.15g} {total} in all"
    rows = at_claims(events, claims, bad, figure)
    return rows.assign(found=[told[row] for row in claims.index[bad]])


@of_claims
def find_published_before(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims published before their event."""
    if claims["date_published"].isna().all():
        return none(events)
    start = claims["event_id"].map(events.groupby("event_id")["date_start"].min())
    bad = claims["date_published"] < start - pd.Timedelta(days=1)
    return at_claims(events, claims, bad, lambda row: f"published {row['date_published']:%Y-%m-%d}")


@of_claims
def find_retrieved_before(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the claims retrieved before they were published."""
    bad = claims["date_retrieved"] < claims["date_published"] - pd.Timedelta(days=1)
    return at_claims(events, claims, bad, lambda row: f"retrieved {row['date_retrieved']:%Y-%m-%d}")
