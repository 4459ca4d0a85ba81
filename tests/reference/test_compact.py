import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from impactmap.reference._compact import decode, encode

HOLED = shapely.box(5, 5, 9, 9).difference(shapely.box(6, 6, 7, 7))
TWO = shapely.MultiLineString([[(1, 2), (3, 4)], [(-170, 3), (3, 3)]])


def test_first_vertex_is_whole_and_others_are_differences():
    columns = encode([shapely.LineString([(1, 2), (3, 1.5)])], decimals=1)
    assert columns["lines"].to_pylist() == [[[{"x": 10, "y": 20}, {"x": 20, "y": -5}]]]


def test_lines_and_polygons_keep_their_rows():
    shapes = [shapely.box(0, 0, 1, 1), shapely.LineString([(1, 2), (3, 4.12345)]), HOLED, TWO]
    back = decode(encode(shapes, decimals=5), decimals=5)
    assert [shape.geom_type for shape in back] == ["MultiPolygon", "MultiLineString", "MultiPolygon", "MultiLineString"]
    assert all(one.equals(other) for one, other in zip(shapes, back, strict=True))


def test_slice_of_a_column_reads_as_its_rows():
    column = pa.chunked_array(
        [encode([TWO, shapely.LineString([(7, 7), (8, 8)])], decimals=3)["lines"]]
    ).combine_chunks()
    assert decode({"lines": column}, decimals=3)[1].equals(shapely.LineString([(7, 7), (8, 8)]))


def test_points_are_refused():
    with pytest.raises(ValueError, match="polygons and lines only"):
        encode([shapely.Point(0, 0)], decimals=3)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-1_800_000, 1_800_000), st.integers(-900_000, 900_000)), min_size=2, max_size=9),
        min_size=1,
        max_size=6,
    )
)
def test_coordinates_come_back_exactly(lines):
    shapes = [shapely.LineString(np.array(line) / 10_000) for line in lines]
    back = decode(encode(shapes, decimals=4), decimals=4)
    for one, other in zip(shapes, back, strict=True):
        assert shapely.get_coordinates(one).tolist() == shapely.get_coordinates(other).tolist()
