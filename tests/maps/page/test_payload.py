"""What goes into the page's two blocks comes out of them."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from impactmap.context.basemap import BasemapBorder, basemap_for
from impactmap.maps.page.payload import _disputed_about, encode_payload
from impactmap.model.claims import claims_frame
from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.model.project import Project
from impactmap.scene.view import ground_bounds, map_bounds
from impactmap.telling import reported_claims as reported
from impactmap.telling.report_texts import Gathered
from impactmap.telling.reports import PRECISIONS, collect_reports
from impactmap.telling.wording import Wording

EPOCH_DAY = 20_401  # 9 November 2025
NO_DAY = -(2**31)


def encoded(decode, events, claims=None, project=None, **options):
    project = project or Project()
    reports = collect_reports(events, claims, project=project)
    payload = encode_payload(reports, project=project, words=Wording(project.map.language), **options)
    return (*decode.data(payload.data), decode.texts(payload.texts))


@pytest.fixture
def sized(project):
    return project.model_copy(update={"symbols": project.symbols.model_copy(update={"size": "killed"})})


def test_rows_and_events_are_columns(decode, located, claims, project):
    header, columns, _ = encoded(decode, located, claims, project)
    assert (header["version"], header["rows"], header["events"]) == (3, 10, 9)
    assert columns["row_event"].tolist() == [0, 1, 2, 3, 4, 5, 5, 6, 7, 8]
    assert columns["row_kind"].tolist() == [0, 0, 0, 2, 1, 1, 1, 0, 3, 2]
    settlement, region, country, nowhere = (
        PRECISIONS.index(n) for n in ("settlement", "region", "country", "not_located")
    )
    assert columns["row_precision"].tolist() == [settlement] * 3 + [country] + [region] * 3 + [
        settlement,
        nowhere,
        country,
    ]
    assert columns["row_area"].tolist() == [-1, -1, -1, -1, 0, 1, 0, -1, -1, -1]
    points = columns["row_kind"] == 0
    assert np.isnan(columns["row_lat"][~points]).all()
    assert columns["row_lat"][points].tolist() == [50.61074, 51.67204, 47.23627, 49.98081]
    # From south to north: Taganrog, Kharkiv, Belgorod, Voronezh.
    assert columns["place_lat"].tolist() == [47.23627, 49.98081, 50.61074, 51.67204]
    russia, ukraine = columns["place_territory"].tolist()[:2]
    assert columns["place_territory"].tolist() == [russia, ukraine, russia, russia]
    assert 0 not in {russia, ukraine}
    assert russia != ukraine
    assert columns["day_end"].tolist() == [EPOCH_DAY] * 6 + [EPOCH_DAY - 1, EPOCH_DAY - 2, EPOCH_DAY - 1]
    assert columns["day_start"].tolist()[3] == EPOCH_DAY - 1
    assert [side["key"] for side in header["sides"]] == ["Russia", "Ukraine"]
    assert columns["side"].tolist() == [1, 1, 255, 0, 0, 0, 0, 0, 1]
    assert columns["confirmed"].tolist() == [0, 1, 0, 0, 0, 0, 1, 0, 0]


def test_masks_name_the_terms_most_frequent_first(decode, located, project):
    header, columns, texts = encoded(decode, located, None, project)
    assert header["sectors"] == ["power", "gas", "heating", "nuclear"]
    assert columns["sectors"].tolist() == [0b101, 0b101, 1, 0b1001, 1, 1, 0b11, 0b10, 0]
    assert header["means"] == ["drones", "missiles"]
    assert [event["sectors"] for event in texts[:2]] == ["power, heating", "power, heating"]


def test_terms_beyond_the_bits_share_the_last(decode):
    events = pd.DataFrame({"event_id": [str(n) for n in range(40)], "sectors": [f"term {n:02}" for n in range(40)]})
    header, columns, _ = encoded(decode, events)
    assert len(header["sectors"]) == 40
    assert columns["sectors"].tolist() == [1 << min(n, 31) for n in range(40)]


def test_contradictions_point_at_the_claims(decode, located, claims, project):
    _, columns, texts = encoded(decode, located, claims, project)
    assert columns["contradicted"].tolist() == [0, 0, 1, 0, 0, 0, 1, 0, 0]
    assert texts[2]["disputes"] == [{"said": "Sources disagree: cause", "claims": "0 1"}]
    assert texts[6]["disputes"] == [{"said": "Sources disagree: killed", "claims": "0 1"}]


def test_sizes_are_the_lowest_figure_and_never_an_average(decode, located, claims, sized):
    header, columns, _ = encoded(decode, located, claims, sized)
    assert header["page"]["size"] == "killed"
    size, low, high = (columns[name] for name in ("size", "size_low", "size_high"))
    assert size[3] == 7
    assert np.isnan([low[3], high[3]]).all()
    # One party says 1 to 4, best 2; another at least 9.
    assert (size[6], low[6], high[6]) == (1, 1, 9)
    assert np.isnan(np.delete(size, [3, 6])).all()


def test_no_size_without_a_figure(decode, located, project):
    header, columns, _ = encoded(decode, located, None, project)
    assert header["page"]["size"] is None
    assert np.isnan(columns["size"]).all()


def test_texts_tell_everything_that_is_there_and_nothing_else(decode, located, claims, project):
    _, _, texts = encoded(decode, located, claims, project)
    first = texts[0]
    assert first["id"] == "e1"
    place = first["places"][0]
    assert (place["distance"], place["distance_in"]) == ("31.4 km", "inside Russia")
    assert (place["population"], place["population_how"]) == ("345,289", "GeoNames, undated")
    assert (place["name"], place["around"], place["how"]) == (
        "Belgorod",
        "Belgorod Oblast, Russia",
        "Settlement, within 5 km",
    )
    claim = first["claims"][0]
    assert claim["said"] == "Households without power: about\xa020,000"
    assert (claim["who"], claim["url"]) == ("said by Vyacheslav Gladkov", "https://example.org/a")
    assert claim["dates"] == "published 9 November 2025, retrieved 10 November 2025"
    assert "differs" not in claim
    assert texts[1]["claims"][0]["said"] == "Distance to the border: nearly\xa0300 km"
    assert texts[1]["claims"][0]["differs"] == "Differs from our figure: 179.9 km"
    assert texts[4]["places"][0]["distance"] == "0 to 168 km"
    assert "population" not in texts[4]["places"][0]
    assert [place["row"] for place in texts[5]["places"]] == [5, 6]
    assert texts[7]["places"][0]["how"] == "Not located, not certain which place is meant"


@pytest.mark.parametrize(("language", "told"), [("en", True), ("uk", False), ("ru", False)])
def test_english_reasons_stay_on_english_pages(decode, located, project, language, told):
    project = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
    _, _, texts = encoded(decode, located, None, project)
    assert ("reason" in texts[0]["places"][0]) is told


def test_address_that_is_not_http_is_text(decode, located, claims, project):
    _, _, texts = encoded(decode, located, claims, project)
    assert texts[2]["claims"][1]["source"] == "News article (javascript:alert(1))"
    assert "url" not in texts[2]["claims"][1]
    assert {"name": "News article (javascript:alert(1))"} in texts[2]["sources"]


def test_sources_are_listed_once(decode, located, claims, project):
    located["source_name"] = "News article"
    located["source_url"] = "https://example.org/a"
    _, _, texts = encoded(decode, located, claims, project)
    assert texts[0]["sources"] == [{"name": "News article", "url": "https://example.org/a"}]


def test_areas_are_there_once_and_simplified(decode, located, project):
    header, _, _ = encoded(decode, located, None, project)
    east, capital = header["areas"]
    assert (east["id"], east["name"]) == ("iso:UA-63", "Kharkiv Oblast")
    (ring,) = east["rings"]
    corners = decode.line(ring)
    expected = [(35.6, 48.6), (35.6, 50.4), (38.1, 48.6), (38.1, 50.4)]
    off = header["view"]["unit"] / 20_000 + 1e-9
    assert np.abs(np.array(sorted(map(tuple, corners[:-1].tolist()))) - expected).max() <= off
    lon, lat = capital["label"]
    assert shapely.box(29.3, 49.2, 32.1, 51.5).contains(shapely.Point(lon, lat))


def test_area_without_a_known_id_is_told_apart_by_its_outline(decode):
    shapes = [shapely.box(0, 0, 1, 1), shapely.box(2, 2, 3, 3), shapely.box(0, 0, 1, 1)]
    events = gpd.GeoDataFrame({"event_id": ["a", "b", "c"]}, geometry=shapes, crs="EPSG:4326")
    header, columns, _ = encoded(decode, events)
    assert len(header["areas"]) == 2
    assert columns["row_area"].tolist() == [0, 1, 0]


def test_holes_are_rings_of_their_own(decode):
    holed = shapely.difference(shapely.box(0, 0, 10, 10), shapely.box(4, 4, 6, 6))
    events = gpd.GeoDataFrame({"event_id": ["a"]}, geometry=[holed], crs="EPSG:4326")
    header, _, _ = encoded(decode, events)
    assert len(header["areas"][0]["rings"]) == 2


def test_basemap_is_steps_that_nobody_sees(decode, located, project):
    line = SimpleNamespace(
        kind="reference", name="A–B", geometry=shapely.LineString([(36, 50), (36.00001, 50.00001), (36.5, 50.25)])
    )
    label = SimpleNamespace(name="Town", lat=50.123456, lon=36.987654, rank=2, kind="city")
    basemap = SimpleNamespace(
        bounds=(30.0, 45.0, 40.0, 52.0), land=shapely.box(30, 45, 40, 52), lakes=None, rivers=shapely.MultiLineString(),
        regions=shapely.LineString([(31, 46), (32, 47)]), borders=[line], labels=[label],
    )  # fmt: skip
    header, _, _ = encoded(decode, located, None, project, basemap=basemap)
    found = header["basemap"]
    # Half a pixel at the closest is the most that a step may count.
    metres = 111_200 * header["view"]["unit"] / 10_000
    assert metres <= 40_075_000 / 256 / 2 ** header["view"]["max_zoom"] / 2
    near = {"abs": header["view"]["unit"] / 20_000 + 1e-9}
    assert found["bounds"] == pytest.approx([30, 45, 40, 52], **near)
    (border,) = found["borders"]
    assert (border["kind"], border["name"]) == ("reference", "A–B")
    (drawn,) = border["lines"]
    assert decode.line(drawn).ravel().tolist() == pytest.approx([36, 50, 36.5, 50.25], **near)
    assert decode.line(found["regions"][0]).ravel().tolist() == pytest.approx([31, 46, 32, 47], **near)
    assert (found["lakes"], found["rivers"]) == ([], [])
    assert found["labels"] == [{"name": "Town", "lat": 50.1235, "lon": 36.9877, "rank": 2, "kind": "city"}]
    # What lies along the edge of the ground lies along it exactly: it is no coast.
    west, south, east, north = found["bounds"]
    land = shapely.Polygon(decode.line(found["land"][0]))
    assert shapely.symmetric_difference(land, shapely.box(west, south, east, north)).area < 1e-9


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_words_of_the_page_travel_with_it(decode, located, project, language):
    project = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
    header, _, _ = encoded(decode, located, None, project)
    assert header["page"]["language"] == language
    assert header["messages"] == Wording(language).viewer_messages()


def test_page_says_what_it_was_made_with(decode, located, project):
    border = SimpleNamespace(countries=("RU", "UA"), view="un", data="OpenStreetMap", data_date="2026-03", line=None)
    header, _, _ = encoded(decode, located, None, project, border=border)
    assert header["page"]["data_through"] == "2025-11-09"
    assert header["page"]["embargo_hours"] == 24
    assert header["page"]["distance_how"] == (
        "Russia – Ukraine border, view “internationally recognised, as in United Nations resolutions”, "
        "OpenStreetMap, 2026-03"
    )
    assert header["page"]["tiles"] is None
    assert header["page"]["static_rows"] is True


def test_same_reports_give_the_same_characters_and_the_frame_stays_as_it_was(located, claims, project):
    before, claims_before = located.copy(deep=True), claims.copy(deep=True)
    payloads = [
        encode_payload(collect_reports(located, claims, project=project), project=project, words=Wording("en"))
        for _ in range(2)
    ]
    assert payloads[0] == payloads[1]
    pd.testing.assert_frame_equal(located, before)
    pd.testing.assert_frame_equal(claims, claims_before)


def test_index_of_the_frame_does_not_matter(located, claims, project):
    other = located.set_index(pd.Index(list("abcdefghij")))
    payloads = [
        encode_payload(collect_reports(frame, claims, project=project), project=project, words=Wording("en"))
        for frame in (located, other)
    ]
    assert payloads[0] == payloads[1]


def test_long_text_is_shortened_and_marked(decode, located, claims, project):
    located.loc[0, "summary"] = "x" * 1_000_000
    claims.loc[0, "text"] = "y" * 3000
    _, _, texts = encoded(decode, located, claims, project)
    assert texts[0]["summary"] == "x" * 2000
    assert texts[0]["shortened"] == texts[0]["claims"][0]["shortened"] == 1
    assert texts[1]["shortened"] == 0


def test_frame_with_nothing_but_identifiers_is_all_not_located(decode):
    header, columns, texts = encoded(decode, pd.DataFrame({"event_id": ["00123", "NA"]}))
    assert [event["id"] for event in texts] == ["00123", "NA"]
    assert columns["row_kind"].tolist() == [3, 3]
    assert columns["day_start"].tolist() == [NO_DAY, NO_DAY]
    assert header["view"]["bounds"] == [-180, -60, 180, 75]


def test_empty_frame(decode):
    header, columns, texts = encoded(decode, pd.DataFrame({"event_id": pd.Series([], dtype="str")}))
    assert (header["rows"], header["events"], texts) == (0, 0, [])
    assert all(len(values) == 0 for values in columns.values())


def test_claims_of_events_that_are_not_on_the_map_are_left_out(decode, located, claims, project):
    claims.loc[0, "event_id"] = "elsewhere"
    _, _, texts = encoded(decode, located, claims, project)
    assert texts[0]["claims"] == []


def test_bounds_hold_everything_with_a_margin(located, project):
    west, south, east, north = map_bounds(collect_reports(located, project=project))
    assert west < 29.3
    assert south < 47.23627
    assert east > 39.1843
    assert north > 51.67204


def test_single_place_is_not_shown_at_a_point(located, project):
    west, south, east, north = map_bounds(collect_reports(located.iloc[[0]], project=project))
    assert east - west >= 0.5
    assert north - south >= 0.5


def test_missing_column_is_named():
    with pytest.raises(ColumnError, match="expected a column event_id, found \\['id'\\]"):
        collect_reports(pd.DataFrame({"id": ["a"]}))


def test_other_crs_is_refused(located):
    with pytest.raises(CrsError, match="expected events in EPSG:4326, found 'EPSG:3857'"):
        collect_reports(located.to_crs(3857))


@pytest.mark.parametrize(
    ("name", "address", "told"),
    [
        ("Dawn", "https://a.example/1", [("Dawn", "https://a.example/1")]),
        ("Dawn; Geo", "https://a.example/1; https://b.example/2",
         [("Dawn", "https://a.example/1"), ("Geo", "https://b.example/2")]),
        ("Dawn; Geo", None, [("Dawn", None), ("Geo", None)]),
        ("Dawn", "https://a.example/1 https://b.example/2",
         [("Dawn", None), ("a.example", "https://a.example/1"), ("b.example", "https://b.example/2")]),
        ("https://a.example/1\nhttps://b.example/2", None,
         [("a.example", "https://a.example/1"), ("b.example", "https://b.example/2")]),
        ("Dawn; Geo", "javascript:alert(1); https://b.example/2",
         [("Dawn (javascript:alert(1))", None), ("Geo", "https://b.example/2")]),
    ],
)  # fmt: skip
def test_every_source_of_a_row_is_told(name, address, told):
    frame = pd.DataFrame({"event_id": ["a", "b"], "source_name": [name, "Other"], "source_url": [address, None]})
    first, second = collect_reports(frame.astype("str")).events
    assert [(source["name"], source.get("url")) for source in first["sources"]] == told
    assert [source["name"] for source in second["sources"]] == ["Other"]


def test_of_more_than_six_sides_the_small_ones_are_together_and_told_by_name():
    sides = [*"abcdefg", *"abcde", None]
    reports = collect_reports(pd.DataFrame({"event_id": [f"e{n}" for n in range(len(sides))], "side": sides}))
    assert [style.name for style in reports.sides] == ["a", "b", "c", "d", "e", "Other sides"]
    assert reports.side.tolist() == [0, 1, 2, 3, 4, 5, 5, 0, 1, 2, 3, 4, 255]
    assert reports.categories["Other sides, by name"][0] == ["f", "g"]
    told = [[(field["label"], field["value"]) for field in event["fields"]] for event in reports.events]
    assert told[5:8] == [[("Other sides, by name", "f")], [("Other sides, by name", "g")], []]


def test_more_than_six_sides_that_a_project_names_are_refused():
    project = Project.model_validate({"sides": [{"key": key, "name": key} for key in "abcdef"]})
    with pytest.raises(InputError, match="at most 6 attacking sides, found 7"):
        collect_reports(pd.DataFrame({"event_id": list("abcdefg"), "side": list("abcdefg")}), project=project)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=5, unique=True), st.text())
def test_any_text_travels(decode, ids, summary):
    _, _, texts = encoded(decode, pd.DataFrame({"event_id": ids, "summary": summary}))
    assert len(texts) == len(ids)
    for event in texts:
        found = event.get("summary", "")  # an empty text is a missing one
        assert "\0" not in found
        assert len(found) <= len(summary)


def test_large_table_becomes_columns_without_loss(decode):
    n = 20_000
    rng = np.random.default_rng(1)
    events = pd.DataFrame(
        {
            "event_id": [f"e{i}" for i in range(n)],
            "date_start": pd.to_datetime("2022-02-24") + pd.to_timedelta(rng.integers(0, 1400, n), "D"),
            "side": rng.choice(["Alpha", "Beta"], n),
            "sectors": rng.choice(["power", "gas; oil"], n),
            "latitude": rng.uniform(45, 52, n),
            "longitude": rng.uniform(23, 40, n),
            "place_precision": "settlement",
        }
    )
    header, columns, texts = encoded(decode, events)
    assert header["page"]["static_rows"] is False
    assert len(texts) == n
    # Seven decimals of a degree: a centimetre.
    assert np.abs(columns["row_lat"] - events["latitude"]).max() <= 0.5000001e-7
    assert np.abs(columns["row_lon"] - events["longitude"]).max() <= 0.5000001e-7
    assert columns["side"].tolist() == (events["side"] == "Beta").astype(int).tolist()
    assert columns["day_start"].tolist() == ((events["date_start"] - pd.Timestamp("1970-01-01")).dt.days).tolist()
    assert columns["day_end"].tolist() == columns["day_start"].tolist()


def test_gathered_texts_come_in_their_own_order():
    first, second = (pa.array(texts, pa.large_string()) for texts in (["a", None, "c"], ["d", "e"]))
    found = Gathered((first, second), np.array([4, 0, 3, 1, 2, 0], dtype=np.uint32))
    assert found.slice(0, 6).to_pylist() == ["e", "a", "d", None, "c", "a"]
    assert found.slice(2, 2).to_pylist() == ["d", None]
    assert found[5].as_py() == "a"


def test_an_event_has_each_source_once_in_the_order_of_rows_and_claims(monkeypatch, project):
    monkeypatch.setattr(reported, "RUN", 3)  # several runs, of whole events
    events = pd.DataFrame(
        {
            "event_id": ["b", "a", "b", "c"],
            "source_name": ["N", "M", "N", None],
            "source_url": ["https://n.example/1", "https://m.example/1", "https://n.example/2", None],
        }
    )
    claims = claims_frame(
        [
            {"event_id": "a", "metric": "killed", "value": 1, "source_name": "M", "source_url": "https://m.example/1"},
            {"event_id": "b", "metric": "killed", "value": 1, "source_name": "N", "source_url": "https://n.example/1"},
            {"event_id": "b", "metric": "killed", "value": 2, "source_name": "O"},
            {"event_id": "c", "metric": "killed", "value": 2, "source_url": "https://p.example/"},
        ]
    )
    found = collect_reports(events, claims, project=project).events
    one, two = {"name": "N", "url": "https://n.example/1"}, {"name": "N", "url": "https://n.example/2"}
    assert found[0]["sources"] == [one, two, {"name": "O"}]
    assert found[1]["sources"] == [{"name": "M", "url": "https://m.example/1"}]
    assert found[2]["sources"] == [{"name": "https://p.example/", "url": "https://p.example/"}]


@pytest.mark.parametrize(
    ("bounds", "shape"),
    [
        ((35, 49, 36, 50), "square"),
        ((20, 49, 40, 51), "wide"),
        ((35, 40, 36, 60), "high"),
        ((-5, -1, 5, 1), "equator"),
    ],
)
def test_ground_covers_every_view_that_the_extent_fits_in(bounds, shape):
    def box(west, south, east, north):
        return east - west, math.degrees(math.asinh(math.tan(math.radians(north)))) - math.degrees(
            math.asinh(math.tan(math.radians(south)))
        )

    width, height = box(*bounds)
    across, up = box(*ground_bounds(bounds))
    for aspect in (3.43, 1.7, 0.8, 0.684):  # a low window, a desktop, a phone, a tablet with the list beside the map
        scale = max(width / aspect, height) * 2**0.25
        assert across >= min(aspect * scale, 360), shape
        assert up >= scale, shape


def test_ground_ends_where_the_map_does():
    assert ground_bounds((-180.0, -60.0, 180.0, 75.0)) == (-180.0, -85.0, 180.0, 85.0)


def test_confirmation_is_not_said_unless_somebody_says_it(decode, located, claims, project):
    located["confirmation"] = located["confirmation"].where(located["event_id"] != located["event_id"].iloc[0])
    _, columns, _ = encoded(decode, located, claims, project)
    assert columns["confirmed"].tolist() == [2, 1, 0, 0, 0, 0, 1, 0, 0]
    del located["confirmation"]
    _, columns, _ = encoded(decode, located, claims, project)
    assert columns["confirmed"].tolist() == [2] * 9


@pytest.mark.parametrize(("rows", "parts"), [(1, ()), (1000, ()), (1001, ("longtable",))])
def test_page_holds_only_the_parts_of_the_viewer_that_it_uses(rows, parts):
    events = pd.DataFrame({"event_id": [f"e{i}" for i in range(rows)], "latitude": 1.5, "longitude": 103.25})
    reports = collect_reports(events, None, project=Project())
    assert encode_payload(reports, project=Project(), words=reports.events.say).parts == parts


def test_the_legend_explains_the_disputed_lines_of_the_view_alone():
    def line(kind, name, west, south):
        return BasemapBorder(kind, name, shapely.LineString([(west, south), (west + 0.1, south + 0.1)]))

    lines = [
        line("disputed", "near", 31, 46), line("disputed", "beside", 34.6, 46), line("disputed", "far", 60, 46),
        line("country", "", 31, 46), line("disputed", "near", 32, 46),
    ]  # fmt: skip
    ground = replace(basemap_for((29, 44, 34, 48)), borders=tuple(lines))
    assert _disputed_about(ground, (30, 45, 33, 47)) == ["near"]
    assert _disputed_about(ground, (30, 45, 33.5, 47)) == ["near", "beside"]
    assert _disputed_about(None, (30, 45, 33, 47)) == []
