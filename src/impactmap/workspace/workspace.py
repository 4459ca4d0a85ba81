"""The one object that a person works with: open a source, then build, draw, check, convert, compare and count."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack, cast

from impactmap.model.errors import ImpactMapError
from impactmap.model.reprs.overview import Overview
from impactmap.workspace.opened import Opened
from impactmap.workspace.options import AnySource, OpenOptions

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.analysis.accessor import Impact
    from impactmap.claims.versions import Changes
    from impactmap.context.borders import Border
    from impactmap.maps.page.event_map import EventMap
    from impactmap.reading.formats.frames import TableSource
    from impactmap.workspace.build import BuildReport
    from impactmap.workspace.check import CheckReport
    from impactmap.workspace.convert import Conversion
    from impactmap.workspace.doubts import Doubt

__all__ = ["Workspace", "open"]


class Workspace(Overview, Opened):
    """A source with its project, clock, language, gazetteers, cache, online provider and progress.

    Made by `impactmap.open`. The tables are read when they are first needed, and only once; so are the places.

    Attributes
    ----------
    given, said
        The source, and what was said of it.
    now
        The present, with a time zone.
    progress
        Who is told how far work has come.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> sheet = pd.DataFrame({"date": ["2025-11-08", "2025-11-09"], "place": ["Erdenet", "Irkutsk"]})
    >>> work = im.open(sheet, border="MN:RU")
    >>> work.events[["place_name", "place_country", "border_country"]].to_numpy().tolist()
    [['Erdenet', 'MN', 'MN'], ['Irkutsk', 'RU', 'RU']]
    """

    @cached_property
    def events(self) -> gpd.GeoDataFrame:
        """All events as a map of them draws them: located, with regions, distances and populations.

        What the embargo keeps back and what lies outside the map's period is among them: it stays in memory.
        """
        from impactmap.workspace.preparing import surround

        return surround(self.geocode(), self.project, border=self.border)

    @property
    def claims(self) -> pd.DataFrame:
        """Who says what of the events."""
        return self.reading.claims

    @cached_property
    def border(self) -> Border | None:
        """The border that distances refer to; None without one."""
        from impactmap.context.borders import load_project_border

        return load_project_border(self.project)

    @property
    def impact(self) -> Impact:
        """What can be counted and compared of the events, with their claims and the border."""
        from impactmap.analysis.accessor import Impact

        return Impact(self.events, self.claims)

    def geocode(self) -> gpd.GeoDataFrame:
        """Return all events with their places, as `impactmap.locate` gives them."""
        return self.locate(self.reading.events, progress=self.progress)

    def check(self, *others: str | Path) -> CheckReport:
        """List every fault and warning, what is not settled and what may be reported twice: see `check_source`."""
        from impactmap.workspace.check import check_source

        return check_source(self, *others)

    def review(self) -> list[Doubt]:
        """Return the places that an editor should look at, with what could be meant."""
        from impactmap.workspace.doubts import open_doubts

        options: dict[str, Any] = {"cache_folder": self.said.get("cache_folder"), "online": self.said.get("online")}
        return open_doubts(self.read(), gazetteer=self.gazetteer(), now=self.now, progress=self.progress, **options)

    def build(self, folder: str | Path, *, force: bool = False, since: str | Path | None = None) -> BuildReport:
        """Make a published folder: see `impactmap.build`."""
        from impactmap.workspace.build import build

        return build(self, folder, force=force, since=since)

    def image(
        self,
        path: str | Path,
        *,
        preset: str = "web",
        facet: Literal["date", "side"] | None = None,
        dark: bool = False,
        transparent: bool = False,
        force: bool = False,
    ) -> str:
        """Draw one picture of the map: see `impactmap.draw`."""
        from impactmap.workspace.build import draw

        return draw(self, path, preset=preset, facet=facet, dark=dark, transparent=transparent, force=force)

    def map(self) -> EventMap:
        """Return the interactive map of all events, to look at: nothing is held back, since nothing leaves."""
        from impactmap.maps.page.event_map import build_map

        return build_map(self.events, self.claims, project=self.project, border=self.border)

    def convert(self, output: str | Path, **options: Any) -> Conversion:
        """Write the tables in another form, with options as for `impactmap.convert`."""
        from impactmap.workspace.convert import convert

        return convert([self.given], output, **self.said, **options)

    def diff(self, older: TableSource) -> Changes:
        """Compare with an older version of the source: see `compare_events`."""
        from impactmap.workspace.versions import compare_versions

        return compare_versions(older, cast("TableSource", self.given), **self.said)

    def _overview(self) -> tuple[str, dict[str, object]]:
        try:
            project, reading = self.project, self.reading
        except ImpactMapError as error:
            return "Workspace that cannot be read yet", {"why": error, "next": "check() lists every fault"}
        border = project.border
        _, lines = reading._overview()  # noqa: SLF001 -- of the same family
        lines |= {
            "sides": ", ".join(side.key for side in project.sides),
            "border": f"{' - '.join(border.countries)}, view {border.view}" if border else "none: no distances",
            "language": project.map.language,
            "now": f"{self.now:%Y-%m-%d %H:%M %Z}; held back for {project.map.embargo_hours:g} hours",
        }
        return f"Workspace: {project.map.title}", lines


def open(source: AnySource, **said: Unpack[OpenOptions]) -> Workspace:  # noqa: A001 -- what one does first
    """Open a project, tables or frames in memory, to work with them.

    Parameters
    ----------
    source
        A project file or its folder; a table, as for `read_events`; a folder of tables, a pattern such as
        ``reports/*.csv``, or a list of tables; or a frame: of pandas, geopandas, polars, Arrow or DuckDB.
    **said
        What is said of it: ``now``, ``title``, ``language``, ``border``, ``date_format``, ``table`` and more, see
        `OpenOptions`.

    Returns
    -------
    Workspace
        Nothing is read before it is needed.

    Raises
    ------
    TypeError
        For an option that is none.

    Examples
    --------
    >>> import pandas as pd
    >>> import impactmap as im
    >>> work = im.open(pd.DataFrame({"date": ["2025-11-08"], "place": ["Erdenet"], "killed": [2]}), title="A title")
    >>> work.reading.claims[["metric", "value"]].to_numpy().tolist()
    [['killed', 2.0]]
    >>> im.open("reports.csv", boarder="MN:RU")
    Traceback (most recent call last):
        ...
    TypeError: unexpected keyword 'boarder'. Did you mean 'border'?
    """
    return Workspace(source, **said)
