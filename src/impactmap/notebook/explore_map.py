"""A map in a cell as Python sees it: what is chosen can be read and set, whether or not a page shows it."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.maps.coloured import drawn_reports
from impactmap.maps.still import still_bundle
from impactmap.model.errors import InputError
from impactmap.model.system.installation import install_command
from impactmap.model.values import NO_DAY
from impactmap.notebook.days_and_bounds import Bounds, Day, bounds_of, date_of, day_of

if TYPE_CHECKING:
    import geopandas as gpd

    from impactmap.context.borders import Border
    from impactmap.maps.page.event_map import EventMap
    from impactmap.model.project import Project
    from impactmap.notebook.cell_widget import CellWidget
    from impactmap.notebook.explore_options import ExploreOptions
    from impactmap.telling.reports import Reports
    from impactmap.telling.summary import Summary

__all__ = ["Day", "Drawn", "ExploreMap"]


@dataclass(frozen=True)
class Drawn:
    """What a map in a cell is made of.

    Attributes
    ----------
    frame
        The rows, in the order of the reports.
    reports
        What is told and drawn.
    summary, project, border
        As the page has them.
    traits
        Of the widget, but for what is chosen.
    texts_of
        Makes a file of the cards' texts, by number.
    bounds
        What the map shows first.
    page, options
        What it was made from.
    """

    frame: gpd.GeoDataFrame
    reports: Reports
    summary: Summary
    project: Project
    border: Border | None
    traits: Mapping[str, Any]
    texts_of: Callable[[int], bytes]
    bounds: Bounds
    page: EventMap
    options: ExploreOptions


class ExploreMap:
    """A map in a notebook's cell, to choose from and to read back.

    Made by `explore`. In a notebook it shows itself; everything can be read and set without one, too.

    Attributes
    ----------
    frame
        The rows of the map, with their own index.

    Examples
    --------
    >>> import geopandas as gpd
    >>> import impactmap as im
    >>> frame = gpd.GeoDataFrame(
    ...     {"date": pd.to_datetime(["2025-03-01", "2025-03-09"])},
    ...     geometry=gpd.points_from_xy([104.3, 107.6], [52.3, 51.8]), crs=4326, index=["a", "b"])
    >>> shown = im.explore(frame)
    >>> shown.period = ("2025-03-05", None)
    >>> shown.selection.index.tolist()
    ['b']
    """

    def __init__(self, drawn: Drawn) -> None:
        self.frame = drawn.frame
        self._drawn = drawn
        self._state: dict[str, Any] = {
            "period": [], "picked": b"", "kept": b"", "bounds": [], "seen": [], "colors": {}
        }  # fmt: skip
        self._widget: CellWidget | None = None
        self._still: dict[str, str] | None = None
        self._listeners: list[Callable[[ExploreMap], object]] = []
        self._wishes = 0

    # --- what is chosen ---------------------------------------------------------------------------------------------

    @property
    def selection(self) -> gpd.GeoDataFrame:
        """The rows that are chosen: those clicked or outlined; where none are, all that period and filters leave.

        Set it to rows of the frame (a frame of some of them, their index labels, or a mask), or to None for none.
        """
        rows = self._shown()
        if self._state["picked"]:
            rows &= self._unpacked("picked")
        return self.frame.iloc[np.flatnonzero(rows)]

    @selection.setter
    def selection(self, rows: pd.DataFrame | pd.Series[bool] | Iterable[Any] | None) -> None:
        mask = self._mask(rows)
        self._set("picked", np.packbits(mask, bitorder="little").tobytes() if mask.any() else b"")

    @property
    def shown(self) -> gpd.GeoDataFrame:
        """The rows that period, sides, filters and search leave."""
        return self.frame.iloc[np.flatnonzero(self._shown())]

    @property
    def period(self) -> tuple[dt.date, dt.date] | None:
        """First and last day that are shown; None for the whole time.

        Set it to a pair of days, of which either may be None; to None for the whole time.
        """
        days = self._state["period"]
        return None if not days else (date_of(days[0]), date_of(days[1]))

    @period.setter
    def period(self, days: tuple[Day | None, Day | None] | None) -> None:
        if days is None:
            self._set("period", [])
            return
        if isinstance(days, str) or len(days) != 2:
            raise InputError(
                f"period: expected a pair of days, found {days!r}. Write ('2025-11-01', '2025-11-07'), or None for all."
            )
        first, last = self._days()
        begin, end = (given if given is None else day_of(given) for given in days)
        begin, end = first if begin is None else begin, last if end is None else end
        if begin > end:
            raise InputError(f"period: expected the first day before the last, found {days!r}.")
        self._set("period", [] if begin <= first and end >= last else [begin, end])

    @property
    def view(self) -> Bounds:
        """West, south, east and north of what the map shows, in degrees."""
        found = self._state["seen"] or self._state["bounds"]
        return (found[0], found[1], found[2], found[3]) if len(found) >= 4 else self._drawn.bounds

    @view.setter
    def view(self, bounds: Bounds) -> None:
        self.fit(bounds)

    def fit(self, target: Bounds | gpd.GeoDataFrame | gpd.GeoSeries | None = None) -> None:
        """Move the map so that it shows bounds, a frame's geometries, or, without a target, what it showed first.

        Parameters
        ----------
        target
            West, south, east, north in degrees; or a frame with a coordinate reference system.

        Raises
        ------
        InputError
            For a target that is no place on the map.
        """
        bounds = [] if target is None else list(bounds_of(target))
        self._wishes += 1
        self._state["seen"] = []
        self._set("bounds", [*bounds, float(self._wishes)])

    @property
    def colors(self) -> dict[str, str]:
        """The colours of the attacking sides, or of the column's classes, by name.

        Set some or all of them to other colours, as matplotlib knows them.
        """
        own = self._state["colors"]
        return {style.name: own.get(str(number), style.color) for number, style in enumerate(self._styles(), 1)}

    @colors.setter
    def colors(self, colors: Mapping[str, str]) -> None:
        from matplotlib.colors import to_hex

        numbers = {
            name: str(number) for number, style in enumerate(self._styles(), 1) for name in {style.key, style.name}
        }
        if unknown := [name for name in colors if name not in numbers]:
            there = ", ".join(repr(style.name) for style in self._styles())
            raise InputError(f"colors: expected names out of {there}, found {unknown[0]!r}.")
        try:
            chosen = {numbers[name]: to_hex(color) for name, color in colors.items()}
        except ValueError as error:
            raise InputError(f"colors: expected colours that matplotlib knows, such as '#0a7959' ({error}).") from None
        self._set("colors", {**self._state["colors"], **chosen})

    def on_change(self, call: Callable[[ExploreMap], object]) -> None:
        """Have a function called with this map whenever its reader has chosen something else.

        Parameters
        ----------
        call
            Told of clicks, outlines, periods and filters; not of what Python sets.
        """
        self._listeners.append(call)

    @property
    def drawn(self) -> Drawn:
        """What the map is made of; set, cells that show it show the new one."""
        return self._drawn

    @drawn.setter
    def drawn(self, drawn: Drawn) -> None:
        self._drawn, self._still = drawn, None
        if self._widget is not None:
            with self._widget.hold_sync():
                for name, value in drawn.traits.items():
                    setattr(self._widget, name, value)

    # --- how it is shown --------------------------------------------------------------------------------------------

    @property
    def widget(self) -> CellWidget:
        """The widget itself, to be put into others' boxes.

        Raises
        ------
        ImportError
            Without anywidget.
        """
        if self._widget is None:
            try:
                from impactmap.notebook.cell_widget import CellWidget
            except ImportError as error:
                raise ImportError(
                    f"A map's widget needs one more package ({error.name} is missing): {install_command('notebook')}"
                ) from None
            made = CellWidget(texts_of=self._drawn.texts_of, **self._drawn.traits, **self._state)
            made.observe(self._hear, names=list(self._state))
            self._widget = made
        return self._widget

    def __repr__(self) -> str:
        """Return the map in a sentence."""
        return self._drawn.summary.sentence

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        """Return what stands for the map: a picture, a table and a sentence."""
        if self._still is None:
            drawn = self._drawn
            name = self.widget.still if _widgets_run() else ""
            self._still = still_bundle(
                drawn.reports, drawn.summary, project=drawn.project, border=drawn.border, name=name
            )
        return self._still

    def _ipython_display_(self) -> None:
        """Show the map, and below it what stands for it, which the map takes off the page.

        They are two outputs, since a notebook that trusts the map but has lost its kernel looks no further than at a
        widget that it cannot make. The map comes first: of a million rows the picture takes longer.
        """
        from IPython.core.getipython import get_ipython
        from IPython.display import display

        show: Any = display
        if not hasattr(get_ipython(), "kernel"):
            print(self)  # noqa: T201 -- as IPython shows what it evaluates
            return
        if _widgets_run():
            view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
            show({"application/vnd.jupyter.widget-view+json": view, "text/plain": ""}, raw=True)
        show(self._repr_mimebundle_(), raw=True)

    def _display_(self) -> CellWidget:
        """Return what marimo shows."""
        return self.widget

    # --- inside -----------------------------------------------------------------------------------------------------

    def _styles(self) -> list[Any]:
        return [style for style in drawn_reports(self._drawn.reports).sides if style.key is not None]

    def _set(self, name: str, value: Any) -> None:
        self._state[name] = value
        if self._widget is not None:
            setattr(self._widget, name, value)
            if name == "bounds":
                self._widget.seen = []

    def _hear(self, change: Any) -> None:
        """Take what the page says."""
        name, value = change["name"], change["new"]
        if self._state[name] == value:
            return
        self._state[name] = value
        if name in {"picked", "kept", "period"}:
            for call in self._listeners:
                call(self)

    def _unpacked(self, name: str) -> npt.NDArray[np.bool_]:
        bits = np.frombuffer(self._state[name], dtype=np.uint8)
        return np.unpackbits(bits, count=len(self.frame), bitorder="little").astype(bool)

    def _days(self) -> tuple[int, int]:
        reports = self._drawn.reports
        dated = reports.day_start != NO_DAY
        if not dated.any():
            raise InputError("period: expected dated reports, found none.")
        return int(reports.day_start[dated].min()), int(reports.day_end[dated].max())

    def _shown(self) -> npt.NDArray[np.bool_]:
        reports = self._drawn.reports
        rows = self._unpacked("kept") if self._state["kept"] else np.ones(len(self.frame), dtype=bool)
        if days := self._state["period"]:
            dated = reports.day_start != NO_DAY
            within = dated & (reports.day_start <= days[1]) & (reports.day_end >= days[0])
            rows &= within[reports.row_event]
        return rows

    def _mask(self, rows: Any) -> npt.NDArray[np.bool_]:
        """Return which rows of the frame are meant."""
        index = self.frame.index
        if rows is None:
            return np.zeros(len(index), dtype=bool)
        labels = rows.index if isinstance(rows, pd.DataFrame) else pd.Index(rows)
        if pd.api.types.is_bool_dtype(labels.dtype):
            if len(labels) != len(index):
                raise InputError(f"selection: expected a mask of {len(index)} rows, found one of {len(labels)}.")
            return np.asarray(labels, dtype=bool)
        if len(unknown := labels[~labels.isin(index)]):
            raise InputError(
                f"selection: expected labels of the frame's index, found {unknown[0]!r}, which is none. "
                "Give rows of the frame that the map shows, their labels, or a mask."
            )
        return np.asarray(index.isin(labels), dtype=bool)


def _widgets_run() -> bool:
    return importlib.util.find_spec("anywidget") is not None
