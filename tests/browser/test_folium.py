"""Layers that an author adds to the map are drawn, and a notebook's frame shows the page."""

from __future__ import annotations

import gzip

import folium
import pytest
from playwright.sync_api import expect

from impactmap.maps.page.event_map import build_map

pytestmark = pytest.mark.browser

SPOT = (48.6, 33.0)


def share(tab, colour):
    """Return how much of a square around the spot has exactly this colour; labels may lie over the rest."""
    colours = tab.colours(*SPOT, 24)
    return colours.count(colour) / len(colours)


@pytest.fixture
def event_map(located, claims, project):
    return build_map(located, claims, project=project)


@pytest.fixture
def show(open_page, tmp_path):
    def show(event_map):
        event_map.save(tmp_path / "map.html")
        return open_page(tmp_path / "map.html")

    return show


def test_added_shapes_are_drawn(event_map, show):
    folium.CircleMarker(SPOT, radius=20, color="#ff0000", fill=True, fill_opacity=1, weight=1).add_to(event_map)
    assert share(show(event_map), (255, 0, 0)) > 0.4


def test_added_geojson_is_drawn(event_map, show):
    ring = [[32.5, 48.3], [33.5, 48.3], [33.5, 48.9], [32.5, 48.9], [32.5, 48.3]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    folium.GeoJson(shape, style_function=lambda _: {"fillColor": "#0000ff", "fillOpacity": 1, "weight": 0}).add_to(
        event_map
    )
    assert share(show(event_map), (0, 0, 255)) > 0.4


def test_added_marker_has_leaflets_pin_without_fetching_it(event_map, show):
    folium.Marker(SPOT, alt="Our office").add_to(event_map)
    tab = show(event_map)
    pin = tab.page.locator("img.leaflet-marker-icon")
    assert pin.get_attribute("src").startswith("data:image/png;base64,")
    assert pin.evaluate("image => image.naturalWidth") == 25


def test_added_pop_up_opens_and_keeps_its_style(event_map, show):
    popup = folium.Popup("<p id='own' style='color:#ff0000'>Our office</p>")
    folium.Marker(SPOT, popup=popup).add_to(event_map)
    tab = show(event_map)
    tab.page.locator("img.leaflet-marker-icon").click(force=True)
    own = tab.page.locator("#own")
    own.wait_for(state="visible")
    assert own.evaluate("e => getComputedStyle(e).color") == "rgb(255, 0, 0)"


def test_added_text_runs_nothing_that_the_policy_does_not_name(event_map, show):
    folium.Marker(SPOT, tooltip="<img src=x onerror=hit()>", popup="<b onclick=hit()>x</b>").add_to(event_map)
    tab = show(event_map)
    tab.page.locator("img.leaflet-marker-icon").hover(force=True)
    tab.rest()
    assert tab.page.evaluate("window.hits") == 0
    tab.console.clear()  # the policy's report of what it stopped
    tab.requests[1:] = []


def test_layers_can_be_switched_by_foliums_control(event_map, show):
    group = folium.FeatureGroup(name="Our layer").add_to(event_map)
    folium.CircleMarker(SPOT, radius=20, color="#ff0000", fill=True, fill_opacity=1).add_to(group)
    folium.LayerControl(collapsed=False).add_to(event_map)
    tab = show(event_map)
    assert share(tab, (255, 0, 0)) > 0.4
    tab.page.get_by_label("Our layer").uncheck()
    tab.until(lambda: share(tab, (255, 0, 0)), 0)


def test_the_folded_control_of_layers_says_what_it_is(event_map, show):
    folium.FeatureGroup(name="Our layer").add_to(event_map)
    folium.LayerControl().add_to(event_map)
    tab = show(event_map)
    button = tab.page.locator(".leaflet-control-layers-toggle")
    expect(button).to_have_text("Layers")
    box = button.bounding_box()
    assert box["width"] > 40
    tab.page.mouse.move(box["x"] + 5, box["y"] + 5)
    tab.page.get_by_label("Our layer").uncheck()


def test_reports_work_beside_added_layers(event_map, show):
    folium.CircleMarker(SPOT, radius=20).add_to(event_map)
    tab = show(event_map)
    tab.click_map(51.67204, 39.1843)
    tab.page.locator("#im-card").wait_for(state="visible")
    expect(tab.page.locator("#im-card-title")).to_contain_text("Voronezh")


def test_notebook_frame_shows_the_page(event_map, open_page, tmp_path):
    cell = tmp_path / "cell.html"
    head = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title></head>'
    cell.write_text(f"{head}<body>{event_map._repr_html_()}</body></html>", encoding="utf-8")
    tab = open_page(cell, ready=False)
    frame = tab.page.frame_locator("iframe")
    frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
    expect(frame.locator("#im-results")).to_have_text("9 reports")


def test_page_fits_the_budget_with_its_real_ground(event_map):
    """The whole page, everything in it, weighs at most 160 KB as it travels."""
    assert len(gzip.compress(event_map.to_page().encode(), 9)) <= 160_000


def test_names_and_texts_of_added_layers_are_shown_as_they_are(event_map, show):
    name = "<b>{{7*7}}</b> ${window.hit()} `${window.hit()}` </script>"
    folium.FeatureGroup(name=name).add_to(event_map)
    folium.Marker(SPOT, tooltip="{{7*7}} ${window.hit()} `${window.hit()}`").add_to(event_map)
    folium.LayerControl(collapsed=False).add_to(event_map)
    tab = show(event_map)
    expect(tab.page.locator(".leaflet-control-layers-overlays label")).to_have_text(name)
    tab.page.mouse.move(*tab.spot(SPOT[0] + 0.05, SPOT[1]))
    expect(tab.page.locator(".leaflet-tooltip")).to_have_text("{{7*7}} ${window.hit()} `${window.hit()}`")
    assert tab.page.evaluate("window.hits") == 0
