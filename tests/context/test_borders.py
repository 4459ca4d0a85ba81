import contextlib
import sqlite3

import geopandas as gpd
import numpy as np
import pytest
import shapely

from impactmap.context.borders import disputed_names, load_border, shipped_pairs
from impactmap.context.distance import add_border_distance
from impactmap.geodesy.nearest import NearestLine
from impactmap.model.errors import CrsError, InputError, ReferenceDataError
from impactmap.places.boundaries import countries_at
from impactmap.reading.formats.limits import Limits
from impactmap.reference import load_layer

# City centres and their distance in kilometres to the unsimplified land border.
CENTRES = [
    ("Belgorod", 50.5955, 36.5873, 31.4),
    ("Voronezh", 51.6720, 39.1843, 179.9),
    ("Taganrog", 47.2362, 38.8969, 42.8),
    ("Kharkiv", 49.9925, 36.2311, 33.6),
    ("Kyiv", 50.4501, 30.5234, 202.1),
]


@pytest.mark.parametrize(("name", "latitude", "longitude", "km"), CENTRES)
def test_distances_of_the_first_map(name, latitude, longitude, km):
    feet = load_border(("UA", "RU")).nearest.nearest(np.array([longitude]), np.array([latitude]))
    assert feet.distance_m[0] / 1000 == pytest.approx(km, abs=0.1), name


def test_kyiv_to_belarus():
    feet = load_border(("BY", "UA")).nearest.nearest(np.array([30.5234]), np.array([50.4501]))
    assert feet.distance_m[0] / 1000 == pytest.approx(90.4, abs=0.1)


@pytest.mark.parametrize("pair", [("UA", "RU"), ("RU", "UA"), ["ua", "ru"]])
def test_order_and_case_of_the_pair_do_not_matter(pair):
    border = load_border(pair)
    assert border.countries == tuple(code.upper() for code in pair)
    assert {border.left, border.right} == {"UA", "RU"}
    assert border.left == "RU"
    assert border.line.crs.to_epsg() == 4326
    assert border.data_date == "2026-08-18"


@pytest.mark.parametrize(
    "pair", ["AZ-RU", "BY-UA", "CN-RU", "EE-RU", "FI-RU", "GE-RU", "MN-RU", "NO-RU", "PL-UA", "RO-UA", "MD-UA"]
)
def test_left_and_right_are_the_countries(pair):
    border = load_border(pair.split("-"))
    towns = {
        "AZ": (47.66, 40.2), "BY": (27.56, 53.9), "CN": (126.6, 45.75), "EE": (26.7, 58.4), "FI": (28.2, 61.06), "GE":
        (44.8, 41.7),
        "MN": (106.9, 47.9), "NO": (30.04, 69.72), "PL": (22.78, 50.7), "RO": (26.25, 47.65), "MD": (28.86, 47.0),
    }  # fmt: skip
    other = next(code for code in border.countries if code in towns)
    longitude, latitude = towns[other]
    feet = border.nearest.nearest(np.array([longitude]), np.array([latitude]))
    assert (border.left if feet.on_left[0] else border.right) == other


def test_crimea_apart_changes_no_distance_and_draws_a_line():
    un, apart = load_border(("UA", "RU")), load_border(("UA", "RU"), view="crimea_apart")
    assert un.line.geom_equals(apart.line).all()
    assert un.disputed.empty
    assert apart.disputed.index.tolist() == ["Crimea"]
    assert shapely.box(33.4, 45.6, 35.1, 46.4).contains(apart.disputed.iloc[0])


def test_crimea_is_no_matter_of_another_pair():
    assert load_border(("UA", "PL"), view="crimea_apart").disputed.empty


# Distances in kilometres from towns to the unsimplified line of the origin, by an exhaustive search along it.
WORLD = [
    ("IN", "PK", "Lahore", 31.5497, 74.3436, 21.10),
    ("IN", "PK", "Srinagar", 34.0837, 74.7973, 49.66),
    ("SD", "SS", "Malakal", 9.5334, 31.6605, 45.07),
    ("IL", "LB", "Tyre", 33.2705, 35.2038, 18.94),
    ("IL", "PS", "Tel Aviv", 32.0853, 34.7818, 18.95),
    ("KH", "TH", "Siem Reap", 13.3671, 103.8448, 107.08),
    ("AM", "AZ", "Goris", 39.5111, 46.3417, 7.54),
    ("CO", "VE", "Cúcuta", 7.8939, -72.5078, 4.85),
    ("ER", "ET", "Asmara", 15.3229, 38.9251, 76.55),
    ("CD", "RW", "Goma", -1.6585, 29.2205, 2.77),
    ("SY", "TR", "Aleppo", 36.2021, 37.1343, 38.90),
    ("IQ", "IR", "Basra", 30.5085, 47.7804, 23.53),
    ("MX", "US", "Monterrey", 25.6866, -100.3161, 145.81),
    ("LS", "ZA", "Bloemfontein", -29.0852, 26.1596, 102.11),
    ("BE", "NL", "Antwerp", 51.2194, 4.4025, 15.07),
    ("AF", "PK", "Peshawar", 34.0151, 71.5249, 40.02),
    ("MM", "TH", "Mae Sot", 16.7130, 98.5747, 6.58),
    ("CN", "IN", "Leh", 34.1526, 77.5771, 83.05),
]


@pytest.mark.parametrize(("a", "b", "town", "latitude", "longitude", "km"), WORLD)
def test_distances_of_the_world(a, b, town, latitude, longitude, km):
    border = load_border((b, a))
    feet = border.nearest.nearest(np.array([longitude]), np.array([latitude]))
    assert feet.distance_m[0] / 1000 == pytest.approx(km, abs=0.03), town


@pytest.mark.parametrize(
    ("pair", "names"),
    [
        (("PK", "IN"), ["Line of Control", "Sir Creek"]),
        (("IL", "LB"), ["Blue Line"]),
        (("PS", "IL"), ["Jerusalem municipal boundary", "Green Line (1949 armistice line)"]),
        (("KR", "KP"), ["Military Demarcation Line"]),
        (("TH", "KH"), ["Dangrek Mountains (not demarcated)"]),
        (("SS", "SD"), ["Sudan–South Sudan line (not agreed)", "Kafia Kingi", "Abyei"]),
        (("SY", "IL"), ["Golan Heights"]),
        (("AM", "AZ"), ["Armenia–Azerbaijan line (not delimited)"]),
        (("CO", "VE"), []),
        (("DE", "LU"), []),  # their rivers are held jointly, not disputed
    ],
)
def test_disputed_stretches_are_named_and_part_of_the_line(pair, names):
    border = load_border(pair)
    assert border.disputed.index.tolist() == names == disputed_names(pair)
    assert border.disputed.within(border.line.union_all().buffer(1e-9)).all()
    assert shapely.length(border.agreed.union_all()) + shapely.length(
        border.disputed.to_numpy()
    ).sum() == pytest.approx(shapely.length(border.line.to_numpy()).sum())
    assert all(len(disputed_names(pair, language=language)) == len(names) for language in ("uk", "ru"))


def test_what_both_claim_lies_between_two_edges_of_the_border():
    border = load_border(("SD", "SS"))
    abyei = np.array([28.43]), np.array([9.59])
    assert border.nearest.nearest(*abyei).distance_m[0] < 70_000
    assert (
        border.nearest.nearest(*abyei).part[0] == 1
    )  # the edges of what is claimed, no country on either side of them
    placed = add_border_distance(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*abyei), crs="EPSG:4326"), border=border)
    assert placed["border_country"].isna().all()


@pytest.mark.parametrize(
    ("pair", "pieces", "inside"),
    [
        (("AM", "AZ"), 2, (45.4, 39.2)),  # Nakhchivan, an exclave
        (("LS", "ZA"), 1, (28.2, -29.5)),  # an enclave: the border is a ring
        (("BE", "NL"), 30, (4.93, 51.44)),  # Baarle
        (("ES", "MA"), 2, (-5.33, 35.885)),  # Ceuta and Melilla
        (("IL", "PS"), 2, (34.4, 31.4)),  # Gaza and the West Bank
    ],
)
def test_exclaves_enclaves_and_several_pieces(pair, pieces, inside):
    border = load_border(pair)
    parts = [part for shape in border.line for part in shape.geoms]
    assert len(parts) >= pieces
    feet = border.nearest.nearest(np.array([inside[0]]), np.array([inside[1]]))
    side = border.left if feet.on_left[0] else border.right
    assert side == countries_at([inside[0]], [inside[1]])[0] in pair


def test_sides_of_every_border_are_those_of_the_outlines():
    layer = load_layer("borders")
    layer = layer[(layer["kind"] == "border") & (layer["error_m"] < 30)]
    longest = [max(shape.geoms, key=shapely.length) for shape in layer.geometry]
    middle = shapely.get_coordinates(shapely.line_interpolate_point(longest, 0.5, normalized=True))
    around = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    x, y = (middle[:, axis, None] + 0.004 * turn(around) for axis, turn in enumerate((np.cos, np.sin)))
    feet = NearestLine(layer.geometry).nearest(x.ravel(), y.ravel())
    sides = layer[["country_a", "country_b"]].to_numpy()[feet.part, (~feet.on_left).astype(int)]
    outlines = country_codes(x.ravel(), y.ravel())
    wrong = ((sides != outlines) & (outlines != "")).reshape(x.shape).sum(axis=1)
    assert (wrong > 3).mean() < 0.03  # the outlines are simplified to a kilometre
    assert len(shipped_pairs()) > 320


def country_codes(x, y):
    """Return the country of each point by the outlines alone."""
    layer = load_layer("countries").dropna(subset="country")
    rows, areas = shapely.STRtree(layer.geometry).query(shapely.points(x, y), predicate="within")
    codes = np.full(len(x), "", dtype=object)
    codes[rows] = layer["country"].to_numpy()[areas]
    return codes


@pytest.mark.parametrize(
    ("pair", "message"),
    [
        (("FR", "PL"), r"FR and PL do not meet on land; FR meets AD, BE, .*; PL meets BY, CZ.*file of your own"),
        (("JP", "KR"), r"JP meets no country on land; KR meets KP"),
        (("TW", "CN"), r"TW meets no country on land; CN meets AF"),
    ],
)
def test_pair_that_does_not_touch(pair, message):
    with pytest.raises(ReferenceDataError, match=message):
        load_border(pair)


def test_code_that_is_no_country():
    with pytest.raises(InputError, match=r"'XX': expected codes of countries"):
        load_border(("XX", "FR"))


def test_a_line_that_is_coarser_says_so():
    assert "right to 3 km only" in load_border(("RS", "XK")).method
    assert "25 m" in load_border(("AL", "XK")).method


@pytest.mark.parametrize("pair", ["UA", ("UA",), ("UA", "UA"), ("UA", "RU", "BY"), "UR"])
def test_not_a_pair(pair):
    with pytest.raises(InputError, match="two different ISO country codes"):
        load_border(pair)


def test_unknown_view():
    with pytest.raises(InputError, match=r"'wishful'.*un, crimea_apart"):
        load_border(("UA", "RU"), view="wishful")


@pytest.fixture
def rhine(tmp_path):
    """A line near the French-German border, drawn from north to south, saved in another reference system."""
    line = shapely.LineString([(8.2, 49.0), (7.8, 48.6), (7.6, 48.0), (7.59, 47.6)])
    path = tmp_path / "rhine.gpkg"
    gpd.GeoSeries([line], crs="EPSG:4326").to_crs("EPSG:3035").to_file(path)
    return path


def test_file_of_ones_own(rhine):
    border = load_border(("FR", "DE"), file=rhine)
    assert (border.view, border.data, border.data_date) == ("file", "rhine.gpkg", None)
    assert (border.left, border.right) == ("DE", "FR")
    feet = border.nearest.nearest(np.array([7.75, 8.4]), np.array([48.573, 48.8]))  # Strasbourg; east of the Rhine
    assert feet.on_left.tolist() == [False, True]


def test_file_without_reference_system(tmp_path):
    path = tmp_path / "line.shp"
    gpd.GeoSeries([shapely.LineString([(0, 0), (1, 1)])], crs="EPSG:4326").to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match=r"line\.shp: expected a coordinate reference system"):
        load_border(("FR", "DE"), file=path)


@pytest.mark.parametrize("ending", [".shp", ".geojson", ".fgb", ".kml"])
def test_file_of_ones_own_in_any_form(rhine, tmp_path, ending):
    path = tmp_path / f"line{ending}"
    line = gpd.read_file(rhine).to_crs("EPSG:4326")
    if ending == ".kml":
        spots = " ".join(f"{x},{y}" for x, y in shapely.get_coordinates(line.geometry.to_numpy()).tolist())
        mark = f"<Placemark><LineString><coordinates>{spots}</coordinates></LineString></Placemark>"
        path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{mark}</Document></kml>')
    else:
        line.to_file(path)
    assert load_border(("FR", "DE"), file=path).line.iloc[0].hausdorff_distance(
        load_border(("FR", "DE"), file=rhine).line.iloc[0]
    ) == pytest.approx(0, abs=1e-5)


def test_file_of_points(tmp_path):
    path = tmp_path / "points.geojson"
    gpd.GeoSeries([shapely.Point(7, 48)], crs="EPSG:4326").to_file(path)
    with pytest.raises(InputError, match=r"points\.geojson: expected lines; found 1 points"):
        load_border(("FR", "DE"), file=path)


def test_a_file_that_never_ends_is_ended(tmp_path, rhine):
    with contextlib.closing(sqlite3.connect(rhine)) as database, database:
        name = database.execute("SELECT table_name FROM gpkg_contents").fetchone()[0]
        database.execute(f"ALTER TABLE {name} RENAME TO kept")
        database.execute(
            f"CREATE VIEW {name} AS WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless) "
            "SELECT kept.fid, kept.geom FROM endless, kept WHERE n < 0"
        )
    with pytest.raises(InputError, match=r"rhine\.gpkg: .* within 2 seconds"):
        load_border(("FR", "DE"), file=rhine, limits=Limits(seconds=2))


def test_file_of_areas(tmp_path):
    path = tmp_path / "areas.geojson"
    gpd.GeoSeries([shapely.box(0, 0, 1, 1)], crs="EPSG:4326").to_file(path)
    with pytest.raises(InputError, match=r"areas\.geojson: expected lines; found Polygon"):
        load_border(("FR", "DE"), file=path)


def test_file_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match=r"none\.geojson: expected a file of lines"):
        load_border(("FR", "DE"), file=tmp_path / "none.geojson")
