import math
import sys
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from impactmap.context.population import add_population, people_in
from impactmap.model.errors import ColumnError, CrsError, ImpactMapError, InputError
from impactmap.reading.formats.limits import DEFAULTS

# rasterio's own use of affine, which both keep for now.
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


def frame(ids, shapes):
    return gpd.GeoDataFrame({"place_id": pd.Series(ids, dtype="str")}, geometry=list(shapes), crs="EPSG:4326")


BELGOROD = ("geonames:578072", shapely.Point(36.58, 50.61))


def test_settlements_have_the_gazetteers_figure():
    area = shapely.box(35, 48, 38, 50)
    events = frame([BELGOROD[0], "iso:UA-63", None, "geonames:1"], [BELGOROD[1], area, None, shapely.Point(1, 1)])
    events = events.set_index(pd.Index([4, 4, 2, 0]))
    before = events.copy(deep=True)
    result = add_population(events)
    assert result.index.tolist() == [4, 4, 2, 0]
    assert result["population"].dtype == "Int64"
    assert result["population"].tolist()[0] == 345_289
    assert result["population"].isna().tolist() == [False, True, True, True]
    assert result["population_source"].fillna("-").tolist() == ["GeoNames", "-", "-", "-"]
    assert result["population_date"].fillna("-").tolist() == ["undated", "-", "-", "-"]
    pd.testing.assert_frame_equal(pd.DataFrame(events), pd.DataFrame(before))


def test_no_rows():
    assert add_population(frame([], []))["population"].dtype == "Int64"


def test_place_id_is_needed():
    with pytest.raises(ColumnError, match=r"need the columns place_id; missing: place_id"):
        add_population(gpd.GeoDataFrame(geometry=[shapely.Point(1, 1)], crs="EPSG:4326"))


def write_raster(path, values, *, crs, transform, nodata=-1.0):
    profile = {"driver": "GTiff", "height": values.shape[0], "width": values.shape[1], "count": 1, "dtype": "float64"}
    with rasterio.open(path, "w", **profile, crs=crs, transform=transform, nodata=nodata) as target:
        target.write(values, 1)
    return path


@pytest.fixture(scope="module")
def even(tmp_path_factory):
    """Ten people a square kilometre in cells of 1 km, in a metric reference system about 10 E, 52 N."""
    path = tmp_path_factory.mktemp("raster") / "even.tif"
    transform = from_origin(4_321_000 - 60_000, 3_210_000 + 60_000, 1_000, 1_000)
    return write_raster(path, np.full((120, 120), 10.0), crs="EPSG:3035", transform=transform)


@pytest.mark.parametrize("radius", [0.5, 5, 25])
def test_disc_holds_its_share_of_an_even_population(even, radius):
    events = frame([None], [shapely.Point(10, 52)])
    result = add_population(events, raster=even, radius_km=radius)
    expected = 10 * math.pi * radius**2
    assert result[f"population_within_{radius:g}km"].tolist() == pytest.approx([expected], rel=0.002)


def test_cells_count_by_the_share_covered(tmp_path):
    values = np.zeros((4, 4))
    values[1, 1] = 400.0
    path = write_raster(
        tmp_path / "one.tif", values, crs="EPSG:3035", transform=from_origin(4_319_000, 3_212_000, 1_000, 1_000)
    )
    # The full cell is the north-western one of the four that meet at the point: a quarter of a disc of 1 km lies in it.
    result = add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=1)
    assert result["population_within_1km"].tolist() == pytest.approx([400 * math.pi / 4], rel=0.01)


def test_missing_outside_the_raster_and_for_areas(even):
    shapes = [shapely.Point(10, 52), shapely.Point(10.9, 52), shapely.Point(-60, 10), shapely.box(9, 51, 11, 53), None]
    result = add_population(frame([None] * 5, shapes), raster=even, radius_km=10)
    assert result["population_within_10km"].isna().tolist() == [False, True, True, True, True]


def test_cells_without_data_count_as_nobody(tmp_path):
    values = np.full((20, 20), 10.0)
    values[:10] = -1.0
    path = write_raster(
        tmp_path / "half.tif", values, crs="EPSG:3035", transform=from_origin(4_311_000, 3_220_000, 1_000, 1_000)
    )
    result = add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=5)
    assert result["population_within_5km"].tolist() == pytest.approx([10 * math.pi * 25 / 2], rel=0.01)


def test_raster_in_degrees(tmp_path):
    path = write_raster(
        tmp_path / "degrees.tif", np.ones((40, 40)), crs="EPSG:4326", transform=from_origin(9, 53, 0.05, 0.05)
    )
    result = add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=20)
    cell_km2 = 0.05 * 111.27 * 0.05 * 111.41 * math.cos(math.radians(52))
    assert result["population_within_20km"].tolist() == pytest.approx([math.pi * 400 / cell_km2], rel=0.01)


def test_raster_without_reference_system(tmp_path):
    path = write_raster(tmp_path / "bare.tif", np.ones((4, 4)), crs=None, transform=from_origin(9, 53, 1, 1))
    with pytest.raises(CrsError, match=r"bare\.tif: expected a raster with a coordinate reference system"):
        add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=1)


def test_raster_that_is_none(tmp_path):
    path = tmp_path / "text.tif"
    path.write_text("no raster", encoding="utf-8")
    with pytest.raises(InputError, match=r"text\.tif: expected a raster that GDAL reads"):
        add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=1)


@pytest.mark.parametrize(("raster", "radius"), [("x.tif", None), (None, 5)])
def test_raster_and_radius_go_together(raster, radius):
    with pytest.raises(InputError, match="go together"):
        add_population(frame([], []), raster=raster, radius_km=radius)


@pytest.mark.parametrize("radius", [0, -1, 501, math.nan])
def test_radius_out_of_range(radius):
    with pytest.raises(InputError, match="above 0 and at most 500 km"):
        add_population(frame([], []), raster="x.tif", radius_km=radius)


def test_without_the_optional_packages(monkeypatch, even):
    monkeypatch.setitem(sys.modules, "exactextract", None)
    with pytest.raises(ImpactMapError, match=r'pip install "impactmap-newsroom\[raster\]"'):
        add_population(frame([None], [shapely.Point(10, 52)]), raster=even, radius_km=1)


def test_a_raster_that_names_other_files_or_addresses_is_not_opened(even, tmp_path):
    path = tmp_path / "outside.tif"
    path.write_text(
        '<VRTDataset rasterXSize="1" rasterYSize="1"><VRTRasterBand dataType="Float64" band="1"><SimpleSource>'
        f"<SourceFilename>{even}</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>"
    )
    with pytest.raises(InputError, match="another form"):
        add_population(frame([None], [shapely.Point(10, 52)]), raster=path, radius_km=1)
    for address in ("/vsicurl/http://127.0.0.1:9/x.tif", "http://127.0.0.1:9/x.tif", tmp_path):
        with pytest.raises(InputError, match="found no file"):
            add_population(frame([None], [shapely.Point(10, 52)]), raster=address, radius_km=1)


def test_a_raster_that_takes_too_long_or_too_much_is_ended(even):
    areas = [shapely.box(9.9, 51.9, 10.1, 52.1)]
    assert people_in(areas, even)[0] > 0
    with pytest.raises(InputError, match=r"even\.tif: .*no answer within 0.01 seconds.*raise seconds or memory_bytes"):
        people_in(areas, even, replace(DEFAULTS, seconds=0.01))
    with pytest.raises(InputError, match=r"even\.tif: .*memory_bytes"):
        people_in(areas, even, replace(DEFAULTS, memory_bytes=1 << 27))
