"""Counts by region: every report once a region, country-wide ones in none, the sides alike, on page and pictures."""

from __future__ import annotations

import collections

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import RendererAgg

import impactmap as im
from impactmap.maps.picture.plot import plot_map
from impactmap.model.project import Project
from impactmap.scene.areas import counted_by_region, region_breaks, region_classes, region_strength
from impactmap.scene.author.counts import count_charts
from impactmap.scene.author.resolving import reports_of_map
from impactmap.telling.reports import AREA, COUNTRY, POINT, collect_reports
from impactmap.telling.wording import Wording

#: Of one event two towns lie in one region; one is of a whole region, one of a whole country, one at sea.
ROWS = [
    ("a1", "Mendoza", "Argentina", "North"),
    ("a1", "San Rafael", "Argentina", "North"),
    ("a2", "Mendoza Province", "Argentina", "South"),
    ("a3", "Santiago", "Chile", "South"),
    ("a4", "Argentina", "Argentina", "North"),
    ("a5", "Mendoza", "Argentina", None),
]


def located(rows=ROWS):
    sheet = pd.DataFrame(rows, columns=["event_id", "place", "country", "side"]).assign(date="2025-03-02")
    return im.geocode_events(im.read_events(sheet).events)


LOCATED = located()


def project(how="shaded", **raw):
    return Project.model_validate({"map": {"regions": how}, **raw})


def independent(events):
    """Count events by the code of their region, from the located table alone."""
    found = collections.defaultdict(set)
    for _, row in events.iterrows():
        if row["place_precision"] != "country" and isinstance(row["place_region_code"], str):
            found[row["place_region_code"]].add(row["event_id"])
    return {code: len(held) for code, held in found.items()}


def counted(reports):
    found = collections.defaultdict(set)
    for row in np.flatnonzero(reports.row_kind == AREA).tolist():
        found[reports.areas[int(reports.row_area[row])].id.removeprefix("iso:")].add(int(reports.row_event[row]))
    return {code: len(held) for code, held in found.items()}


@pytest.mark.parametrize("how", ["shaded", "marks"])
def test_each_region_holds_its_reports_once(how):
    reports = reports_of_map(LOCATED, None, project(how))
    assert counted(reports) == independent(LOCATED)
    assert max(counted(reports).values()) == 3
    assert (reports.row_kind == COUNTRY).sum() == 1
    assert not (reports.row_kind == POINT).any()


def test_without_the_authors_word_nothing_changes():
    reports = collect_reports(LOCATED)
    assert counted_by_region(reports, None) is reports


def test_what_lies_in_no_known_region_stays_a_mark():
    sheet = pd.DataFrame(
        {"event_id": ["s"], "place": ["At sea"], "latitude": [-40.0], "longitude": [-30.0], "date": "2025-03-02"}
    )
    at_sea = im.geocode_events(im.read_events(sheet).events)
    reports = reports_of_map(at_sea, None, project())
    assert reports.row_kind.tolist() == [POINT]


def test_a_callout_still_points_at_its_place():
    noted = project(notes=[{"text": "Here", "place": "Santiago"}])
    (note,) = reports_of_map(LOCATED, None, noted).authored.notes
    assert (note.lat, note.lon) == (-33.46, -70.65)


def test_the_table_of_regions_is_there_and_equals_the_map():
    reports = reports_of_map(LOCATED, None, project())
    (chart,) = count_charts(reports, project(), Wording("en"))
    told = dict(zip(chart.labels, chart.counts(), strict=True))
    # The report of a whole country is in no region, and is not left out.
    assert told.pop("Not stated") == 1
    assert sorted(told.values()) == sorted(independent(LOCATED).values())


@pytest.mark.parametrize(
    ("most", "classes"),
    [
        (1, [(1, 1)]),
        (4, [(1, 1), (2, 2), (3, 3), (4, 4)]),
        (7, [(1, 1), (2, 4), (5, 7)]),
        (100, [(1, 2), (3, 9), (10, 29), (30, 99), (100, 100)]),
        (5000, [(1, 9), (10, 99), (100, 999), (1000, 5000)]),
    ],
)
def test_classes_leave_no_number_out(most, classes):
    breaks = region_breaks(most)
    assert region_classes(breaks, most) == classes
    covered = [number for low, high in classes for number in range(low, high + 1)]
    assert covered == list(range(1, most + 1))
    strengths = [region_strength(low, breaks) for low, _ in classes]
    assert strengths == sorted(set(strengths))


def words(figure, role):
    return [text.get_text() for ax in figure.axes for text in ax.texts if text.get_label() == role]


@pytest.mark.parametrize(("how", "title"), [("shaded", "Reports by region"), ("marks", "One mark a region")])
def test_a_picture_states_its_classes_and_its_numbers(how, title):
    figure = plot_map(LOCATED, project=project(how), preset="wide")
    said = " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
    assert title in said
    labels = " ".join(words(figure, "label"))
    assert "Mendoza" in labels
    assert "Santiago" in labels
    shaded = [part for ax in figure.axes for part in ax.patches if part.get_label() == "region"]
    assert len(shaded) == (2 if how == "shaded" else 0)


@pytest.mark.parametrize("preset", ["social", "square", "story", "print"])
def test_small_pictures_state_the_classes_within_the_sheet(preset):
    figure = plot_map(LOCATED, project=project(), preset=preset)
    keys = words(figure, "key")
    assert [text[-1] for text in keys if text[-1] in "123" and (len(text) == 1 or "region" in text)] == ["1", "2", "3"]
    renderer = RendererAgg(figure.bbox.width, figure.bbox.height, figure.dpi)
    for ax in figure.axes:
        for text in ax.texts:
            if text.get_label() == "key":
                box = text.get_window_extent(renderer)
                assert box.x1 <= figure.bbox.x1
                # In a column beside the map it stays clear of that.
                maps = [one.get_window_extent() for one in figure.axes if one.get_gid() == "map-1"]
                assert not any(box.overlaps(one) for one in maps)


@pytest.mark.parametrize("how", ["shaded", "marks"])
def test_swapped_sides_shade_alike(how):
    def shades(rows):
        figure = plot_map(located(rows), project=project(how), preset="wide")
        parts = [part for ax in figure.axes for part in ax.patches if part.get_label() == "region"]
        return sorted((part.get_facecolor(), len(part.get_path().vertices)) for part in parts)

    turn = {"North": "South", "South": "North", None: None}
    assert shades(ROWS) == shades([(*row[:3], turn[row[3]]) for row in ROWS])


def test_an_inset_without_a_region_of_its_own_is_none():
    view = {"bounds": [-69.2, -33.2, -68.5, -32.5], "inset": ["San Rafael"]}
    assert reports_of_map(LOCATED, None, Project.model_validate({"view": view})).authored.inset is not None
    assert reports_of_map(LOCATED, None, project(view=view)).authored.inset is None


def test_another_word_is_refused():
    with pytest.raises(ValueError, match="'shaded' or 'marks'"):
        project("hatched")
