"""What a map is about: its words, sides, fields of its own, border and corrections."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from impactmap.model.sections.section import Colour, CountryCode, Language, Section
from impactmap.model.sections.story import StepWords

__all__ = [
    "BorderOptions",
    "Correction",
    "FieldOptions",
    "MapOptions",
    "Side",
    "SymbolOptions",
    "Translation",
    "newest_first",
]


class MapOptions(Section):
    """Title, headline, language, period and embargo.

    Without a ``headline`` the title heads the map; an empty one is made from the reports. ``languages`` are those of
    one build, the one first that the file's own words are in; ``language`` is the one spoken. ``regions`` counts the
    reports by region: regions shaded by their number, or one mark each.
    """

    title: str = "Reported attacks on infrastructure"
    subtitle: str = ""
    headline: str | None = None
    finding: str | None = None
    language: Language = "en"
    languages: tuple[Language, ...] = ()
    timezone: str = "UTC"
    embargo_hours: Annotated[float, Field(ge=0, le=876_000, strict=True)] = 24.0
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    countries: tuple[CountryCode, ...] = ()
    regions: Literal["shaded", "marks"] | None = None
    credit: str = ""
    contact: str = ""

    @model_validator(mode="before")
    @classmethod
    def _first_language(cls, raw: Any) -> Any:
        if not isinstance(raw, dict) or not raw.get("languages"):
            return raw
        first = next(iter(raw["languages"]))
        if raw.get("language", first) != first:
            raise ValueError(f"languages that begin with the map's own, {raw['language']!r}; found {first!r} first")
        return {**raw, "language": first}

    @field_validator("languages")
    @classmethod
    def _each_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise ValueError("each language once")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in zoneinfo.available_timezones():
            raise ValueError("a time zone of the IANA data base, for example UTC or Europe/Kyiv")
        return value

    @model_validator(mode="after")
    def _ordered(self) -> MapOptions:
        if self.period_start and self.period_end and self.period_end < self.period_start:
            raise ValueError("a period_end that is not before period_start")
        return self


class Side(Section):
    """One attacking side: the key used in the tables, its name on the map, its colours (theme's own when not given).

    ``aliases`` are further texts of the tables that mean it. The names of a country in English, Ukrainian and Russian,
    its codes and adjectives such as "Pakistani" are known without being written. The key ``*`` is all other values
    together.
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    color: Colour | None = None
    color_dark: Colour | None = None


class FieldOptions(Section):
    """A column of the author's own that is published: its header, what readers see it called, and what it holds.

    One of media holds addresses of photos, videos and documents; ``type``, ``date`` and ``credit`` are the headers of
    the columns that say so of each.
    """

    column: Annotated[str, Field(min_length=1)]
    label: str = ""
    kind: Literal["category", "number", "text", "link", "media"] = "text"
    type: str | None = None
    date: str | None = None
    credit: str | None = None

    @model_validator(mode="after")
    def _of_media(self) -> FieldOptions:
        if self.details and self.kind != "media":
            raise ValueError('type, date and credit only where kind = "media"')
        return self

    @property
    def details(self) -> dict[str, str]:
        """Headers of the columns beside that of media, by what they say."""
        named = {"type": self.type, "date": self.date, "credit": self.credit}
        return {name: header for name, header in named.items() if header}

    @property
    def columns(self) -> tuple[str, ...]:
        """Headers of all columns that are published."""
        return (self.column, *self.details.values())

    @property
    def title(self) -> str:
        """What readers see."""
        return self.label.strip() or self.column


class BorderOptions(Section):
    """The border that distances refer to."""

    countries: tuple[CountryCode, CountryCode]
    view: Literal["un", "crimea_apart"] = "un"
    file: str | None = None
    bands_km: Annotated[tuple[Annotated[float, Field(gt=0, le=2000, strict=True)], ...], Field(max_length=6)] = ()


class SymbolOptions(Section):
    """What the symbols' area stands for: a metric of the claims, or nothing."""

    size: str | None = None


class Correction(Section):
    """A correction that readers are told of; what a table marks as withdrawn may have no day."""

    date: dt.date | None
    text: str


def newest_first(corrections: Iterable[Correction]) -> list[Correction]:
    """Sort corrections by their day; those of no known day come last."""
    return sorted(corrections, key=lambda each: each.date or dt.date.min, reverse=True)


class Translation(Section):
    """The author's own words in another language of the map.

    ``sides`` gives names by key, ``fields`` by column, ``labels`` as `LabelOptions.names` does, ``notes`` the texts of
    all callouts and ``steps`` the words of all steps in their order, ``corrections`` by day.
    """

    title: str | None = None
    headline: str | None = None
    subtitle: str | None = None
    finding: str | None = None
    credit: str | None = None
    contact: str | None = None
    sides: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    labels: dict[str, str] = Field(default_factory=dict)
    notes: tuple[str, ...] | None = None
    steps: tuple[StepWords, ...] | None = None
    layers: dict[str, str] = Field(default_factory=dict)
    corrections: dict[dt.date, str] = Field(default_factory=dict)
