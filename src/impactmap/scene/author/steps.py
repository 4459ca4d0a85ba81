"""The steps of a map's story: what each shows, as a view of the page and as a map of its own."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from impactmap.model.errors import ProjectError
from impactmap.model.schema import MEANS, SECTORS
from impactmap.model.sections.author import ViewOptions
from impactmap.places.names.keys import name_key
from impactmap.scene.author.resolving import extent_of, nearest_of
from impactmap.scene.author.story_text import Block, story_blocks
from impactmap.telling.reports import Reports

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.project import Project
    from impactmap.model.sections.author import NoteOptions
    from impactmap.model.sections.story import StepOptions
    from impactmap.scene.view import Bounds

__all__ = ["Step", "resolve_steps", "step_map", "told_steps"]


@dataclass(frozen=True)
class Step:
    """A step, with nothing left to look up.

    Attributes
    ----------
    options
        As the project has it.
    title, blocks
        What it says.
    bounds
        West, south, east, north; None for the map's own view.
    language
        Code of the language that it is told in, where that is not the page's.
    view
        What the page's address says of it (see ``web/link.js``): period, sides, filters and the open event.
    note
        Number of the callout that it shows, among those of the map and from 0.
    """

    options: StepOptions
    title: str
    blocks: tuple[Block, ...]
    bounds: Bounds | None
    language: str | None
    view: dict[str, str]
    note: int | None = None


def told_steps(project: Project, left_out: Collection[str]) -> list[tuple[int, StepOptions]]:
    """Return a project's steps with their numbers, without those of an event that is left out, or of its callout."""

    def events(step: StepOptions) -> set[str | None]:
        shown = project.notes[step.note - 1 : step.note] if step.note else ()
        return {step.event, *(note.event for note in shown)}

    return [(number, step) for number, step in enumerate(project.steps, 1) if not events(step) & set(left_out)]


def resolve_steps(reports: Reports, project: Project) -> list[Step]:
    """Return the steps of a project's story as a map of these reports shows them.

    Parameters
    ----------
    reports
        What the map shows.
    project
        With its ``steps``.

    Raises
    ------
    ProjectError
        For a place, a side, a sector, means, an event or a callout that the map does not have.

    Notes
    -----
    The step of an event that the map's embargo or period leaves out is left out with it: its words tell of the event.
    """
    told = told_steps(project, reports.left_out)
    return [_resolve(reports, project, step, number) for number, step in told]


def _resolve(reports: Reports, project: Project, step: StepOptions, number: int) -> Step:
    key = f"steps.{number}"
    bounds = step.bounds
    if step.places:
        bounds = extent_of(reports, project, step.places, f"{key}.places")
    view: dict[str, str] = {}
    if step.date_from or step.date_to:
        known = reports.data_through()
        first = step.date_from or step.date_to
        last = step.date_to or (None if known is None else _iso(known[1])) or step.date_from
        view["d"] = f"{first}_{last}"
    if step.sides:
        keys = [style.key for style in reports.sides]
        declared = [*(side.key for side in project.sides), *map(str, keys)]
        _known(step.sides, declared, f"{key}.sides", "sides of the map")
        off = [each for each in keys if each not in step.sides]
        view["off"] = json.dumps([*off, None], ensure_ascii=False, separators=(",", ":"))
    terms = (("sector", step.sector, reports.sectors, SECTORS), ("means", step.means, reports.means, MEANS))
    for name, value, shown, vocabulary in terms:
        if value is not None:
            _known([value], [*shown, *vocabulary], f"{key}.{name}", f"a {name} of the map's reports")
            # Of a report that the embargo keeps back there is nothing to filter by yet.
            view |= {name: value} if value in shown else {}
    if step.event is not None:
        _known(
            [step.event], map(str, reports.events.events["id"].to_pylist()), f"{key}.event", "the event_id of a report"
        )
        view["e"] = step.event
    code, languages = project.map.language, project.map.languages
    given = project.translations.get(code)
    other = languages[0] if languages and code != languages[0] and (given is None or given.steps is None) else None
    note = None if step.note is None else _note(reports, project, step.note, f"{key}.note")
    return Step(step, step.title, tuple(story_blocks(step.text)), bounds, other, view, note)


def _note(reports: Reports, project: Project, number: int, key: str) -> int:
    """Return which of the map's callouts a project's is, once those of events that are left out are taken out."""
    if number > len(project.notes):
        raise ProjectError(
            f"{key}: expected the number of a callout under [[notes]], of which the map has {len(project.notes)}; "
            f"found {number}."
        )
    return sum(note.event not in reports.left_out for note in project.notes[: number - 1])


def _iso(day: int) -> str:
    import numpy as np

    return str(np.datetime64(day, "D"))


def _known(values: Sequence[str], known: object, key: str, what: str) -> None:
    names = list(known)  # type: ignore[call-overload]
    for value in values:
        if value not in names:
            raise ProjectError(f"{key}: expected {what}, found {value!r}. {nearest_of(value, names)}")


def step_map(
    step: Step, events: gpd.GeoDataFrame, claims: pd.DataFrame, project: Project, whole: Reports
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, Project]:
    """Return the map of one step by itself: its rows, their claims, and a project with its headline and its view.

    Parameters
    ----------
    step
        Resolved.
    events, claims, project, whole
        Of the whole map. What its author placed stands where it stands there; only the callout of a report that the
        step does not show, and the label of a place that it does not have, are left out.
    """
    import pandas as pd

    options = step.options
    kept = pd.Series(data=True, index=events.index)
    if "d" in step.view:
        first, last = (pd.Timestamp(day) for day in step.view["d"].split("_"))
        kept &= (events["date_end"].fillna(events["date_start"]) >= first) & (events["date_start"] <= last)
    if options.sides:
        kept &= events["side"].isin(options.sides)
    for column, value in (("sectors", options.sector), ("means", options.means)):
        if value is not None:
            kept &= pd.Series([value in str(cell).split("; ") for cell in events[column]], index=events.index)
    shown = events[kept.fillna(value=False)]
    about = claims[claims["event_id"].isin(shown["event_id"])]
    said = project.map.model_copy(update={"title": step.title, "headline": None, "finding": ""})
    bounds = step.bounds or project.view.bounds or whole.authored.view
    gone = _names(events) - _names(shown)
    labels = project.labels
    changed = {
        "map": said,
        "view": ViewOptions(bounds=bounds) if bounds else ViewOptions(),
        "labels": labels.model_copy(
            update={"always": tuple(name for name in labels.always if name_key(name) not in gone)}
        ),
        "notes": tuple(_placed_notes(project, whole, set(shown["event_id"]), step.note)),
        "steps": (),
    }
    return shown, about, project.model_copy(update=changed)


def _names(events: pd.DataFrame) -> set[str]:
    return {name_key(name) for column in ("place", "place_name") for name in events[column].dropna().unique()}


def _placed_notes(
    project: Project, whole: Reports, shown: Collection[str], chosen: int | None
) -> Iterator[NoteOptions]:
    """Yield the callouts where the whole map has them: their places may have no report among those that are shown.

    The chosen one comes first, without its days.
    """
    told = [note for note in project.notes if note.event not in whole.left_out]
    pairs = list(enumerate(zip(told, whole.authored.notes, strict=True)))
    for number, (note, placed) in sorted(pairs, key=lambda pair: pair[0] != chosen):
        if number == chosen or note.event is None or note.event in shown:
            limits = (None, None) if number == chosen else (placed.first, placed.last)
            days = (None if day is None else dt.date.fromisoformat(_iso(day)) for day in limits)
            first, last = days
            position = (placed.lat, (placed.lon + 180) % 360 - 180)  # a map across the 180th meridian counts on
            at = {"place": None, "event": None, "position": position, "date_from": first, "date_to": last}
            yield note.model_copy(update=at)
