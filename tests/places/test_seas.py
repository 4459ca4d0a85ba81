"""Seas, gulfs and straits are areas, in any case of their names; a place beside one is not the whole sea."""

import pytest
import shapely

from impactmap.places.gazetteer.seas import find_sea, sea_outline
from impactmap.places.geocoder import Gazetteer
from impactmap.reference import load_layer


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Black Sea", "black-sea"),
        ("the Black Sea", "black-sea"),
        ("in the Black Sea", "black-sea"),
        ("Black Sea, Ukraine", "black-sea"),
        ("Чорне море", "black-sea"),
        ("у Чорному морі", "black-sea"),
        ("над Чорним морем", "black-sea"),
        ("Чёрное море", "black-sea"),
        ("в Черном море", "black-sea"),
        ("акваторія Чорного моря", None),
        ("Sea of Azov", "sea-of-azov"),
        ("Азовське море", "sea-of-azov"),
        ("Kerch Strait", "kerch-strait"),
        ("у Керченській протоці", "kerch-strait"),
        ("в Керченском проливе", "kerch-strait"),
        ("Baltic Sea", "baltic-sea"),
        ("Gulf of Finland", "gulf-of-finland"),
        ("в Финском заливе", "gulf-of-finland"),
        ("Red Sea", "red-sea"),
        ("Bab el-Mandeb Strait", "bab-el-mandeb"),
        ("Gulf of Aden", "gulf-of-aden"),
        ("Strait of Hormuz", "strait-of-hormuz"),
        ("Persian Gulf", "persian-gulf"),
        ("Mediterranean", "mediterranean-sea"),
        ("South China Sea", "south-china-sea"),
        ("Taiwan Strait", "taiwan-strait"),
        ("Caribbean Sea", "caribbean-sea"),
    ],
)
def test_a_sea_is_an_area(gazetteer: Gazetteer, text: str, code: str | None) -> None:
    found = gazetteer.decide(text)
    if code is None:
        assert found.status != "matched"
        return
    assert (found.status, found.precision, found.place_id) == ("area", "region", f"sea:{code}")
    assert found.country is None


@pytest.mark.parametrize("text", ["Black Sea, 40 km south of Odesa", "Чорне море, 40 км на південь від Одеси"])
def test_a_place_beside_which_something_was_at_sea_is_the_area_around_it(gazetteer: Gazetteer, text: str) -> None:
    found = gazetteer.decide(text)
    assert (found.status, found.precision, found.name) == ("area", "district", "Odesa")
    assert found.radius_km >= 40


@pytest.mark.parametrize("text", ["Black Sea Street", "Marmara", "Red Sea Governorate", "Hormuz"])
def test_what_only_has_the_word_is_no_sea(gazetteer: Gazetteer, text: str) -> None:
    assert not str(gazetteer.decide(text).place_id).startswith("sea:")


def test_a_region_of_a_seas_name_is_the_region_where_its_country_is_given(gazetteer: Gazetteer) -> None:
    assert gazetteer.decide("Red Sea", country="Sudan").region_code == "SD-RS"
    assert gazetteer.decide("Red Sea", country="Yemen").place_id == "sea:red-sea"


@pytest.mark.parametrize(
    ("sea", "inside", "outside"),
    [
        ("Black Sea", (31.5, 44.0), (37.0, 46.2)),
        ("Sea of Azov", (37.0, 46.2), (31.5, 44.0)),
        ("Kerch Strait", (36.55, 45.25), (34.0, 44.0)),
        ("Red Sea", (38.5, 20.0), (46.0, 12.0)),
        ("Gulf of Aden", (47.0, 12.5), (38.5, 20.0)),
        ("Baltic Sea", (19.0, 56.0), (26.0, 59.9)),
        ("Persian Gulf", (51.0, 27.0), (59.0, 24.5)),
        ("Gulf of Mexico", (-90.0, 26.0), (-75.0, 15.0)),
    ],
)
def test_outlines_of_seas(sea: str, inside: tuple[float, float], outside: tuple[float, float]) -> None:
    found = find_sea(sea)
    assert found is not None
    outline = sea_outline(found.code)
    assert shapely.contains_xy(outline, *inside)
    assert not shapely.contains_xy(outline, *outside)


@pytest.mark.parametrize("town", [(30.73, 46.48), (28.95, 41.01), (44.2, 12.8), (55.3, 25.2), (121.5, 31.2)])
def test_no_town_lies_in_a_sea(town: tuple[float, float]) -> None:
    seas = load_layer("seas")
    assert not shapely.contains_xy(shapely.buffer(seas.geometry.to_numpy(), -0.05), *town).any()
