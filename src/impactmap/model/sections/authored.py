"""What the author put on a map, once places and events are known: positions, and nothing left to look up."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

__all__ = ["Authored", "AuthorsClasses", "AuthorsLayer", "AuthorsNote", "NamedPosition"]

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class NamedPosition:
    """A place that the author wants named: its name on the map and where it is, in degrees."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class AuthorsNote:
    """A callout: its text, where its line leads, the side it had best stand on, its days (days since 1970, or None)."""

    text: str
    lat: float
    lon: float
    side: str | None = None
    first: int | None = None
    last: int | None = None

    @property
    def dated(self) -> bool:
        """Whether it has days of its own."""
        return self.first is not None or self.last is not None

    def on(self, first: int, last: int) -> bool:
        """Return whether the callout belongs to a period, both days included."""
        return (self.first is None or self.first <= last) and (self.last is None or self.last >= first)


@dataclass(frozen=True)
class AuthorsLayer:
    """A layer of the author's own: how it is called and looks, and its shapes in degrees (EPSG:4326)."""

    name: str
    source: str
    date: dt.date | None
    color: str
    color_dark: str
    line: str
    width: float
    fill: float
    areas: Any
    lines: Any
    points: Any


@dataclass(frozen=True)
class AuthorsClasses:
    """Classes of a column that colour the marks in place of the attacking sides.

    Attributes
    ----------
    styles
        Name, colours and shape of each.
    code
        Of each event the number of its class, 255 without one.
    messages
        The viewer's words for them, in place of those for the sides.
    """

    styles: tuple[Any, ...]
    code: Any
    messages: dict[str, str]


@dataclass(frozen=True)
class Authored:
    """The author's view, names and callouts.

    Attributes
    ----------
    view
        West, south, east, north in degrees; None where the reports decide.
    names
        The author's spelling by the name's key.
    always
        Places that are named before all others.
    never
        Keys of the names that are not drawn.
    notes
        Callouts, in the order of the project file.
    layers
        Layers of the author's own, the first lowest.
    tips
        Labels of the author's own fields that are told where the pointer is.
    classes
        What colours the marks; the attacking sides, where there are none.
    regions
        How reports are counted by region: ``shaded`` or ``marks``; None where each stands at its place.
    breaks
        The least number of reports of each class of shaded regions.
    inset
        Extent of the map in a corner that shows what lies far out: west, south, east, north in degrees.
    beyond
        Rows that a picture does not show, where its frame decides that and not the view alone.
    """

    view: Bounds | None = None
    names: dict[str, str] = field(default_factory=dict)
    always: tuple[NamedPosition, ...] = ()
    never: frozenset[str] = frozenset()
    notes: tuple[AuthorsNote, ...] = ()
    layers: tuple[AuthorsLayer, ...] = ()
    tips: tuple[str, ...] = ()
    classes: AuthorsClasses | None = None
    regions: str | None = None
    breaks: tuple[int, ...] = ()
    inset: Bounds | None = None
    beyond: tuple[int, ...] | None = None

    def counted_from(self, west: float) -> Authored:
        """Return the same with longitudes counted eastwards from `west`."""

        def moved(box: Bounds | None) -> Bounds | None:
            return (box[0] + 360, box[1], box[2] + 360, box[3]) if box is not None and box[0] < west else box

        return replace(
            self,
            view=moved(self.view),
            inset=moved(self.inset),
            always=tuple(replace(one, lon=one.lon + 360 * (one.lon < west)) for one in self.always),
            notes=tuple(replace(one, lon=one.lon + 360 * (one.lon < west)) for one in self.notes),
        )
