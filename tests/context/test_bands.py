"""Lines at a distance from the border, measured by what measures distances."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from impactmap.context.bands import border_bands, project_bands
from impactmap.context.borders import load_border
from impactmap.model.errors import ProjectError
from impactmap.model.project import Project, check_project

GEOD = pyproj.Geod(ellps="WGS84")


def border_of(tmp_path, coordinates, countries=("SD", "TD")):
    file = tmp_path / "border.geojson"
    gpd.GeoSeries([shapely.LineString(coordinates)], crs="EPSG:4326").to_file(file)
    return load_border(countries, file=file)


def off(border, band):
    """Return how far points along a band are from the border, in kilometres."""
    points = shapely.get_coordinates(shapely.segmentize(band, 0.05))
    return border.nearest.nearest((points[:, 0] + 180) % 360 - 180, points[:, 1]).distance_m / 1000


@pytest.mark.parametrize(
    "line",
    [
        [(24.0, 19.5), (24.0, 15.7), (22.3, 13.9), (21.9, 12.6), (22.9, 10.9)],  # Sudan and Chad, by and large
        [(-66.0, -20.0), (-68.0, -30.0), (-70.0, -40.0), (-72.0, -51.0)],  # a long one that runs south
        [(10.0, 69.0), (20.0, 70.0), (31.0, 69.5)],  # far north, where a degree is short
        [(177.5, -16.5), (179.0, -17.0), (179.9, -17.3)],  # its bands cross the 180th meridian
    ],
)
@pytest.mark.parametrize("km", [10.0, 50.0, 200.0])
def test_every_point_of_a_band_is_as_far_off_as_it_says(tmp_path, line, km):
    border = border_of(tmp_path, line)
    distances = off(border, border_bands(border, [km])[km])
    assert distances.min() > 0.99 * km
    assert distances.max() < 1.01 * km


def test_a_band_runs_on_both_sides_and_round_the_ends(tmp_path):
    border = border_of(tmp_path, [(22.0, 12.0), (22.0, 14.0)])
    band = border_bands(border, [50])[50.0]
    west, south, east, north = band.bounds
    for lon, lat in ((west, 13.0), (east, 13.0)):
        assert GEOD.inv(lon, lat, 22.0, lat)[2] == pytest.approx(50_000, rel=0.02)
    for lat, end in ((south, 12.0), (north, 14.0)):
        assert GEOD.inv(22.0, lat, 22.0, end)[2] == pytest.approx(50_000, rel=0.02)


def test_bands_come_sorted_each_once(tmp_path):
    border = border_of(tmp_path, [(22.0, 12.0), (22.0, 14.0)])
    bands = border_bands(border, [100, 50, 100.0])
    assert bands.index.tolist() == [50.0, 100.0]
    assert bands.crs == "EPSG:4326"
    assert np.all(shapely.get_type_id(bands.to_numpy()) == shapely.GeometryType.MULTILINESTRING)


def test_the_order_of_the_countries_changes_no_band():
    one, other = (border_bands(load_border(pair), [50])[50.0] for pair in (("UA", "RU"), ("RU", "UA")))
    assert one.equals_exact(other, 0)


def test_a_project_asks_for_bands_or_not(tmp_path):
    border = border_of(tmp_path, [(22.0, 12.0), (22.0, 14.0)])
    asked = Project.model_validate({"border": {"countries": ["SD", "TD"], "bands_km": [50, 100]}})
    assert project_bands(asked, border).index.tolist() == [50.0, 100.0]
    assert project_bands(asked, None) is None
    assert project_bands(Project(), border) is None
    assert project_bands(Project.model_validate({"border": {"countries": ["SD", "TD"]}}), border) is None


@pytest.mark.parametrize("bands", [[0], [-50], ["50"], [2001], [1, 2, 3, 4, 5, 6, 7], 50, [float("nan")], [True]])
def test_a_band_that_cannot_be_drawn_is_refused(bands):
    with pytest.raises(ProjectError, match="bands_km"):
        check_project({"border": {"countries": ["SD", "TD"], "bands_km": bands}}, Path("project.toml"))
