"""The static figure: what is drawn where, that it can be read, and that files say what they show.

Pictures are compared with those in `baselines/`, at a third of their size and with a tolerance. After a wanted change,
run once with ``IMPACTMAP_BASELINES=write`` and look at what changed.
"""

from __future__ import annotations

import io
import itertools
import os
import re
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pymupdf
import pytest
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.text import Text
from PIL import Image

from impactmap.look.theme import DARK, LIGHT
from impactmap.look.typography import balance_lines, break_lines, picture_text, text_width
from impactmap.maps.picture.facets import grid_columns
from impactmap.maps.picture.furniture.corners import nice_length
from impactmap.maps.picture.image_file import save_figure
from impactmap.maps.picture.legend import _three_sizes
from impactmap.maps.picture.mark_style import hatching, side_look
from impactmap.maps.picture.panel.panel import MapPanel
from impactmap.maps.picture.plot import plot_map
from impactmap.model.claims import claims_frame
from impactmap.model.errors import InputError, PublishError
from impactmap.model.project import Project
from impactmap.scene.label_placement import Box, Boxes
from impactmap.scene.presets import PRESETS
from impactmap.scene.projection import fit_frame
from impactmap.telling.report_texts import ReportTexts
from impactmap.telling.reports import collect_reports

BASELINES = Path(__file__).parent / "baselines"
SVG = "{http://www.w3.org/2000/svg}"
EVENT_CITIES = {"Belgorod", "Voronezh", "Taganrog", "Kharkiv"}


def ground_for(bounds, *, border=None, tolerance_km=0.5, language="en", **_):
    """Stand in for the reference data: land with a gulf, a river, a lake, a border, four names."""
    window = shapely.box(*bounds)
    land = shapely.box(-179, -60, 179, 80) - shapely.Polygon([(36, 44), (39.5, 47.1), (38, 47.3), (33, 45.5)])
    line = shapely.LineString([(34, 52.3), (35.5, 50.4), (38, 50), (40, 49.5), (39.8, 48), (38.3, 47.2)])
    river = shapely.LineString([(30.5, 52), (30.6, 50), (35, 48.5), (33, 46.5)])
    region = shapely.MultiLineString([[(32, 46), (32, 52)], [(36, 47), (36, 50)]])
    names = [("Kyiv", 50.45, 30.52, 1, "city"), ("Dnipro", 48.46, 35.04, 2, "city"), ("Kursk", 51.73, 36.19, 3, "city")]
    names += [("Northland", 51.6, 37.4, 0, "country"), ("Southland", 49.2, 33.2, 0, "country")]
    return SimpleNamespace(
        bounds=bounds,
        land=shapely.intersection(land, window),
        lakes=shapely.intersection(shapely.Point(35.3, 47.4).buffer(0.3), window),
        rivers=shapely.intersection(river, window),
        regions=shapely.intersection(region, window),
        borders=(SimpleNamespace(kind="reference", name="", geometry=shapely.intersection(line, window)),),
        labels=[
            SimpleNamespace(name=name, lat=lat, lon=lon, rank=rank, kind=kind)
            for name, lat, lon, rank, kind in names
            if shapely.intersects_xy(window, lon, lat)
        ],
    )


@pytest.fixture(autouse=True)
def _ground(request, monkeypatch):
    if "real_ground" not in request.fixturenames:
        monkeypatch.setattr("impactmap.context.basemap.basemap_for", ground_for)


@pytest.fixture
def real_ground():
    """Ask for the reference data that ships."""


@pytest.fixture(scope="module")
def _drawn():
    return {}


@pytest.fixture
def drawn(_drawn, located, claims, project):
    """Draw the shared reports, once for every set of options."""

    def draw(**options):
        key = tuple(sorted((name, getattr(value, "name", value)) for name, value in options.items()))
        if key not in _drawn:
            _drawn[key] = plot_map(located, claims, project=project, **options)
        return _drawn[key]

    return draw


def texts(figure, role=None):
    return [text for text in figure.findobj(Text) if text.get_text() and (role is None or text.get_label() == role)]


def words(figure, role=None):
    return [text.get_text() for text in texts(figure, role)]


def extents(figure, artists):
    FigureCanvasAgg(figure)
    with mpl.rc_context({"text.hinting": "no_hinting"}):
        return [artist.get_window_extent(figure.canvas.get_renderer()) for artist in artists]


def ink(box):
    return box.x0 + 1, box.y0 + 1, box.x1 - 1, box.y1 - 1


def apart(one, two):
    a, b = ink(one), ink(two)
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def saved(figure, kind, alt="What it shows."):
    file = io.BytesIO()
    save_figure(figure, file, alt_text=alt, format=kind)
    return file.getvalue()


def picture(figure):
    return Image.open(io.BytesIO(saved(figure, "png"))).convert("RGB")


def at(located, positions):
    frame = located.iloc[[0] * len(positions)].reset_index(drop=True)
    frame["event_id"] = [f"x{number}" for number in range(len(positions))]
    frame["place_name"] = [f"Place {number}" for number in range(len(positions))]
    frame["latitude"], frame["longitude"] = zip(*positions, strict=True)
    return frame.set_geometry(gpd.points_from_xy(frame["longitude"], frame["latitude"]), crs="EPSG:4326")


# What it looks like


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("web", {}),
        ("web-dark", {"theme": DARK}),
        ("social-uk", {"preset": "social", "language": "uk"}),
        ("square-ru", {"preset": "square", "language": "ru"}),
        ("story", {"preset": "story"}),
        ("print", {"preset": "print"}),
        ("by-date", {"facet": "date"}),
    ],
)
def test_picture_matches_its_baseline(name, options, drawn):
    found = picture(drawn(**options))
    found = found.resize((400, round(400 * found.height / found.width)), Image.Resampling.BOX)
    file = BASELINES / f"{name}.png"
    if os.environ.get("IMPACTMAP_BASELINES") == "write":
        found.quantize(64).save(file, optimize=True)
    wanted = Image.open(file).convert("RGB")
    assert file.stat().st_size <= 60_000
    assert found.size == wanted.size
    difference = np.asarray(found, dtype=float) - np.asarray(wanted, dtype=float)
    assert np.sqrt((difference**2).mean()) < 6


@pytest.mark.parametrize("preset", ["web", "social", "square", "story"])
def test_pixels_are_exact(preset, drawn):
    wanted = {"web": (1200, 675), "social": (1200, 630), "square": (1080, 1080), "story": (1080, 1920)}
    assert picture(drawn(preset=preset)).size == wanted[preset]


@pytest.mark.parametrize(
    ("positions", "size"), [([(50, 30), (50, 45)], (3508, 2480)), ([(45, 37), (52, 37)], (2480, 3508))]
)
def test_a4_lies_or_stands_as_the_extent_does(positions, size, located):
    figure = plot_map(at(located, positions), preset="print")
    assert tuple((figure.get_size_inches() * figure.dpi).round()) == size
    assert figure.dpi == 300


# Nothing on anything else


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("language", ["en", "uk"])
def test_nothing_overlaps_and_nothing_leaves_the_sheet(preset, language, drawn):
    figure = drawn(preset=preset, language=language)
    artists = texts(figure)
    boxes = extents(figure, artists)
    sheet = figure.bbox
    for text, box in zip(artists, boxes, strict=True):
        assert sheet.x0 <= box.x0 and box.x1 <= sheet.x1 and sheet.y0 <= box.y0 and box.y1 <= sheet.y1, text.get_text()  # noqa: PT018
    for (one, a), (two, b) in itertools.combinations(list(zip(artists, boxes, strict=True)), 2):
        assert apart(a, b), (one.get_text(), two.get_text())
    marks = [patch for patch in figure.findobj(PathPatch) if patch.get_label() == "mark"]
    labels = [(text, box) for text, box in zip(artists, boxes, strict=True) if text.get_label() == "label"]
    for box in extents(figure, marks):
        for text, label in labels:
            assert apart(box, label), text.get_text()


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_place_with_reports_is_named(preset, drawn):
    labels = words(drawn(preset=preset), "label")
    assert set(labels) >= EVENT_CITIES
    assert "Kyiv Oblast" in " ".join(labels)
    assert "2 reports" in labels


def test_on_the_shipped_ground_too(real_ground, located, claims, project):
    from impactmap.context.borders import load_border

    border = load_border(project.border.countries)
    figure = plot_map(located, claims, project=project, border=border, language="uk")
    assert {"Україна", "Росія"} <= set(words(figure, "label"))
    boxes = extents(figure, texts(figure, "label"))
    assert all(apart(one, two) for one, two in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize("title", [1, 3])
def test_the_map_takes_more_than_half_of_the_height(preset, language, title, located, claims, project):
    """Whatever head and key say: findings, many sides, a long headline."""
    options = project.map.model_copy(update={"title": "Reported attacks on energy infrastructure " * title})
    named = project.model_copy(update={"map": options})
    figure = plot_map(located, claims, project=named, preset=preset, language=language)
    assert figure.axes[1].get_position().height >= 0.549


# Distances


def test_lines_to_the_border_carry_their_kilometres(drawn):
    """Taganrog, Kharkiv and Voronezh; Belgorod's line is too short for a figure, and stays."""
    assert {"43 km", "180 km"} <= set(words(drawn(), "label"))
    assert "To the border (Russia–Ukraine), computed" not in words(drawn(), "key")
    assert "Distance to the border (Russia–Ukraine), computed" in " ".join(words(drawn(), "key"))
    for preset in ("social", "square"):
        assert "To the border, computed" in words(drawn(preset=preset), "key")


def test_many_places_have_no_lines_and_no_words_for_them(located, project):
    rows = pd.concat([located.iloc[[0]]] * 13, ignore_index=True)
    rows["event_id"] = [f"p{number}" for number in range(13)]
    rows["latitude"] = 50.0 + 0.2 * np.arange(13)
    figure = plot_map(rows.set_geometry(shapely.points(rows["longitude"], rows["latitude"])), project=project)
    assert not any("km" in text and text != "100 km" for text in words(figure, "label"))
    assert "computed" not in " ".join(words(figure, "key"))


def test_bands_are_named_on_the_map_and_in_the_key(real_ground, located, project):
    from impactmap.context.borders import load_border

    asked = Project.model_validate(
        project.model_dump() | {"border": {"countries": ["RU", "UA"], "bands_km": [100, 50]}}
    )
    figure = plot_map(located, project=asked, border=load_border(["RU", "UA"]))
    assert {"50 km", "100 km"} <= set(words(figure, "label"))
    assert "50 km, 100 km from the border, computed" in " ".join(words(figure, "key"))
    boxes = extents(figure, texts(figure, "label"))
    assert all(apart(one, two) for one, two in itertools.combinations(boxes, 2))


# What it says


def test_the_sheet_says_what_who_and_from_where(drawn):
    figure = drawn()
    said = " ".join(words(figure))
    assert words(figure, "headline") == ["Power and heating under attack"]
    assert figure.get_label() == "Power and heating under attack"
    for part in (
        "9 reports, 7–9 November 2025",
        "Data through 9 November 2025.",
        "Russia: 5 reports",
        "Ukraine: 3 reports",
        "Not stated: 1 report",
        "Not on the map",
        "1 country-wide report: Ukraine",
        "1 not located",
        "Sources: News article",
        "Credit: Graphics desk",
        "OpenStreetMap",
        "GeoNames",
        "Natural Earth",
        "200 km",
    ):
        assert part in said, part


def test_the_key_names_the_place_that_was_not_located(located, claims, project):
    lost = located["place_precision"].isna()
    located.loc[lost, ["place", "summary"]] = ["Qwertyville", "Somewhere"]
    assert any("Qwertyville: Somewhere" in text for text in words(plot_map(located, claims, project=project), "key"))


def test_the_small_pictures_count_what_is_not_on_the_map(drawn):
    said = words(drawn(preset="social", language="ru"))
    assert {"Россия: 5", "Украина: 3", "Не указана: 1", "Не на карте: 3"} <= set(said)


@pytest.mark.parametrize("preset", ["social", "square"])
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_long_headline_gives_way_to_the_key(preset, language, located, claims, project):
    options = project.map.model_copy(update={"title": "Reported attacks on energy infrastructure " * 3})
    figure = plot_map(
        located, claims, project=project.model_copy(update={"map": options}), preset=preset, language=language
    )
    counts = [text for text in words(figure, "key") if re.search(r": \d$", text)]
    assert [text[-1] for text in counts] == ["5", "3", "1", "3"]


@pytest.mark.parametrize("preset", ["social", "square", "story", "thumb"])
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_a_made_headline_leaves_the_period_to_the_line_below_it(preset, language, located, project):
    options = project.map.model_copy(update={"title": "", "headline": None})
    made = project.model_copy(update={"map": options})
    figure = plot_map(located, project=made, preset=preset, language=language)
    head = " ".join(words(figure, "headline"))
    assert "…" not in head
    assert "2025" not in head
    assert "2025" in " ".join(words(figure, "summary"))
    assert "2025" in figure.get_label()


@pytest.mark.parametrize("preset", ["social", "square", "story"])
def test_type_is_legible_on_a_phone(preset, drawn):
    figure = drawn(preset=preset)
    scale = 390 / PRESETS[preset].width
    # The second line of a label (a count) is the smallest.
    smallest = min(text.get_fontsize() * figure.dpi / 72 * scale for text in texts(figure))
    foot = min(text.get_fontsize() * figure.dpi / 72 * scale for text in texts(figure) if text.get_label() != "label")
    assert smallest > 7.5
    assert foot > 9


def test_open_claims_filled_confirmations_hollow_unstated(drawn):
    figure = drawn()
    ax = next(ax for ax in figure.axes[1:] if any(text.get_label() == "label" for text in ax.texts or ax.findobj(Text)))
    marks = [patch for patch in ax.findobj(PathPatch) if patch.get_label() == "mark"]
    looks = {(mpl.colors.to_hex(mark.get_edgecolor()), mpl.colors.to_hex(mark.get_facecolor())) for mark in marks}
    green, plum, grey, open_ = "#0a7959", "#8d53a5", "#6b6863", "#fbfaf7"
    assert {(green, green), (plum, plum), (plum, open_), (grey, open_)} <= looks
    assert (green, open_) not in looks


def test_swapping_the_sides_swaps_names_and_colours_only(located, claims, project):
    swapped = located.copy()
    swapped["side"] = swapped["side"].map({"Russia": "Ukraine", "Ukraine": "Russia"})
    turned = project.model_copy(update={"sides": tuple(reversed(project.sides))})
    one = picture(plot_map(located, claims, project=project))
    two = picture(plot_map(swapped, claims, project=turned))
    sheet = np.asarray(one, dtype=int) - np.asarray(two, dtype=int)
    # Only the words that name the sides differ: summary, key. The map itself is the same to the last pixel.
    map_ = sheet[200:600, 24:820]
    assert not map_.any()
    assert sheet.any()


def test_the_first_two_sides_hatch_as_mirror_images(located, claims, project):
    reports = collect_reports(located, claims, project=project)
    one, two = (side_look(reports, side, LIGHT).hatch for side in (0, 1))
    shape = shapely.Polygon([(0, 0), (70, 10), (90, 80), (20, 40)])
    mirrored = shapely.transform(shape, lambda points: points * [-1, 1])
    turned = shapely.transform(hatching(shape, one, 4, offset=0), lambda points: points * [-1, 1])
    assert shapely.length(turned) > 500
    assert shapely.length(turned) == pytest.approx(shapely.length(hatching(mirrored, two, 4, offset=0)))


# Small multiples, Axes, sizes


def test_small_multiples_share_frame_and_key(drawn):
    figure = drawn(facet="date")
    assert words(figure, "panel") == ["7 November 2025", "8 November 2025", "9 November 2025"]
    # The report of 8 to 9 November, which names a whole country, counts on both days.
    assert words(figure, "panel-note") == ["off map: 1", "off map: 2", "off map: 1"]
    assert "A report that covers several days counts on each." in " ".join(words(figure, "foot"))
    maps = [ax for ax in figure.axes[1:] if ax.get_position().width > 0.15]
    assert len(maps) == 3
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in maps}) == 1
    assert words(figure).count("Attacking side") == 1


def test_small_multiples_by_side_keep_the_unstated(drawn):
    figure = drawn(facet="side")
    assert words(figure, "panel") == [f"Attacking side: {side}" for side in ("Russia", "Ukraine", "not stated")]
    assert words(figure, "panel-note") == [
        "5 reports, not on the map: 2",
        "3 reports, not on the map: 1",
        "1 report",
    ]


def test_in_narrow_small_multiples_no_name_is_broken_and_no_day_looks_empty(located):
    frame = at(located, [(46 + 7 * (number % 2), 28 + 4 * (number % 4)) for number in range(12)])
    frame["date_start"] = frame["date_end"] = pd.date_range("2025-09-15", periods=12, freq="D").astype("datetime64[s]")
    frame["place_name"] = "Zaporizhzhia"
    frame.loc[7, "place_precision"] = "country"
    frame.loc[7, ["latitude", "longitude"]] = None
    frame.loc[7, "geometry"] = None
    figure = plot_map(frame, facet="date")
    assert set(words(figure, "label")) & {"Zaporizhzhia", "Zaporizh", "Zapori"} == {"Zaporizhzhia"}
    assert words(figure, "panel-note") == ["not on the map: 1"]


def test_small_multiples_beside_the_headline_keep_the_margin(drawn):
    figure = drawn(facet="side", preset="social")
    maps = [ax.get_position() for ax in figure.axes[1:] if ax.get_position().width > 0.15]
    assert max(place.x1 for place in maps) <= 1 - 34 / 1200 + 1e-6
    assert max(place.y1 for place in maps) <= 1 - (34 + 31) / 630


def test_an_area_is_not_named_beside_itself_where_its_neighbour_is():
    pixels = SimpleNamespace(to_pixels=lambda x, y: np.column_stack([x, -np.asarray(y)]))
    spots = MapPanel._spots(pixels, shapely.box(0, 0, 40, 30), 63.0, inside=False)
    assert all(0 <= x <= 40 for x, _ in spots)
    assert len(spots) > 6
    within = MapPanel._spots(pixels, shapely.box(0, 0, 40, 30), 63.0, inside=True)
    assert all(0 <= x <= 40 and -30 <= y <= 0 for x, y in within)


def test_a_source_that_is_an_address_is_named_by_its_host(located):
    frame = located.assign(source_name=pd.NA, source_url=[f"https://www.example.org/{n}" for n in range(len(located))])
    foot = " ".join(words(plot_map(frame), "foot"))
    assert "Sources: example.org." in foot


def test_many_days_become_months_and_too_many_years_are_refused(located):
    frame = at(located, [(50, 30)] * 40)
    frame["date_start"] = frame["date_end"] = pd.date_range("2025-01-15", periods=40, freq="3D").astype("datetime64[s]")
    panels = words(plot_map(frame, facet="date"), "panel")
    assert panels == ["January 2025", "February 2025", "March 2025", "April 2025", "May 2025"]
    years = pd.to_datetime([f"{1980 + number}-01-01" for number in range(40)]).astype("datetime64[s]")
    frame["date_start"] = frame["date_end"] = years
    with pytest.raises(InputError, match="at most 12 years for small multiples by date, found 40"):
        plot_map(frame, facet="date")


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (4, 2), (6, 3), (12, 4)])
def test_grid_leaves_no_hole(count, columns):
    assert grid_columns(count, 820, 480, 1.35) == columns


def test_into_a_given_axes_goes_only_the_map(located, claims, project):
    figure = Figure(figsize=(8, 5))
    left, right = figure.subplots(1, 2)
    right.plot([0, 1], [0, 1])
    assert plot_map(located, claims, project=project, ax=left) is figure
    assert set(words(figure, "label")) >= {"Belgorod", "Taganrog"}
    assert not words(figure, "headline")
    assert right.get_xlim() == pytest.approx((-0.05, 1.05))
    width, height = left.get_window_extent().width, left.get_window_extent().height
    across, up = np.ptp(left.get_xlim()), np.ptp(left.get_ylim())
    assert across / up == pytest.approx(width / height, rel=1e-6)


def test_many_districts_are_counted_by_region(crowded):
    """Of twenty districts in a row the region says how many reports it holds; of twelve areas each is drawn."""

    def outlines(frame):
        patches = plot_map(frame).axes[1].findobj(PathPatch)
        return [patch for patch in patches if patch.get_zorder() == 2.3]

    assert len(outlines(crowded)) == 1
    assert len(outlines(crowded.iloc[:12])) == 12
    assert not set(words(plot_map(crowded), "label")) & set(crowded["place_name"][:20])
    assert f"{len(crowded)} reports" in words(plot_map(crowded), "label")
    twice = pd.concat([crowded, crowded.assign(event_id=crowded["event_id"] + " again")], ignore_index=True)
    assert "the darker, the more" in " ".join(words(plot_map(twice), "key"))


def test_districts_without_a_region_are_shaded_each(crowded):
    figure = plot_map(crowded.assign(place_region_code=pd.NA))
    shades = [patch for patch in figure.axes[1].findobj(PathPatch) if patch.get_label() == "area"]
    assert len(shades) == len(crowded)


def test_marks_grow_with_area_and_show_the_range(located, claims, project):
    sized = project.model_copy(update={"symbols": project.symbols.model_copy(update={"size": "killed"})})
    figure = plot_map(located, claims, project=sized)
    green = [
        patch.get_path().get_extents().width
        for patch in figure.axes[1].findobj(PathPatch)
        if patch.get_label() == "mark" and mpl.colors.to_hex(patch.get_edgecolor()) == "#0a7959"
    ]
    # Kharkiv: 1 to 9 killed, as two outlines whose areas are 1 to 9.
    assert max(green) / min(green) == pytest.approx(3, rel=1e-6)
    assert "Outlines: lowest and highest figure" in words(figure)
    assert "Size of the mark: killed, as reported" in " ".join(words(figure))


def test_a_figure_beside_the_map_sizes_no_mark(located, claims, project):
    sized = project.model_copy(update={"symbols": project.symbols.model_copy(update={"size": "killed"})})
    country = located["event_id"][located["place_precision"] == "country"].iloc[0]
    more = claims.iloc[:1].assign(
        event_id=country, metric="killed", value=9_000.0, value_low=np.nan, value_high=np.nan, qualifier=pd.NA
    )
    everything = pd.concat([claims[claims["event_id"] != country], more], ignore_index=True)
    key = words(plot_map(located, everything, project=sized), "key")
    assert "5,000" not in key
    assert "5" in key  # of 9 killed, the most on the map


def test_what_is_not_on_the_map_is_told_before_the_rest_is_told_at_length(located, claims, project):
    many = {"symbols": {"size": "killed"}, "border": {"countries": ["RU", "UA"], "bands_km": [50]}}
    figure = plot_map(located, claims, project=type(project).model_validate(project.model_dump() | many))
    key = words(figure, "key")
    assert "Not on the map" in key
    assert any(text.startswith("1 country-wide report") or "country-wide reports" in text for text in key)


@pytest.mark.parametrize(
    ("largest", "whole", "figures"),
    [(9, True, [5, 2, 1]), (20000, True, [20000, 5000, 1000]), (1, True, [1]), (0.8, False, [0.5, 0.1, 0.02])],
)
def test_three_sizes_are_round_and_whole(largest, whole, figures):
    assert _three_sizes(largest, whole=whole) == pytest.approx(figures)


@pytest.mark.parametrize(("most", "length"), [(999, 500), (1000, 1000), (3, 2), (0.07, 0.05)])
def test_nice_length(most, length):
    assert nice_length(most) == pytest.approx(length)


# Any extent, any text


@pytest.mark.parametrize(
    ("positions", "crs"),
    [
        ([(52, 179), (53, -178), (51, 177)], "Lambert Azimuthal Equal Area"),
        ([(89, 10), (86, -120), (85, 100)], "Lambert Azimuthal Equal Area"),
        ([(-78, 160), (-75, -170)], "Lambert Azimuthal Equal Area"),
        ([(50, 36)], "Lambert Azimuthal Equal Area"),
        ([(50, -120), (-35, 150), (0, 20)], "Equal Earth"),
    ],
)
def test_every_place_on_earth_can_be_seen(positions, crs, located):
    lat, lon = np.array(positions, dtype=float).T
    frame = fit_frame(np.column_stack([lon, lat]), aspect=1.6)
    x, y = frame.project(lon, lat)
    left, bottom, right, top = frame.bounds
    assert crs in frame.crs.to_wkt()
    assert ((left < x) & (x < right) & (bottom < y) & (y < top)).all()
    assert (right - left) / (top - bottom) == pytest.approx(1.6)
    for west, south, east, north in frame.degree_bounds():
        assert -180 <= west < east <= 180
        assert -90 <= south < north <= 90
    named = words(plot_map(at(located, positions)), "label")
    assert {f"Place {number}" for number in range(len(positions))} <= set(named)


def test_a_line_without_length_is_no_failure():
    frame = fit_frame(np.array([[30.0, 47.0], [40.0, 52.0]]), aspect=1.5)
    lines = shapely.MultiLineString([[(35, 50), (35, 50)], [(34, 49), (36, 50)]])
    assert shapely.length(frame.project_geometry(lines)) == pytest.approx(180_000, rel=0.03)
    assert shapely.is_empty(frame.project_geometry(shapely.MultiLineString()))


def test_scale_is_true_in_the_middle():
    frame = fit_frame(np.array([[30.0, 47.0], [40.0, 52.0]]), aspect=1.5)
    middle = frame.unproject(sum(frame.bounds[::2]) / 2, sum(frame.bounds[1::2]) / 2)
    x, _ = frame.project([middle[0], middle[0] + 1], [middle[1], middle[1]])
    # A degree of longitude on WGS 84 at that latitude.
    latitude = np.radians(float(middle[1]))
    degree = np.pi / 180 * 6378137 * np.cos(latitude) / np.sqrt(1 - 0.00669438 * np.sin(latitude) ** 2)
    assert np.ptp(x) == pytest.approx(degree, rel=1e-4)


@pytest.mark.parametrize("preset", ["web", "social"])
@pytest.mark.parametrize("rows", [[], [0], [4], [3, 9], [8]], ids=["none", "one", "area", "countries", "unlocated"])
def test_few_reports_are_no_failure(preset, rows, located, claims, project):
    figure = plot_map(located.iloc[rows], claims, project=project, preset=preset)
    empty = [text for text in words(figure) if text.startswith("No report in this period")]
    assert bool(empty) == (rows not in ([0], [4]))
    assert len(picture(figure).getcolors(200_000)) > 5


def crowd(located, count, *, spread=3.0):
    random = np.random.default_rng(5)
    frame = at(located, list(zip(random.normal(49, spread / 2, count), random.normal(33, spread, count), strict=True)))
    frame["side"] = np.resize(["Russia", "Ukraine", None], count)
    frame["confirmation"] = np.resize(["claimed", "claimed", "confirmed", "confirmed"], count)
    return frame


def green_marks(figure):
    """Return the marks of the first side, without the dots of cities."""
    patches = [patch for patch in figure.axes[1].findobj(PathPatch) if patch.get_label() == "mark"]
    return [patch for patch in patches if mpl.colors.to_hex(patch.get_edgecolor()) == "#0a7959"]


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("count", [21, 60, 300])
def test_a_crowd_says_how_many_it_is(preset, count, located, project):
    """Each report is in a number on the map or alone; no number and no name lies on another or on a mark."""
    figure = plot_map(crowd(located, count), project=project, preset=preset)
    ax = figure.axes[1]
    numbers = [int(text) for text in words(figure, "count")]
    beside = [int(text) for text in words(figure, "label") if text.isdigit()]
    assert 0 < sum(numbers) + sum(beside) <= count
    labels = [text for text in ax.findobj(Text) if text.get_label() == "label" and text.get_text()]
    assert all(apart(a, b) for a, b in itertools.combinations(extents(figure, labels), 2))
    marks = extents(figure, [patch for patch in ax.findobj(PathPatch) if patch.get_label() == "mark"])
    assert all(apart(label, mark) for label in extents(figure, labels) for mark in marks)
    assert "number of reports" in " ".join(words(figure, "key")) or preset in {"social", "square", "story", "thumb"}


def test_more_reports_at_a_place_are_a_larger_mark(located, project):
    """Places of 1, 4, 16 and 2 reports: areas in that order and, above the smallest mark, in that proportion."""
    spots = [(48, 30)] + [(50, 36)] * 4 + [(46, 36)] * 16 + [(52, 28)] * 2
    frame = at(located, spots).assign(side="Russia", confirmation="claimed")
    marks = green_marks(plot_map(frame, project=project))
    areas = sorted(np.ptp(patch.get_path().vertices[:, 0]) ** 2 for patch in marks)
    assert np.array(areas) / areas[0] == pytest.approx([1, 2, 4, 16], rel=1e-3)


def test_up_to_twenty_reports_each_place_has_marks_of_one_size(located, project):
    frame = at(located, [(48 + 0.4 * n, 30 + n % 5) for n in range(20)]).assign(side="Russia", confirmation="claimed")
    marks = green_marks(plot_map(frame, project=project))
    assert len(marks) == 20
    assert len({round(float(np.ptp(patch.get_path().vertices[:, 0])), 3) for patch in marks}) == 1


def test_gathered_marks_are_as_large_as_their_sums(located, project):
    """Two near places of 30 and 40 killed are more than one of 50."""
    sized = project.model_copy(update={"symbols": project.symbols.model_copy(update={"size": "killed"})})
    spots = [(50, 36), (50.01, 36.01), (46, 30)] + [(52, 30 + 0.5 * n) for n in range(20)]
    frame = at(located, spots).assign(side="Russia", confirmation="claimed")
    values = [30.0, 40.0, 50.0] + [1.0] * 20
    said = claims_frame(
        pd.DataFrame(
            {
                "claim_id": [f"c{n}" for n in range(23)],
                "event_id": frame["event_id"],
                "metric": "killed",
                "value": values,
            }
        )
    )
    marks = green_marks(plot_map(frame, said, project=sized))
    areas = sorted((np.ptp(patch.get_path().vertices[:, 0]) ** 2 for patch in marks), reverse=True)
    assert areas[0] / areas[1] == pytest.approx(70 / 50, rel=1e-3)


HOSTILE = [
    "$x^$ \\frac{",
    "$$",
    "\\$5_{",
    "%s{x}</text>&amp;",
    "a" * 10_000,
    "a\x00\x1b[31m\nb",
    "\u202eabc\u200b",
    "1e400",
    "שלום مرحبا",
    "日本🙂",
]


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_hostile_text_is_only_text(kind, located, claims, project):
    frame = located.copy()
    frame["place_name"] = HOSTILE
    frame["summary"] = HOSTILE[::-1]
    frame["side"] = frame["side"].map({"Russia": "$x^$ {", "Ukraine": "\\alpha_"})
    claims["source_name"] = "$\\undefined{" + claims["source_name"]
    options = project.map.model_copy(update={"title": "$a^$ <b>{{7*7}}</b> " * 20, "credit": "$\\"})
    figure = plot_map(frame, claims, project=Project(map=options))
    assert "$x^$ \\frac{" in words(figure, "label")
    assert words(figure, "headline")[-1].endswith("…")
    data = saved(figure, kind, alt="$x^$ ]]> <b> & \x00 \ud800")
    assert data
    if kind == "svg":
        root = ET.fromstring(data)
        assert "$x^$ \\frac{" in [element.text for element in root.iter(f"{SVG}text")]
        assert not list(root.iter(f"{SVG}script"))


def test_a_users_style_changes_nothing(located, claims, project):
    plain = saved(plot_map(located, claims, project=project), "png")
    with mpl.rc_context(
        {
            "font.size": 30,
            "text.usetex": True,
            "axes.facecolor": "red",
            "savefig.bbox": "tight",
            "lines.linewidth": 9,
            "path.sketch": (5, 100, 2),
        }
    ):
        styled = saved(plot_map(located, claims, project=project), "png")
        assert mpl.rcParams["font.size"] == 30
    assert styled == plain


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"preset": "poster"}, "preset out of web, social"),
        ({"facet": "colour"}, "facet: expected date, side or a column of the frame"),
        ({"language": "xx"}, "language"),
    ],
)
def test_wrong_options_are_refused(options, message, located):
    with pytest.raises(InputError, match=message):
        plot_map(located, **options)
    with pytest.raises(InputError, match="either ax or facet"):
        plot_map(located, ax=Figure().subplots(), facet="date")


# Files


def test_png_holds_its_words(drawn):
    image = Image.open(io.BytesIO(saved(drawn(), "png", "Карта: 9 reports")))
    assert image.text["Description"] == "Карта: 9 reports"
    assert image.text["Title"] == "Power and heating under attack"


def test_svg_holds_text_as_text(drawn):
    data = saved(drawn(), "svg", "Nine <reports> & more")
    root = ET.fromstring(data)
    said = ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]
    assert set(said) >= EVENT_CITIES | {"Power and heating under attack"}
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "map-title map-desc"
    assert [(child.tag, child.get("id"), child.text) for child in list(root)[:2]] == [
        (f"{SVG}title", "map-title", "Power and heating under attack"),
        (f"{SVG}desc", "map-desc", "Nine <reports> & more"),
    ]
    assert (root.get("width"), root.get("height")) == ("864pt", "486pt")
    assert b"DOCTYPE" not in data
    assert not re.search(rb"(?i)href=.(?!#)|url\((?!#)", data)


@pytest.mark.parametrize("language", ["en", "uk"])
def test_pdf_embeds_its_fonts_and_can_be_searched(language, drawn):
    data = saved(drawn(preset="print", language=language), "pdf", "Що показано")
    document = pymupdf.open(stream=data, filetype="pdf")
    page = document[0]
    assert document.metadata["title"] == "Power and heating under attack"
    assert document.metadata["subject"] == "Що показано"
    assert not document.metadata["creationDate"]
    assert (round(page.rect.width), round(page.rect.height)) == (842, 595)
    text = page.get_text()
    assert "Belgorod" in text
    assert ("Сторона, що атакувала" if language == "uk" else "Attacking side") in text
    fonts = document.get_page_fonts(0)
    assert fonts
    # An embedded font has an extension: that of its file.
    assert all(extension != "n/a" and "DejaVu" in name for _, extension, _, name, *_ in fonts)


def test_every_picture_names_its_credit_what_it_is_and_whose_data(drawn):
    """A picture desk's program reads the IPTC's fields from the file, whatever became of its name."""

    def saved_with_credit(kind):
        file = io.BytesIO()
        save_figure(drawn(), file, alt_text="Nine <reports>", credit="Desk & Co, Мапа", format=kind)
        return file.getvalue()

    packets = [
        ET.fromstring(Image.open(io.BytesIO(saved_with_credit("png"))).text["XML:com.adobe.xmp"]),
        ET.fromstring(saved_with_credit("svg")).find(f".//{SVG}metadata/{{adobe:ns:meta/}}xmpmeta"),
    ]
    for packet in packets:
        (about,) = packet.findall(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
        fields = {field.tag.partition("}")[2]: "".join(field.itertext()) for field in about}
        assert fields["title"] == "Power and heating under attack"
        assert fields["description"] == fields["AltTextAccessibility"] == "Nine <reports>"
        assert fields["Credit"] == "Desk & Co, Мапа"
        assert fields["DigitalSourceType"] == "http://cv.iptc.org/newscodes/digitalsourcetype/dataDrivenMedia"
        assert "OpenStreetMap" in fields["rights"]
        assert "GeoNames" in fields["rights"]
    document = pymupdf.open(stream=saved_with_credit("pdf"), filetype="pdf")
    assert document.metadata["author"] == "Desk & Co, Мапа"
    assert "OpenStreetMap" in document.metadata["keywords"]
    assert b"photoshop:Credit" not in saved(drawn(), "svg")  # of nobody, nothing is said


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_the_same_bytes_twice(kind, located, claims, project):
    first, second = (saved(plot_map(located, claims, project=project), kind) for _ in range(2))
    assert first == second
    assert not re.search(rb"(?i)creationdate|moddate|dc:date|tIME", first)


def test_files_are_named_by_their_ending(tmp_path, located, project):
    figure = plot_map(located.iloc[:1], project=project)
    save_figure(figure, tmp_path / "map.SVG", alt_text="x")
    assert (tmp_path / "map.SVG").read_bytes().startswith(b"<?xml")
    with pytest.raises(InputError, match=r"out of pdf, png, svg, found 'gif'"):
        save_figure(figure, tmp_path / "map.gif", alt_text="x")
    with pytest.raises(InputError, match="expected alternative text"):
        save_figure(figure, tmp_path / "map.png", alt_text=" ")
    with pytest.raises(PublishError, match=r"nowhere.*cannot be written"):
        save_figure(figure, tmp_path / "nowhere" / "map.png", alt_text="x")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["map.SVG"]


# Type


def test_lines_break_where_they_must():
    assert break_lines("one two three", 10, text_width("one two", 10) + 0.1) == ["one two", "three"]
    assert break_lines("", 10, 100) == []
    long = break_lines("x" * 50, 10, 100)
    assert "".join(long) == "x" * 50
    assert all(text_width(line, 10) <= 100 for line in long)
    assert break_lines("one two three four", 10, text_width("one two", 10) + 0.1, most=1) == ["one t…"]


def test_balanced_lines_are_as_many_but_even():
    width = text_width("Power and heating under", 20) + 1
    assert break_lines("Power and heating under attack", 20, width) == ["Power and heating under", "attack"]
    assert balance_lines("Power and heating under attack", 20, width) == ["Power and heating", "under attack"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u0301", "á"),
        ("tab\tand\nline", "tab and line"),
        ("\u202eabc\u200d", "abc"),
        ("日", "\ufffd"),
        ("20\u202f000", "20\u202f000"),
        ("x" * 500, "x" * 399 + "…"),
    ],
)
def test_picture_text(text, shown):
    assert picture_text(text) == shown


@pytest.mark.parametrize(
    ("names", "label"),
    [(["Adré", "Adré", "Farchana"], "Adré +1"), (["Adré", "Farchana"], "2 places"), (["Adré", "Adré"], "Adré")],
)
def test_a_spot_of_several_places_is_named_for_what_it_holds(names, label, located):
    frame = at(located, [(13.5, 22.2)] * len(names) + [(16, 30)])
    frame["place_name"] = [*names, "Khartoum"]
    found = words(plot_map(frame), "label")
    assert {label, "Khartoum", f"{len(names)} reports"} <= set(found)
    assert not ({"Adré", "Farchana"} - {label}) & set(found)


@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_boxes_are_asked_together_as_one_by_one(shift):
    random = np.random.default_rng(11)
    corners = random.uniform(0, 100, (200, 2)).tolist()
    boxes = [Box(x, y, x + 12, y + 7) for x, y in corners]
    asked = Box(20 + shift, 20, 60, 45)
    together = Boxes().and_these(boxes)
    over = [box for box in boxes if box.overlaps(asked)]
    assert together.overlapping(asked).edges.tolist() == [[b.left, b.top, b.right, b.bottom] for b in over]
    area = sum(
        (min(b.right, asked.right) - max(b.left, asked.left)) * (min(b.bottom, asked.bottom) - max(b.top, asked.top))
        for b in over
    )
    assert together.covered(asked) == pytest.approx(area)


def test_many_reports_beside_the_map_are_counted_without_reading_each(located, project, monkeypatch):
    frame = pd.concat([located.iloc[[3, 8]]] * 30, ignore_index=True)
    frame["event_id"] = [f"x{number}" for number in range(60)]
    read = []
    whole = ReportTexts.__getitem__
    monkeypatch.setattr(ReportTexts, "__getitem__", lambda self, number: read.append(number) or whole(self, number))
    said = " ".join(words(plot_map(frame, project=project)))
    assert "30 not located" in said
    assert re.search(r"\b30 [a-z -]*reports: Ukraine\b", said)
    assert not read
