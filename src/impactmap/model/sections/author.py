"""What the author says of the view, the names and the callouts of a map."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StrictBool, field_validator, model_validator

from impactmap.model.sections.section import Colour, Section

__all__ = ["COUNTED_BY", "LONGEST_NOTE", "ChartOptions", "LabelOptions", "LayerOptions", "NoteOptions", "ViewOptions"]

#: A callout is read on a phone, beside its mark.
LONGEST_NOTE = 160

Degrees = Annotated[float, Field(allow_inf_nan=False)]


Extent = tuple[Degrees, Degrees, Degrees, Degrees]


class ViewOptions(Section):
    """What the map shows first: bounds (west, south, east, north), or places that must be inside; and its inset.

    The inset shows what lies far out: ``true`` for whatever the view leaves out, else bounds or places of its own.
    """

    bounds: Extent | None = None
    places: tuple[str, ...] = ()
    inset: StrictBool | Extent | tuple[str, ...] = False

    @model_validator(mode="after")
    def _one(self) -> ViewOptions:
        if self.bounds and self.places:
            raise ValueError("either bounds or places, not both: bounds say it all")
        return self

    @field_validator("inset", mode="before")
    @classmethod
    def _inset(cls, value: object) -> object:
        listed = value if isinstance(value, list | tuple) else ()
        numbers = len(listed) == 4 and all(isinstance(one, int | float) and not isinstance(one, bool) for one in listed)
        if isinstance(value, bool) or numbers or (listed and all(isinstance(one, str) for one in listed)):
            return value
        raise ValueError(f"true, bounds (west, south, east, north) or names of places; found {value!r}")

    @field_validator("bounds", "inset")
    @classmethod
    def _extent(cls, value: object) -> object:
        if not isinstance(value, tuple) or isinstance(value[0], str):
            return value
        west, south, east, north = value
        if not (-90 <= south < north <= 90):
            raise ValueError(f"west, south, east, north in degrees, south below north; found {list(value)}")
        if not (-180 <= west <= 180 and -180 <= east < west + 360 and west != east):
            raise ValueError(f"west, south, east, north in degrees, from -180 to 180; found {list(value)}")
        # East of the 180th meridian longitudes are counted on.
        return (west, max(south, -85.0), east + 360 if east < west else east, min(north, 85.0))


class LabelOptions(Section):
    """Names on the map: in the author's spelling, before all others, or not at all."""

    names: dict[str, Annotated[str, Field(min_length=1, max_length=80)]] = Field(default_factory=dict)
    always: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class LayerOptions(Section):
    """A layer of the author's own: lines, areas and points of a file, drawn below the reports and counted nowhere."""

    file: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    source: Annotated[str, Field(min_length=1, max_length=160)]
    date: dt.date | None = None
    layer: str | None = None
    color: Colour | None = None
    color_dark: Colour | None = None
    line: Literal["solid", "dashed", "dotted"] = "solid"
    width: Annotated[float, Field(ge=0.5, le=5)] = 1.5
    fill: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    optional: StrictBool = False


#: What reports are counted by without a field of the author's own.
COUNTED_BY = ("sector", "means", "side", "claimant", "region")


class ChartOptions(Section):
    """Counts below the map, by what, and whether readers may take the picture and the rows in view with them."""

    by: Annotated[tuple[str, ...], Field(max_length=8)] = ()
    downloads: StrictBool = False


class NoteOptions(Section):
    """A callout: a text with a line to a place, an event or a position, on days that may be limited."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]
    place: str | None = None
    event: str | None = None
    position: tuple[Annotated[float, Field(ge=-90, le=90)], Annotated[float, Field(ge=-180, le=180)]] | None = None
    side: Literal["left", "right", "above", "below"] | None = None
    date_from: dt.date | None = None
    date_to: dt.date | None = None

    @model_validator(mode="after")
    def _anchored(self) -> NoteOptions:
        named = [name for name in ("place", "event", "position") if getattr(self, name) is not None]
        if len(named) != 1:
            found = " and ".join(named) or "none"
            raise ValueError(f"one of place, event and position (latitude, longitude); found {found}")
        if self.date_from and self.date_to and self.date_to < self.date_from:
            raise ValueError("a date_to that is not before date_from")
        return self
