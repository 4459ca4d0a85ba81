"""Counts and downloads on the page: of what the reader has chosen, by keyboard, within a sandboxed frame."""

from __future__ import annotations

import csv
import io
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import impactmap as im
from impactmap.model.claims import claims_frame
from impactmap.model.project import Project
from impactmap.publishing.embed import SANDBOX

pytestmark = pytest.mark.browser

EVENTS = pd.DataFrame(
    {
        "event_id": ["=a", "b", "c", "d"],
        "date_start": pd.to_datetime(["2025-03-01", "2025-03-02", "2025-03-03", None]),
        "side": ["North", "South", "North", None],
        "sectors": ["power; gas", "power", "water", None],
        "summary": ["=HYPERLINK(1)", 'say "hi", now', "line\nbreak", "<script>hit()</script>"],
        "place": ["One", "Two", "Three", "Four"],
        "latitude": [10.0, 10.5, 11.0, 40.0],
        "longitude": [20.0, 20.5, 21.0, 60.0],
        "place_precision": "settlement",
    }
)
CHARTS = {"charts": {"by": ["sector", "side"], "downloads": True}}


def write(write_page, **raw):
    return write_page(EVENTS, project=Project.model_validate(CHARTS | raw))


def counted(tab, number=0):
    rows = tab.page.eval_on_selector_all(
        f"#im-charts table[data-chart='{number}'] tbody tr",
        "rows => rows.map((row) => [row.cells[0].textContent, Number(row.cells[1].textContent)])",
    )
    return dict(rows)


def test_counts_follow_the_readers_choice(open_page, write_page):
    tab = open_page(write(write_page))
    assert counted(tab) == {"Power": 2, "Gas": 1, "Water": 1, "Not stated": 1}
    assert counted(tab, 1) == {"North": 2, "South": 1, "Not stated": 1}
    tab.page.locator("#im-controls button", has_text="North").click()
    tab.page.wait_for_timeout(250)
    assert counted(tab) == {"Power": 1, "Gas": 0, "Water": 0, "Not stated": 1}
    # Of the period alone: an undated report is not in it.
    tab.page.locator("#im-controls button", has_text="North").click()
    tab.page.locator("#im-to").press("ArrowLeft")
    tab.page.wait_for_timeout(250)
    assert counted(tab) == {"Power": 2, "Gas": 1, "Water": 0, "Not stated": 0}


def test_only_what_the_map_shows_now(open_page, write_page):
    tab = open_page(write(write_page, view={"bounds": [19, 9, 20.3, 10.3]}))
    tab.page.locator("#im-charts-view").focus()
    tab.page.keyboard.press("Space")
    tab.page.wait_for_timeout(250)
    found = counted(tab)
    assert found["Not stated"] == 0
    assert found["Gas"] == 1


def test_a_figure_beside_the_map_sizes_no_mark(open_page, write_page):
    settled = ["settlement"] * 3
    events = EVENTS.assign(
        place_precision=[*settled, "country"], latitude=[10, 10.5, 11, None], longitude=[20, 20.5, 21, None]
    )
    claims = pd.DataFrame(
        {"event_id": ["=a", "b", "d"], "metric": "killed", "value": [4.0, 9.0, 9000.0], "claimant": "Somebody"}
    )
    page = write_page(events, claims_frame(claims), project=Project.model_validate({"symbols": {"size": "killed"}}))
    tab = open_page(page)
    figures = tab.page.eval_on_selector_all(
        ".im-legend li, #im-legend li", "items => items.map((item) => item.textContent)"
    )
    assert "9" in figures
    assert not [text for text in figures if "000" in text]


def test_without_a_script_the_tables_are_there(open_page, write_page):
    tab = open_page(write(write_page), java_script_enabled=False)
    assert counted(tab) == {"Power": 2, "Gas": 1, "Water": 1, "Not stated": 1}
    assert tab.page.locator("#im-charts-view").is_hidden()


def test_rows_in_view_are_a_table_that_no_spreadsheet_takes_for_formulas(open_page, write_page):
    tab = open_page(write(write_page), accept_downloads=True)
    tab.page.locator("#im-take-csv").focus()
    with tab.page.expect_download() as download:
        tab.page.keyboard.press("Enter")
    text = download.value.path().read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["event_id"] for row in rows] == ["'=a", "b", "c", "d"]
    assert [row["summary"] for row in rows] == [
        "'=HYPERLINK(1)",
        'say "hi", now',
        "line\nbreak",
        "<script>hit()</script>",
    ]
    assert [row["date_start"] for row in rows] == ["2025-03-01", "2025-03-02", "2025-03-03", ""]
    assert [row["sectors"] for row in rows] == ["power; gas", "power", "water", ""]
    assert [float(row["latitude"]) for row in rows] == [10.0, 10.5, 11.0, 40.0]


def test_the_picture_is_the_map_with_its_headline_and_sources(open_page, write_page):
    tab = open_page(write(write_page, map={"title": "<b>What</b>"}), accept_downloads=True)
    with tab.page.expect_download() as download:
        tab.page.locator("#im-take-png").click()
    picture = Image.open(download.value.path())
    box = tab.page.locator("#map_impactmap").bounding_box()
    assert picture.width == pytest.approx(2 * box["width"], abs=6)
    assert picture.height > 2 * box["height"] + 100
    assert len(np.unique(np.asarray(picture.convert("L")))) > 20


REGIONS = pd.DataFrame(
    [
        ("a1", "Mendoza", "Argentina", "North"),
        ("a1", "San Rafael", "Argentina", "North"),
        ("a2", "Mendoza Province", "Argentina", "South"),
        ("a3", "Santiago", "Chile", "South"),
        ("a4", "Argentina", "Argentina", "North"),
        ("a5", "Mendoza", "Argentina", None),
    ],
    columns=["event_id", "place", "country", "side"],
).assign(date="2025-03-02")


@pytest.mark.parametrize("how", ["shaded", "marks"])
def test_counts_by_region_have_their_classes_their_table_and_their_cards(open_page, write_page, how):
    located = im.geocode_events(im.read_events(REGIONS).events)
    tab = open_page(write_page(located, project=Project.model_validate({"map": {"regions": how}})))
    assert counted(tab) == {"Mendoza": 3, "Santiago": 1, "Not stated": 1}
    legend = tab.page.locator("#im-key").text_content()
    assert ("Reports by region" in legend) == (how == "shaded")
    assert ("One mark a region" in legend) == (how == "marks")
    if how == "shaded":
        classes = tab.page.locator(".im-class + span").all_text_contents()
        assert classes == ["1", "2", "3"]
        strengths = tab.page.eval_on_selector_all(
            ".im-class", "all => all.map((one) => getComputedStyle(one).backgroundColor)"
        )
        assert len(set(strengths)) == 3
    tab.page.locator("#im-controls button", has_text="North").click()
    tab.page.wait_for_timeout(250)
    assert counted(tab) == {"Mendoza": 2, "Santiago": 1, "Not stated": 0}


SVG = "{http://www.w3.org/2000/svg}"


def drawing(tab, where=None):
    (where or tab.page).locator("#im-take-svg").focus()
    with tab.page.expect_download() as download:
        tab.page.keyboard.press("Enter")
    assert download.value.suggested_filename == "map.svg"
    return ET.parse(download.value.path()).getroot()


def test_the_drawing_has_real_text_in_named_groups_and_no_markup_of_anybodys(open_page, write_page):
    bad = "<script>hit()</script><image href='https://example.org/x.png'/>"
    events = EVENTS.assign(
        place=[f"{bad}{number}" for number in range(4)], place_name=[bad, "Two", "T\x08hree", "Four"]
    )
    notes = [{"text": "Here & <b>there</b>", "position": [10.4, 20.2]}]
    raw = CHARTS | {
        "map": {"title": bad},
        "notes": notes,
        "view": {"bounds": [19, 9, 22, 12], "inset": [59, 39, 61, 41]},
    }
    tab = open_page(write_page(events, project=Project.model_validate(raw)), accept_downloads=True)
    root = drawing(tab)
    allowed = {"svg", "title", "g", "rect", "path", "text", "clipPath", "image"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    said = [text.text for text in root.iter(f"{SVG}text")]
    assert " ".join(said).count("<script>") >= 2
    assert "Here & <b>there</b>" in said
    groups = [group.get("id") for group in root.iter(f"{SVG}g") if group.get("id")]
    wanted = [
        "sheet",
        "headline",
        "map",
        "ground",
        "layers",
        "areas",
        "distances",
        "marks",
        "callouts",
        "labels",
        "legend",
    ]
    assert [name for name in groups if name in wanted] == wanted
    inside = {group.get("id"): group for group in root.iter(f"{SVG}g")}
    assert {"ground", "marks", "labels"} <= {group.get("id") for group in inside["map"].iter(f"{SVG}g")}
    assert tab.page.evaluate("window.hits") == 0
    assert [text.text for text in inside["sources"].iter(f"{SVG}text")][-1].startswith("OpenStreetMap")


def test_the_drawing_looks_as_the_picture_does(open_page, write_page):
    tab = open_page(write(write_page), accept_downloads=True)
    with tab.page.expect_download() as download:
        tab.page.locator("#im-take-png").click()
    picture = Image.open(download.value.path()).convert("RGB")
    with tab.page.expect_download() as download:
        tab.page.locator("#im-take-svg").click()
    text = download.value.path().read_text(encoding="utf-8")
    tab.page.goto("about:blank")
    tab.page.set_viewport_size({"width": picture.width // 2, "height": picture.height // 2})
    tab.page.set_content(f"<body style='margin:0'>{text.partition('?>')[2]}")
    shot = Image.open(io.BytesIO(tab.page.screenshot())).convert("RGB")
    small = picture.resize(shot.size)
    away = np.abs(np.asarray(small, dtype=int) - np.asarray(shot, dtype=int)).max(axis=2)
    assert (away > 60).mean() < 0.02


def test_a_drawing_of_very_many_reports_holds_their_density(open_page, write_page):
    rng = np.random.default_rng(5)
    many = 3000
    events = pd.DataFrame(
        {
            "event_id": [f"e{number}" for number in range(many)],
            "date_start": pd.Timestamp("2025-03-01"),
            "side": "North",
            "place": "Somewhere",
            "latitude": rng.uniform(10, 20, many),
            "longitude": rng.uniform(20, 30, many),
            "place_precision": "settlement",
        }
    )
    root = drawing(open_page(write_page(events, project=Project.model_validate(CHARTS)), accept_downloads=True))
    (image,) = list(root.iter(f"{SVG}image"))
    assert image.get("href").startswith("data:image/png;base64,")


def test_downloads_work_in_a_sandboxed_frame(open_page, write_page, tmp_path):
    write(write_page)
    host = tmp_path / "host.html"
    host.write_text(f'<!DOCTYPE html><iframe src="map.html" sandbox="{SANDBOX}" width="680" height="900"></iframe>')
    tab = open_page(host, ready=False, accept_downloads=True)
    frame = tab.page.frame_locator("iframe")
    # A frame has no room for a line of its own: they are among the options.
    frame.locator("#im-options summary").click()
    with tab.page.expect_download() as download:
        frame.locator("#im-take-csv").click()
    assert download.value.suggested_filename == "rows.csv"
    assert list(drawing(tab, frame).iter(f"{SVG}text"))


def test_a_map_that_asks_for_neither_holds_neither(open_page, write_page):
    text = write_page(EVENTS, project=Project()).read_text(encoding="utf-8")
    assert "im-charts" not in text
    assert "im-take-png" not in text
