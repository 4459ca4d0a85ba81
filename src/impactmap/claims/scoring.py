"""How likely it is that two reports are of one event: days, place and texts as one score from 0 to 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.claims.blocking import Rows, among, candidate_pairs, great_circle_km, pack, unpack
from impactmap.claims.similarity import Texts
from impactmap.model.text import compare_key

__all__ = ["NEVER", "TOLD", "Reports", "days_of"]

#: Days, place and text as shares of the score; without comparable texts the other two can reach 0.65.
_DAY, _PLACE, _TEXT = 0.2, 0.3, 0.5
_WITHOUT_TEXT: Final = 0.65
#: Texts less alike than the first say nothing, texts more alike than the second are one report's.
_ALIKE_FROM, _ALIKE_TO = 0.45, 0.8
#: What an area of one name says, against a settlement.
_WIDE: Final = {"district": 0.7, "region": 0.4, "country": 0.15}
#: Added for each that both have: the same attacking side, a sector or means in common, the same figure, the same text
#: of a word or two ("Shelling" is told of many).
_SAME_SIDE, _SAME_KIND, _SAME_FIGURE, _SAME_WORD = 0.04, 0.04, 0.12, 0.06
#: Another day's report counts half; at this distance a place counts a third.
_OTHER_DAY: Final = 0.4
_SCALE_KM: Final = 8.0
#: A shared address leaves little doubt, sides that differ leave much.
_SAME_URL: Final = 0.9
_OTHER_SIDE: Final = 0.6
#: Days apart of rows of which one has no date.
NEVER: Final = 1 << 40
#: What `Reports.score` tells of a pair beside its rows and its score.
TOLD: Final = ("gap", "distance", "same_place", "alike", "sides", "same_figure", "same_url")


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, and in what they are alike beside their texts."""

    one: Rows
    other: Rows
    gap: Rows
    distance: npt.NDArray[np.float64]
    same_place: npt.NDArray[np.bool_]
    #: Whether both have a side and they differ.
    sides: npt.NDArray[np.bool_]
    same_side: npt.NDArray[np.bool_]
    same_kind: npt.NDArray[np.bool_]
    same_figure: npt.NDArray[np.bool_]
    same_text: npt.NDArray[np.bool_]
    #: What days and place add to the score.
    base: npt.NDArray[np.float64]
    #: How alike the texts are, 0 to 1; NaN where they are not comparable.
    alike: npt.NDArray[np.float64]

    def take(self, keep: npt.NDArray[np.bool_]) -> Pairs:
        """Return some of the pairs."""
        at = np.flatnonzero(keep)
        return Pairs(*(getattr(self, each.name)[at] for each in fields(self)))

    def scores(self, *, same_url: bool) -> npt.NDArray[np.float64]:
        """Return the scores of pairs whose texts are as much alike as they say."""
        comparable = ~np.isnan(self.alike)
        text = np.clip((np.nan_to_num(self.alike) - _ALIKE_FROM) / (_ALIKE_TO - _ALIKE_FROM), 0, 1)
        score = np.where(comparable, self.base + _TEXT * text, self.base / (_DAY + _PLACE) * _WITHOUT_TEXT)
        score = score + _SAME_FIGURE * self.same_figure + _SAME_SIDE * self.same_side + _SAME_KIND * self.same_kind
        score = np.minimum(score + _SAME_WORD * (~comparable & self.same_text), 1.0)
        score = np.where(self.sides, score * _OTHER_SIDE, score)
        least: npt.NDArray[np.float64] = np.maximum(score, _SAME_URL if same_url else 0.0)
        return least


class Reports:
    """The columns that are compared, as arrays over the rows."""

    def __init__(self, events: pd.DataFrame, *, across: bool) -> None:
        self.position = events["_at"].to_numpy()
        self.codes = pd.factorize(events["event_id"].astype("str"))[0]
        start = events["date_start"].astype("datetime64[s]")
        end = events["date_end"].astype("datetime64[s]").fillna(start) if "date_end" in events.columns else start
        self.dated = start.notna().to_numpy()
        self.start, self.end = (days_of(column) for column in (start, end))
        self.latitude, self.longitude = (_numbers(events, name) for name in ("latitude", "longitude"))
        self.place = _numbered(_place_keys(events))
        self.side = _numbered(_texts(events, "side"))
        self.figures = events["_figures"].to_numpy()
        self.kinds = events["_kinds"].to_numpy()
        self.texts = Texts(_texts(events, "summary"))
        precision = pd.Series(_texts(events, "place_precision"))
        self.width = precision.map(_WIDE).fillna(1.0).to_numpy(dtype=np.float64)
        self.apart = events["_source"].to_numpy() if across else None

    def candidates(self, *, days: int, near_km: float, last: int, but: Rows) -> Iterator[Rows]:
        """Yield pairs of positions of dated rows worth comparing, each once, the earlier row first."""
        position = np.column_stack([self.latitude, self.longitude])
        for pairs in candidate_pairs(
            self.place, position, self.start, self.texts.order, days=days, near_km=near_km, last=last
        ):
            yield pairs[~among(pack(*(self.position[rows] for rows in unpack(pairs))), but)]

    def score(self, pairs: Rows, threshold: float, *, same_url: bool = False) -> pd.DataFrame:
        """Return the pairs that reach the threshold, with what speaks for them."""
        one, other = unpack(pairs)
        differ = self.codes[one] != self.codes[other]
        if self.apart is not None:
            differ &= self.apart[one] != self.apart[other]
        if threshold > _OTHER_SIDE and not same_url:  # then different sides alone decide
            differ &= (self.side[one] == self.side[other]) | (self.side[one] < 0) | (self.side[other] < 0)
        found = self._compared(one[differ], other[differ])
        # Nothing costs more than comparing texts: what none could lift to the threshold is left out before, and again
        # when the cheaper half of the comparison is done.
        found = found.take(found.scores(same_url=same_url) >= threshold)
        at = np.flatnonzero(~np.isnan(found.alike))
        in_order = np.zeros(len(found.one), dtype=np.float32)
        in_order[at] = self.texts.in_order(found.one[at], found.other[at])
        most = self.texts.most_in_common(found.one[at], found.other[at], in_order[at])
        found.alike[at] = (most + in_order[at]) / 200
        keep = found.scores(same_url=same_url) >= threshold
        found, in_order = found.take(keep), in_order[keep]
        at = np.flatnonzero(~np.isnan(found.alike))
        found.alike[at] = (self.texts.in_common(found.one[at], found.other[at]) + in_order[at]) / 200
        found = found.take(found.scores(same_url=same_url) >= threshold)
        return pd.DataFrame(
            {
                "one": self.position[found.one],
                "other": self.position[found.other],
                "score": np.round(found.scores(same_url=same_url), 3),
                "same_url": same_url,
                **{name: getattr(found, name) for name in TOLD if name != "same_url"},
            }
        )

    def _compared(self, one: Rows, other: Rows) -> Pairs:
        """Return in what pairs are alike, with texts as much alike as can be."""
        gap = np.maximum(np.maximum(self.start[other] - self.end[one], self.start[one] - self.end[other]), 0)
        gap = np.where(self.dated[one] & self.dated[other], gap, NEVER)
        distance = great_circle_km(self.latitude[one], self.longitude[one], self.latitude[other], self.longitude[other])
        same_place = (self.place[one] == self.place[other]) & (self.place[one] >= 0)
        day = np.where(gap == 0, 1.0, np.where(gap <= 1, _OTHER_DAY, 0.0))
        near = np.where(np.isnan(distance), 0.0, np.exp(-np.nan_to_num(distance) / _SCALE_KM))
        place = np.where(same_place & np.isnan(distance), 1.0, near) * np.minimum(self.width[one], self.width[other])
        stated = (self.side[one] >= 0) & (self.side[other] >= 0)
        same_side = self.side[one] == self.side[other]
        return Pairs(
            one=one,
            other=other,
            gap=gap,
            distance=distance,
            same_place=same_place,
            sides=stated & ~same_side,
            same_side=stated & same_side,
            same_kind=(self.kinds[one] & self.kinds[other]) != 0,
            same_figure=(self.figures[one] == self.figures[other]) & (self.figures[one] >= 0),
            same_text=self.texts.same(one, other),
            base=_DAY * day + _PLACE * place,
            alike=np.where(self.texts.comparable(one, other), 1.0, np.nan),
        )


def days_of(column: pd.Series[Any]) -> Rows:
    """Return dates as whole numbers; a missing one is as good as any."""
    days: Rows = column.fillna(pd.Timestamp(0)).to_numpy().astype("datetime64[D]").astype(np.int64)
    return days


def _numbers(events: pd.DataFrame, name: str) -> npt.NDArray[np.float64]:
    if name not in events.columns:
        return np.full(len(events), np.nan)
    return events[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _texts(events: pd.DataFrame, name: str) -> npt.NDArray[np.object_]:
    if name not in events.columns:
        return np.full(len(events), "", dtype=object)
    return events[name].astype("str").fillna("").to_numpy(dtype=object)


def _place_keys(events: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return what the place is called: its identifier once it is located, else its name without its disguises."""
    names = _texts(events, "place")
    keys = {text: compare_key(text) for text in set(names)}
    named = np.array([keys[text] for text in names], dtype=object)
    found = _texts(events, "place_id")
    return np.where(found != "", found, named)


def _numbered(texts: npt.NDArray[np.object_]) -> Rows:
    """Return a number for each text, -1 for an empty one."""
    return np.where(texts == "", -1, pd.factorize(texts)[0])
