"""The map, the timeline, the card, the filters and the permalink, as a reader uses them."""

from __future__ import annotations

import io
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

VORONEZH = (51.67204, 39.1843)
BELGOROD = (50.61074, 36.58015)
TAGANROG = (47.23627, 38.9053)
KHARKIV = (49.98081, 36.25272)
PLUM, GREEN = (0x8D, 0x53, 0xA5), (0x0A, 0x79, 0x59)


def near(colour, wanted, within=40):
    return sum(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= within


def results(tab):
    return tab.page.locator("#im-results").inner_text()


def switch(tab, side):
    return tab.page.locator(f'#im-controls button.im-switch[data-side="{side}"]')


@pytest.fixture
def tab(open_page, first_page):
    return open_page(first_page)


# --- what is drawn ---


def test_confirmed_mark_is_filled_with_its_sides_colour(tab):
    assert near(tab.pixel(*VORONEZH), PLUM)


def test_claimed_mark_is_open(tab):
    assert not near(tab.pixel(*BELGOROD), PLUM)
    assert any(near(colour, PLUM) for colour in tab.colours(*BELGOROD, 24))


def test_report_without_a_side_is_drawn_in_neither_sides_colour(tab):
    colours = tab.colours(*TAGANROG, 24)
    assert not any(near(colour, PLUM) or near(colour, GREEN) for colour in colours)
    assert any(near(colour, (0x6B, 0x68, 0x63)) for colour in colours)


def test_area_is_hatched_and_has_no_dot(tab):
    colours = tab.colours(49.2, 30.4, 40)
    ground, count = Counter(colours).most_common(1)[0]
    assert 0.2 < count / len(colours) < 0.95
    drawn = np.array([colour for colour in colours if colour != ground])
    # Lines of the side's green on the ground: darker than it, in red most of all.
    lighter = np.array(ground) - drawn.mean(axis=0)
    assert lighter[0] == lighter.max() > 5


def test_both_sides_are_drawn_as_heavily(tab):
    """Each side's filled mark covers about as many pixels of its colour as the other's."""
    plum = sum(near(colour, PLUM) for colour in tab.colours(*VORONEZH, 30))
    assert plum > 60


# --- layers ---


def test_side_is_switched_off_and_on(tab):
    button = switch(tab, "Ukraine")
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    tab.until(lambda: near(tab.pixel(*VORONEZH), PLUM), False)
    expect(tab.page.locator("#im-results")).to_have_text("6 of 9 reports")
    tab.until(tab.shown, [2, 3, 4, 5, 6, 7, 8])
    button.press("Space")
    tab.until(lambda: near(tab.pixel(*VORONEZH), PLUM), True)
    expect(tab.page.locator("#im-results")).to_have_text("9 reports")


def test_reports_without_a_side_are_a_layer_too(tab):
    switch(tab, "").click()
    tab.until(tab.shown, [0, 1, 3, 4, 5, 6, 7, 8, 9])
    expect(tab.page.locator("#im-results")).to_have_text("8 of 9 reports")


def test_lists_beside_the_map_follow_the_layers(tab):
    switch(tab, "Russia").click()
    shown = "items => items.filter((i) => i.offsetParent).map((i) => i.dataset.row)"
    tab.until(lambda: tab.page.eval_on_selector_all("#im-beside li[data-row]", shown), ["9"])


# --- the range ---


def test_range_is_dragged_by_mouse(tab):
    handle = tab.page.locator("#im-from")
    handle.scroll_into_view_if_needed()
    box, other = handle.bounding_box(), tab.page.locator("#im-to").bounding_box()
    assert box["width"] >= 24
    assert box["height"] >= 24
    middle = box["x"] + box["width"] / 2
    tab.page.mouse.move(middle, box["y"] + box["height"] / 2)
    tab.page.mouse.down()
    tab.page.mouse.move(middle + (other["x"] - box["x"]) * 0.72, box["y"] + box["height"] / 2, steps=8)
    tab.page.mouse.up()
    expect(tab.page.locator("#im-results")).to_have_text("6 of 9 reports")
    expect(tab.page.locator("#im-period")).to_have_text("9 November 2025")
    tab.until(tab.shown, [0, 1, 2, 3, 4, 5, 6])


def test_range_is_moved_by_key(tab):
    handle = tab.page.locator("#im-from")
    first = int(handle.get_attribute("aria-valuenow"))
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", str(first + 1))
    tab.until(tab.shown, [0, 1, 2, 3, 4, 5, 6, 7, 9])
    handle.press("End")
    expect(handle).to_have_attribute("aria-valuenow", str(first + 2))
    handle.press("Home")
    expect(tab.page.locator("#im-results")).to_have_text("9 reports")


def test_handles_do_not_cross(tab):
    start, end = tab.page.locator("#im-from"), tab.page.locator("#im-to")
    first = start.get_attribute("aria-valuenow")
    end.press("Home")
    expect(end).to_have_attribute("aria-valuenow", first)
    end.press("ArrowLeft")
    expect(start).to_have_attribute("aria-valuenow", first)
    expect(end).to_have_attribute("aria-valuenow", first)


def test_empty_period_says_what_to_do(open_page, write_page, located, claims, project):
    located.loc[8, "date_start"] = located.loc[8, "date_end"] = located.loc[8, "date_start"] - pd.Timedelta(days=20)
    tab = open_page(write_page(located, claims, project=project))
    tab.page.locator("#im-from").press("ArrowRight")
    for _ in range(30):
        tab.page.locator("#im-to").press("ArrowLeft")
        tab.rest()
        if tab.shown() == []:
            break
    tab.until(tab.shown, [])
    tab.page.locator("button.im-rescue").click()
    tab.until(tab.shown, list(range(10)))


def test_play_steps_through_time_and_stops(tab):
    button = tab.page.locator("#im-play")
    button.click()
    expect(tab.page.locator("#im-results")).not_to_have_text("9 reports")
    button.click()
    held = results(tab)
    tab.page.wait_for_timeout(1500)
    assert results(tab) == held


# --- the card ---


def test_card_opens_by_mouse_and_closes_by_escape(tab):
    tab.click_map(*VORONEZH)
    card = tab.page.locator("#im-card")
    card.wait_for(state="visible")
    expect(tab.page.locator("#im-card-title")).to_contain_text("Voronezh")
    tab.page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_card_keeps_reported_and_computed_apart(tab):
    tab.click_map(*VORONEZH)
    tab.page.locator("#im-card").wait_for(state="visible")
    reported, computed = (
        tab.page.locator(f"#im-card .im-{name}").all_inner_texts() for name in ("reported", "computed")
    )
    assert re.search(r"nearly\s300", " ".join(reported))
    assert "179.9" in " ".join(computed)
    figures = tab.page.locator("#im-card .im-reported .im-figure").all_inner_texts()
    assert len(figures) == 2
    assert "179.9" not in " ".join(figures)
    assert "848,752" in " ".join(computed)


def test_card_shows_a_contradiction_as_one(tab):
    tab.click_map(*TAGANROG)
    tab.page.locator("#im-card").wait_for(state="visible")
    text = " ".join(tab.page.locator("#im-card .im-contradiction").all_inner_texts())
    assert "a power line shut down" in text
    assert "fire at a substation" in text
    assert "Local authorities" in text
    assert "Local media" in text


def test_card_links_only_to_web_addresses(tab):
    tab.click_map(*TAGANROG)
    tab.page.locator("#im-card").wait_for(state="visible")
    assert tab.page.locator("#im-card a").count() == 0
    tab.page.keyboard.press("Escape")
    tab.click_map(*BELGOROD)
    tab.page.locator("#im-card").wait_for(state="visible")
    link = tab.page.locator("#im-card .im-sources a").first
    assert link.get_attribute("href") == "https://example.org/a"
    assert "noopener" in link.get_attribute("rel")


def test_card_opens_from_the_table_and_gives_the_focus_back(tab):
    button = tab.page.locator('tr[data-row="3"] button.im-details')
    button.focus()
    button.press("Enter")
    tab.page.locator("#im-card").wait_for(state="visible")
    tab.until(lambda: tab.page.evaluate("document.querySelector('#im-card').contains(document.activeElement)"), True)
    tab.page.locator("#im-card .im-close").click()
    expect(button).to_be_focused()


def test_escape_closes_the_card_from_anywhere(tab):
    tab.click_map(*VORONEZH)
    card = tab.page.locator("#im-card")
    card.wait_for(state="visible")
    tab.page.locator("#im-copy").focus()
    tab.page.keyboard.press("Escape")
    card.wait_for(state="hidden")


def test_details_of_two_reports_of_one_day_and_side_have_names_of_their_own(open_page, write_page, located):
    two = located.iloc[[3, 3]].reset_index(drop=True)
    two["event_id"], two["summary"] = ["a", "b"], ["Substations were hit.", "Power plants were hit."]
    tab = open_page(write_page(two))
    buttons = tab.page.locator("#im-beside button.im-details")
    expect(buttons.nth(0)).to_have_attribute("aria-label", re.compile("Substations were hit"))
    expect(buttons.nth(1)).to_have_attribute("aria-label", re.compile("Power plants were hit"))


def test_key_of_a_side_is_filled_only_where_some_report_is_confirmed(tab):
    """Of the sample, Russia and Ukraine have a confirmed report each; without it a side's mark is open."""
    expect(tab.page.locator("button.im-switch .im-mark.im-open")).to_have_count(1)


def test_map_is_walked_by_key(tab):
    tab.page.locator("#map_impactmap").focus()
    tab.page.keyboard.press("n")
    live = tab.page.locator("#im-live")
    expect(live).not_to_be_empty()
    first = live.inner_text()
    tab.page.keyboard.press("n")
    expect(live).not_to_have_text(first)
    tab.page.keyboard.press("Enter")
    tab.page.locator("#im-card").wait_for(state="visible")
    tab.page.keyboard.press("Escape")
    expect(tab.page.locator("#map_impactmap")).to_be_focused()


def test_many_districts_are_counted_by_region_and_open_together(open_page, write_page, crowded, project):
    tab = open_page(write_page(crowded, project=project))
    tab.click_map(49.4, 36.6)
    expect(tab.page.locator("#im-card-title")).to_contain_text("Kharkiv")
    expect(tab.page.locator("#im-card .im-entry").first).to_contain_text("District")


def test_many_districts_of_no_region_are_shaded_and_open_together(open_page, write_page, crowded, project):
    tab = open_page(write_page(crowded.assign(place_region_code=pd.NA), project=project))
    assert sum(near(colour, GREEN, 240) for colour in tab.colours(49, 30.15, 24)) > 10
    tab.click_map(49, 30.15)
    entries = tab.page.locator("#im-card .im-entry")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("District")
    expect(tab.page.locator("#im-card-title")).to_contain_text("District 0")
    expect(tab.page.locator("#im-card-title")).to_contain_text("District 1")


# --- search, filters, table ---


def open_filters(tab):
    toggle = tab.page.locator("#im-filters-toggle")
    if toggle.is_visible() and toggle.get_attribute("aria-expanded") == "false":
        toggle.click()


def test_search_finds_places_claimants_and_sources(tab):
    open_filters(tab)
    box = tab.page.locator("#im-search")
    box.fill("gladkov")
    expect(tab.page.locator("#im-results")).to_have_text("1 of 9 reports")
    tab.until(tab.shown, [0])
    box.fill("no such thing at all")
    expect(tab.page.locator("#im-results")).to_contain_text("No reports match these filters.")
    tab.page.locator("#im-clear").click()
    tab.until(tab.shown, list(range(10)))


@pytest.mark.parametrize(
    ("control", "label", "rows"),
    [
        ("#im-sector", "heating", [0, 1]),
        ("#im-means", "missiles", [0, 3, 5, 6, 7]),
        ("#im-precision", "region", [4, 5, 6]),
    ],
)
def test_filters_choose_reports(tab, control, label, rows):
    open_filters(tab)
    select = tab.page.locator(control)
    value = next(
        o.get_attribute("value") for o in select.locator("option").all() if o.inner_text().lower().startswith(label)
    )
    select.select_option(value)
    tab.until(tab.shown, rows)


def test_table_sorts_by_a_column(tab):
    button = tab.page.locator("#im-rows th button.im-sort").nth(6)
    button.click()
    order = tab.page.eval_on_selector_all("#im-rows tbody tr[data-row]", "rows => rows.map((row) => row.dataset.row)")
    assert button.evaluate("b => b.closest('th').getAttribute('aria-sort')") == "ascending"
    assert [row for row in order if row in "0127"] == ["2", "0", "1", "7"]


# --- permalink ---


def test_permalink_restores_the_view(tab, open_page, first_page):
    switch(tab, "Russia").click()
    tab.page.locator("#im-from").press("End")
    open_filters(tab)
    tab.page.locator("#im-sector").select_option(index=1)
    where = "[map_impactmap.getZoom(), map_impactmap.getCenter().lat, map_impactmap.getCenter().lng]"
    start = tab.page.evaluate(where)
    tab.page.locator("#map_impactmap").focus()
    tab.page.keyboard.press("+")
    tab.rest()
    tab.page.keyboard.press("ArrowRight")
    tab.until(lambda: "v=" in tab.page.evaluate("location.hash"), True)
    tab.rest()
    tab.page.locator("#im-copy").click()
    address, seen = tab.page.evaluate("location.href"), tab.page.evaluate(where)
    assert seen != pytest.approx(start, abs=0.01)
    other = open_page(address)
    expect(switch(other, "Russia")).to_have_attribute("aria-pressed", "false")
    other.until(other.shown, tab.shown())
    expect(other.page.locator("#im-period")).to_have_text(tab.page.locator("#im-period").inner_text())
    assert other.page.locator("#im-sector").input_value() == tab.page.locator("#im-sector").input_value()
    assert other.page.evaluate(where) == pytest.approx(seen, abs=0.05)


def test_permalink_opens_a_card(open_page, first_page):
    tab = open_page(first_page.as_uri() + "#e=e3")
    tab.page.locator("#im-card").wait_for(state="visible")
    expect(tab.page.locator("#im-card-title")).to_contain_text("Taganrog")


@pytest.mark.parametrize(
    "fragment",
    [
        "#%%%",
        "#d=x_y",
        "#v=NaN,1,99",
        "#e=__proto__",
        "#q=<img src=x onerror=hit()>",
        "#sector=constructor",
        "#d=9999-99-99_0",
    ],
)
def test_broken_permalink_shows_the_page_all_the_same(open_page, first_page, fragment):
    tab = open_page(first_page.as_uri() + fragment)
    assert tab.page.evaluate("window.hits") == 0
    assert tab.page.locator("#im-results").inner_text()


def test_ground_reaches_the_edges_of_a_wide_low_map(open_page, write_page, located):
    town = located[located["place_precision"] == "settlement"].head(2)
    tab = open_page(write_page(town), viewport={"width": 1280, "height": 600})
    box = tab.page.locator("#map_impactmap").bounding_box()
    assert box["width"] / box["height"] > 3
    shot = Image.open(io.BytesIO(tab.page.screenshot(clip=box))).convert("RGB")
    page = (255, 255, 255)
    middle = shot.height // 2
    edges = [shot.getpixel((x, y)) for x in (3, shot.width - 4) for y in (middle - 40, middle, middle + 40)]
    assert page not in edges
