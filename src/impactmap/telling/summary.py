"""What a map says in one sentence, and in the words that stand for the picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from impactmap.model.arrow import codes_of
from impactmap.model.project import Project
from impactmap.model.values import clean_text
from impactmap.places.geometry import take_positions
from impactmap.telling.key_figures import key_figures
from impactmap.telling.reports import PRECISIONS, Reports, collect_reports, place_names
from impactmap.telling.tally import Tally
from impactmap.telling.wording import Wording

__all__ = ["Summary", "alt_text", "summarise", "summarise_reports", "summarise_tally"]


#: Countries that a headline names.
_COUNTRIES = 3


@dataclass(frozen=True)
class Summary:
    """The counts of a map and the sentence made of them.

    Attributes
    ----------
    language
        Of the texts.
    title, short_title, subtitle
        What heads the map: its headline, else its title; without the period, where it is made and the period stands
        below it; and what stands below.
    sentence
        Number of reports, period, attacking sides and confirmation, in one sentence.
    first_day, data_through
        First and last day that a report names; None without dated reports.
    period
        The two as people write them; empty without dated reports.
    through
        ``data_through`` as a sentence.
    confirmation
        How many are confirmed and how many only claimed, in few words; empty without reports, and where
        nobody says it of any.
    count, reports
        Events, as a number and in words.
    by_side
        Events by the side's name on the map, in the map's order; those without a stated side last, under the language's
        words for it.
    by_confirmation
        Events by ``confirmed`` and ``claimed``, and ``not_said`` where there are such.
    by_precision
        Places (rows) by precision, ``not_located`` included; only those that occur.
    not_located, held_back
        Places without a position; reports that the embargo keeps back.
    finding
        What the map found, one line each: the author's own words, else the largest figures with their claimants.
    points, areas
        Names of the places drawn as points and as areas, most reports first.
    by_region
        Whether the areas are regions in which reports are counted.
    """

    language: str
    title: str
    short_title: str
    subtitle: str
    sentence: str
    first_day: dt.date | None
    data_through: dt.date | None
    period: str
    through: str
    confirmation: str
    count: int
    reports: str
    by_side: dict[str, int]
    by_confirmation: dict[str, int]
    by_precision: dict[str, int]
    not_located: int
    held_back: int
    finding: list[str]
    points: list[str]
    areas: list[str]
    by_region: bool = False


def summarise(events: gpd.GeoDataFrame, claims: pd.DataFrame | None = None, project: Project | None = None) -> Summary:
    """Count the reports and say so in one sentence.

    Parameters
    ----------
    events, claims, project
        As for `build_map`; the project gives the title, the language and the sides' names.

    Returns
    -------
    Summary
        The same words for the page, the pictures and the alternative text.

    Raises
    ------
    ColumnError, CrsError, InputError
        As `build_map`.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> im.summarise(located).sentence
    '1 report, 1 March 2025 (attacking side: not stated 1).'
    """
    project = project or Project()
    return summarise_reports(collect_reports(take_positions(events), claims, project=project), project=project)


def _through(words: Wording, through: tuple[int, int] | None) -> str:
    """Say how far the data goes; reports of longer times, which go further, are told beside it."""
    if through is None:
        return words.text("page.through_none")
    day, last = map(_date, through)
    if last > day:
        return words.text("page.through_longer", date=words.date(day), last=words.date(last))
    return words.text("page.through", date=words.date(day))


def summarise_reports(reports: Reports, *, project: Project) -> Summary:
    """Return the summary of reports already collected."""
    words = reports.events.say
    drawn, by_region = np.isin(reports.row_kind, (0, 1)), project.map.regions is not None
    if by_region:
        areas = _by_number(reports.places_at("region", np.flatnonzero(drawn)))
        known = reports.places_at("region").is_valid().to_numpy(zero_copy_only=False)
        points = _names(reports, (reports.row_kind == 0) & ~known)
    else:
        points, areas = (_names(reports, reports.row_kind == kind) for kind in (0, 1))
    told = summarise_tally(Tally.of(reports), words, project)
    finding = _finding(reports, words, project)
    return replace(told, finding=finding, points=points, areas=areas, by_region=by_region)


def summarise_tally(tally: Tally, words: Wording, project: Project) -> Summary:
    """Return the summary of reports that were counted: without the largest figures and the names of places."""
    first, last = (None if day is None else _date(day) for day in (tally.first, tally.last))
    period = words.days(first, last) if first and last else ""
    by_side = dict(tally.sides)
    if tally.unstated:
        by_side[words.text("summary.not_stated")] = tally.unstated
    count, confirmed, claimed = tally.count, tally.confirmed, tally.claimed
    confirmation = _confirmation(words, count, confirmed, claimed)
    by_precision = {name: tally.precisions[name] for name in PRECISIONS if tally.precisions.get(name)}
    own = None if project.map.finding is None else clean_text(project.map.finding).strip()
    return Summary(
        language=words.language,
        title=_headline(tally.countries, words, project, period),
        short_title=_headline(tally.countries, words, project, ""),
        subtitle=clean_text(project.map.subtitle),
        sentence=_sentence(words, count, period, by_side, confirmation),
        first_day=first,
        data_through=_date(tally.through[0]) if tally.through else None,
        period=period,
        through=_through(words, tally.through),
        confirmation=words.text("summary.none_confirmed_short") if count and claimed == count else confirmation,
        count=count,
        reports=words.plural("count.reports", count),
        by_side=by_side,
        by_confirmation={"confirmed": confirmed, "claimed": claimed}
        | ({"not_said": count - confirmed - claimed} if count > confirmed + claimed else {}),
        by_precision=by_precision,
        not_located=by_precision.get("not_located", 0),
        held_back=tally.held_back,
        finding=[own] if own else [],
        points=[],
        areas=[],
    )


def _headline(countries: dict[str, int], words: Wording, project: Project, period: str) -> str:
    """Return the author's words, else what, where and when."""
    own = project.map.title if project.map.headline is None else project.map.headline
    told = clean_text(own)
    if told.strip():
        return told
    order = sorted(countries, key=lambda code: (-countries[code], code))
    where = ", ".join(words.country(code) for code in order[:_COUNTRIES])
    if len(order) > _COUNTRIES:
        where = f"{where} {words.plural('alt.more', len(order) - _COUNTRIES)}"
    facts = ", ".join(part for part in (where, period) if part)
    return f"{words.text('summary.what')}: {facts}" if facts else words.text("summary.what")


def _finding(reports: Reports, words: Wording, project: Project) -> list[str]:
    if project.map.finding is not None:
        own = clean_text(project.map.finding).strip()
        return [own] if own else []
    return [str(figure) for figure in key_figures(reports, words)]


def _date(day: int) -> dt.date:
    return dt.date(1970, 1, 1) + dt.timedelta(days=day)


def _confirmation(words: Wording, count: int, confirmed: int, claimed: int) -> str:
    if not confirmed + claimed:
        return ""
    if count in {confirmed, claimed}:
        return words.text("summary.all_confirmed" if confirmed else "summary.none_confirmed")
    parts = (("confirmed", confirmed), ("claimed", claimed), ("not_said", count - confirmed - claimed))
    return words.listed(words.plural(f"summary.{name}", n) for name, n in parts if n or name != "not_said")


def _sentence(words: Wording, count: int, period: str, by_side: dict[str, int], confirmation: str) -> str:
    if not count:
        return words.text("summary.none")
    values = {
        "reports": words.plural("count.reports", count),
        "period": period,
        "sides": words.listed(
            words.text("summary.side_count", side=side, n=words.number(n)) for side, n in by_side.items()
        ),
        "confirmation": confirmation,
    }
    name = "sentence" if period else "sentence_undated"
    return words.text(f"summary.{name}" if confirmation else f"summary.{name}_unsaid", **values)


def _names(reports: Reports, drawn: npt.NDArray[np.bool_]) -> list[str]:
    return _by_number(place_names(reports, np.flatnonzero(drawn)))


def _by_number(texts: pa.Array) -> list[str]:
    """Return the different texts, those first that are there most often."""
    codes, names = codes_of(texts)
    counts = np.bincount(codes[codes >= 0], minlength=len(names)).tolist()
    order = sorted(range(len(names)), key=lambda number: (-counts[number], names[number]))
    return [names[number] for number in order if names[number]]


def alt_text(summary: Summary, *, most: int = 8) -> str:
    """Return what the map shows, in words, for readers who cannot see it.

    Parameters
    ----------
    summary
        From `summarise`.
    most
        The most places to name of each kind; the rest are counted.

    Returns
    -------
    str
        Title, sentence, finding, places drawn as points and as areas.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.geocode_events(im.read_events(sheet).events)
    >>> im.alt_text(im.summarise(located))
    'Map: Reported attacks on infrastructure. 1 report, 1 March 2025 (attacking side: ...). Drawn as points: Erdenet.'
    """
    words = Wording(summary.language)
    parts = [line if line.endswith((".", "!", "?", "…")) else f"{line}." for line in summary.finding]
    drawn = "alt.regions" if summary.by_region else "alt.areas"
    for key, names in (("alt.places", summary.points), (drawn, summary.areas)):
        if names:
            named = words.listed(name[:80] for name in names[:most])
            rest = f" {words.plural('alt.more', len(names) - most)}" if len(names) > most else ""
            parts.append(words.text(key, places=named + rest))
    return words.text("alt.map", title=summary.title, sentence=summary.sentence, places=" ".join(parts)).strip()
