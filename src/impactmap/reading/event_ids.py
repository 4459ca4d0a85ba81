"""Identifiers of events: made where there are none, told apart where one stands for several, and looked at."""

from __future__ import annotations

import hashlib

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.util import hash_pandas_object

from impactmap.model.schema import PLACE_COLUMNS
from impactmap.model.spill import parts_of
from impactmap.model.text import compare_key
from impactmap.reading.typed import Table

__all__ = ["event_ids", "event_numbers", "split_shared_ids", "warn_of_mixed_events"]

_PLACE_ONLY = [column.name for column in PLACE_COLUMNS if column.name != "event_id"]


def event_ids(frame: pd.DataFrame) -> pd.Series[str]:
    """Return the identifiers, made from the row's content where there is none.

    The content is date, place, region, country, position, side and summary: a corrected figure or source leaves the
    identifier as it is. Rows of the same content are numbered.
    """
    given = frame["event_id"]
    lacking = given.isna()
    if not lacking.any():
        return given
    part = frame[lacking]
    texts = [part["date_start"].astype("datetime64[s]").dt.strftime("%Y-%m-%d").fillna("").to_numpy(dtype=object)]
    texts += [
        np.where(part[name].isna(), "", part[name].to_numpy(dtype=object))
        for name in ("place", "region", "country", "latitude", "longitude", "side", "summary")
    ]
    digests = [
        hashlib.blake2b("\x1f".join(map(str, cells)).encode(), digest_size=8).hexdigest()
        for cells in zip(*texts, strict=True)
    ]
    made = pd.Series(digests, index=part.index, dtype="str")
    again = made.groupby(made).cumcount() + 1
    made = ("ev-" + made).where(again == 1, "ev-" + made + "-" + again.astype("str"))
    return given.where(~lacking, made.reindex(given.index))


def event_numbers(frame: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return a number for each row that it shares with the rows of its event."""
    # Most large tables have an event a row; a million identifiers as groups of texts take many times their memory.
    hashes = np.sort(
        np.concatenate([hash_pandas_object(part, index=False).to_numpy() for part in parts_of(frame["event_id"])])
    )
    alone = (hashes[1:] != hashes[:-1]).all()
    return np.arange(len(frame)) if alone else pd.factorize(frame["event_id"])[0]


def split_shared_ids(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Tell apart rows of one identifier whose day and place both differ: an identifier used twice, or a question.

    Parameters
    ----------
    frame
        Rows with their identifiers.
    table
        Its log takes the question.

    Returns
    -------
    DataFrame
        Rows of a later day have the identifier with a number behind it; the first day's keep it.
    """
    shared = frame["event_id"].duplicated(keep=False)
    if not shared.any():
        return frame
    part = frame.loc[shared, ["event_id", "date_start", "place", "latitude", "longitude"]]
    where = (
        part["place"]
        .map(compare_key, na_action="ignore")
        .astype("str")
        .fillna(part["latitude"].astype("str") + " " + part["longitude"].astype("str"))
    )
    groups = part.assign(where=where).groupby("event_id", sort=False)
    asked = (groups["date_start"].transform("nunique") > 1) & (groups["where"].transform("nunique") > 1)
    if not asked.any():
        return frame
    part = part[asked]
    day = (
        part.groupby("event_id", sort=False)["date_start"].transform(lambda days: pd.factorize(days)[0] + 1).astype(int)
    )
    taken = set(frame["event_id"])
    names: dict[tuple[str, int], str] = {}
    for key in dict.fromkeys(zip(part["event_id"], day, strict=True)):
        name = key[0] if key[1] == 1 else f"{key[0]}-{key[1]}"
        while key[1] > 1 and name in taken:
            name += "x"
        names[key] = name
        taken.add(name)
    made = pd.Series([names[key] for key in zip(part["event_id"], day, strict=True)], index=part.index, dtype="str")
    first = part["event_id"].iloc[0]
    table.log.remark(
        rows=frame.loc[part.index, "source_row"].astype("int64") if "source_row" in frame.columns else table.rows,
        column=table.columns.get("event_id"),
        expected="one day or one place for an identifier",
        found=f"{first!r} and the like at several places on several days",
        fix="Is it one event, or an identifier used twice? They are read as several events, each day's rows as one. "
        "If it is one event, give its rows the same first and last day; else give each event its own identifier.",
    )
    return frame.assign(event_id=frame["event_id"].mask(frame.index.isin(part.index), made.reindex(frame.index)))


def _other_accounts(shared: pd.DataFrame, table: Table, what: list[str]) -> pd.Series[bool]:
    """Say which rows give a figure, a speaker or a source that no earlier row of their event and place does."""
    figures = [header for parts in table.metrics.values() for header in parts.values()]
    told = [*figures, *table.columns_said.values(), "source_name", "source_url"]
    told = [name for name in told if name in shared.columns]
    return ~shared.duplicated([*what, *told])


def warn_of_mixed_events(frame: pd.DataFrame, table: Table, sharing: pd.Series[bool]) -> None:
    """Warn of rows that share an identifier, as `sharing` says, but not the day, side or summary."""
    if not sharing.any():
        return
    shared = frame[sharing.to_numpy()]
    what = [name for name in ("event_id", *_PLACE_ONLY, "date_start", "side", "summary") if name != "place_number"]
    again = shared[(shared.duplicated(what) & ~_other_accounts(shared, table, what)).to_numpy()]
    table.log.remark(
        rows=again["source_row"].astype("int64").drop_duplicates(),
        column=table.columns.get("event_id"),
        expected="each place of an event once",
        found="the same event, place and text as an earlier row",
        fix="Both rows are kept. Delete one, or give it an event_id of its own if it is another event.",
    )
    for name in ("date_start", "side", "summary"):
        differs = shared.groupby("event_id")[name].transform("nunique") > 1
        if differs.any():
            table.log.remark(
                rows=shared.loc[differs, "source_row"].astype("int64"),
                column=table.columns.get("event_id"),
                expected="rows of one event to agree",
                found=f"the same identifier with a different {name}",
                fix="Rows with one event_id are places of one event: give different events different ones.",
            )
