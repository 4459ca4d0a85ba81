"""A source that is opened once, with everything its verbs need: project, clock, gazetteers, cache, provider."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Unpack, cast

from impactmap.model.errors import InputError
from impactmap.model.faults import check_keywords
from impactmap.model.progress import Progress, quiet
from impactmap.workspace.opening import Source, open_source
from impactmap.workspace.options import AnySource, OpenOptions, present

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.project import Project
    from impactmap.places.geocoder import Gazetteer
    from impactmap.places.overrides.decisions import Decisions
    from impactmap.reading.read import Reading

__all__ = ["Opened", "as_opened"]


class Opened:
    """What a person works with: a source and what was said of it, read when it is first needed, and only once.

    Parameters
    ----------
    source
        As for `open_source`.
    **said
        See `OpenOptions`.

    Attributes
    ----------
    given, said
        The two.
    now
        The present, with a time zone.
    progress
        Who is told how far work has come.
    """

    def __init__(self, source: AnySource, **said: Unpack[OpenOptions]) -> None:
        check_keywords(said, OpenOptions)
        self.given = source
        self.now = said.get("now") or present()
        self.said: OpenOptions = {**said, "now": self.now}
        self.progress: Progress = said.get("progress") or quiet
        self._source: Source | None = None

    def read(self, progress: Progress | None = None) -> Source:
        """Return the project and its tables, which are read on the first call.

        Raises
        ------
        ProjectError, TableError, InputError
            As `open_source`.
        """
        if self._source is None:
            said = cast("OpenOptions", {**self.said, "progress": progress})
            self._source = open_source(self.given, **said)
        return self._source

    @property
    def project(self) -> Project:
        """The project file's, or one inferred from the table."""
        return self.read().project

    @property
    def reading(self) -> Reading:
        """The tables as read, before any place is looked for."""
        return self.read().reading

    @property
    def language(self) -> str:
        """Of the page and the places' names."""
        return self.project.map.language

    def in_language(self, code: str) -> Opened:
        """Return the same source as it speaks another of the map's languages."""
        from impactmap.workspace.editions.translating import translate_reading

        source = self.read()
        other = Opened(self.given, **self.said)
        project = source.project.in_language(code)
        reading = translate_reading(source.reading, project)
        other._source = replace(source, project=project, reading=reading)
        return other

    def gazetteer(self) -> Gazetteer:
        """Open the gazetteer that ships, with the user's own beside it."""
        from impactmap.places.gazetteer.gazetteers import open_gazetteer

        return open_gazetteer(self.said.get("gazetteers"))

    def decisions(self) -> Decisions:
        """Read what editors decided about its places."""
        from impactmap.places.overrides.decision_file import read_decisions

        return read_decisions(self.project.folder / self.project.data.decisions)

    def locate(
        self,
        events: pd.DataFrame,
        *,
        on_question: Callable[[int], None] | None = None,
        progress: Progress | None = None,
    ) -> gpd.GeoDataFrame:
        """Locate events as `impactmap.locate` does."""
        from impactmap.workspace.preparing import locate

        options: dict[str, Any] = {name: self.said.get(name) for name in ("cache_folder", "gazetteers", "online")}
        return locate(events, self.project, on_question=on_question, progress=progress, **options)


def as_opened(source: AnySource | Opened, said: OpenOptions) -> Opened:
    """Return what is opened already, or open it.

    Raises
    ------
    InputError
        When something is said of a source that is open.
    """
    if not isinstance(source, Opened):
        return Opened(source, **said)
    if said:
        raise InputError(f"expected nothing more to be said of an open source, found {', '.join(said)}.")
    return source
