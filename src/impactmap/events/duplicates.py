"""Reports that may be of one event: proposed in pairs with a score and the reasons, never merged."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd
from rapidfuzz import fuzz, process

from impactmap.errors import ColumnError
from impactmap.events.pairing import great_circle_km, near_pairs, runs_of_days, same_key_pairs
from impactmap.events.text import compare_key, is_web_url
from impactmap.progress import Progress, quiet

__all__ = ["PAIR_COLUMNS", "propose_duplicates"]

PAIR_COLUMNS: Final = (
    "event_id_1", "event_id_2", "score", "days_apart", "distance_km", "text_similarity", "same_url", "reasons",
    "source_name_1", "source_name_2", "source_row_1", "source_row_2",
)  # fmt: skip
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
#: An address that more reports than this give is a publisher's, not a report's.
_URL_SHARED_BY: Final = 12
_WORDS_TO_COMPARE: Final = 3
_CHUNK: Final = 200_000
#: About how many rows are compared at a time: what is needed for it does not grow with the table.
_RUN: Final = 50_000
#: Days apart of rows of which one has no date.
_NEVER: Final = 1 << 40
#: From here on the reasons call two texts similar.
_SIMILAR: Final = 0.6
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def propose_duplicates(
    events: pd.DataFrame,
    *,
    threshold: float = 0.7,
    days: int = 1,
    near_km: float = 15.0,
    across: str | None = None,
    every: bool = False,
    claims: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Propose pairs of events that may be reports of the same thing; nothing is merged or left out.

    Parameters
    ----------
    events
        One row an event and place; needs ``event_id`` and ``date_start``. Used where present: ``date_end``, ``place``,
        ``place_id``, ``latitude`` and ``longitude`` (WGS 84 degrees), ``side``, ``summary``, ``source_name``,
        ``source_url``, ``source_row``. Two sources that spell a place differently are compared once they are located.
    threshold
        Lowest score that is proposed, 0 to 1.
    days
        How many days apart two reports may be.
    near_km
        How far apart two points may be.
    across
        Column whose value must differ, such as ``source_name``, to look across sources alone. Of two sources each
        report of the one that has more reports is then proposed with its best counterpart alone, or with several that
        are as good: the finer source may tell in parts what the other sums up.
    every
        Propose across sources, too, every pair that reaches the threshold.
    claims
        Their claims: the same figure of the same metric speaks for a pair.
    progress
        Called with the rows that were compared, the rows in all, and what is done.

    Returns
    -------
    DataFrame
        One row a pair, best first: the two ``event_id``, the ``score`` (0 to 1), ``days_apart``, ``distance_km``
        (missing for areas and places without coordinates), ``text_similarity`` (0 to 1, missing where the texts cannot
        be compared), ``same_url``, the ``reasons`` in words, and ``source_name`` and ``source_row`` of each.

    Raises
    ------
    ColumnError
        When a necessary column is missing.

    Notes
    -----
    Only reports of about the same days whose places are near, have the same name or the same identifier, or that give
    the same address, are compared, so that the effort grows with the table; a run of days at a time, so that the memory
    does not. The score adds up the days (a fifth), the place (falling off with 8 km) and the likeness of the texts; a
    shared address lifts it to 0.9 at least, different attacking sides lower it. Texts in different alphabets, and
    different texts of fewer than three words, are not compared.

    Examples
    --------
    >>> reports = pd.DataFrame({
    ...     "event_id": ["a1", "b7"], "date_start": pd.to_datetime(["2025-11-09", "2025-11-09"]),
    ...     "place": ["Kharkiv", "Kharkiv"], "source_name": ["A", "B"],
    ...     "summary": ["Drones hit a substation in Kharkiv", "A substation in Kharkiv was hit by drones"],
    ... })
    >>> pairs = propose_duplicates(reports, across="source_name")
    >>> pairs[["event_id_1", "event_id_2", "reasons"]].values.tolist()
    [['a1', 'b7', 'same day; same place; similar text']]
    """
    for name in ("event_id", "date_start", *([across] if across else [])):
        if name not in events.columns:
            raise ColumnError(f"expected events with a column {name!r}, found none. Read the table with read_events.")
    whole = events.reset_index(drop=True).assign(
        _at=np.arange(len(events)),
        _kinds=_word_sets(events),
        _figures=_figures(claims, events),
        _source=0 if across is None else pd.factorize(events[across])[0],
    )
    urls = _urls(events)
    told = _different(same_key_pairs(urls, np.zeros_like(urls), urls, rows=None, days=0))
    parts = [_Rows(whole.iloc[:0], across=bool(across)).score(np.empty((0, 2), dtype=np.int64), threshold)]
    for at in range(0, len(told), _CHUNK):
        pairs = _unpacked(told[at : at + _CHUNK])
        rows = np.unique(pairs)
        parts.append(
            _Rows(whole.iloc[rows], across=bool(across)).score(np.searchsorted(rows, pairs), threshold, same_url=True)
        )
    start = events["date_start"].astype("datetime64[s]")
    dated = np.flatnonzero(start.notna())
    compared = 0
    for run, last in runs_of_days(_days(start)[dated], days=days, most=_RUN):
        part = _Rows(whole.iloc[dated[run]], across=bool(across))
        pairs = part.candidates(days=days, near_km=near_km)
        # What begins after the run's own days is the next run's; what one address gives is compared already.
        mine = np.minimum(part.start[pairs[:, 0]], part.start[pairs[:, 1]]) <= last
        pairs = pairs[mine & ~np.isin(_packed(part.position[pairs]), told)]
        parts += [part.score(pairs[at : at + _CHUNK], threshold) for at in range(0, len(pairs), _CHUNK)]
        compared += int((part.start <= last).sum())
        (progress or quiet)(compared, len(dated), "Comparing reports")
    found = pd.concat([part for part in parts if len(part)] or parts[:1])
    found = found.sort_values(["score", "_one", "_other"], ascending=[False, True, True], kind="stable")
    # The places of two events make several pairs of rows: the best speaks for them.
    found = found.drop_duplicates(["event_id_1", "event_id_2"])
    best = found if every or not across else _best(found, np.bincount(whole["_source"].clip(lower=0)))
    return best.reset_index(drop=True)[list(PAIR_COLUMNS)]


def _best(pairs: pd.DataFrame, sizes: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return the pairs that are the best of their report of the source that has more reports."""
    first, second = pairs["_source_1"].to_numpy(), pairs["_source_2"].to_numpy()
    finer = np.where(sizes[first] == sizes[second], first > second, sizes[first] > sizes[second])
    report = pairs["event_id_1"].where(finer, pairs["event_id_2"])
    against = np.where(finer, second, first)
    return pairs[pairs["score"] == pairs.groupby([report, against])["score"].transform("max")]


def _packed(pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return each pair as one number, which sorts as the pair does and a hundred times as fast."""
    return pairs[:, 0] << 32 | pairs[:, 1]


def _different(pairs: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the different pairs as ascending numbers; `numpy.unique` takes its time over millions."""
    numbers = np.sort(_packed(pairs))
    return numbers[np.diff(numbers, prepend=-1) > 0]


def _unpacked(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.column_stack([numbers >> 32, numbers & 0xFFFFFFFF])


class _Rows:
    """The columns that are compared, as arrays over the rows."""

    def __init__(self, events: pd.DataFrame, *, across: bool) -> None:
        self.position = events["_at"].to_numpy()
        self.ids = events["event_id"].astype("str").to_numpy(dtype=object)
        self.codes = pd.factorize(self.ids)[0]
        start = events["date_start"].astype("datetime64[s]")
        end = events["date_end"].astype("datetime64[s]").fillna(start) if "date_end" in events.columns else start
        self.dated = start.notna().to_numpy()
        self.start, self.end = (_days(column) for column in (start, end))
        self.latitude, self.longitude = (_numbers(events, name) for name in ("latitude", "longitude"))
        self.located = ~np.isnan(self.latitude) & ~np.isnan(self.longitude)
        self.place = _place_keys(events)
        self.side = _texts(events, "side")
        self.text = _summaries(events)
        self.cyrillic = np.array([bool(_CYRILLIC.search(text)) for text in self.text], dtype=bool)
        self.telling = np.array([len(text.split()) >= _WORDS_TO_COMPARE for text in self.text], dtype=bool)
        self.source = _texts(events, "source_name")
        precision = pd.Series(_texts(events, "place_precision"))
        self.width = precision.map(_WIDE).fillna(1.0).to_numpy(dtype=np.float64)
        self.kinds = events["_kinds"].to_numpy()
        self.figures = _texts(events, "_figures")
        numbers = pd.Series(events.get("source_row", pd.Series(pd.NA, index=events.index)), dtype="Int64")
        self.row = numbers.reset_index(drop=True)
        self.sources = events["_source"].to_numpy()
        self.apart = self.sources if across else None

    def candidates(self, *, days: int, near_km: float) -> npt.NDArray[np.int64]:
        """Return pairs of positions of dated rows worth comparing, each once, the earlier row first."""
        order = pd.factorize(self.text, sort=True)[0]
        named = np.where(self.place == "", -1, pd.factorize(self.place)[0])
        found = [same_key_pairs(named, self.start, order, rows=None, days=days)]
        at = np.flatnonzero(self.located)
        if len(at) > 1:
            position = np.column_stack([self.latitude[at], self.longitude[at]])
            found.append(near_pairs(position, self.start[at], order[at], rows=at, days=days, near_km=near_km))
        return _unpacked(_different(np.concatenate(found)))

    def score(self, pairs: npt.NDArray[np.int64], threshold: float, *, same_url: bool = False) -> pd.DataFrame:
        """Return the pairs that reach the threshold, with what speaks for them."""
        one, other = pairs[:, 0], pairs[:, 1]
        differ = self.codes[one] != self.codes[other]
        if self.apart is not None:
            differ &= self.apart[one] != self.apart[other]
        one, other = one[differ], other[differ]
        comparable = self.telling[one] & self.telling[other] & (self.cyrillic[one] == self.cyrillic[other])
        # Nothing costs more than comparing texts: what none could lift to the threshold is left out before.
        most = self._scores(one, other, np.where(comparable, 1.0, np.nan), same_url=same_url)
        one, other, comparable = (values[most >= threshold] for values in (one, other, comparable))
        alike = self._likeness(one, other, comparable)
        score = self._scores(one, other, alike, same_url=same_url)
        keep = np.flatnonzero(score >= threshold)
        one, other, score, alike = one[keep], other[keep], score[keep], alike[keep]
        gap, distance, same_place, sides, same_figure = self._compare(one, other)
        told = zip(gap, distance, same_place, alike, sides, same_figure, strict=True)
        return pd.DataFrame(
            {
                "event_id_1": pd.Series(self.ids[one], dtype="str"),
                "event_id_2": pd.Series(self.ids[other], dtype="str"),
                "score": np.round(score, 3),
                "days_apart": pd.Series(gap, dtype="Int64").mask(gap == _NEVER),
                "distance_km": np.round(distance, 1),
                "text_similarity": np.round(alike, 3),
                "same_url": same_url,
                "reasons": pd.Series([_reasons(*each, same_url=same_url) for each in told], dtype="str"),
                **{
                    f"source_name_{number}": pd.Series(self.source[at], dtype="str").replace("", pd.NA)
                    for number, at in ((1, one), (2, other))
                },
                **{
                    f"source_row_{number}": self.row.iloc[at].reset_index(drop=True)
                    for number, at in ((1, one), (2, other))
                },
                "_source_1": self.sources[one],
                "_source_2": self.sources[other],
                "_one": self.position[one],
                "_other": self.position[other],
            }
        )

    def _compare(self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> tuple[npt.NDArray[Any], ...]:
        """Return days apart, kilometres, whether place is the same, sides differ, and a figure is the same."""
        gap = np.maximum(np.maximum(self.start[other] - self.end[one], self.start[one] - self.end[other]), 0)
        gap = np.where(self.dated[one] & self.dated[other], gap, _NEVER)
        distance = great_circle_km(self.latitude[one], self.longitude[one], self.latitude[other], self.longitude[other])
        same_place = (self.place[one] == self.place[other]) & (self.place[one] != "")
        sides = (self.side[one] != self.side[other]) & (self.side[one] != "") & (self.side[other] != "")
        same_figure = (self.figures[one] == self.figures[other]) & (self.figures[one] != "")
        return gap, distance, same_place, sides, same_figure

    def _scores(
        self,
        one: npt.NDArray[np.int64],
        other: npt.NDArray[np.int64],
        alike: npt.NDArray[np.float64],
        *,
        same_url: bool,
    ) -> npt.NDArray[np.float64]:
        """Return the scores of pairs whose texts are so much alike, NaN where they are not comparable."""
        gap, distance, same_place, sides, same_figure = self._compare(one, other)
        day = np.where(gap == 0, 1.0, np.where(gap <= 1, _OTHER_DAY, 0.0))
        near = np.where(np.isnan(distance), 0.0, np.exp(-np.nan_to_num(distance) / _SCALE_KM))
        place = np.where(same_place & np.isnan(distance), 1.0, near) * np.minimum(self.width[one], self.width[other])
        without = (_DAY * day + _PLACE * place) / (_DAY + _PLACE) * _WITHOUT_TEXT
        text = np.clip((np.nan_to_num(alike) - _ALIKE_FROM) / (_ALIKE_TO - _ALIKE_FROM), 0, 1)
        score = np.where(np.isnan(alike), without, _DAY * day + _PLACE * place + _TEXT * text)
        same_side = (self.side[one] == self.side[other]) & (self.side[one] != "")
        same_kind = (self.kinds[one] & self.kinds[other]) != 0
        score = score + _SAME_FIGURE * same_figure + _SAME_SIDE * same_side + _SAME_KIND * same_kind
        score = score + _SAME_WORD * (np.isnan(alike) & (self.text[one] == self.text[other]) & (self.text[one] != ""))
        score = np.minimum(score, 1.0)
        score = np.where(sides, score * _OTHER_SIDE, score)
        least: npt.NDArray[np.float64] = np.maximum(score, _SAME_URL if same_url else 0.0)
        return least

    def _likeness(
        self, one: npt.NDArray[np.int64], other: npt.NDArray[np.int64], comparable: npt.NDArray[np.bool_]
    ) -> npt.NDArray[np.float64]:
        """Return how alike the summaries are, 0 to 1; NaN where there is nothing to compare."""
        likeness = np.full(len(one), np.nan)
        if comparable.any():
            texts = list(self.text[one[comparable]]), list(self.text[other[comparable]])
            shared, ordered = (
                process.cpdist(*texts, scorer=scorer, dtype=np.float32, workers=-1)
                for scorer in (fuzz.token_set_ratio, fuzz.token_sort_ratio)
            )
            likeness[comparable] = (shared + ordered) / 200
        return likeness


def _reasons(
    gap: int, distance: float, same_place: Any, alike: float, sides: Any, same_figure: Any, *, same_url: bool
) -> str:
    told = ["same address"] if same_url else []
    told.append("same day" if gap == 0 else f"{gap} days apart" if gap > 1 else "next day")
    if same_place:
        told.append("same place")
    elif not np.isnan(distance):
        told.append(f"{distance:.0f} km apart")
    if not np.isnan(alike) and alike >= _SIMILAR:
        told.append("similar text")
    if same_figure:
        told.append("same figures")
    if sides:
        told.append("different sides")
    return "; ".join(told)


def _word_sets(events: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return the sectors and means of each row as bits, the commonest words first; further ones are left out."""
    bits = np.zeros(len(events), dtype=np.int64)
    words: dict[str, int] = {}
    for name in ("sectors", "means"):
        codes, lists = pd.factorize(events[name] if name in events.columns else np.full(len(events), None))
        counts = Counter[str]()
        for text, count in zip(lists, np.bincount(codes[codes >= 0], minlength=len(lists)).tolist(), strict=True):
            counts.update(dict.fromkeys(filter(None, str(text).split("; ")), count))
        for word, _ in counts.most_common(31):
            words.setdefault(word, len(words))
        known = [sum({1 << min(words[word], 62) for word in set(str(text).split("; ")) & set(words)}) for text in lists]
        bits |= np.array([*known, 0], dtype=np.int64)[codes]
    return bits


def _figures(claims: pd.DataFrame | None, events: pd.DataFrame) -> pd.Series[str]:
    """Return each event's figures as one text; an event without figures, or with nothing but noughts, has none."""
    if claims is None or claims.empty:
        return pd.Series("", index=range(len(events)), dtype="str")
    told = claims[claims["value"].fillna(0) > 0]
    text = told["metric"] + "=" + told["value"].map("{:.12g}".format).astype("str")
    joined = text.groupby(told["event_id"].astype("str")).agg(lambda texts: "; ".join(sorted(set(texts))))
    return events["event_id"].astype("str").map(joined).astype("str").fillna("").reset_index(drop=True)


def _days(column: pd.Series[Any]) -> npt.NDArray[np.int64]:
    days: npt.NDArray[np.int64] = column.fillna(pd.Timestamp(0)).to_numpy().astype("datetime64[D]").astype(np.int64)
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


def _summaries(events: pd.DataFrame) -> npt.NDArray[np.object_]:
    texts = _texts(events, "summary")
    keys = {text: re.sub(r"[^\w\s]+", " ", text.casefold()) for text in set(texts)}
    return np.array([" ".join(keys[text].split()) for text in texts], dtype=object)


def _urls(events: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return a number for each address as far as it names a report: without scheme, www, final slash and fragment."""
    if "source_url" not in events.columns:
        return np.full(len(events), -1)
    keys = pd.factorize(events["source_url"].astype("str").map(_url_key, na_action="ignore").replace("", None))[0]
    often = np.bincount(keys[keys >= 0], minlength=1) > _URL_SHARED_BY
    return np.where(often[keys], -1, keys)


def _url_key(text: str) -> str:
    if not is_web_url(text):
        return ""
    parts = urlsplit(text)
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{path}" + (f"?{parts.query}" if parts.query else "")
