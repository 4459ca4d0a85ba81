"""Countries by name: in every script, abbreviated, and never a town that is called like one in another language."""

from __future__ import annotations

import pytest

from impactmap.places.geocoder import Gazetteer
from impactmap.places.names.country_names import find_country


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("سوريا", "SY"), ("السودان", "SD"), ("ایران", "IR"), ("ישראל", "IL"), ("საქართველო", "GE"),
        ("Հայաստան", "AM"), ("ኢትዮጵያ", "ET"), ("မြန်မာ", "MM"), ("中国", "CN"), ("日本", "JP"), ("대한민국", "KR"),
        ("ไทย", "TH"), ("भारत", "IN"), ("বাংলাদেশ", "BD"), ("Ελλάδα", "GR"), ("Ucrania", "UA"),
        ("Allemagne", "DE"), ("Deutschland", "DE"), ("Україна", "UA"), ("Беларусь", "BY"), ("Србија", "RS"),
        ("U.S.", "US"),
    ],
)  # fmt: skip
def test_a_country_in_its_own_or_another_language(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize("text", ["سوريا", "中国", "ኢትዮጵያ", "ישראל"])
def test_as_a_place_it_is_the_country(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.decide(text).precision == "country"


def test_a_hint_in_another_script(gazetteer: Gazetteer) -> None:
    found = gazetteer.decide("Aleppo", country="سوريا")
    assert (found.status, found.country) == ("matched", "SY")


@pytest.mark.parametrize("text", ["Allemagne", "Ucrania", "Griechenland"])
def test_in_latin_letters_only_where_a_country_is_said(text: str) -> None:
    assert find_country(text) is not None
    assert find_country(text, codes=False) is None
