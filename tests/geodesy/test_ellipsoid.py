"""Distances on the ellipsoid against Karney's algorithm."""

import numpy as np
import pytest

from impactmap.geodesy.ellipsoid import GEOD, chord_slack, earth_centred, geodesic_m, geographic


def pairs(count, longest_m, seed=3):
    """Return points all over the earth, others up to so far from them, and Karney's distances."""
    rng = np.random.default_rng(seed)
    lon, lat = rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))
    to_lon, to_lat, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, count), rng.uniform(0, longest_m, count))
    return (lon, lat), (to_lon, to_lat), np.asarray(GEOD.inv(lon, lat, to_lon, to_lat)[2])


@pytest.mark.parametrize(
    ("longest_m", "error_m"),
    [(10, 1e-6), (1_000, 1e-6), (100_000, 1e-6), (1_000_000, 5e-5), (2_000_000, 3e-4), (20_000_000, 3e-4)],
)
def test_distance_is_karneys(longest_m, error_m):
    first, second, wanted = pairs(100_000, longest_m)
    assert np.abs(geodesic_m(earth_centred(*first), earth_centred(*second)) - wanted).max() < error_m


def test_one_and_the_same_point_is_no_distance_away():
    point = earth_centred(np.array([36.23, 0.0, -180.0]), np.array([49.99, 90.0, 0.0]))
    assert geodesic_m(point, point).tolist() == [0.0, 0.0, 0.0]


def test_antipodes():
    found = geodesic_m(*(earth_centred(np.array([lon]), np.array([0.0])) for lon in (0.0, 180.0)))
    assert found == pytest.approx([20_003_931.459], abs=0.001)  # over a pole


def test_positions_survive_the_way_there_and_back():
    (lon, lat), _, _ = pairs(1_000, 1)
    found = geographic(earth_centred(lon, lat))
    assert found[0] == pytest.approx(lon, abs=1e-12)
    assert found[1] == pytest.approx(lat, abs=1e-12)


def test_chords_differ_by_less_than_the_slack():
    # From one point in all directions, 500 km far: how much the chords differ.
    azimuth = np.linspace(0, 360, 361)
    lon, lat, _ = GEOD.fwd(np.full(361, 36.0), np.full(361, 50.0), azimuth, np.full(361, 500_000.0))
    point = earth_centred(np.array([36.0]), np.array([50.0]))
    chord = np.linalg.norm(earth_centred(lon, lat) - point, axis=0)
    assert 0 < np.ptp(chord) <= chord_slack(np.array([50.0]), np.asarray(lat)) * 500_000.0**3
