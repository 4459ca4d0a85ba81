"""How a map was made, in sentences: the same ones for METHOD.md and for the page's note."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from impactmap.context.borders import disputed_names
from impactmap.telling.notes.note_words import RecordWords
from impactmap.telling.summary import Summary

if TYPE_CHECKING:
    from impactmap.context.borders import Border
    from impactmap.model.project import Project
    from impactmap.model.sections.author import LayerOptions
    from impactmap.telling.wording import BorderNote

__all__ = ["Origins", "method_sections"]

_PROVIDERS = {"cldr": "Unicode CLDR", "geonames": "GeoNames", "katottg": "KATOTTG", "natural_earth": "Natural Earth"}
_OWN = ("source", "decision")


@dataclass(frozen=True)
class Origins:
    """What a map's places, distances and populations come from.

    Attributes
    ----------
    providers
        Values of ``place_provider``.
    populations
        Pairs of ``population_source`` and ``population_date``.
    border
        What distances were measured with; None without distances.
    """

    providers: Iterable[str] = ()
    populations: Iterable[tuple[str, str | None]] = ()
    border: Border | BorderNote | None = None


def method_sections(
    summary: Summary,
    project: Project,
    origins: Origins,
    *,
    held_back: int = 0,
    outside_period: int = 0,
    rejected: int = 0,
) -> list[tuple[str, list[str]]]:
    """Say how a map was made.

    Parameters
    ----------
    summary, project, origins
        What the map says of itself, how it was set up, and what its data come from.
    held_back, outside_period
        Events left out by the embargo and by the period.
    rejected
        Rows of the tables that could not be used, where they are not listed beside it.

    Returns
    -------
    list of (str, list of str)
        Headings with their sentences, plain text in the map's language: what is reported, places, distance and
        population, dates.
    """
    words = RecordWords(project.map.language)
    sections = {
        "reported": _reported(words, summary),
        "places": _places(words, summary, project, origins),
        "distance": _context(words, project, origins),
        "dates": _dates(words, project, held_back, outside_period, rejected),
    }
    return [(words.text(f"method.{name}_title"), sentences) for name, sentences in sections.items()]


def _reported(words: RecordWords, summary: Summary) -> list[str]:
    counts = summary.by_confirmation
    # Where nobody says of any report whether it is confirmed, neither word occurs.
    unsaid = counts.get("not_said") and not counts["confirmed"] + counts["claimed"]
    return [words.text(f"method.{name}") for name in ("reported", *(() if unsaid else ("confirmation",)), "side")]


def _places(words: RecordWords, summary: Summary, project: Project, origins: Origins) -> list[str]:
    say = words.text
    counts = words.listed(
        (
            say("method.precision_count", precision=words.term("precision", name), n=words.number(n))
            for name, n in summary.by_precision.items()
        ),
        mark="semicolon",
    )
    names = {**_PROVIDERS, **{name: say(f"method.provider_{name}") for name in _OWN}}
    providers = words.listed(names.get(name, name) for name in sorted(origins.providers))
    options = project.publish
    return [
        *([say("method.places", counts=counts)] if counts else []),
        *([say("method.found_with", providers=providers)] if providers else []),
        say("method.exact_positions", reason=options.exact_positions_reason)
        if options.exact_positions
        else say("method.positions"),
        say("method.areas"),
        *([words.plural("method.not_located", summary.not_located)] if summary.not_located else []),
        *(say("method.layer", name=one.name, source=_layer_source(one, words)) for one in project.layers),
    ]


def _layer_source(layer: LayerOptions, words: RecordWords) -> str:
    return f"{layer.source}, {words.date(layer.date)}" if layer.date else layer.source


def _context(words: RecordWords, project: Project, origins: Origins) -> list[str]:
    say, border, context = words.text, origins.border, project.context
    if border is None:
        sentences = [say("record.no_border")]
    else:
        sentences = [
            say(
                "method.distance",
                names=words.both(border.countries),
                method=say("method.geodesic" if border.view == "file" else "method.geodesic_shipped"),
                view=words.term("border_view", border.view),
                data=border.data,
                data_date=words.data_date(border.data_date),
            )
        ]
        if names := disputed_names(border.countries, view=border.view, language=words.language):
            sentences.append(say("method.disputed", names=words.listed(names)))
    for source, date in origins.populations:
        sentences.append(say("method.population", source=source, date=words.data_date(date)))
    if context.raster:
        radius, name = words.number(context.radius_km, decimals=2), context.raster_name or context.raster
        sentences.append(say("record.raster", km=radius, name=name, date=words.data_date(context.raster_date)))
    return sentences


def _dates(words: RecordWords, project: Project, held_back: int, outside_period: int, rejected: int) -> list[str]:
    say, zone, hours = words.text, project.map.timezone, project.map.embargo_hours
    embargo = [words.plural("method.embargo", hours), say("record.embargo_end", timezone=zone)]
    return [
        say("method.timezone", timezone=zone),
        *(embargo if hours else [say("method.no_embargo")]),
        words.plural("method.held_back", held_back) if held_back else say("record.nothing_held_back"),
        *([words.plural("record.outside", outside_period)] if outside_period else []),
        *([words.plural("method.rejected", rejected)] if rejected else []),
    ]
