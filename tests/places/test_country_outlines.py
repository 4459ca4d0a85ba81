"""What is a part of a country ends at its border."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

import impactmap as im
from impactmap.places.gazetteer.areas import Areas
from impactmap.places.gazetteer.country_outlines import country_outlines, within_country
from impactmap.places.shapes import circle


def test_a_region_without_an_outline_ends_at_its_countrys_border():
    sheet = pd.DataFrame({"date": ["2025-03-01"], "place": ["West Kordofan"], "country": ["Sudan"]})
    (shape,) = im.geocode_events(im.read_events(sheet).events).geometry
    assert shapely.area(shape) > 5
    assert not shapely.contains_xy(shape, 28.4, 9.4)  # in South Sudan, within the circle


def test_every_region_without_an_outline_lies_in_its_country():
    areas = Areas()
    rounded = [code for code, more in areas.more.items() if more.circle is not None][::23]
    assert len(rounded) > 10
    for code in rounded:
        shape, outline = areas.polygon(code), country_outlines().loc[areas.more[code].country]
        outside = shapely.area(shapely.difference(shape, outline)) / shapely.area(shape)
        assert outside == pytest.approx(0, abs=1e-6) or outside == pytest.approx(1), code


@pytest.mark.parametrize(
    ("at", "code", "part"), [((1.5, 32.5), "UG", "whole"), ((13.0, 22.4), "SD", "cut"), ((0.0, -30.0), "UG", "whole")]
)
def test_what_lies_across_a_border_is_cut_and_what_lies_nowhere_in_it_stays(at, code, part):
    shape = circle(*at, 100)
    kept = within_country(shape, code)
    assert (kept.area < shape.area) == (part == "cut")
    assert within_country(shape, None) is shape
    assert within_country(shape, "XX") is shape
