"""Read rows made ready to be drawn: located, measured, compared, and what must wait held back."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from impactmap.context.borders import load_project_border
from impactmap.model.embargo import Embargo
from impactmap.model.progress import Progress, quiet
from impactmap.model.project import Project

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border
    from impactmap.places.deciding import Questions
    from impactmap.places.geocode import OnlineGeocoder
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.settle.decision import Decision, Query

__all__ = ["Prepared", "decide", "hold_back", "locate", "prepare", "surround"]


@dataclass(frozen=True)
class Prepared:
    """Frames ready to be drawn and published.

    Attributes
    ----------
    events, claims
        What may be published, with every computed column.
    comparison
        `compare_reported` of the two.
    border
        The border that distances refer to; None without one.
    held_back
        Events younger than the embargo, counted only.
    outside_period
        Events outside the map's period, counted only.
    notes
        What was changed in them before it may leave, in plain words.
    """

    events: gpd.GeoDataFrame
    claims: pd.DataFrame
    comparison: pd.DataFrame
    border: Border | None
    held_back: int = 0
    outside_period: int = 0
    notes: tuple[str, ...] = ()


def locate(
    events: pd.DataFrame,
    project: Project,
    *,
    cache_folder: str | Path | None = None,
    gazetteers: str | Path | Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
    on_question: Callable[[int], None] | None = None,
    decided: Mapping[Query, Decision] | None = None,
    progress: Progress | None = None,
) -> gpd.GeoDataFrame:
    """Geocode events and coarsen their positions to what may leave.

    Parameters
    ----------
    events
        As `read_events` gives them.
    project
        Its language names the places, its geocoder is asked for what the gazetteer cannot settle, its decisions win
        over both, and its ``exact_positions`` keeps positions as given.
    cache_folder
        Where the answers of the online geocoder are kept; none are when left out.
    gazetteers
        Folder of the user's own gazetteers, beside the one that ships; or a gazetteer that is open.
    online
        A provider to ask in place of the project's.
    on_question
        Called before each question to the online geocoder with its number.
    decided
        What the places mean, where `decide` said so already for the whole of which the events are a part.
    progress
        Told how many of the different places are decided.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index, with the columns of `geocode_events`, EPSG:4326.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> located = im.locate(im.read_events(sheet).events, im.Project())
    >>> located["place_country"].tolist()
    ['MN']
    """
    from impactmap.places.locating import locate_events

    with contextlib.ExitStack() as stack:
        options = _geocoding(project, gazetteers)
        if decided is None:
            online = online or stack.enter_context(_provider(project, cache_folder, on_question))
        return locate_events(
            events,
            exact_positions=project.publish.exact_positions,
            decided=decided,
            online=online,
            progress=progress or quiet,
            **options,
        )


def decide(
    questions: Questions,
    project: Project,
    *,
    cache_folder: str | Path | None = None,
    gazetteers: str | Path | Gazetteer | None = None,
    online: OnlineGeocoder | None = None,
    progress: Progress | None = None,
) -> dict[Query, Decision]:
    """Decide the places of a table that comes in parts, as `locate` does those of a table in one.

    Parameters
    ----------
    questions
        Of all its parts.
    project, cache_folder, gazetteers, online, progress
        As for `locate`.

    Returns
    -------
    dict
        Query to decision, for ``decided`` of `locate`.
    """
    from impactmap.places.deciding import decide_questions
    from impactmap.places.settle.choosing import Chooser
    from impactmap.places.settle.whole_table import TableChooser

    with contextlib.ExitStack() as stack:
        options = _geocoding(project, gazetteers)
        gazetteer = options["gazetteer"]
        chooser = Chooser(gazetteer.table, gazetteer.areas, language=options["language"])
        online = online or stack.enter_context(_provider(project, cache_folder, None))
        decisions = decide_questions(
            questions,
            TableChooser(chooser, options["countries"]),
            online=online,
            settled=options["decisions"],
            progress=progress or quiet,
        )
    return dict(zip(questions.queries, decisions, strict=True))


def _geocoding(project: Project, gazetteers: str | Path | Gazetteer | None) -> dict[str, Any]:
    """Return what a project says of finding its places."""
    from impactmap.places.gazetteer.gazetteers import open_gazetteer
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.overrides.decision_file import read_decisions

    return {
        "gazetteer": gazetteers if isinstance(gazetteers, Gazetteer) else open_gazetteer(gazetteers),
        "decisions": read_decisions(project.folder / project.data.decisions),
        "countries": project.map.countries,
        "language": project.map.language,
    }


@contextlib.contextmanager
def _provider(
    project: Project, cache_folder: str | Path | None, on_question: Callable[[int], None] | None
) -> Iterator[OnlineGeocoder | None]:
    """Open the online geocoder that a project names, None where it names none."""
    from impactmap.places.online.opening import open_provider

    if not project.geocoder:
        yield None
        return
    with open_provider(project.geocoder, cache_folder=cache_folder, on_question=on_question) as provider:
        yield provider


def prepare(
    events: gpd.GeoDataFrame,
    claims: pd.DataFrame,
    project: Project,
    *,
    now: dt.datetime,
    progress: Progress | None = None,
) -> Prepared:
    """Add what surrounds the places, compare with what was reported, and hold back what must wait.

    Parameters
    ----------
    events
        As `locate` gives them.
    claims
        As `read_events` gives them.
    project
        Says the border, the raster, the embargo and the period.
    now
        The present, with a time zone.
    progress
        Called before each step with its number, the number of steps and what it does.

    Returns
    -------
    Prepared
        Events that may be published, in order, with new index 0, 1, ...; and the claims about them. The page and
        METHOD.md read the numbers of events left out from ``events.attrs``.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"]})
    >>> reading = im.read_events(sheet)
    >>> located = im.locate(reading.events, im.Project())
    >>> ready = im.prepare(located, reading.claims, im.Project(), now=dt.datetime(2025, 3, 9, tzinfo=dt.UTC))
    >>> ready.events["population"].tolist()
    [97814]
    """
    import pandas as pd

    from impactmap.context.compare import compare_reported
    from impactmap.model.arrow import positions_in

    say = progress or quiet
    border = load_project_border(project)
    events = surround(events, project, border=border, progress=say)
    say(3, 4, "Comparing with what was reported")
    kept, held_back, outside = hold_back(events, project, now=now)
    kept = kept.reset_index(drop=True)
    kept.attrs |= {"held_back": held_back, "outside_period": outside}
    told = positions_in(claims["event_id"], pd.Index(kept["event_id"].unique())) >= 0
    about = claims[told].reset_index(drop=True)
    return Prepared(kept, about, compare_reported(kept, about), border, held_back, outside)


def surround(
    events: gpd.GeoDataFrame, project: Project, *, border: Border | None, progress: Progress = quiet
) -> gpd.GeoDataFrame:
    """Add regions, distances to the border and populations.

    Parameters
    ----------
    events
        As `locate` gives them.
    project
        Says the language and the raster.
    border
        Of the distances; None adds none.
    progress
        Told the first three of four steps.

    Returns
    -------
    GeoDataFrame
        Same rows, order and index.
    """
    from impactmap.context.distance import add_border_distance
    from impactmap.context.population import add_population
    from impactmap.context.regions import add_regions

    progress(0, 4, "Finding the regions")
    events = add_regions(events, language=project.map.language)
    if border is not None:
        progress(1, 4, "Measuring distances to the border")
        events = add_border_distance(events, border=border)
    context = project.context
    progress(2, 4, "Adding populations")
    if context.raster:
        from impactmap.reading.formats.limits import make_limits

        raster, limits = project.folder / context.raster, make_limits(project.limits.model_dump())
        return add_population(events, raster=raster, radius_km=context.radius_km, limits=limits)
    return add_population(events)


def hold_back(events: gpd.GeoDataFrame, project: Project, *, now: dt.datetime) -> tuple[gpd.GeoDataFrame, int, int]:
    """Leave out events that the embargo keeps back and events outside the map's period.

    Parameters
    ----------
    events
        Needs ``event_id`` and ``date_start``; ``date_end`` is used where it is there.
    project
        ``embargo_hours``, ``timezone``, ``period_start`` and ``period_end``.
    now
        The present, with a time zone.

    Returns
    -------
    tuple
        The rows that stay, with order and index; the number of events held back; the number of events outside the
        period.

    Notes
    -----
    An event ends at 24:00 of its last day in the map's time zone, and may be published `embargo_hours` after that.
    One whose last day is not known is held back. An event in several places stays or goes as a whole, and one that
    overlaps the period is inside it.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> rows = pd.DataFrame([{"date": "2025-03-01", "place": "Erdenet"}, {"date": "2025-03-09", "place": "Darkhan"}])
    >>> located = im.geocode_events(im.read_events(rows).events)
    >>> kept, held_back, outside = im.hold_back(located, im.Project(), now=dt.datetime(2025, 3, 9, 12, tzinfo=dt.UTC))
    >>> kept["place"].tolist(), held_back, outside
    (['Erdenet'], 1, 0)
    """
    import pandas as pd

    options = project.map
    held = Embargo(now, options.embargo_hours, options.timezone).holds(events)
    ids = pd.Series(pd.factorize(events["event_id"])[0], index=events.index)
    end = events["date_end"].fillna(events["date_start"]) if "date_end" in events.columns else events["date_start"]
    last = end.groupby(ids).transform("max")
    first = events["date_start"].groupby(ids).transform("min")
    outside = pd.Series(data=False, index=events.index)
    if options.period_start:
        outside |= last < pd.Timestamp(options.period_start)
    if options.period_end:
        outside |= first > pd.Timestamp(options.period_end)
    outside &= ~held
    kept = ~held & ~outside
    # A copy of all rows of a large table would take its memory once more.
    return events if kept.all() else events[kept], int(ids[held].nunique()), int(ids[outside].nunique())
