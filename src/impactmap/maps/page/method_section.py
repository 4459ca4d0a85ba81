"""The note that says how the map was made, as elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd

from impactmap.maps.page.report_table import add, add_fold
from impactmap.model.arrow import distinct
from impactmap.model.project import Project
from impactmap.telling.method_sections import Origins, method_sections
from impactmap.telling.reports import Reports
from impactmap.telling.summary import Summary
from impactmap.telling.wording import BorderNote

__all__ = ["add_method"]


def add_method(
    section: ET.Element, reports: Reports, summary: Summary, *, project: Project, border: BorderNote | None
) -> None:
    """Add the method note to its section.

    Parameters
    ----------
    section
        Receives a heading, and a sub-heading with sentences for each subject.
    reports, summary
        For the counts and the data used.
    project, border
        The embargo, the time zone, the border view.
    """
    part = add_fold(section, "h2", reports.events.say.text("method.title"), id="im-method-title")
    origins = Origins(distinct(reports.places_at("provider")), _populations(reports), border)
    for title, sentences in method_sections(
        summary, project, origins, held_back=summary.held_back, rejected=reports.rejected
    ):
        add(part, "h3", title)
        for sentence in sentences:
            add(part, "p", sentence, dir="auto")


def _populations(reports: Reports) -> list[tuple[str, str | None]]:
    known = np.flatnonzero(np.isfinite(reports.events.parts["places"]["people"][reports.events.row_place]))
    columns = [reports.places_at(f"population_{name}", known).to_pandas() for name in ("source", "date")]
    origins = pd.concat(columns, axis="columns").dropna(subset=[0]).drop_duplicates()
    return [(source, None if pd.isna(date) else date) for source, date in origins.itertuples(index=False)]
