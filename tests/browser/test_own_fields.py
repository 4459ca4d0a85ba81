"""Columns of the author's own on the page: told on the card, searched, chosen by, kept in the link."""

from __future__ import annotations

import geopandas as gpd
import pytest

from impactmap.model.project import Project

pytestmark = pytest.mark.browser


@pytest.fixture
def tab(open_page, write_page):
    events = gpd.GeoDataFrame(
        {
            "event_id": ["a", "b", "c"],
            "place_number": 1,
            "date_start": ["2025-11-08", "2025-11-09", "2025-11-10"],
            "date_end": ["2025-11-08", "2025-11-09", "2025-11-10"],
            "side": ["North", "North", None],
            "place": ["Quetta", "Sibi", "Karachi"],
            "place_precision": "settlement",
            "Damage": ["heavy", "light; roof", None],
            "Report": ["https://example.org/a", "javascript:alert(1)", None],
            "Ref": ["<img src=x onerror=alert(1)>", "{{ 7*7 }}", None],
        },
        geometry=gpd.points_from_xy([67.0, 67.88, 67.03], [30.2, 29.54, 24.87]),
        crs="EPSG:4326",
    )
    fields = [
        {"column": "Damage", "label": "Damage level", "kind": "category"},
        {"column": "Report", "kind": "link"},
        {"column": "Ref"},
    ]
    return open_page(write_page(events, project=Project.model_validate({"fields": fields})))


def results(tab):
    return tab.page.locator("#im-results").inner_text()


def test_the_card_and_the_table_tell_the_fields_as_text(tab):
    card = tab.page.locator("#im-card")
    tab.click_map(30.2, 67.0)
    told = card.locator(".im-fact-own")
    tab.until(told.locator("dt").all_inner_texts, ["Damage level", "Report", "Ref"])
    assert told.locator("dd").last.inner_text() == "<img src=x onerror=alert(1)>"
    assert told.locator("a").get_attribute("href") == "https://example.org/a"
    rows = tab.page.locator("#im-rows tbody tr")
    assert rows.nth(0).locator(".im-field").all_text_contents()[0] == "Damage level: heavy"
    assert rows.nth(1).locator(".im-field a").count() == 0
    assert tab.page.evaluate("window.hits") == 0


def test_a_category_is_a_filter_that_the_link_keeps(tab, open_page):
    tab.page.click("#im-filters-toggle")
    chooser = tab.page.locator("#im-field-0")
    assert chooser.locator("option").all_inner_texts()[1:] == ["heavy", "light", "roof"]
    chooser.select_option(label="roof")
    tab.until(lambda: results(tab), "1 of 3 reports")
    tab.until(tab.shown, [1])
    tab.until(lambda: "f=" in tab.page.url, wanted=True)
    again = open_page(tab.page.url)
    again.until(lambda: results(again), "1 of 3 reports")
    assert again.page.locator("#im-field-0").input_value() == "2"
    again.page.click("#im-clear")
    again.until(lambda: again.page.locator("#im-field-0").input_value(), "-1")


def test_the_search_finds_a_fields_value(tab):
    tab.page.click("#im-filters-toggle")
    tab.page.fill("#im-search", "heavy")
    tab.until(tab.shown, [0])
