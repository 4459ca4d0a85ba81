"""Layers of the author's own: shapes alone, coarse, in sober colours, counted nowhere, or refused with the reason."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from impactmap.look.theme import LIGHT
from impactmap.maps.page.event_map import build_map
from impactmap.maps.picture.plot import plot_map
from impactmap.model.errors import ProjectError
from impactmap.model.project import check_project
from impactmap.scene.antimeridian import in_one_piece
from impactmap.scene.author.layers import lost_layers
from impactmap.scene.author.resolving import reports_of_map
from impactmap.telling.summary import summarise_reports

EVENTS = pd.DataFrame({"event_id": ["e1"], "place": ["A"], "side": ["x"], "latitude": [-32.0], "longitude": [-69.0]})
HOSTILE = "<script>hit()</script>{{7*7}}"


def feature(kind, coordinates):
    return {"type": "Feature", "properties": {"name": HOSTILE}, "geometry": {"type": kind, "coordinates": coordinates}}


@pytest.fixture
def write(tmp_path):
    """Write a layer's file and return the project that names it."""

    def make(*features, file="own.geojson", publish=None, **layer):
        (tmp_path / "own.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
        own = {"file": file, "name": HOSTILE, "source": "Papers <b>", **layer}
        return check_project({"layers": [own], "publish": publish or {}}, tmp_path / "project.toml")

    return make


LINE = feature("LineString", [[-70.123456, -33.0], [-69.0, -32.0]])
AREA = feature("Polygon", [[[-70, -31], [-69, -31], [-69, -30], [-70, -30], [-70, -31]]])
POINT = feature("Point", [-69.123456, -31.987654])


def layer_of(project):
    return reports_of_map(EVENTS, None, project).authored.layers[0]


@pytest.mark.parametrize(("exact", "x"), [(False, -70.12), (True, -70.1235)])
def test_shapes_are_as_coarse_as_reports(write, exact, x):
    publish = {"exact_positions": exact, "exact_positions_reason": "because"}
    layer = layer_of(write(LINE, AREA, POINT, publish=publish))
    assert shapely.get_coordinates(layer.lines)[0].tolist() == [x, -33.0]
    assert shapely.get_coordinates(layer.points).tolist() == [[-69.1235, -31.9877] if exact else [-69.12, -31.99]]
    assert shapely.area(layer.areas) == 1.0


def test_a_layer_in_another_reference_system_lies_where_it_belongs(write, tmp_path):
    write(LINE)
    gpd.read_file(tmp_path / "own.geojson").to_crs(32719).to_file(tmp_path / "own.gpkg", layer="own")
    assert shapely.get_coordinates(layer_of(write(LINE, file="own.gpkg")).lines).tolist() == [[-70.12, -33], [-69, -32]]


def test_a_layer_without_a_reference_system_is_refused_with_what_to_say(write, tmp_path):
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.LineString([(0, 0), (1, 1)])])
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(tmp_path / "own.gpkg", layer="own")
    with pytest.raises(ProjectError, match=r"layers\.1\.file: .*expected a coordinate reference system, found none"):
        layer_of(write(LINE, file="own.gpkg"))


@pytest.mark.parametrize(
    ("features", "change", "told"),
    [
        (
            [LINE],
            {"file": "no.geojson"},
            r"layers\.1\.file: expected a file, found none at 'no.geojson'. There are: own",
        ),
        ([], {}, r"layers\.1\.file"),
        ([LINE], {"color": "#ffff66"}, r"layers\.1\.color: expected a contrast of 3:1 .* Choose a darker one"),
        (
            [LINE],
            {"color": "#444444", "color_dark": "#222222"},
            r"1\.color_dark: expected a contrast .* lighter",
        ),
        ([LINE], {"color": LIGHT.side_1}, r"layers\.1\.color: expected a colour that is no attacking side's"),
    ],
)
def test_what_cannot_be_used_is_refused(write, features, change, told):
    with pytest.raises(ProjectError, match=told):
        layer_of(write(*features, **change))


def test_a_layer_changes_no_count_and_leaves_its_texts_behind(write):
    project = write(LINE, AREA, POINT)
    with_layer, without = (
        summarise_reports(reports_of_map(EVENTS, None, one), project=project)
        for one in (project, project.model_copy(update={"layers": ()}))
    )
    assert with_layer == without
    page = build_map(EVENTS, project=project).to_page()
    assert HOSTILE not in page
    assert "&lt;script&gt;hit()&lt;/script&gt;{{7*7}}" in page
    assert "Papers &lt;b&gt;" in page


def test_legend_of_the_picture_names_it_with_its_source(write):
    figure = plot_map(EVENTS, project=write(LINE))
    said = " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
    assert "{{7*7}}" in said
    assert "Papers <b>" in said


@pytest.mark.parametrize("file", ["a\0b.geojson", "x.**", "no.[", "/dev/zero", "."])
def test_what_is_no_file_is_no_layer(write, file):
    with pytest.raises(ProjectError, match=r"layers\.1\.file: "):
        reports_of_map(EVENTS, None, write(LINE, file=file))


@pytest.mark.parametrize("cell", ["north", "", "inf", "1e999", "91"])
def test_a_table_of_positions_that_are_none_is_no_layer(write, tmp_path, cell):
    (tmp_path / "spots.csv").write_text(f"latitude,longitude\n{cell},10\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"layers\.1\.file: "):
        reports_of_map(EVENTS, None, write(LINE, file="spots.csv"))


def test_metres_are_no_degrees(write):
    with pytest.raises(ProjectError, match=r"layers\.1\.file: "):
        reports_of_map(EVENTS, None, write(feature("LineString", [[500_000, 5_400_000], [500_100, 5_400_000]])))


def test_layers_are_counted_on_across_the_180th_meridian(write):
    fiji = pd.DataFrame({"event_id": ["a", "b"], "latitude": -17.0, "longitude": [178.0, -179.0]})
    project = write(feature("LineString", [[-179.5, -17], [-179.0, -17]]))
    moved = in_one_piece(reports_of_map(fiji, None, project)).authored.layers[0]
    assert shapely.get_coordinates(moved.lines)[:, 0].tolist() == [180.5, 181.0]


@pytest.mark.parametrize(
    ("features", "file"),
    [([], "own.geojson"), ([LINE], "no.geojson"), ([feature("Point", [400.0, 95.0])], "own.geojson")],
)
def test_an_optional_layer_that_cannot_be_read_is_left_out_and_told(write, features, file):
    project = write(*features, file=file, optional=True)
    with pytest.warns(UserWarning, match="without an optional layer"):
        assert reports_of_map(EVENTS, None, project).authored.layers == ()
    (why,) = lost_layers(project).values()
    with pytest.raises(ProjectError) as refused:
        reports_of_map(EVENTS, None, write(*features, file=file))
    assert why == str(refused.value)


def test_an_optional_layer_is_drawn_where_it_can_be_and_its_colours_are_checked(write):
    assert len(reports_of_map(EVENTS, None, write(LINE, optional=True)).authored.layers) == 1
    assert lost_layers(write(LINE, optional=True)) == {}
    with pytest.raises(ProjectError, match="contrast"):
        reports_of_map(EVENTS, None, write(LINE, optional=True, color="#ffff66"))
