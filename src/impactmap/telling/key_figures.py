"""The figures that matter most, each with where it was and who says so: what a map found, in a line or two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from impactmap.telling.reports import Reports, place_names
from impactmap.telling.wording import Wording

__all__ = ["RANKED_METRICS", "KeyFigure", "key_figures"]

#: Harm to people first, then what they lack, then what was counted of the means.
RANKED_METRICS = (
    "killed",
    "injured",
    "people_without_power",
    "households_without_power",
    "drones_launched",
    "drones_downed",
)
_ACCOUNTS = 3
_PLACES = 2


@dataclass(frozen=True)
class KeyFigure:
    """The largest figure that was reported for one metric.

    Attributes
    ----------
    event
        Number of the event among the reports.
    figure
        Metric and figure, as the card has them: ``Killed: 7``; accounts that differ stand beside each other.
    source
        Where, and who says so: ``Ukraine; said by Ukrainian officials``; where other reports have such a figure, too,
        that it is the highest of them.
    """

    event: int
    figure: str
    source: str

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.figure} ({self.source})"


def key_figures(reports: Reports, words: Wording, *, most: int = 3) -> list[KeyFigure]:
    """Choose the figures for a map's head.

    Parameters
    ----------
    reports
        The map's reports.
    words
        In the map's language.
    most
        The most figures to choose.

    Returns
    -------
    list of KeyFigure
        For the first `most` metrics of `RANKED_METRICS` that anybody reported: the event with the largest figure, an
        event at most once. Nothing is added up, and no side counts for more than another: of equal figures the
        earlier day wins, then the report that comes first.

    Notes
    -----
    Of an event with several accounts the lowest figure is compared, so that no party wins by claiming more; all its
    accounts are then said.
    """
    claims = reports.events.parts["claims"]
    starts = np.asarray(reports.events.starts["claims"], dtype=np.intp)
    if not len(claims["metric"]):
        return []
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    values = np.asarray(claims["value"], dtype=float)
    lows = np.asarray(claims["low"], dtype=float)
    figures = np.where(np.isnan(values), lows, values)
    metrics = claims["metric"]
    chosen: list[KeyFigure] = []
    taken: set[int] = set()
    for metric in RANKED_METRICS:
        named = pa.compute.equal(metrics, metric).fill_null(fill_value=False).to_numpy(zero_copy_only=False)
        rows = np.flatnonzero(named & (figures > 0))
        if not len(rows):
            continue
        events, groups = np.unique(owners[rows], return_inverse=True)
        lowest = np.full(len(events), np.inf)
        np.minimum.at(lowest, groups, figures[rows])
        order = np.lexsort((events, reports.day_start[events], -lowest))
        event = next((int(events[one]) for one in order if int(events[one]) not in taken), None)
        if event is not None:
            taken.add(event)
            chosen.append(_tell(reports, words, event, metric, of=len(events)))
        if len(chosen) == most:
            break
    return chosen


def _tell(reports: Reports, words: Wording, event: int, metric: str, *, of: int) -> KeyFigure:
    """Return the accounts of an event's figure as they stand beside each other; `of` is how many events have one."""
    accounts = [claim for claim in reports.events[event]["claims"] if claim["metric"] == metric]
    accounts = [claim for claim in accounts if any(claim.get(name) is not None for name in ("value", "low", "high"))]
    said: dict[str, list[str]] = {}
    for claim in accounts[:_ACCOUNTS]:
        values = (claim.get(name) for name in ("value", "low", "high", "qualifier"))
        said.setdefault(words.figure(metric, *values) or "", []).append(claim["who"])
    figure = words.text("fact.claim", metric=words.label("metric", metric), figure=" / ".join(said))
    speakers = " / ".join(words.listed(who) for who in said.values())
    names = place_names(reports, np.flatnonzero(reports.row_event == event)).to_pylist()
    places = list(dict.fromkeys(name for name in names if name))
    where = words.listed(places[:_PLACES])
    if len(places) > _PLACES:
        where = f"{where} {words.plural('alt.more', len(places) - _PLACES)}"
    # Else the figure of one report would be taken for that of all.
    highest = words.plural("finding.highest", of) if of > 1 else ""
    return KeyFigure(event, figure, words.listed((where, speakers, highest), mark="semicolon"))
