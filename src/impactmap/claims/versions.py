"""Two versions of a table: what is new, changed and withdrawn in the newer one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from impactmap.model.errors import ColumnError
from impactmap.model.reprs.overview import Overview
from impactmap.model.schema import EVENT_COLUMNS
from impactmap.reading.skipped_rows import UPDATE_NOTE, UPDATE_STATUS, WITHDRAWN

__all__ = ["Changes", "compare_events"]

_LEFT_OUT = {"event_id", "place_number", "source_row", "coordinates_from", "latitude", "longitude"}
_COMPARED = tuple(column.name for column in EVENT_COLUMNS if column.name not in _LEFT_OUT)
#: Computed for a published map; compared where both versions have them.
_COMPUTED = ("place_precision", "place_name", "border_distance_km", "population")
#: Half of the last digit that leaves: positions rounded on the way out have not moved.
_MOVED_DEGREES = 0.00501
#: How an update begins its record in a table's notes.
_OWN_NOTE = r"\d{4}-\d\d-\d\d: "
_FIGURES = ("value", "value_low", "value_high")
_CHANGE_COLUMNS = ("event_id", "what", "before", "after", "claimant")


@dataclass(frozen=True, repr=False)
class Changes(Overview):
    """What differs between two versions of a table.

    Attributes
    ----------
    new, withdrawn, not_covered, returned
        Identifiers of events: only in the newer version; no longer in it; no longer in it and outside what it covers;
        in it again after an earlier update found them withdrawn. In the order of their table.
    changed
        One row a difference, in the newer version's order: ``event_id``, ``what`` (a column, ``position``, ``places``
        or a metric), ``before`` and ``after`` (text, missing for nothing) and, for a figure, its ``claimant``.
    unchanged
        How many events are the same.
    labels
        Event to place and day, for people.
    reasons
        Event to why the newer table says that it was changed or withdrawn.
    said
        Withdrawn event to its summary in the older version.
    made_ids
        Whether identifiers were made from the rows' content: then a corrected row counts as withdrawn and new.
    """

    new: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    not_covered: tuple[str, ...] = ()
    returned: tuple[str, ...] = ()
    changed: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_CHANGE_COLUMNS), dtype="str"))
    unchanged: int = 0
    labels: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    made_ids: bool = False

    def _overview(self) -> tuple[str, dict[str, object]]:
        def named(ids: tuple[str, ...]) -> str:
            shown = "; ".join(self.labels.get(each, each) for each in ids[:3])
            return f"{len(ids):,}: {shown}{'; ...' if len(ids) > 3 else ''}" if ids else ""

        changed = self.changed["event_id"].nunique()
        lines: dict[str, object] = {
            "new": named(self.new),
            "changed": f"{changed:,} in {len(self.changed):,} differences, in .changed" if changed else "",
            "withdrawn": named(self.withdrawn),
            "returned": named(self.returned),
            "not covered": named(self.not_covered),
            "unchanged": f"{self.unchanged:,}",
        }
        return "Changes", lines

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""

        def named(ids: Iterable[str]) -> list[dict[str, str]]:
            told = (("why", self.reasons), ("said", self.said))
            return [
                {"event_id": each, "label": self.labels.get(each, each)}
                | {name: texts[each] for name, texts in told if each in texts}
                for each in ids
            ]

        changed = [
            {
                "event_id": str(identifier),
                "label": self.labels.get(str(identifier), str(identifier)),
                "changes": [
                    {name: value for name, value in row.items() if name != "event_id" and not pd.isna(value)}
                    for row in rows.to_dict("records")
                ],
            }
            for identifier, rows in self.changed.groupby("event_id", sort=False)
        ]
        return {
            "new": named(self.new),
            "changed": changed,
            "withdrawn": named(self.withdrawn),
            "not_covered": named(self.not_covered),
            "returned": named(self.returned),
            "unchanged": self.unchanged,
            "made_ids": self.made_ids,
        }


def compare_events(
    old: pd.DataFrame,
    new: pd.DataFrame,
    *,
    old_claims: pd.DataFrame | None = None,
    new_claims: pd.DataFrame | None = None,
    complete: bool = True,
) -> Changes:
    """Tell what is new, changed and withdrawn in a newer version of a table, by ``event_id``.

    Parameters
    ----------
    old, new
        Events' frames, as `read_events` gives them or as they were published.
    old_claims, new_claims
        Their claims.
    complete
        Whether the newer version covers all that the older one does. Otherwise an event that it lacks counts as
        withdrawn only where it lies within the newer one's days and, where both name some, its countries; the others
        are not covered.

    Returns
    -------
    Changes

    Raises
    ------
    ColumnError
        When a frame has no ``event_id``.

    Notes
    -----
    Compared are the columns of the model that both have, apart from numbers of rows and places; of positions only
    those that both take from the source, and only beyond the two decimals of a degree with which positions leave. The
    further columns of a publisher, such as the time of its last edit, do not make an event a changed one. What an
    earlier update marked as withdrawn counts as not there.

    Examples
    --------
    >>> old = pd.DataFrame({"event_id": ["1", "2"], "place": ["Izium", "Sumy"]}, dtype="str")
    >>> new = pd.DataFrame({"event_id": ["1", "3"], "place": ["Izyum", "Lviv"]}, dtype="str")
    >>> changes = compare_events(old, new)
    >>> changes.new, changes.withdrawn, changes.changed[["what", "before", "after"]].values.tolist()
    (('3',), ('2',), [['place', 'Izium', 'Izyum']])
    """
    for frame in (old, new):
        if "event_id" not in frame.columns:
            raise ColumnError("expected events with a column 'event_id', found none. Read the table with read_events.")
    tombstones: set[str] = set()
    reasons = _reasons(new)
    if UPDATE_STATUS in new.columns:
        withdrawn = (new[UPDATE_STATUS] == WITHDRAWN).fillna(value=False).astype(bool)
        tombstones, new = set(new.loc[withdrawn, "event_id"]), new[~withdrawn]
    before, after = (pd.Index(frame["event_id"].dropna().unique()) for frame in (old, new))
    gone_before = set(old.loc[old[UPDATE_STATUS] == WITHDRAWN, "event_id"]) if UPDATE_STATUS in old.columns else set()
    missing = [each for each in before.difference(after, sort=False) if each not in gone_before]
    covered = set(missing) if complete else _covered(old[old["event_id"].isin(missing)], new) | tombstones
    shared = before.intersection(after, sort=False)
    differences = pd.concat(
        [
            _columns(old, new, shared),
            _places(old, new, shared),
            _figures(old_claims, new_claims, shared),
        ]
    )
    order = {str(each): position for position, each in enumerate(after)}
    differences = differences.assign(_order=differences["event_id"].map(order)).sort_values("_order", kind="stable")
    differences = differences.drop(columns="_order").reset_index(drop=True).astype("str")
    returned = tuple(each for each in after if each in gone_before)
    withdrawn_now = tuple(each for each in missing if each in covered)
    return Changes(
        new=tuple(map(str, after.difference(before, sort=False))),
        withdrawn=withdrawn_now,
        not_covered=tuple(each for each in missing if each not in covered),
        returned=returned,
        changed=differences,
        unchanged=len(shared.difference(pd.Index(differences["event_id"])).difference(pd.Index(returned))),
        labels={**_labels(old), **_labels(new)},
        reasons={each: why for each, why in reasons.items() if each in withdrawn_now},
        said=_summaries(old[old["event_id"].isin(withdrawn_now)]),
        made_ids=any(frame["event_id"].str.match(r"ev-[0-9a-f]{16}(?:-\d+)?\Z").any() for frame in (old, new)),
    )


def _covered(missing: pd.DataFrame, new: pd.DataFrame) -> set[str]:
    """Return those of the missing events that the newer version would hold if they still stood."""
    inside = pd.Series(data=True, index=missing.index)
    if {"date_start"} <= set(missing.columns) & set(new.columns):
        first, last = new["date_start"].min(), new["date_start"].max()
        inside &= missing["date_start"].between(first, last) | missing["date_start"].isna()
    if {"country"} <= set(missing.columns) & set(new.columns) and new["country"].notna().any():
        inside &= missing["country"].isin(new["country"].dropna().unique()) | missing["country"].isna()
    return set(missing.loc[inside, "event_id"])


def _labels(frame: pd.DataFrame) -> dict[str, str]:
    """Return event to its first place and day."""
    first = frame.drop_duplicates("event_id")
    nothing = pd.Series(pd.NA, index=first.index, dtype="str")
    place = nothing
    for name in ("place", "region", "country"):
        if name in first.columns:
            place = place.fillna(first[name])
    day = first["date_start"].dt.strftime("%Y-%m-%d") if "date_start" in first.columns else nothing
    label = (place + ", " + day).fillna(place).fillna(day).fillna("")
    return dict(zip(first["event_id"].astype("str"), label.astype("str"), strict=True))


def _reasons(new: pd.DataFrame) -> dict[str, str]:
    """Return withdrawn event to why, as its publisher wrote it; our own record of an update is no reason."""
    if UPDATE_NOTE not in new.columns or UPDATE_STATUS not in new.columns:
        return {}
    told = new.loc[(new[UPDATE_STATUS] == WITHDRAWN).fillna(value=False), ["event_id", UPDATE_NOTE]].dropna()
    told = told[~told[UPDATE_NOTE].astype("str").str.match(_OWN_NOTE)]
    return dict(zip(told["event_id"].astype("str"), told[UPDATE_NOTE].astype("str"), strict=True))


def _summaries(frame: pd.DataFrame) -> dict[str, str]:
    if "summary" not in frame.columns:
        return {}
    told = frame[["event_id", "summary"]].dropna().drop_duplicates("event_id")
    return dict(zip(told["event_id"].astype("str"), told["summary"].astype("str"), strict=True))


def _numbered(frame: pd.DataFrame, shared: pd.Index[Any]) -> pd.DataFrame:
    part = frame[frame["event_id"].isin(shared)]
    return part.assign(_number=part.groupby("event_id").cumcount()).set_index(["event_id", "_number"])


def _text(column: pd.Series[Any]) -> pd.Series[str]:
    text = column
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        text = column.dt.strftime("%Y-%m-%d")
    elif pd.api.types.is_numeric_dtype(column.dtype):
        text = column.map(lambda value: f"{float(value):.10g}", na_action="ignore")
    plain: pd.Series[str] = text.astype("str").str.strip()
    return plain


def _changes(event: pd.Series[str], what: Any, before: Any, after: Any, who: Any = None) -> pd.DataFrame:
    values = {"event_id": event.to_numpy(), "what": what, "before": before, "after": after, "claimant": who}
    return pd.DataFrame(values, columns=list(_CHANGE_COLUMNS), index=range(len(event)), dtype="str")


def _columns(old: pd.DataFrame, new: pd.DataFrame, shared: pd.Index[Any]) -> pd.DataFrame:
    """Return the differences of events' columns, each place of an event with the same of the other version."""
    one, other = _numbered(old, shared), _numbered(new, shared)
    both = one.index.intersection(other.index)
    one, other = one.loc[both], other.loc[both]
    mixed = ("place_status" in one.columns) != ("place_status" in other.columns)
    names = [name for name in (*_COMPARED, *_COMPUTED) if name in one.columns and name in other.columns]
    parts = [_changes(pd.Series([], dtype="str"), "", "", "")]
    for name in names:
        before, after = _text(one[name]), _text(other[name])
        differs = ((before != after) & ~(before.isna() & after.isna())).to_numpy()
        if name == "place_precision" and mixed:
            # What was not found has lost the precision that its source gives.
            differs = differs & (before.notna() & after.notna()).to_numpy()
        if differs.any():
            event = pd.Series(both.get_level_values(0)[differs])
            parts.append(_changes(event, name, before[differs].to_numpy(), after[differs].to_numpy()))
    if {"latitude", "longitude"} <= set(one.columns) & set(other.columns):
        moved = np.zeros(len(both), dtype=bool)
        for name in ("latitude", "longitude"):
            moved |= ((one[name] - other[name]).abs() > _MOVED_DEGREES).to_numpy()
        for frame in (one, other):
            if "coordinates_from" in frame.columns:
                moved &= (frame["coordinates_from"].fillna("source") == "source").to_numpy()
        before, after = (
            frame["latitude"].map("{:.2f}".format).astype("str")
            + (", " + frame["longitude"].map("{:.2f}".format).astype("str"))
            for frame in (one[moved], other[moved])
        )
        parts.append(
            _changes(pd.Series(both.get_level_values(0)[moved]), "position", before.to_numpy(), after.to_numpy())
        )
    found = pd.concat(parts)
    # An event's own columns stand on each of its places' rows.
    return found.drop_duplicates()


def _places(old: pd.DataFrame, new: pd.DataFrame, shared: pd.Index[Any]) -> pd.DataFrame:
    """Return the events that have more or fewer places than before."""
    counts = [frame[frame["event_id"].isin(shared)].groupby("event_id", sort=False).size() for frame in (old, new)]
    differs = counts[0].index[(counts[0] != counts[1].reindex(counts[0].index)).to_numpy()]

    def listed(frame: pd.DataFrame) -> list[str]:
        part = frame[frame["event_id"].isin(differs)]
        names = part["place"].fillna("?") if "place" in part.columns else pd.Series("?", index=part.index)
        return list(names.groupby(part["event_id"]).agg("; ".join).reindex(differs))

    return _changes(pd.Series(differs), "places", listed(old), listed(new))


def _figures(old: pd.DataFrame | None, new: pd.DataFrame | None, shared: pd.Index[Any]) -> pd.DataFrame:
    """Return the differences between what each party stated on each metric of an event."""
    if old is None or new is None:
        return _changes(pd.Series([], dtype="str"), "", "", "")
    before, after = (_statements(frame[frame["event_id"].isin(shared)]) for frame in (old, new))
    joined = pd.concat([before.rename("before"), after.rename("after")], axis="columns").astype("str")
    joined = joined[(joined["before"] != joined["after"]).to_numpy()].reset_index()
    who = joined["claimant"].mask(joined["claimant"] == "")
    return _changes(
        joined["event_id"],
        *(column.to_numpy() for column in (joined["metric"], joined["before"], joined["after"], who)),
    )


def _statements(claims: pd.DataFrame) -> pd.Series[str]:
    """Return what each party says about each metric of an event, as one text."""
    value, low, high = (claims[name].map("{:.12g}".format, na_action="ignore").astype("str") for name in _FIGURES)
    bounds = (low.fillna("?") + "–" + high.fillna("?")).where(low.notna() | high.notna())
    plain = low.isna() | ((low == high) & (low == value))
    figure = value.where(plain | value.isna(), value + " (" + bounds + ")").fillna(bounds)
    qualifier = claims["qualifier"].mask(claims["qualifier"] == "exactly")
    said = (qualifier + " " + figure).fillna(figure)
    said = (said + ", " + claims["text"]).fillna(said).fillna(claims["text"]).fillna("?")
    keys = [claims["event_id"], claims["metric"], claims["claimant"].fillna("").str.strip()]
    told = said.set_axis(pd.MultiIndex.from_arrays(keys))
    several = told.index.duplicated(keep=False)
    joined = told[several].groupby(level=[0, 1, 2]).agg(lambda texts: "; ".join(sorted(texts)))
    return pd.concat([told[~several], joined.astype("str")])
