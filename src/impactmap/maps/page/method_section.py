"""The note that says how the map was made, as elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd

from impactmap.maps.page.report_table import add, add_fold
from impactmap.model.arrow import distinct
from impactmap.model.project import Project
from impactmap.model.words import Words
from impactmap.telling.reports import BorderNote, Reports
from impactmap.telling.summary import Summary

__all__ = ["add_method"]


def add_method(
    section: ET.Element,
    reports: Reports,
    summary: Summary,
    *,
    project: Project,
    words: Words,
    border: BorderNote | None,
) -> None:
    """Add the method note to its section.

    Parameters
    ----------
    section
        Receives a heading, and a sub-heading with sentences for each subject.
    reports, summary
        For the counts and the data used.
    project, words, border
        The embargo, the time zone, the language, the border view.
    """
    part = add_fold(section, "h2", words.text("method.title"), id="im-method-title")
    reported = ["reported", *(["confirmation"] if reports.says_confirmation else []), "side"]
    subjects = (
        ("reported", [words.text(f"method.{name}") for name in reported]),
        ("places", _places(reports, summary, project, words)),
        ("distance", _context(reports, words, border)),
        ("dates", _dates(summary, project, words, reports.rejected)),
    )
    for name, sentences in subjects:
        if sentences:
            add(part, "h3", words.text(f"method.{name}_title"))
        for sentence in sentences:
            add(part, "p", sentence, dir="auto")


def _places(reports: Reports, summary: Summary, project: Project, words: Words) -> list[str]:
    if not summary.by_precision:
        return []
    counts = ", ".join(
        words.text("method.precision_count", precision=words.term("precision", name), n=words.number(n))
        for name, n in summary.by_precision.items()
    )
    found = [words.text("method.places", counts=counts)]
    providers = distinct(reports.places_at("provider"))
    if providers:
        names = {
            "geonames": "GeoNames",
            "katottg": "KATOTTG",
            "natural_earth": "Natural Earth",
            "cldr": "Unicode CLDR",
            "source": words.text("method.provider_source"),
            "decision": words.text("method.provider_decision"),
        }
        found.append(words.text("method.found_with", providers=", ".join(names.get(name, name) for name in providers)))
    if project.publish.exact_positions:
        found.append(words.text("method.exact_positions", reason=project.publish.exact_positions_reason))
    else:
        found.append(words.text("method.positions"))
    found.append(words.text("method.areas"))
    if summary.not_located:
        found.append(words.plural("method.not_located", summary.not_located))
    return found


def _context(reports: Reports, words: Words, border: BorderNote | None) -> list[str]:
    found = []
    if border is not None:
        found.append(
            words.text(
                "method.distance",
                names=words.both(border.countries),
                method=words.text("method.geodesic" if border.view == "file" else "method.geodesic_shipped"),
                view=words.term("border_view", border.view),
                data=border.data,
                data_date=border.data_date or words.text("method.undated"),
            )
        )
    populations = reports.events.parts["places"]["population"][reports.events.row_place]
    known = np.flatnonzero(np.isfinite(populations))
    origins = pd.DataFrame(
        {name: reports.places_at(f"population_{name}", known).fill_null("").to_pandas() for name in ("source", "date")}
    )
    for source, date in origins.drop_duplicates().itertuples(index=False):
        found.append(
            words.text(
                "method.population",
                source=source,
                date=words.text("method.undated") if date in {"", "undated"} else date,
            )
        )
    return found


def _dates(summary: Summary, project: Project, words: Words, rejected: int) -> list[str]:
    found = [words.text("method.timezone", timezone=project.map.timezone)]
    hours = project.map.embargo_hours
    found.append(words.plural("method.embargo", hours) if hours else words.text("method.no_embargo"))
    if summary.held_back:
        found.append(words.plural("method.held_back", summary.held_back))
    if rejected:
        found.append(words.plural("method.rejected", rejected))
    return found
