"""Lines to the border on the page, its bands, the way back to the whole map, and the timeline's width."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from impactmap.context.borders import load_border
from impactmap.model.project import Project
from impactmap.scene.distance_lines import DistanceLine
from impactmap.scene.label_placement import spots_beside

pytestmark = pytest.mark.browser

GEOD = pyproj.Geod(ellps="WGS84")
BELGOROD, VORONEZH = (50.61074, 36.58015), (51.67204, 39.1843)
#: Keeps what is written on a canvas.
WRITTEN = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.written.push(text);
  return write.call(this, text, x, y);
};
"""


@pytest.fixture(scope="module")
def rules(module_page):
    """Call an exported function of the viewer's module, as it is."""
    module_page.evaluate(
        """async () => {
            const { geodesic, spotsBeside } = await import("/distances.js");
            window.lines = {
                way: (...ends) => Array.from(geodesic(...ends).points),
                spotsBeside,
            };
        }"""
    )
    return lambda name, *values: module_page.evaluate(f"values => window.lines.{name}(...values)", list(values))


@pytest.mark.parametrize(
    ("lon", "lat", "to_lon", "to_lat"),
    [
        (36.58, 50.61, 36.55, 50.33), (39.18, 51.67, 37.6, 50.3), (24.67, 14.2, 24.0, 15.7),
        (-70.0, -53.0, -68.6, -54.8), (179.5, -17.0, -179.6, -17.2), (-179.9, 65.0, 178.0, 66.0),
        (20.0, 78.0, 25.0, 70.0), (22.2, 13.47, 22.2, 13.47),
    ],
)  # fmt: skip
def test_the_page_draws_the_same_way_as_the_pictures(rules, lon, lat, to_lon, to_lat):
    """Every point lies on the ellipsoid's geodesic, to some metres a hundred kilometres."""
    km = GEOD.inv(lon, lat, to_lon, to_lat)[2] / 1000
    x, y = np.array(rules("way", lon, lat, to_lon, to_lat, km)).reshape(-1, 2).T
    longitude = x * 360 - 180
    assert np.abs(np.diff(longitude)).max() < 180
    latitude = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y))))
    line = DistanceLine(lat, lon, to_lat, to_lon, km, np.array([0]))
    way = line.points()
    for at_lon, at_lat in zip((longitude + 180) % 360 - 180, latitude, strict=True):
        before = GEOD.inv(lon, lat, at_lon, at_lat)[2]
        after = GEOD.inv(at_lon, at_lat, to_lon, to_lat)[2]
        assert before + after == pytest.approx(1000 * km, abs=0.01 + 0.05 * km)
    assert (longitude[0], latitude[0]) == pytest.approx((way[0, 0], way[0, 1]))
    assert ((longitude[-1] + 180) % 360 - 180, latitude[-1]) == pytest.approx((way[-1, 0], way[-1, 1]))


@pytest.mark.parametrize(
    "points",
    [
        [(0, 0), (100, 0)],
        [(0, 0), (0, 80)],
        [(50, 90), (10, 20)],
        [(0, 0), (30, 10), (60, 40), (61, 90)],
        [(9, 9), (0, 0)],
    ],
)
@pytest.mark.parametrize(("width", "height"), [(40.0, 14.0), (90.0, 12.0)])
def test_labels_have_the_same_spots_in_page_and_pictures(rules, points, width, height):
    found = rules("spotsBeside", points, width, height, 3)
    wanted = spots_beside(np.array(points, dtype=float), width, height, clear=3)
    assert [tuple(spot[:2]) for spot in found] == [pytest.approx(spot) for spot in wanted]
    # Beside a straight line no label touches it.
    if len(points) == 2:
        line = shapely.LineString(points)
        for x, y in wanted:
            box = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            assert line.distance(box) >= 2.99 or line.distance(box) == pytest.approx(3)


def written(tab):
    """Return the lengths that the map says as it is drawn now."""
    tab.rest()
    tab.page.evaluate("() => { window.written = []; map_impactmap.fire('viewreset'); }")
    tab.rest()
    return {re.sub(r"\s", " ", text) for text in tab.page.evaluate("window.written") if re.search(r"\d\s?km$", text)}


@pytest.fixture
def show(open_page, write_page):
    def show(events, project, **options):
        tab = open_page("about:blank", ready=False, **options)
        tab.page.add_init_script(WRITTEN)
        border = load_border(project.border.countries, file=project.border.file) if project.border else None
        tab.page.goto(write_page(events, project=project, border=border).as_uri())
        tab.page.wait_for_selector('html[data-im-ready="true"]', state="attached")
        return tab

    return show


@pytest.fixture
def bordered(project):
    return Project.model_validate(project.model_dump() | {"border": {"countries": ["RU", "UA"]}})


def many(located):
    """Return thirty places with a distance each, 25 km apart in a grid."""
    rows = pd.concat([located.iloc[[0]]] * 30, ignore_index=True)
    rows["event_id"] = [f"m{number}" for number in range(30)]
    rows["place"] = rows["place_name"] = [f"Place {number}" for number in range(30)]
    rows["latitude"] = 51.0 + 0.4 * (np.arange(30) // 6)
    rows["longitude"] = 36.0 + 0.6 * (np.arange(30) % 6)
    rows["border_distance_km"] = 100.0 + np.arange(30)
    return gpd.GeoDataFrame(rows, geometry=shapely.points(rows["longitude"], rows["latitude"]), crs="EPSG:4326")


def test_few_lines_are_all_drawn_and_follow_the_filters(show, located, bordered):
    tab = show(located, bordered)
    assert {"31 km", "180 km", "34 km"} <= written(tab)
    tab.page.get_by_role("button", name=re.compile("Ukraine")).first.click()
    assert written(tab) == {"34 km", "43 km"} & written(tab)
    assert "180 km" not in written(tab)
    tab.page.get_by_role("button", name=re.compile("Ukraine")).first.click()
    assert "180 km" in written(tab)


def test_a_line_is_drawn_between_place_and_border(show, located, bordered):
    """Half way from Voronezh to its border point there is something that is not there without the report."""
    tab = show(located, bordered)
    middle = ((VORONEZH[0] + 50.2) / 2, (VORONEZH[1] + 38.2) / 2)
    tab.rest()
    dark = {colour for colour in tab.colours(*middle, 24) if sum(colour) < 420}
    assert dark
    tab.page.get_by_role("button", name=re.compile("Ukraine")).first.click()
    tab.rest()
    assert not {colour for colour in tab.colours(*middle, 24) if sum(colour) < 420}


def test_of_many_only_the_open_place_has_its_line(show, located, bordered):
    tab = show(many(located), bordered)
    assert written(tab) == set()
    tab.click_map(51.8, 37.8)
    tab.page.locator("#im-card").wait_for(state="visible")
    assert written(tab) == {"115 km"}
    tab.page.keyboard.press("Escape")
    assert written(tab) == set()


def test_the_legend_says_what_the_lines_are(show, located, bordered):
    few, lots = (show(events, bordered).page.locator("#im-key").inner_text() for events in (located, many(located)))
    assert "Distance to the border (Russia–Ukraine), computed" in few
    assert "drawn for the place that is open" not in few
    assert "Distance to the border (Russia–Ukraine), computed; drawn for the place that is open" in lots


def test_no_distance_no_words(show, located, project):
    columns = [name for name in located if name.startswith("border_")]
    tab = show(located.drop(columns=columns), project)
    assert written(tab) == set()
    assert "computed" not in tab.page.locator("#im-key").inner_text()


def test_bands_are_drawn_named_and_told(show, located, tmp_path):
    file = tmp_path / "border.geojson"
    line = shapely.LineString([(24.0, 19.5), (24.0, 15.7), (22.3, 13.9), (21.9, 12.6), (22.9, 10.9)])
    gpd.GeoSeries([line], crs="EPSG:4326").to_file(file)
    project = Project.model_validate({"border": {"countries": ["SD", "TD"], "file": str(file), "bands_km": [50, 100]}})
    rows = located.iloc[[0, 1]].assign(
        latitude=[13.45, 12.05], longitude=[22.9, 24.88], place_name=["El Geneina", "Nyala"], place_country="SD",
        border_latitude=[13.3, 11.3], border_longitude=[22.1, 22.7], border_distance_km=[88.2, 231.4],
    )  # fmt: skip
    rows = rows.set_geometry(shapely.points(rows["longitude"], rows["latitude"]))
    tab = show(rows, project)
    assert {"50 km", "100 km", "231 km"} <= written(tab)
    key = tab.page.locator("#im-key").inner_text()
    assert "50 km, 100 km from the border, computed" in key
    assert "Distance to the border (Sudan–Chad), computed" in key


@pytest.mark.parametrize("width", [390, 1280])
def test_a_button_leads_back_to_the_whole_map(show, located, bordered, width):
    tab = show(located, bordered, viewport={"width": width, "height": 844})
    button = tab.page.get_by_role("button", name="Whole map")
    view = "() => [map_impactmap.getZoom(), map_impactmap.getCenter().lat, map_impactmap.getCenter().lng]"
    home = tab.page.evaluate(view)
    assert not button.is_visible()
    for _ in range(2):
        tab.page.locator(".leaflet-control-zoom-in").click()
        tab.rest()
    button.wait_for(state="visible")
    box, zoom = button.bounding_box(), tab.page.locator(".leaflet-control-zoom-in").bounding_box()
    assert zoom["x"] + zoom["width"] <= box["x"] < zoom["x"] + 2 * zoom["width"]
    assert abs(box["y"] - zoom["y"]) < 4
    button.click()
    tab.until(lambda: tab.page.evaluate(view) == pytest.approx(home, abs=0.05), True)
    button.wait_for(state="hidden")
    tab.rest()
    assert "v=" not in tab.page.url


def test_nobody_comes_nearer_than_the_ground_bears(show, located, bordered):
    """At the closest the ground's detail measures about six pixels: more would be an empty sheet."""
    tab = show(located, bordered)
    for _ in range(12):
        tab.page.evaluate("map_impactmap.setZoom(map_impactmap.getZoom() + 1, {animate: false})")
    assert 7 <= tab.page.evaluate("map_impactmap.getZoom()") <= 9
    assert tab.page.locator(".leaflet-control-zoom-in.leaflet-disabled").count() == 1


@pytest.mark.parametrize("width", [390, 680, 1280])
def test_two_days_take_the_whole_width(show, located, project, width):
    two = located[located["date_start"].isin(pd.to_datetime(["2025-11-08", "2025-11-09"]))]
    tab = show(two, project, viewport={"width": width, "height": 844})
    room, plot = (tab.page.locator(name).bounding_box()["width"] for name in ("#im-timeline", "#im-timeline canvas"))
    assert room - 40 < plot <= room


def test_a_single_day_has_no_timeline(show, located, project):
    one = located[(located["date_start"] == "2025-11-09") & (located["date_end"] == "2025-11-09")]
    tab = show(one, project)
    assert not tab.page.locator("#im-timeline").is_visible()
    assert tab.page.locator("#im-results").inner_text().startswith(str(one["event_id"].nunique()))
