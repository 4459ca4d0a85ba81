"""The nearest of many edges, against every one of them."""

import numpy as np
import pytest

from impactmap.geodesy.edges import PAIRS, EdgeSearch, cell_codes
from impactmap.geodesy.ellipsoid import earth_centred


def edges_and_points(*, edges=500, points=20_000, seed=5):
    """Return short edges and points all over the earth, the points with their codes in ascending order."""
    rng = np.random.default_rng(seed)
    start = earth_centred(*_anywhere(rng, edges))
    end = start + rng.normal(0, 100, start.shape)
    longitude, latitude = _anywhere(rng, points)
    order = np.argsort(cell_codes(longitude, latitude))
    longitude, latitude = longitude[order], latitude[order]
    return start, end, earth_centred(longitude, latitude), cell_codes(longitude, latitude)


def _anywhere(rng, count):
    return rng.uniform(-180, 180, count), np.degrees(np.arcsin(rng.uniform(-1, 1, count)))


def every_chord(points, start, end):
    """Return the distance from each point to each edge."""
    along = end - start
    share = np.einsum("apk,ak->pk", points[:, :, None] - start[:, None], along) / (along**2).sum(axis=0)
    foot = start[:, None] + np.clip(share, 0, 1) * along[:, None]
    return np.linalg.norm(points[:, :, None] - foot, axis=0)


def test_nearest_edge_is_the_least_of_all():
    start, end, points, codes = edges_and_points()
    found = EdgeSearch(start, end).nearest(points, codes)
    some = slice(0, len(codes), 40)
    every = every_chord(points[:, some], start, end)
    assert found.edge[some].tolist() == every.argmin(axis=1).tolist()
    assert found.chord[some] == pytest.approx(every.min(axis=1))


def test_points_beyond_the_limit_find_nothing():
    start, end, points, codes = edges_and_points()
    search = EdgeSearch(start, end)
    whole, near = search.nearest(points, codes), search.nearest(points, codes, limit_m=200_000)
    within = whole.chord <= 200_000
    assert 0 < within.sum() < len(codes) / 2
    assert np.array_equal(near.chord <= 200_000, within)
    assert np.array_equal(near.edge[within], whole.edge[within])


def test_rivals_are_all_that_are_hardly_farther():
    start, end, points, codes = edges_and_points(edges=300, points=400)
    slack = 1e-14  # 10 km at 1,000 km
    found = EdgeSearch(start, end).nearest(points, codes, slack=slack)
    every = every_chord(points, start, end)
    least = every.min(axis=1)
    wanted = set(zip(*np.nonzero(every <= (least + slack * least**3)[:, None]), strict=True))
    wanted -= set(enumerate(every.argmin(axis=1).tolist()))
    rivals = {pair for rows, edges in found.rivals for pair in zip(rows.tolist(), edges.tolist(), strict=True)}
    assert wanted
    assert wanted <= rivals
    rows, edges = (np.array(half) for half in zip(*rivals, strict=True))
    assert (every[rows, edges] <= (least + slack * least**3)[rows] + 1e-3).all()


def test_edge_of_no_length_is_a_point():
    start, _, points, codes = edges_and_points(edges=20, points=50)
    found = EdgeSearch(start, start).nearest(points, codes)
    every = np.linalg.norm(points[:, :, None] - start[:, None], axis=0)
    assert found.edge.tolist() == every.argmin(axis=1).tolist()


def test_points_of_one_cell_are_more_than_are_measured_at_once():
    start, end, points, _ = edges_and_points(edges=200, points=1)
    many = np.repeat(points, 2 * PAIRS // 200, axis=1)
    found = EdgeSearch(start, end).nearest(many, np.zeros(many.shape[1], dtype=np.uint64))
    every = every_chord(points, start, end)
    assert set(found.edge.tolist()) == {int(every.argmin())}


@pytest.mark.parametrize(("longitude", "same"), [(190.0, -170.0), (-540.0, 180.0), (370.0, 10.0)])
def test_codes_go_round_the_earth(longitude, same):
    both = cell_codes(np.array([longitude, same]), np.array([10.0, 10.0]))
    assert both[0] == both[1]


def test_codes_keep_the_points_of_a_cell_together():
    # The first two bits halve the earth: west to east, then (from -90 to 270) south to north.
    longitude, latitude = np.array([-90.0, 90.0]), np.array([0.0, 0.0])
    assert (cell_codes(longitude, latitude) >> np.uint64(62)).tolist() == [0, 1]
