"""Positions in running text: each way to write one is found, and figures are left alone."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.places.fine_positions import coarse_column, coarse_frame, coarse_text

FINE = [
    ("hit at 50.456789 36.876543, two hurt", "hit at 50.46 36.88, two hurt"),
    ("-33.868820, 151.209296", "-33.87, 151.21"),
    ("50.457,36.877", "50.46,36.88"),
    ("50,456789; 36,876543", "50,46; 36,88"),
    ("36.876543E 50.456789N", "36.88E 50.46N"),
    ("50.456789°N, 36.876543°E", "50.46°N, 36.88°E"),
    ("lat 50.456789 lon 36.876543", "lat 50.46 lon 36.88"),
    ("широта 50.4567, довгота 36.8765", "широта 50.46, довгота 36.88"),
    ("latitude: 50.4567 alone", "latitude: 50.46 alone"),
    ("geo:50.456789,36.876543", "geo:50.46,36.88"),
    ('{"type":"Point","coordinates":[36.876543,50.456789]}', '{"type":"Point","coordinates":[36.88,50.46]}'),
    ("along 36.876543 50.456789, 36.976543 50.556789", "along 36.88 50.46, 36.98 50.56"),
    ("50°27'24.4\"N 36°52'35.6\"E", "50°27′N 36°53′E"),
    ("50°27′24.4″ пн. ш., 36°52′35.6″ сх. д.", "50°27′ пн. ш., 36°53′ сх. д."),
    ("N 50° 27.123' E 36° 52.456'", "N 50°27′ E 36°52′"),
    ("N50°27'24\" E36°52'35\"", "N50°27′ E36°53′"),
    ("50 27 24.4 N 36 52 35.6 E", "50°27′ N 36°53′ E"),
    ("37U CR 81234 92345", "37U CR 81 92"),
    ("grid 37UCR8123492345.", "grid 37UCR8192."),
    ("37U 412345 5589123", "37U 412000 5589000"),
    ("8GVQ2X5R+9C", "8GVQ2X00+"),
    ("2X5R+9C Belgorod", "… Belgorod"),
    ("geohash ubcu2rmt9", "geohash ubcu2"),
    ("///filled.count.soap", "///…"),
    ("https://maps.google.com/?q=50.456789,36.876543", "https://maps.google.com/?q=50.46,36.88"),
    ("https://yandex.ru/maps/?ll=36.876543%2C50.456789&z=15", "https://yandex.ru/maps/?ll=36.88%2C50.46&z=15"),
    (
        "https://www.google.com/maps/@50.456789,36.876543,15z/data=!3d50.456789!4d36.876543",
        "https://www.google.com/maps/@50.46,36.88,15z/data=!3d50.46!4d36.88",
    ),
    (
        "https://www.openstreetmap.org/?mlat=50.456789&mlon=36.876543#map=15/50.456789/36.876543",
        "https://www.openstreetmap.org/?mlat=50.46&mlon=36.88#map=15/50.46/36.88",
    ),
    ("https://maps.app.goo.gl/AbCd123 seen", "https://maps.app.goo.gl/ seen"),
    ("https://geohash.org/ubcu2rmt9", "https://geohash.org/ubcu2"),
]
LEFT = [
    "killed 12.5 of 13.75",
    "10,000 households and 1,234 more; $12.345, $13.456",
    "between 12.3456 and 12.9876 percent",
    "rate 41.2345 to 42.3456",
    "2025.11.09 2025.11.10, at 14:30:25 N of the city, 12:30:45",
    "version 1.234.5678, doi 10.1234/abc.567",
    "200.1234 300.4567",
    "36.612°C, 50° 27' N, 36° 52' E",
    "2024+25, 9M723, 050 123 45 67, 1 234 567 households",
    "37UCR8192",
    "https://t.me/abc/12345 https://x.com/a/status/19876543219876",
    "the word geohash, and Kharkiv",
]


@pytest.mark.parametrize(("text", "coarse"), FINE)
def test_a_position_finer_than_allowed_is_made_coarse(text, coarse):
    assert coarse_text(text) == coarse
    assert coarse_text(coarse) == coarse
    assert coarse_column(pd.Series([None, text, "x"], dtype="str")).fillna("").tolist() == ["", coarse, "x"]


@pytest.mark.parametrize("text", LEFT)
def test_what_is_no_fine_position_is_left_alone(text):
    assert coarse_text(text) == text


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([", ", " ", "; ", "/", ","]), st.integers(4, 8))
def test_any_pair_of_degrees_leaves_with_two_decimals(latitude, longitude, between, decimals):
    text = f"seen ({latitude:.{decimals}f}{between}{longitude:.{decimals}f})"
    coarse = coarse_text(text)
    numbers = coarse.removeprefix("seen (").removesuffix(")").split(between)
    assert [float(number) for number in numbers] == [
        round(float(f"{latitude:.{decimals}f}"), 2), round(float(f"{longitude:.{decimals}f}"), 2)
    ]  # fmt: skip


def test_codes_and_missing_texts_are_left_and_the_input_too():
    frame = pd.DataFrame(
        {
            "event_id": ["50.456789, 36.876543", "b"],
            "summary": pd.Series(["at 50.456789, 36.876543", None], dtype="str"),
            "n": [1, 2],
        }
    )
    told: dict[str, int] = {}
    coarse = coarse_frame(frame, told)
    assert coarse["event_id"].tolist() == ["50.456789, 36.876543", "b"]
    assert coarse["summary"].fillna("").tolist() == ["at 50.46, 36.88", ""]
    assert told == {"summary": 1}
    assert frame["summary"][0] == "at 50.456789, 36.876543"
    assert coarse_frame(coarse) is coarse


@pytest.mark.parametrize("text", ["50.4567, " * 5000, "° " * 50_000 + "12.34567" + " " * 50_000, "12°3'" * 20_000])
def test_a_long_text_takes_no_time_to_speak_of(text):
    coarse_text(text)
