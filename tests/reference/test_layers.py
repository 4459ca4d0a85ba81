"""The shipped layers: what is registered is what is there, and the content is right where it is easy to get wrong."""

import hashlib
import json
from importlib import resources

import geopandas as gpd
import pytest
import shapely

from impactmap.model.errors import ReferenceDataError
from impactmap.reference import layer_info, load_layer, notices

FOLDER = resources.files("impactmap.reference")
LAYERS = sorted(json.loads(FOLDER.joinpath("sources.json").read_text(encoding="utf-8")))

UKRAINE = {
    "UA-05": "Vinnytsia region", "UA-07": "Volyn region", "UA-09": "Luhansk region", "UA-12": "Dnipropetrovsk region",
    "UA-14": "Donetsk region", "UA-18": "Zhytomyr region", "UA-21": "Zakarpattia region",
    "UA-23": "Zaporizhzhia region",
    "UA-26": "Ivano-Frankivsk region", "UA-30": "Kyiv", "UA-32": "Kyiv region", "UA-35": "Kirovohrad region",
    "UA-40": "Sevastopol", "UA-43": "Autonomous Republic of Crimea", "UA-46": "Lviv region", "UA-48": "Mykolaiv region",
    "UA-51": "Odesa region", "UA-53": "Poltava region", "UA-56": "Rivne region", "UA-59": "Sumy region",
    "UA-61": "Ternopil region", "UA-63": "Kharkiv region", "UA-65": "Kherson region", "UA-68": "Khmelnytskyi region",
    "UA-71": "Cherkasy region", "UA-74": "Chernihiv region", "UA-77": "Chernivtsi region",
}  # fmt: skip


def test_the_layers_that_ship():
    assert [
        *("basemap", "borders", "countries", "gazetteer", "lines"),
        *("more_regions", "region_names", "regions", "register"),
    ] == LAYERS


def test_the_register_of_settlements():
    layer = load_layer("register")
    assert layer["kind"].value_counts().to_dict() == {
        "C": 27_261, "X": 1_979, "H": 1_772, "M": 461, "P": 136, "B": 108, "K": 2,
    }  # fmt: skip
    found = layer[layer["geonames"] > 0]
    assert found["geonames"].is_unique
    assert (found["radius_km"] == 0).all()
    missing = layer[(layer["geonames"] == 0) & layer["kind"].isin(["C", "X", "M"])]
    assert len(missing) == 24_698
    assert missing["radius_km"].between(15, 140).all()
    opytne = layer[(layer["name"] == "Опитне") & (layer["region"] == "UA-14")]
    assert sorted(zip(opytne["district"], opytne["community"], strict=True)) == [
        ("Бахмутський", "Бахмутська"),
        ("Покровський", "Авдіївська"),
    ]


@pytest.mark.parametrize("name", LAYERS)
def test_layer_is_the_one_registered(name):
    info = layer_info(name)
    data = FOLDER.joinpath(info["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == info["sha256"]
    assert len(data) == info["bytes"]


@pytest.mark.parametrize("name", LAYERS)
def test_register_says_everything(name):
    info = layer_info(name)
    for key in ("title", "origin", "package", "version", "licence", "licence_url", "date", "notice", "method"):
        assert info[key].strip(), key
    assert info["inputs"]
    assert all(len(checksum) == 64 for checksum in info["inputs"].values())


def test_three_notices_travel():
    assert [text.split(":")[0] for text in notices()] == [
        "Borders",
        "Land, water and regions",
        "Places and populations",
    ]
    for text, name in zip(notices(), ("OpenStreetMap", "Natural Earth", "GeoNames"), strict=True):
        assert name in text
    notice_file = FOLDER.joinpath("NOTICE.md").read_text(encoding="utf-8")
    assert all(text in notice_file for text in notices())


@pytest.mark.parametrize("name", ["basemap", "borders", "countries", "lines", "regions"])
def test_geometry_is_valid(name):
    layer = load_layer(name)
    assert isinstance(layer, gpd.GeoDataFrame)
    assert layer.crs.to_epsg() == 4326
    assert not layer.geometry.isna().any()
    assert not layer.geometry.is_empty.any()
    assert layer.geometry.is_valid.all()
    west, south, east, north = layer.total_bounds
    assert (west, south) >= (-180, -90)
    assert (east, north) <= (180, 90)


def test_changing_a_layer_changes_nobody_elses():
    mine = load_layer("regions")
    mine.loc[0, "name_en"] = "changed"
    mine.loc[0, "geometry"] = shapely.box(0, 0, 1, 1)
    other = load_layer("regions")
    assert other.loc[0, "name_en"] != "changed"
    assert other.geometry.iloc[0] != shapely.box(0, 0, 1, 1)


def test_a_layer_without_its_shapes():
    whole, bare = load_layer("regions"), load_layer("regions", shapes=False)
    assert list(bare.columns) == [name for name in whole.columns if name != "geometry"]
    assert bare["name_uk"].tolist() == whole["name_uk"].tolist()


def test_unknown_layer():
    with pytest.raises(ReferenceDataError, match=r"'moon'.*borders"):
        load_layer("moon")


def test_regions_of_ukraine():
    layer = load_layer("regions").set_index("code")
    assert layer[layer["country"] == "UA"]["name_en"].to_dict() == UKRAINE
    assert layer.loc["UA-32", ["name_uk", "name_ru"]].tolist() == ["Київська область", "Киевская область"]
    assert layer.loc["UA-30", ["name_uk", "name_ru"]].tolist() == ["Київ", "Киев"]


@pytest.mark.parametrize(
    ("code", "point", "names"),
    [
        ("RU-MOW", (37.62, 55.75), ("Moscow", "Москва", "Москва")),
        ("RU-MOS", (38.45, 55.1), ("Moscow region", "Московська область", "Московская область")),
        ("RU-ALT", (83.77, 53.35), ("Altai Krai", "Алтайський край", "Алтайский край")),
        ("RU-AL", (86.5, 50.8), ("Altai Republic", "Республіка Алтай", "Республика Алтай")),
        ("RU-BEL", (36.58, 50.61), ("Belgorod region", "Бєлгородська область", "Белгородская область")),
        ("UA-30", (30.52, 50.45), ("Kyiv", "Київ", "Киев")),
        ("UA-40", (33.52, 44.6), ("Sevastopol", "Севастополь", "Севастополь")),
    ],
)
def test_region_has_its_own_name_and_place(code, point, names):
    row = load_layer("regions").set_index("code").loc[code]
    assert (row["name_en"], row["name_uk"], row["name_ru"]) == names
    assert row["geometry"].contains(shapely.Point(point))


def test_russia_has_no_region_of_another_country():
    layer = load_layer("regions")
    codes = layer[layer["country"] == "RU"]["code"]
    assert len(codes) == 83
    assert codes.str.startswith("RU-").all()


def test_geonames_codes_are_of_the_same_country():
    layer = load_layer("regions").dropna(subset=["geonames_admin1"])
    own = layer[layer["country"].isin(["UA", "RU", "BY", "PL", "RO", "FR", "DE"])]
    assert (own["geonames_admin1"].str[:2] == own["country"]).all()
    assert layer.set_index("code").loc["UA-63", "geonames_admin1"] == "UA.07"


def test_border_lines_are_those_described():
    layer = load_layer("borders")
    assert set(layer["kind"]) == {"border", "claimed", "disputed"}
    lines = layer[layer["kind"] != "disputed"]
    assert len(lines[["country_a", "country_b"]].drop_duplicates()) > 320
    assert (lines["country_a"] < lines["country_b"]).all()
    assert lines["view"].isna().all()
    apart = layer[layer["kind"] == "disputed"]
    assert apart[["view", "name"]].to_numpy().tolist() == [["crimea_apart", "Crimea"]]
    named = layer["name"].notna()
    assert (layer[["name_uk", "name_ru"]].notna().all(axis=1) == named).all()
    deviation = layer_info("borders")["method"].split("never more than ")[1].split(" m")[0]
    assert 0 < float(deviation) < 30


def test_land_border_ends_at_the_azov_coast():
    layer = load_layer("borders")
    line = layer[(layer["country_a"] == "RU") & (layer["country_b"] == "UA")].geometry.iloc[0]
    assert line.bounds[1] == pytest.approx(47.1195, abs=1e-3)  # south of it there is sea, and then Kerch
    assert len(line.geoms) == 1


def test_kakhovka_reservoir_is_gone_and_its_river_is_not():
    layer = load_layer("basemap")
    lakes, rivers = (layer[layer["kind"] == kind].geometry for kind in ("lake", "river"))
    assert not lakes.intersects(shapely.Point(34.3, 47.5)).any()
    assert lakes.intersects(shapely.Point(32.9, 49.25)).any()  # Kremenchuk reservoir
    assert rivers.intersects(shapely.box(33.3, 46.7, 35.2, 47.9)).any()


def test_lines_are_what_the_outlines_share():
    lines, regions = load_layer("lines"), load_layer("regions").set_index("code").geometry
    between = lines[lines["kind"] == "region"].geometry.to_numpy()
    shared = shapely.intersection(regions["UA-63"].boundary, regions["UA-59"].boundary)
    near = shapely.union_all(between[shapely.dwithin(between, shared, 0.0)])
    assert shapely.length(shapely.intersection(near, shared)) == pytest.approx(shapely.length(shared))
    pairs = lines[lines["kind"] == "country"]
    assert {("DE", "FR"), ("CA", "US"), ("RU", "UA")} <= set(zip(pairs["country_a"], pairs["country_b"], strict=True))


def test_lines_are_of_the_layers_they_are_made_from():
    made_from = layer_info("lines")["inputs"]
    assert made_from == {
        layer_info(name)["file"]: layer_info(name)["sha256"] for name in ("basemap", "countries", "regions")
    }


@pytest.mark.parametrize(
    ("town", "point", "code", "name"),
    [
        ("Asmara", (38.93, 15.33), "ER-MA", "Maekel"),
        ("Keren", (38.45, 15.78), "ER-AN", "Anseba"),
        ("Mendefera", (38.81, 14.88), "ER-DU", "Debub"),
        ("Georgetown", (-58.15, 6.80), "GY-DE", "Demerara-Mahaica"),
        ("New Amsterdam", (-57.52, 6.25), "GY-EB", "East Berbice-Corentyne"),
        ("Lethem", (-59.80, 3.38), "GY-UT", "Upper Takutu-Upper Essequibo"),
        ("Linden", (-58.30, 6.00), "GY-UD", "Upper Demerara-Berbice"),
        ("Bartica", (-58.62, 6.40), "GY-CU", "Cuyuni-Mazaruni"),
        ("Tena", (-77.81, -0.99), "EC-N", "Napo"),
        ("Ambato", (-78.62, -1.25), "EC-T", "Tungurahua"),
        ("Gardez", (69.22, 33.60), "AF-PIA", "Paktia"),
        ("Sharana", (68.73, 33.13), "AF-PKA", "Paktika"),
        ("Banja Luka", (17.19, 44.77), "BA-SRP", "Republika Srpska"),
        ("Sarajevo", (18.36, 43.85), "BA-BIH", "Federation of Bosnia and Herzegovina"),
        ("Zalingei", (23.47, 12.91), "SD-DC", "Central Darfur"),
        ("Ed Daein", (26.13, 11.46), "SD-DE", "East Darfur"),
        ("Nyala", (24.88, 12.05), "SD-DS", "South Darfur"),
        ("Fianarantsoa", (47.09, -21.45), "MG-F", "Fianarantsoa"),
        ("Karaj", (50.99, 35.84), "IR-32", "Alborz"),
        ("Gbarpolu", (-10.2, 7.2), "LR-GP", "Gbarpolu"),
    ],
)
def test_outlines_have_the_code_and_name_of_their_region(town, point, code, name):
    layer = load_layer("regions")
    row = layer[layer.contains(shapely.Point(point))]
    assert row[["code", "name_en"]].to_numpy().tolist() == [[code, name]], town
