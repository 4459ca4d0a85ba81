"""A frame in memory reads as the file of it does, whichever library it is of."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from impactmap.model.errors import ColumnError, CrsError, TableError
from impactmap.places.geocode import geocode_events
from impactmap.reading.formats.limits import make_limits
from impactmap.reading.read import read_events

DAYS = pd.to_datetime(["2025-11-08", "2025-11-09", "2025-11-09"])


@pytest.fixture
def sheet() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "date": DAYS,
            "place": ["Maracaibo", "NA", "Cabimas"],
            "side": ["North", None, "South"],
            "killed": [3.0, None, 0.0],
            "ref": ["00123", "00124", "00125"],
        },
        index=[7, 7, 3],
    )


@pytest.fixture
def points() -> gpd.GeoDataFrame:
    shapes = [shapely.Point(-71.6, 10.6), shapely.box(-72, 10, -71, 11), None]
    return gpd.GeoDataFrame({"date": DAYS, "place": ["a", "b", "c"]}, geometry=shapes, crs=4326)


class Stream:
    """A table of some other library, which gives itself as Arrow."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


class Lazy:
    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def collect(self):
        return Stream(self._table)


def same(found, expected):
    pd.testing.assert_frame_equal(found.events, expected.events)
    pd.testing.assert_frame_equal(found.claims, expected.claims)


@pytest.mark.parametrize(
    "wrap", [lambda frame: frame, pa.table, lambda f: Stream(pa.table(f)), lambda f: Lazy(pa.table(f))]
)
def test_a_frame_reads_as_its_file(sheet, tmp_path, wrap):
    sheet.to_parquet(tmp_path / "sheet.parquet", index=False)
    before = sheet.copy(deep=True)
    reading = read_events(wrap(sheet))
    same(reading, read_events(tmp_path / "sheet.parquet"))
    assert reading.events["place"].tolist() == ["Maracaibo", "NA", "Cabimas"]
    assert reading.events["event_id"].tolist() == ["00123", "00124", "00125"]
    assert reading.claims["value"].tolist() == [3.0, 0.0]
    pd.testing.assert_frame_equal(sheet, before)


def test_claims_and_places_may_be_frames(sheet):
    events = pd.DataFrame({"event_id": ["a", "b"], "date": DAYS[:2]})
    places = pd.DataFrame({"event_id": ["a", "a", "b"], "place": ["Maracaibo", "Cabimas", "Coro"]})
    claims = pd.DataFrame({"event_id": ["a"], "metric": ["killed"], "value": [2], "claimant": ["A hospital"]})
    reading = read_events(events, places=places, claims=pa.table(claims))
    assert reading.events["place"].tolist() == ["Maracaibo", "Cabimas", "Coro"]
    assert reading.claims["claimant"].tolist() == ["A hospital"]


def test_shapes_are_positions_and_areas(points, tmp_path):
    points.to_parquet(tmp_path / "points.parquet")
    reading = read_events(points)
    same(reading, read_events(tmp_path / "points.parquet"))
    assert reading.events["latitude"].tolist()[0] == 10.6
    assert reading.events["source_geometry"].notna().tolist() == [False, True, False]


def test_geoarrow_and_geoparquet_keep_their_reference_system(points, tmp_path):
    import pyarrow.parquet

    points.to_parquet(tmp_path / "points.parquet")
    expected = read_events(points)
    same(read_events(pyarrow.parquet.read_table(tmp_path / "points.parquet")), expected)
    same(read_events(points.to_arrow(index=False)), expected)


def test_a_located_frame_is_read_back_and_a_moved_one_refused(sheet):
    located = geocode_events(read_events(sheet.assign(place=["Maracaibo", "Valencia, Carabobo", "Cabimas"])).events)
    again = read_events(located)
    pd.testing.assert_series_equal(again.events["latitude"], located["latitude"], check_index=False)
    assert again.events["event_id"].tolist() == located["event_id"].tolist()
    moved = located.set_geometry(located.geometry.translate(0.1))
    with pytest.raises(ColumnError, match="in 3 of 3 rows latitude, longitude disagree with the geometry"):
        read_events(moved)


def test_a_moved_point_of_a_file_is_not_read_as_where_it_was(sheet, tmp_path):
    located = geocode_events(read_events(sheet.assign(place=["Maracaibo", "Valencia, Carabobo", "Cabimas"])).events)
    shapes = located.geometry.tolist()
    located.set_geometry([shapely.Point(-70, 10), *shapes[1:]]).set_crs(4326).to_file(tmp_path / "moved.gpkg")
    with pytest.raises(ColumnError, match=r"moved.gpkg: in 1 of 3 rows .*index 0\). Drop these columns: they are made"):
        read_events(tmp_path / "moved.gpkg")


@pytest.mark.parametrize(
    ("source", "error", "match"),
    [
        (
            12,
            TableError,
            r"a table that gives itself as Arrow; found builtins\.int",
        ),
        (pd.DataFrame(), TableError, "expected columns with names, found none"),
        (
            gpd.GeoDataFrame(geometry=gpd.points_from_xy([1, 2, 3], [1, 2, 3])),
            CrsError,
            "expected a coordinate reference system",
        ),
    ],
)
def test_what_is_no_frame_is_refused(source, error, match):
    with pytest.raises(error, match=match):
        read_events(source)


def test_limits_hold_for_frames(sheet):
    with pytest.raises(TableError, match="rows"):
        read_events(sheet, limits=make_limits({"rows": 2}))


def test_a_keyword_that_is_none_is_refused_with_the_nearest(sheet):
    with pytest.raises(TypeError, match=r"unexpected keyword 'dat_format'\. Did you mean 'date_format'\?"):
        read_events(sheet, dat_format="%d.%m.%Y")
    with pytest.raises(TypeError, match=r"unexpected keyword 'shet'\. Did you mean 'sheet'\?"):
        read_events(sheet, shet="May")
