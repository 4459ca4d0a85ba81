"""A map across the 180th meridian is one piece; what lies far off is said beside the map."""

from __future__ import annotations

import pandas as pd
import pytest
from playwright.sync_api import expect

from impactmap.maps.page.event_map import build_map
from impactmap.maps.picture.plot import still_map
from impactmap.model.project import Project

pytestmark = pytest.mark.browser

FIJI = [("Suva", -18.14, 178.44), ("Taveuni", -16.85, -179.97), ("Lakeba", -18.2, -178.8), ("Apia", -13.83, -171.77)]
BERING = [("Anadyr", 64.73, 177.5), ("Provideniya", 64.42, -173.23), ("Nome", 64.5, -165.41)]


def saved(tmp_path, rows):
    frame = pd.DataFrame(rows, columns=["place_name", "latitude", "longitude"])
    frame["event_id"] = [f"e{number}" for number in range(len(frame))]
    frame["date_start"] = frame["date_end"] = pd.Timestamp("2025-03-01").as_unit("s")
    frame["place_precision"] = "settlement"
    frame["side"] = "X"
    build_map(frame, project=Project.model_validate({"map": {"title": "Map"}})).save(tmp_path / "map.html")
    return tmp_path / "map.html"


@pytest.mark.parametrize("rows", [FIJI, BERING])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_one_piece_with_its_link_and_its_cards(open_page, tmp_path, rows, width):
    tab = open_page(saved(tmp_path, rows), viewport={"width": width, "height": 900})
    page = tab.page
    west, east = page.evaluate("(() => { const b = map_impactmap.getBounds(); return [b.getWest(), b.getEast()]; })()")
    assert west < 177
    assert 185 < east < 230
    spots = [(lat, lon + 360 if lon < 0 else lon) for _, lat, lon in rows]
    for (name, *_), spot in zip(rows, spots, strict=True):
        tab.click_map(*spot)
        expect(page.locator("#im-card-title")).to_contain_text(name)
        page.keyboard.press("Escape")
    # A view on the far side of the meridian, by its link.
    page.evaluate("at => map_impactmap.setView(at, map_impactmap.getZoom(), {animate: false})", list(spots[-1]))
    page.wait_for_timeout(500)
    where = page.evaluate("map_impactmap.getCenter().lng")
    assert where > 180
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_selector('html[data-im-ready="true"]', state="attached")
    assert page.evaluate("map_impactmap.getCenter().lng") == pytest.approx(where, abs=0.01)
    tab.requests.clear()


def test_what_lies_far_off_is_listed_and_leads_to_its_card(open_page, tmp_path):
    near = [(f"Town {number}", 49 + 0.1 * (number % 7), 34 + 0.1 * (number % 11)) for number in range(40)]
    tab = open_page(saved(tmp_path, [*near, ("Ussuriysk", 43.8, 131.95)]))
    assert tab.page.evaluate("map_impactmap.getBounds().getEast()") < 60
    section = tab.page.locator(".im-beside-list").first
    expect(section).to_contain_text("Beyond the first view")
    section.locator("button.im-details").click()
    expect(tab.page.locator("#im-card-title")).to_contain_text("Ussuriysk")


def test_back_closes_the_card_and_leaves_the_map(open_page, tmp_path):
    tab = open_page(saved(tmp_path, FIJI))
    page, card = tab.page, tab.page.locator("#im-card")
    tab.click_map(-18.14, 178.44)
    expect(card).to_be_visible()
    page.go_back()
    expect(card).to_be_hidden()
    assert page.url.split("#")[0].endswith("map.html")
    # Closed by the reader, the card leaves no step behind it, and the map stays.
    tab.click_map(-18.14, 178.44)
    expect(card).to_be_visible()
    before = page.evaluate("[map_impactmap.getCenter().lng, map_impactmap.getZoom()]")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.wait_for_timeout(400)
    assert page.evaluate("[map_impactmap.getCenter().lng, map_impactmap.getZoom()]") == before
    assert page.evaluate("history.state?.imCard ?? null") is None
    tab.requests.clear()


def test_paper_holds_every_row_of_a_long_table(open_page, tmp_path):
    rows = [(f"Town {number}", 5 + 0.01 * (number % 60), 7 + 0.01 * (number // 60)) for number in range(1300)]
    page = open_page(saved(tmp_path, rows)).page
    assert page.locator("#im-rows tbody tr[data-row]").count() < 100
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#im-rows tbody tr[data-row]").count() == 1300
    expect(page.locator("#im-rows tbody tr[data-row]").last).to_contain_text("Town")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#im-rows tbody tr[data-row]").count() < 100


def test_without_javascript_there_is_a_map(open_page, tmp_path, located, claims, project):
    page = build_map(located, claims, project=project)
    still = still_map(page.reports, project=project)
    (tmp_path / "map.html").write_text(page.to_page(still=still), encoding="utf-8")
    tab = open_page(tmp_path / "map.html", java_script_enabled=False, viewport={"width": 390, "height": 844})
    picture = tab.page.locator("#im-still")
    expect(picture).to_be_visible()
    assert "Power and heating under attack" in picture.get_attribute("alt")
    box = picture.bounding_box()
    assert 300 < box["width"] <= 390
    assert box["height"] == pytest.approx(box["width"] * 450 / 720, abs=2)
    expect(tab.page.locator("#map_impactmap")).to_be_hidden()
    tab.requests.clear()
    assert open_page(tmp_path / "map.html").page.locator("#im-still").count() == 0


SEEN = "[map_impactmap.getZoom(), document.querySelector('#map_impactmap').clientHeight, innerWidth]"


@pytest.mark.parametrize("begun", ["display: none", "width: 20px"])
@pytest.mark.parametrize("rows", [BERING, [("Gao", 16.27, -0.04), ("Mopti", 14.49, -4.2)]])
def test_a_map_that_began_without_room_is_fitted_when_it_has_some(browser, tmp_path, begun, rows):
    saved(tmp_path, rows)
    frame = '<iframe src="map.html" width="100%" height="900" style="border: 0"></iframe>'
    (tmp_path / "shown.html").write_text(f"<!DOCTYPE html><div>{frame}</div>")
    (tmp_path / "begun.html").write_text(f'<!DOCTYPE html><div style="{begun}">{frame}</div>')
    seen = {}
    for name in ("shown", "begun"):
        page = browser.new_page(viewport={"width": 760, "height": 900})
        page.goto((tmp_path / f"{name}.html").as_uri())
        inner = page.frames[1]
        inner.wait_for_selector('html[data-im-ready="true"]', state="attached")
        page.evaluate("document.querySelector('div').style = ''")
        page.wait_for_timeout(500)
        seen[name] = inner.evaluate(SEEN)
        page.close()
    assert seen["begun"] == seen["shown"]


def test_a_map_that_the_reader_moved_stays_where_it_is_when_its_frame_grows(browser, tmp_path):
    saved(tmp_path, BERING)
    (tmp_path / "grows.html").write_text('<!DOCTYPE html><iframe src="map.html" width="500" height="900"></iframe>')
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((tmp_path / "grows.html").as_uri())
    inner = page.frames[1]
    inner.wait_for_selector('html[data-im-ready="true"]', state="attached")
    inner.locator(".leaflet-control-zoom-in").click()
    page.wait_for_timeout(600)
    zoom = inner.evaluate("map_impactmap.getZoom()")
    page.evaluate("document.querySelector('iframe').width = 900")
    page.wait_for_timeout(500)
    assert inner.evaluate("[map_impactmap.getZoom(), innerWidth]") == [zoom, 900]
    page.close()


FAR = [("Port One", 49.1, 34.2), ("Two Hills", 50.0, 36.0), ("Three Oaks", 49.4, 37.1), ("Far Four", 43.8, 131.95)]


def with_inset(tmp_path, rows, **view):
    frame = pd.DataFrame(rows, columns=["place_name", "latitude", "longitude"])
    frame["event_id"] = [f"e{number}" for number in range(len(frame))]
    frame["date_start"] = frame["date_end"] = pd.Timestamp("2025-03-01").as_unit("s")
    frame["place_precision"], frame["side"] = "settlement", "X"
    raw = {"view": view, "charts": {"by": ["side"], "downloads": True}}
    build_map(frame, project=Project.model_validate(raw)).save(tmp_path / "map.html")
    return tmp_path / "map.html"


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_lies_far_out_stands_in_an_inset_and_nowhere_else(open_page, tmp_path, width):
    tab = open_page(with_inset(tmp_path, FAR, inset=["Far Four"]), viewport={"width": width, "height": 900})
    page, inset = tab.page, tab.page.locator("#im-inset")
    expect(inset).to_be_visible()
    assert inset.get_attribute("aria-label") == "Inset: 1 report further out"
    assert page.locator(".im-beside-list").count() == 0
    assert page.evaluate("map_impactmap.getBounds().getEast()") < 100
    # It covers no mark, and lies in the map.
    box, whole = inset.bounding_box(), page.locator("#map_impactmap").bounding_box()
    assert whole["x"] <= box["x"] < box["x"] + box["width"] <= whole["x"] + whole["width"]
    for _, lat, lon in FAR[:3]:
        x, y = tab.spot(lat, lon)
        box = inset.bounding_box()
        assert not (box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"])
    inset.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#im-card-title")).to_contain_text("Far Four")
    page.keyboard.press("Escape")
    expect(inset).to_be_focused()


def test_an_inset_goes_while_the_map_shows_what_it_holds(open_page, tmp_path):
    page = open_page(with_inset(tmp_path, FAR, inset=["Far Four"])).page
    page.evaluate("map_impactmap.setMaxBounds(null); map_impactmap.setView([43.8, 131.95], 5, {animate: false})")
    expect(page.locator("#im-inset")).to_be_hidden()


def test_the_inset_follows_filters_and_counts_as_seen(open_page, tmp_path):
    tab = open_page(with_inset(tmp_path, FAR, inset=["Far Four"]), accept_downloads=True)
    tab.page.locator("#im-charts-view").check()
    expect(tab.page.locator("#im-charts tbody td").first).to_have_text("4")
    with tab.page.expect_download() as download:
        tab.page.locator("#im-take-csv").click()
    assert "Far Four" in download.value.path().read_text(encoding="utf-8-sig")
    tab.page.locator("#im-controls button", has_text="X").first.click()
    expect(tab.page.locator("#im-inset")).to_have_attribute("aria-label", "Inset: 0 reports further out")


def test_where_each_corner_has_a_mark_the_map_makes_room(open_page, tmp_path):
    corners = [("A", 45.0, 30.0), ("B", 45.0, 39.0), ("C", 50.0, 30.0), ("D", 50.0, 39.0), ("Far", 43.8, 131.95)]
    tab = open_page(with_inset(tmp_path, corners, inset=["Far"]))
    box = tab.page.locator("#im-inset").bounding_box()
    for _, lat, lon in corners[:4]:
        x, y = tab.spot(lat, lon)
        assert not (box["x"] <= x <= box["x"] + box["width"] and box["y"] <= y <= box["y"] + box["height"])
