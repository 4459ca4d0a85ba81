"""The named checks of what a report can hardly be, each with a severity and a reason."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd

from impactmap.model.faults import shorten
from impactmap.model.text import is_odd_address
from impactmap.places.fine_positions import coarse_column
from impactmap.reading.headers import header_key

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["CHECKS", "Check", "Finding"]

#: People on Earth, rounded up; United Nations, World Population Prospects 2024.
WORLD: Final = 8_300_000_000
#: A figure of people may be so many times what the gazetteer's settlements of the country hold: it leaves out many.
COUNTRY_FACTOR: Final = 3
#: Half of the way around the Earth.
FARTHEST_KM: Final = 20_038
LONGEST_DAYS: Final = 366
#: Years without any report that part a date from all others, and how many reports beyond are taken for slips.
LONE_YEARS, LONE_MOST, LONE_FROM = 5, 3, 20
#: Days between two events under one address from which it is hardly one report of both.
ADDRESS_DAYS: Final = 60
#: Degrees of longitude and latitude from which a shape is the whole world.
WHOLE = 330, 120
PEOPLE = ("households_without_power", "people_without_power", "killed", "injured", "population")
#: Words in headers that name a part of a figure; parts of one group exclude each other.
PARTS = (
    frozenset(("men", "women", "children", "boys", "girls", "male", "female", "minors")),
    frozenset(("adults", "children")),
    frozenset(("civilians", "civilian", "soldiers", "military", "combatants", "police")),
)
_TEXTS = frozenset(("summary", "note", "source_name", "source_url"))
_TOTALS = frozenset(("killed", "injured"))
_ADDRESS_DAY = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/._-]|\Z)")


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes
    ----------
    check
        Its name.
    rows
        ``event_id``, ``source_row``, ``column``, ``found`` and, for a claim, its position in the frame, ``claim``.
    """

    check: Check
    rows: pd.DataFrame

    @property
    def events(self) -> int:
        """How many events it is about."""
        return int(self.rows["event_id"].nunique())


@dataclass(frozen=True)
class Check:
    """Something that a report can hardly be.

    Attributes
    ----------
    name
        Under which an author may silence it.
    severity
        ``fault``: impossible, and a claim is left out of the map. ``warning``: somebody should look.
    expected, fix
        What should stand there and what to do, for people.
    find
        Returns the rows of a `Finding`.
    """

    name: str
    severity: Literal["fault", "warning"]
    expected: str
    fix: str
    find: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def _at_rows(
    events: pd.DataFrame, bad: pd.Series[bool] | npt.NDArray[np.bool_], column: str, found: pd.Series[Any] | str
) -> pd.DataFrame:
    """Return the rows of events where `bad` holds."""
    where = np.asarray(bad, dtype=bool)
    picked = events[where]
    texts = found if isinstance(found, str) else found[where].map(lambda cell: shorten(repr(str(cell)))).to_numpy()
    number = picked["source_row"].to_numpy() if "source_row" in picked else pd.NA
    return pd.DataFrame(
        {"event_id": picked["event_id"].to_numpy(), "source_row": number, "column": column, "found": texts}
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")  # type: ignore[return-value]


def _at_claims(
    events: pd.DataFrame, claims: pd.DataFrame, bad: pd.Series[bool], found: Callable[[dict[str, Any]], str]
) -> pd.DataFrame:
    """Return the claims where `bad` holds, at the first row of their event."""
    where = np.flatnonzero(bad.to_numpy(dtype=bool))
    picked = claims.iloc[where]
    rows = events.drop_duplicates("event_id").set_index("event_id")
    number = rows["source_row"].reindex(picked["event_id"]).to_numpy() if "source_row" in rows else pd.NA
    return pd.DataFrame(
        {
            "event_id": picked["event_id"].to_numpy(), "source_row": number, "column": picked["metric"].to_numpy(),
            "found": [found(row) for row in _records(picked)], "claim": where,
        }
    )  # fmt: skip


_Find = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]


def _of_claims(find: _Find) -> _Find:
    """Let a check find nothing where there are no claims."""

    @functools.wraps(find)
    def careful(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
        return find(events, claims) if len(claims) else _at_rows(events.iloc[:0], np.array([], dtype=bool), "", "")

    return careful


def _least_and_most(claims: pd.DataFrame) -> tuple[pd.Series[float], pd.Series[float]]:
    figures = claims[["value", "value_low", "value_high"]].astype(float)
    return figures.min(axis=1), figures.max(axis=1)


def _figure(row: dict[str, Any]) -> str:
    figures = [row[name] for name in ("value", "value_low", "value_high") if pd.notna(row[name])]
    return f"{'–'.join(f'{figure:,.15g}' for figure in dict.fromkeys(figures))} {row['metric']}"


@_of_claims
def _negative(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    return _at_claims(events, claims, _least_and_most(claims)[0] < 0, _figure)


@_of_claims
def _impossible(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    most = _least_and_most(claims)[1]
    limit = pd.Series(np.where(claims["metric"].str.endswith("_km").fillna(value=False), FARTHEST_KM, WORLD))
    return _at_claims(events, claims, pd.Series(most.to_numpy() > limit.to_numpy(), index=claims.index), _figure)


@_of_claims
def _above_country(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    if "place_country" not in events.columns:
        return _at_claims(events, claims.iloc[:0], pd.Series(dtype=bool), _figure)
    known = events[["event_id", "place_country"]].dropna().drop_duplicates()
    people = known["place_country"].map(_people()).groupby(known["event_id"]).sum(min_count=1)
    limit = claims["event_id"].map(people) * COUNTRY_FACTOR
    most = _least_and_most(claims)[1]
    bad = claims["metric"].isin(PEOPLE) & (most > limit.astype(float)) & (most <= WORLD)
    return _at_claims(events, claims, bad, _figure)


@functools.cache
def _people() -> dict[str, int]:
    """Return the people in the gazetteer's settlements, by country."""
    from impactmap.reference import load_layer

    layer = load_layer("gazetteer")
    return {str(code): int(sum_) for code, sum_ in layer.groupby("country")["population"].sum().items() if sum_ > 0}


@_of_claims
def _downed_above_launched(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    keys = ["event_id", "claimant"]
    least, most = _least_and_most(claims)
    launched = most[claims["metric"] == "drones_launched"].groupby([claims[key].fillna("") for key in keys]).max()
    downed = claims["metric"] == "drones_downed"
    of_same = pd.MultiIndex.from_frame(claims[keys].fillna(""))
    limit = pd.Series(launched.reindex(of_same).to_numpy(dtype=float), index=claims.index)
    open_ended = claims["qualifier"].isin(["more than", "at least"]).groupby(claims["event_id"]).transform("any")
    return _at_claims(events, claims, downed & (least > limit) & ~open_ended, _figure)


@_of_claims
def _parts_above_total(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
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
            most = _least_and_most(of_total)[1].groupby(of_total["event_id"]).transform("max")
            in_parts = of_total["event_id"].map(sums).astype(float)
            above = exact & (in_parts > 0) & (most >= 0) & (in_parts > most)
            for row in above[above].index:
                bad[row] = True
                told[row] = f"{sums[claims.loc[row, 'event_id']]:,.15g} in parts, {most[row]:,.15g} {total} in all"
    rows = _at_claims(events, claims, bad, _figure)
    return rows.assign(found=[told[row] for row in claims.index[bad]])


@_of_claims
def _published_before(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    start = claims["event_id"].map(events.groupby("event_id")["date_start"].min())
    bad = claims["date_published"] < start - pd.Timedelta(days=1)
    return _at_claims(events, claims, bad, lambda row: f"published {row['date_published']:%Y-%m-%d}")


@_of_claims
def _retrieved_before(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    bad = claims["date_retrieved"] < claims["date_published"] - pd.Timedelta(days=1)
    return _at_claims(events, claims, bad, lambda row: f"retrieved {row['date_retrieved']:%Y-%m-%d}")


def _address_before(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    parts = events["source_url"].str.extract(_ADDRESS_DAY)
    day = pd.to_datetime(parts[0] + parts[1] + parts[2], format="%Y%m%d", errors="coerce")
    return _at_rows(events, day < events["date_start"] - pd.Timedelta(days=1), "source_url", events["source_url"])


def _long(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    days = (events["date_end"] - events["date_start"]).dt.days
    bad = (days > LONGEST_DAYS) & (events["date_precision"] != "year")
    return _at_rows(events, bad.fillna(value=False), "date_end", days.map("{:.0f} days".format, na_action="ignore"))


def _lone_date(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    days = events["date_start"].dropna().drop_duplicates().sort_values()
    bad = pd.Series(data=False, index=events.index)
    if events["event_id"].nunique() >= LONE_FROM and len(days) > 1:
        gap = days.diff() > pd.Timedelta(days=365 * LONE_YEARS)
        for day in days[gap]:
            for side in (events["date_start"] < day, events["date_start"] >= day):
                if 0 < events.loc[side, "event_id"].nunique() <= LONE_MOST:
                    bad |= side
    return _at_rows(events, bad, "date_start", events["date_start"].dt.strftime("%Y-%m-%d"))


def _shapes(events: pd.DataFrame) -> tuple[pd.Series[str], npt.NDArray[Any]]:
    """Return the shapes that the source draws, each different one made once, with their texts."""
    import shapely

    if "source_geometry" not in events.columns:
        return pd.Series(dtype="str"), np.array([], dtype=object)
    texts = events["source_geometry"].dropna().drop_duplicates()
    return texts, shapely.from_wkt(texts.to_numpy(dtype=object), on_invalid="ignore")


def _of_shapes(events: pd.DataFrame, texts: pd.Series[str], bad: npt.NDArray[np.bool_], found: str) -> pd.DataFrame:
    if not len(texts):
        return _at_rows(events, np.zeros(len(events), dtype=bool), "geometry", found)
    return _at_rows(events, events["source_geometry"].isin(texts[bad]), "geometry", found)


def _crossing(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    import shapely

    texts, shapes = _shapes(events)
    return _of_shapes(events, texts, ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes), "a shape that does")


def _whole_world(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    import shapely

    texts, shapes = _shapes(events)
    west, south, east, north = shapely.bounds(shapes).T if len(shapes) else np.empty((4, 0))
    return _of_shapes(events, texts, (east - west >= WHOLE[0]) & (north - south >= WHOLE[1]), "a shape of all of it")


def _empty_shape(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    import shapely

    texts, shapes = _shapes(events)
    return _of_shapes(events, texts, shapely.is_missing(shapes) | shapely.is_empty(shapes), "none, or none that is one")


def _unsourced(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    sourced = events["source_name"].notna() | events["source_url"].notna()
    named = claims["claimant"].notna() | claims["source_name"].notna() | claims["source_url"].notna()
    said = events["event_id"].isin(events.loc[sourced, "event_id"]) | events["event_id"].isin(
        claims.loc[named, "event_id"]
    )
    return _at_rows(events, ~said, "source_name", "none")


def _odd_address(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    addresses = events["source_url"]
    odd = {text for text in addresses.dropna().unique() if is_odd_address(text)}
    hidden = addresses.map(lambda text: re.sub(r"//[^/@]*@", "//…@", text), na_action="ignore")
    return _at_rows(events, addresses.isin(odd), "source_url", hidden)


def _position_in_text(events: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Look in the texts that are published; the table's own columns are looked at where they leave."""
    # Not what was found: a warning is read aloud, pasted and sent.
    found = "one, finer than two decimals of a degree"
    rows = [_at_rows(events.iloc[:0], np.array([], dtype=bool), "", "")]
    for name in sorted(_TEXTS & set(events.columns)):
        bad = coarse_column(events[name]) != events[name]
        rows.append(_at_rows(events, bad & events[name].notna(), name, found))
    for name in sorted(_TEXTS & set(claims.columns) | {"text"} & set(claims.columns)):
        bad = (coarse_column(claims[name]) != claims[name]) & claims[name].notna()
        of_claims = _at_claims(events, claims, bad, lambda _row: found).drop(columns="claim")
        rows.append(of_claims.assign(column=name))
    # A simple sheet's claims repeat the source of their event.
    return pd.concat(rows, ignore_index=True).drop_duplicates(ignore_index=True)


def _address_of_several(events: pd.DataFrame, _claims: pd.DataFrame) -> pd.DataFrame:
    url = events["source_url"]
    of_page = url.str.contains(r"^https?://[^/]+/[^/?#]", case=False, na=False)  # not that of a whole site
    days = events["date_start"].where(of_page).groupby(url.where(of_page))
    apart = days.transform("max") - days.transform("min") > pd.Timedelta(days=ADDRESS_DAYS)
    return _at_rows(events, (of_page & apart).fillna(value=False), "source_url", url)


#: In the order in which they are told.
CHECKS: Final[tuple[Check, ...]] = (
    Check("negative_figure", "fault", "a figure of at least 0", "Correct it; it is left out of the map.", _negative),
    Check(
        "figure_above_world", "fault", "a figure that is possible: people on Earth, half of the way around it",
        "Correct it; it is left out of the map.", _impossible,
    ),
    Check(
        "figure_above_country", "warning", "no more people than live in the country",
        "Look for a digit too many.", _above_country,
    ),
    Check(
        "parts_above_total", "warning", "parts that make up the total", "Correct the total or a part.",
        _parts_above_total,
    ),
    Check(
        "downed_above_launched", "warning", "no more drones downed than launched", "Exchange or correct the two.",
        _downed_above_launched,
    ),
    Check(
        "published_before_event", "warning", "a claim published after the event", "Correct one of the two dates.",
        _published_before,
    ),
    Check(
        "retrieved_before_published", "warning", "a claim retrieved after it was published",
        "Correct one of the two dates.", _retrieved_before,
    ),
    Check(
        "address_before_event", "warning", "an address whose day is not before the event",
        "Correct the date or the address.", _address_before,
    ),
    Check("long_event", "warning", "an event of at most a year", "Correct one of the two dates.", _long),
    Check("lone_date", "warning", "a date near the others of the table", "Look for a wrong year.", _lone_date),
    Check(
        "shape_crosses_itself", "warning", "a shape that does not cross itself", "Draw it anew.", _crossing,
    ),
    Check("shape_of_the_world", "warning", "a shape smaller than the world", "Draw the area that is meant.",
          _whole_world),
    Check("shape_empty", "warning", "a shape", "Draw it, or name the place.", _empty_shape),
    Check(
        "source_missing", "warning", "a source, its address, or who says so",
        "Name one: without it readers are told that none is named.", _unsourced,
    ),
    Check(
        "source_address", "warning", "the address of a page on the web, without a name and password",
        "Correct the address.", _odd_address,
    ),
    Check(
        "position_in_text", "warning", "no position in a text",
        "It is made as coarse as the map's before it leaves; better take it out.", _position_in_text,
    ),
    Check(
        "address_of_several", "warning", "an address for events of one time",
        "Look whether it is of both events.", _address_of_several,
    ),
)  # fmt: skip
