"""What is said of a map beside its project reaches page and picture alike."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.text import Text
from shapely import GeometryCollection, LinearRing, LineString, MultiLineString, MultiPoint, Point, Polygon

import impactmap as im
from impactmap.maps.options import with_options
from impactmap.maps.picture.plot import still_map
from impactmap.model.errors import ColumnError, CrsError, InputError, ProjectError


@pytest.fixture
def own():
    return gpd.GeoDataFrame(
        {
            "event_id": ["a", "b"],
            "date": pd.to_datetime(["2025-11-08", "2025-11-09"]),
            "voltage": [110, 330],
            "kind": ["mast", "<b>{{1}}</b>"],
            "link": ["https://a.example/1", None],
        },
        geometry=gpd.points_from_xy([-71.6, -67.5], [10.6, 9.9]),
        crs=4326,
    )


CLAIMS = im.claims_frame([{"event_id": "a", "metric": "killed", "value": 2, "claimant": "A hospital"}])


def test_fields_are_told_with_their_label_and_kind(own):
    project = with_options(None, own, {"fields": {"voltage": "Voltage, kV", "kind": "", "link": ""}})
    assert [(field.column, field.title, field.kind) for field in project.fields] == [
        ("voltage", "Voltage, kV", "number"), ("kind", "kind", "category"), ("link", "link", "link"),
    ]  # fmt: skip
    page = im.build_map(own, fields={"voltage": "Voltage, kV"}, title="Two masts").to_page()
    assert "Voltage, kV" in page
    assert "<h1" in page
    assert "Two masts" in page
    hostile = im.build_map(own, fields=["kind"]).to_page()
    assert "<b>{{1}}" not in hostile


def test_size_language_and_title_reach_page_and_picture(own):
    made = im.build_map(own, CLAIMS, size="killed", language="uk")
    assert made.reports.events.say.language == "uk"
    assert made.reports.size.tolist()[0] == 2
    assert np.isnan(im.build_map(own, CLAIMS).reports.size).all()
    figure = im.plot_map(own, CLAIMS, size="killed", title="A title")
    assert figure.get_label() == "A title"


def test_what_is_said_goes_before_the_project_and_leaves_it_as_it_was(own):
    project = im.Project.model_validate({"map": {"title": "Old"}, "symbols": {"size": "injured"}})
    changed = with_options(project, own, {"title": "New"})
    assert (changed.map.title, changed.symbols.size, project.map.title) == ("New", "injured", "Old")
    assert with_options(project, own, {}) is project


def test_tiles_by_name_provider_or_address(own):
    import xyzservices

    wanted = ("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "(C) OpenStreetMap contributors")
    for tiles in ("OpenStreetMap Mapnik", xyzservices.providers.OpenStreetMap.Mapnik):
        publish = with_options(None, own, {"tiles": tiles}).publish
        assert (publish.tiles, publish.tiles_attribution) == wanted
    address = "https://tiles.example/{z}/{x}/{y}.png"
    page = im.build_map(own, tiles=address, attribution="Ours").to_page()
    assert "https://tiles.example" in page
    assert "https://" not in im.build_map(own).to_page().partition("http-equiv")[2].partition(">")[0]


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"fields": ["volts"]}, ColumnError, "expected columns of the frame, found 'volts'"),
        ({"tiles": "Nobody's"}, InputError, "expected a provider of xyzservices"),
        ({"tiles": "https://tiles.example/{z}/{x}/{y}.png"}, InputError, "expected an attribution"),
        ({"language": "xx"}, InputError, "language out of"),
        ({"sise": "killed"}, TypeError, "unexpected keyword 'sise'. Did you mean 'size'"),
    ],
)
def test_what_does_not_fit_is_refused(own, options, error, match):
    for draw in (im.build_map, im.plot_map):
        with pytest.raises(error, match=match):
            draw(own, **options)


def test_the_frame_of_a_notebook_has_the_size_that_is_said(own):
    shown = im.build_map(own, width=640, height=480)._repr_html_()
    assert 'width="640px" height="480px"' in shown
    assert 'width="100%" height="900px"' in im.build_map(own)._repr_html_()


def test_an_extent_is_what_page_and_picture_show(own):
    made = im.build_map(own, extent=(-80, 0, -60, 20))
    assert made.encoding()["bounds"] == (-80, 0, -60, 20)
    assert with_options(None, own, {"extent": (-80, 0, -60, 20)}).view.bounds == (-80, 0, -60, 20)
    with pytest.raises(ProjectError, match="south below north"):
        im.build_map(own, extent=(-80, 20, -60, 0))


@pytest.mark.parametrize(
    ("column", "values", "headings"),
    [
        ("kind", ["mast", "line"], ["kind: line", "kind: mast"]),
        ("voltage_kv", [330, 110], ["voltage kv: 110", "voltage kv: 330"]),
        ("share", [0.5, None], ["share: 0.5", "share: No value"]),
        ("night", [True, False], ["night: False", "night: True"]),
        ("checked", pd.to_datetime(["2025-11-08", None]), ["checked: 8 November 2025", "checked: No value"]),
        ("text", ["<b>{{1}}</b>", "$x$"], ["text: $x$", "text: <b>{{1}}</b>"]),
    ],
)
def test_small_multiples_are_made_by_any_column(own, column, values, headings):
    figure = im.plot_map(own.assign(**{column: values}), facet=column)
    texts = {text.get_text() for text in figure.findobj(Text)}
    shown = {text.replace("\\", "") for text in texts}
    assert set(headings) <= shown


def test_a_facet_of_too_many_values_or_of_no_column_is_refused(own):
    many = pd.concat([own] * 7, ignore_index=True).assign(event_id=[str(n) for n in range(14)], n=range(14))
    with pytest.raises(InputError, match="expected at most 12 values of 'n' for small multiples, found 14: 0, 1, 2"):
        im.plot_map(many, facet="n")
    with pytest.raises(ColumnError, match="facet: expected date, side or a column of the frame, found 'kinds'"):
        im.plot_map(own, facet="kinds")


def header_of(page):
    block = zlib.decompress(base64.b64decode(re.search(r'id="im-data">([^<]*)', page)[1]))
    (length,) = struct.unpack_from("<I", block)
    return json.loads(block[4 : 4 + length])


def test_a_column_colours_a_page_and_its_still_and_the_sides_stay_told(own):
    frame = own.assign(side=["A", None])
    made = im.build_map(frame, column="voltage", breaks=[200, 400], cmap="viridis", tooltip={"kind": "Kind"})
    page = made.to_page()
    header = header_of(page)
    assert [(side["name"], side["color"], side["shape"]) for side in header["sides"]] == [
        ("110", "#440154", "disc"), ("330", "#fde725", "disc"),
    ]  # fmt: skip
    assert header["messages"]["side_line"] == "voltage: {side}"
    assert header["tips"] == ["Kind"]
    assert "--im-side-2:#fde725" in page
    assert made.summary.by_side == {"A": 1, "not stated": 1}
    assert "Attacking side" in page
    plain = header_of(im.build_map(frame).to_page())
    assert [side["name"] for side in plain["sides"]] == ["A"]
    assert "tips" not in plain
    pictures = [still_map(one.reports, project=im.Project()) for one in (made, im.build_map(frame))]
    assert pictures[0] != pictures[1]


def test_the_classes_of_hostile_values_are_text(own):
    text = "</style><script>hit()</script>{side}"
    page = im.build_map(own.assign(**{"a{b}": [text, "x"]}), column="a{b}").to_page()
    assert "<script>hit" not in page
    assert header_of(page)["messages"]["side_line"] == "ab: {side}"
    assert {side["name"] for side in header_of(page)["sides"]} == {text, "x"}


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"column": "volts"}, ColumnError, "column: expected a column of the frame, found 'volts'"),
        ({"popup": ["volts"]}, ColumnError, "popup: expected a column of the frame, found 'volts'"),
        ({"tooltips": "kind"}, TypeError, "Did you mean 'tooltip'"),
        ({"column": "voltage", "cmap": "no map"}, InputError, "expected the name of a matplotlib colour map"),
    ],
)
def test_what_cannot_colour_or_be_told_is_refused(own, options, error, message):
    with pytest.raises(error, match=message):
        im.build_map(own, **options)


def texts_of(figure):
    return {text.get_text().replace("\\", "") for text in figure.findobj(Text)}


def test_a_column_colours_a_picture_and_the_sides_stay_told(own):
    frame = own.assign(side=["A", None])
    figure = im.plot_map(frame, column="voltage", breaks=[200, 400], cmap="viridis", tooltip={"voltage": "Voltage, kV"})
    texts = texts_of(figure)
    assert {"Voltage, kV", "110: 1 report", "330: 1 report"} <= texts
    assert any("attacking side: A 1, not stated 1" in text for text in texts)
    assert "Attacking side" not in texts
    assert "Attacking side" in texts_of(im.plot_map(frame))
    by_side = texts_of(im.plot_map(frame, column="kind", facet="side"))
    assert {"Attacking side: A", "Attacking side: not stated", "mast: 1 report"} <= by_side


def test_a_picture_of_a_column_without_values_and_with_hostile_ones(own):
    text = "$x$<b>{side}"
    assert {"kind", f"{text}: 1 report", "No value: 1 report"} <= texts_of(
        im.plot_map(own.assign(kind=[text, None]), column="kind")
    )
    assert "Nobody looked: 1 report" in texts_of(
        im.plot_map(own.assign(kind=["x", None]), column="kind", missing="Nobody looked")
    )


def test_a_picture_has_the_size_that_is_said(own):
    figure = im.plot_map(own, width=640, height=480)
    assert (figure.get_size_inches() * figure.dpi).round().tolist() == [640, 480]
    with pytest.raises(InputError, match="expected width and height together"):
        im.plot_map(own, width=640)


@pytest.mark.parametrize(
    ("options", "near"),
    [({"column": "voltge"}, "voltage"), ({"tooltip": "kinds"}, "kind"), ({"facet": "lnk"}, "link")],
)
def test_a_wrong_column_is_told_with_the_nearest(own, options, near):
    with pytest.raises(ColumnError, match=f"Did you mean '{near}'"):
        im.plot_map(own, **options)


def test_shapes_are_drawn_in_a_picture_of_a_page_made_before_which_stays_as_it_is(own, shapes):
    made = im.build_map(own)
    texts = texts_of(im.plot_map(shapes, m=made, title="Grid", attribution="A survey", color="navy"))
    assert "Grid (source: A survey)" in texts
    assert any(text.startswith("2 reports") for text in texts)
    assert made.reports.authored.layers == ()


@pytest.fixture
def shapes():
    line, area = LineString([(-70, 9), (-69, 10)]), Polygon([(-71, 8), (-70, 8), (-70, 9)])
    return gpd.GeoDataFrame({"text": ["<b>x</b>"] * 3}, geometry=[line, area, Point(-69, 8.123456)], crs=4326)


@pytest.mark.parametrize(
    "shape",
    [
        LineString([(-70, 9), (-69, 10)]),
        MultiLineString([[(-70, 9), (-69, 10)], [(-68, 9), (-67, 9)]]),
        LinearRing([(-70, 9), (-69, 10), (-69, 9)]),
        MultiPoint([(-70, 9), (-69, 10)]),
        GeometryCollection([Point(-70, 9), LineString([(-69, 9), (-69, 10)])]),
        LineString([(-70, 9), (-70.0001, 9)]),
    ],
    ids=lambda shape: shape.geom_type,
)
def test_an_event_along_a_line_or_at_several_points_is_drawn_there(own, shape):
    frame = own.set_geometry(gpd.GeoSeries([shape, Point(-67.5, 9.9)], crs=4326))
    made = im.build_map(frame)
    assert made.reports.row_kind.tolist() == [1, 0]
    area = made.reports.areas[0].geometry
    # Half a kilometre to each side: no wider, and nothing of the shape is outside.
    assert area.covers(shapely.transform(shape, lambda corners: corners.round(2)))
    assert shape.buffer(0.012).covers(area)
    assert frame.geometry.iloc[0] is shape or frame.geometry.iloc[0].equals(shape)
    assert im.plot_map(frame).findobj(Text)


def test_a_frame_is_drawn_on_a_map_made_before_as_what_it_is(own, shapes):
    made = im.build_map(own)
    before = header_of(made.to_page())
    assert im.build_map(shapes.to_crs(3857), m=made, title="Grid", attribution="A survey", color="navy") is made
    page = made.to_page()
    (layer,) = header_of(page)["layers"]
    assert [len(layer[kind]) for kind in ("areas", "lines", "points")] == [1, 1, 1]
    assert layer["points"] == [[-69.0, 8.12]]  # about a kilometre, as all that leaves
    assert "--im-layer-1:#000080" in page
    assert "Grid (source: A survey)" in page
    assert "<b>x</b>" not in page
    assert header_of(page)["rows"] == before["rows"] == 2
    figure = im.plot_map(own)
    assert figure is not None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({}, InputError, "expected title= and attribution= beside m="),
        ({"title": "Grid", "attribution": "A", "column": "text"}, InputError, "beside m=, found 'column'"),
        ({"title": "Grid", "attribution": "A", "color": "no colour"}, InputError, "color: expected a colour"),
        ({"title": "Grid", "attribution": "A", "colour": "red"}, TypeError, "Did you mean 'color'"),
    ],
)
def test_what_shapes_on_a_map_do_not_have_is_refused(own, shapes, options, error, message):
    with pytest.raises(error, match=message):
        im.build_map(shapes, m=im.build_map(own), **options)


def test_shapes_without_a_reference_system_or_of_too_much_detail_are_refused(own, shapes):
    made, said = im.build_map(own), {"title": "Grid", "attribution": "A"}
    with pytest.raises(CrsError, match="expected a frame with a coordinate reference system"):
        im.build_map(shapes.set_crs(None, allow_override=True), m=made, **said)
    with pytest.raises(InputError, match="found a frame without a geometry"):
        im.build_map(shapes.iloc[:0], m=made, **said)
    many = gpd.GeoDataFrame(geometry=gpd.points_from_xy(np.arange(30_000) % 170, np.arange(30_000) % 80), crs=4326)
    with pytest.raises(InputError, match="expected at most 20,000 vertices"):
        im.build_map(many, m=made, **said)
    assert made.reports.authored.layers == ()
