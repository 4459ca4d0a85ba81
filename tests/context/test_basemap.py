import pytest
import shapely

from impactmap.context.basemap import COARSE_KM, basemap_for
from impactmap.context.borders import load_border
from impactmap.model.errors import InputError

BOUNDS = (28.0, 44.0, 44.0, 54.0)
SHAPES = ("land", "lakes", "rivers", "regions")


@pytest.fixture(scope="module")
def ground():
    return basemap_for(BOUNDS, border=load_border(("UA", "RU"), view="crimea_apart"))


def kinds(basemap):
    return [(line.kind, line.name) for line in basemap.borders]


def test_everything_is_clipped_valid_and_of_its_kind(ground):
    window = shapely.box(*BOUNDS).buffer(1e-9)
    for name in SHAPES:
        shape = getattr(ground, name)
        assert shape.geom_type == ("MultiPolygon" if name in {"land", "lakes"} else "MultiLineString")
        assert shape.is_valid
        assert not shape.is_empty
        assert window.covers(shape), name
    assert all(window.covers(line.geometry) for line in ground.borders)
    assert ground.bounds == BOUNDS


@pytest.mark.parametrize(
    ("name", "longitude", "latitude", "land"),
    [("Kyiv", 30.52, 50.45, True), ("Black Sea", 31.5, 44.5, False), ("Azov", 37.0, 46.2, False)],
)
def test_land_and_sea(ground, name, longitude, latitude, land):
    assert ground.land.contains(shapely.Point(longitude, latitude)) == land, name


def test_borders_by_importance(ground):
    assert kinds(ground) == [("country", ""), ("disputed", "Crimea"), ("reference", "")]


def test_un_view_draws_no_line_at_crimea():
    plain = basemap_for(BOUNDS, border=load_border(("UA", "RU")))
    assert kinds(plain) == [("country", ""), ("reference", "")]
    isthmus = shapely.box(33.3, 45.9, 35.0, 46.3)
    assert not any(line.geometry.intersects(isthmus) for line in plain.borders)


def test_without_a_border_every_line_is_a_country_line():
    plain = basemap_for(BOUNDS)
    assert kinds(plain) == [("country", "")]
    reference = load_border(("UA", "RU")).line.iloc[0]
    near = plain.borders[0].geometry.buffer(0.02)
    assert near.covers(reference)


def test_reference_border_is_not_drawn_twice(ground):
    country, reference = ground.borders[0].geometry, ground.borders[2].geometry
    assert shapely.length(shapely.intersection(country, reference.buffer(0.001))) < 0.05


def test_borders_far_from_the_shipped_ones_are_there():
    lines = basemap_for((5.0, 46.0, 9.0, 50.0)).borders
    assert kinds(basemap_for((5.0, 46.0, 9.0, 50.0))) == [("country", "")]
    assert lines[0].geometry.distance(shapely.Point(7.6, 47.59)) < 0.05  # Basel, where three countries meet


def test_region_lines_keep_inside_their_country(ground):
    reference = next(line.geometry for line in ground.borders if line.kind == "reference")
    along = shapely.length(shapely.intersection(ground.regions, reference.buffer(0.01)))
    assert along < 0.05 * shapely.length(reference)
    assert ground.regions.distance(shapely.Point(35.2, 50.35)) < 0.15  # between Sumy and Kharkiv regions


def test_tolerance_leaves_detail_out(ground):
    coarse = basemap_for(BOUNDS, tolerance_km=10)
    assert shapely.get_num_coordinates(coarse.land) < shapely.get_num_coordinates(ground.land) / 2


def test_labels_orient(ground):
    names = {label.name: label for label in ground.labels}
    assert {"Ukraine", "Russia"} <= {label.name for label in ground.labels if label.kind == "country"}
    assert {"Kyiv", "Kharkiv", "Voronezh"} <= {label.name for label in ground.labels if label.kind == "city"}
    assert [label.rank for label in ground.labels] == list(range(len(ground.labels)))
    assert (names["Kyiv"].lat, names["Kyiv"].lon) == pytest.approx((50.45, 30.52), abs=0.02)
    west, south, east, north = BOUNDS
    assert all(west <= label.lon <= east and south <= label.lat <= north for label in ground.labels)


@pytest.mark.parametrize(("language", "country"), [("uk", "Україна"), ("ru", "Украина")])
def test_labels_in_other_languages(language, country):
    assert country in {label.name for label in basemap_for(BOUNDS, language=language).labels}


def test_open_sea_is_empty():
    sea = basemap_for((-40.0, 30.0, -35.0, 35.0))
    assert all(getattr(sea, name).is_empty for name in SHAPES)
    assert sea.borders == ()
    assert sea.labels == ()


@pytest.mark.slow
def test_whole_world():
    world = basemap_for((-180.0, -90.0, 180.0, 90.0), tolerance_km=20)
    assert world.land.is_valid
    assert 1.2e4 < world.land.area < 2.5e4  # square degrees, Antarctica stretched


@pytest.mark.parametrize(
    "bounds", [(10, 0, 5, 1), (0, 10, 1, 5), (-200, 0, 0, 1), (0, 0, 1, 91), (0, 0, float("nan"), 1)]
)
def test_impossible_bounds(bounds):
    with pytest.raises(InputError, match="west < east and south < north"):
        basemap_for(bounds)


def test_unknown_language():
    with pytest.raises(InputError, match=r"uk; found language='xx'"):
        basemap_for(BOUNDS, language="xx")


def test_labels_are_chosen_for_what_is_seen():
    seen = (30.0, 46.0, 40.0, 52.0)
    whole, part = basemap_for(BOUNDS, tolerance_km=10), basemap_for(BOUNDS, tolerance_km=10, seen=seen)

    def inside(basemap, kind):
        west, south, east, north = seen
        return {
            label.name
            for label in basemap.labels
            if label.kind == kind and west < label.lon < east and south < label.lat < north
        }

    assert inside(part, "city") > {"Kharkiv", "Dnipro"}
    assert len(inside(part, "city")) > len(inside(whole, "city"))
    assert {"Ukraine", "Russia"} <= inside(part, "country")
    assert "Russia" not in inside(whole, "country")


@pytest.mark.parametrize(
    ("bounds", "land", "sea", "vertices"),
    [
        ((34.1, 31.2, 34.7, 31.7), [(34.45, 31.5), (34.31, 31.34)], [(34.30, 31.45), (34.25, 31.36)], 5),  # Gaza
        ((118.0, 24.0, 121.9, 26.2), [(121.5, 25.0), (118.35, 24.45)], [(119.8, 24.6)], 150),  # the Taiwan Strait
        ((35.0, 33.0, 36.0, 34.7), [(35.51, 33.88), (35.85, 34.43)], [(35.4, 33.85)], 25),  # Lebanon
        ((36.9, 19.3, 37.5, 20.0), [(37.1, 19.6)], [(37.4, 19.7)], 5),  # Port Sudan
    ],
)
def test_coasts_of_the_world_are_finer_than_a_straight_line(bounds, land, sea, vertices):
    found = basemap_for(bounds, tolerance_km=0.1).land
    assert all(found.contains(shapely.Point(point)) for point in land)
    assert not any(found.contains(shapely.Point(point)) for point in sea)
    coast = shapely.boundary(found).difference(shapely.box(*bounds).boundary.buffer(1e-6))
    assert shapely.get_num_coordinates(coast) >= vertices


def test_disputed_lines_of_other_pairs_are_dashed_and_named_in_the_pages_language():
    bounds = (73.0, 32.0, 79.0, 36.0)
    assert ("disputed", "Line of Actual Control") in kinds(basemap_for(bounds, border=load_border(("IN", "PK"))))
    assert ("disputed", "лінія контролю") in kinds(basemap_for(bounds, language="uk"))
    drawn = basemap_for(bounds, border=load_border(("PK", "IN")), language="ru").borders
    reference = next(line.geometry for line in drawn if line.kind == "reference")
    control = next(line.geometry for line in drawn if line.name == "линия контроля")
    assert shapely.length(shapely.intersection(reference, control)) == pytest.approx(0, abs=1e-6)


def test_a_map_of_many_countries_has_the_coarser_lines():
    wide = basemap_for((-30.0, -40.0, 60.0, 70.0), tolerance_km=10)
    assert kinds(wide) == [("country", "")]


@pytest.mark.parametrize(
    ("bounds", "pair"),
    [((21, 3, 40, 24), {"SD", "SS"}), ((70, 28, 82, 38), {"IN", "PK"}), ((-18, 20, -2, 37), {"MA", "EH"})],
    ids=["Sudan", "Kashmir", "Western Sahara"],
)
def test_a_wide_map_names_the_disputed_lines_of_a_near_one_and_draws_no_other_over_them(bounds, pair):
    near, wide = (basemap_for(bounds, tolerance_km=km) for km in (0.5, COARSE_KM + 1))
    disputed = {line.name: line.geometry for line in near.borders if line.kind == "disputed"}
    assert disputed
    assert {line.name for line in wide.borders if line.kind == "disputed"} == set(disputed)
    (solid,) = (line.geometry for line in wide.borders if line.kind == "country")
    (fine,) = (line.geometry for line in near.borders if line.kind == "country")
    for name, line in disputed.items():
        beside = shapely.intersection(solid, shapely.buffer(line, 0.1))
        agreed = shapely.intersection(fine, shapely.buffer(line, 0.1))
        assert shapely.length(beside) <= shapely.length(agreed) + 0.2, (name, pair)


@pytest.mark.parametrize("bounds", [(-180, -60, 180, 80), (20, 20, 60, 55), (60, 0, 150, 60), (-20, -40, 60, 40)])
@pytest.mark.parametrize("tolerance", [2.5, 3.5, 4.9])
def test_every_border_of_a_wide_map_has_a_length(bounds, tolerance):
    ground = basemap_for(bounds, tolerance_km=tolerance)
    assert {line.kind for line in ground.borders} == {"country", "disputed"}
    assert all(shapely.length(line.geometry) > 0 for line in ground.borders)
