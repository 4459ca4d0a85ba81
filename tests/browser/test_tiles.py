"""The page of a dataset: counts by square in the page, finer ones and single reports from files, every number exact."""

from __future__ import annotations

import datetime as dt
import importlib.util
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import expect

import impactmap as im
from impactmap.datasets.published import page as dataset_page
from impactmap.datasets.published import tiles

NOW = dt.datetime(2025, 6, 20, tzinfo=dt.UTC)
SIDES = ("North", "South", None)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Publish 3,000 mixed rows, so that the map draws at most 1,500 entries of files at a time."""
    spec = importlib.util.spec_from_file_location("mixed", Path(__file__).parents[1] / "datasets" / "conftest.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("dataset")
    module.mixed_rows(3000).to_parquet(folder / "rows.parquet", index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiles, "_ENTRIES", 150)
        patch.setattr(dataset_page, "MOST_DRAWN", 1500)
        dataset = im.open_dataset(folder, now=NOW, border="MN:RU", title="Mixed")
        dataset.build(folder / "map")
    return folder / "map"


@pytest.fixture
def folder(published, tmp_path):
    """Copy what is published, to be damaged."""
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    return tmp_path


def ask(folder, what, where="TRUE"):
    """Return one number about the published events."""
    return duckdb.sql(f"SELECT {what} FROM '{folder}/events-*.parquet' WHERE {where}").fetchall()[0][0]


def number(text):
    return int(re.sub(r"\D", "", text))


def counts(tab):
    """Return what the page counts: in all, and by side."""
    tab.rest()
    sides = tab.page.locator(".im-switch .im-count").all_inner_texts()
    return number(tab.page.inner_text("#im-results").split(" of ")[0]), [number(text) for text in sides]


def expected(folder, where="TRUE"):
    """Return the same of the published files, by DuckDB."""
    distinct = "count(DISTINCT event_id)"
    sides = [f"side = '{side}'" if side else "side IS NULL" for side in SIDES]
    return ask(folder, distinct, where), [ask(folder, distinct, f"{where} AND {side}") for side in sides]


def look(tab, lat, lon, zoom):
    tab.page.evaluate(
        "([lat, lon, zoom]) => map_impactmap.setView([lat, lon], zoom, {animate: false})", [lat, lon, zoom]
    )
    tab.rest()


def level(tab):
    tab.rest()
    line = tab.page.locator(".im-detail")
    return int(line.get_attribute("data-level")), line.get_attribute("data-state")


def choose_days(tab, start, stop):
    """Choose a period by the page's address, as a link does."""
    tab.page.evaluate("(hash) => { location.hash = hash; }", f"d={start}_{stop}")
    tab.page.wait_for_timeout(100)
    tab.rest()


def marks(tab):
    """Return the number of reports of each mark in view, as screen readers hear it."""
    tab.page.focus("#map_impactmap")
    heard = []
    while True:
        tab.page.keyboard.press("n")
        tab.page.wait_for_timeout(60)
        said = tab.page.inner_text("#im-live")
        at, of = map(int, re.search(r"(\d+) of (\d+)", said).groups())
        found = re.search(r"([\d,]+) reports?\b", said)
        heard.append(int(found[1].replace(",", "")) if found else 1)
        if at == of:
            return heard


def marks_in_all(tab):
    """Return the sum of what the marks hold, with the whole map in view."""
    tab.page.evaluate("map_impactmap.setZoom(map_impactmap.getMinZoom(), {animate: false})")
    tab.rest()
    return sum(marks(tab))


def placed(folder, where, what):
    """Return one number about the published events that have a point or an area."""
    return ask(folder, what, f"({where}) AND place_precision IN ('exact', 'settlement', 'district', 'region')")


def test_totals_are_those_of_the_files_at_every_moment(open_beside, folder, serve):
    tab = open_beside(f"{serve}/map.html")
    assert counts(tab) == expected(folder)
    assert level(tab) == (0, "whole")
    expect(tab.page.locator("#im-detail")).to_contain_text("squares of about 10 km")
    choose_days(tab, "2025-02-01", "2025-02-14")
    days = "date_start <= '2025-02-14' AND coalesce(date_end, date_start) >= '2025-02-01'"
    assert counts(tab) == expected(folder, days)
    tab.page.click("#im-filters-toggle")
    expect(tab.page.locator("#im-search")).to_have_count(0)
    tab.page.select_option("#im-sector", label="energy")
    assert counts(tab) == expected(folder, f"{days} AND list_contains(string_split(sectors, '; '), 'energy')")


def test_single_reports_come_when_they_are_few_enough(open_beside, folder, serve):
    tab = open_beside(f"{serve}/map.html")
    assert not [url for url in tab.requests if url.endswith(".bin")]
    choose_days(tab, "2025-02-01", "2025-02-05")
    assert level(tab) == (2, "whole")
    expect(tab.page.locator("#im-detail")).to_contain_text("single reports")
    asked = {url.rsplit("/", 1)[-1] for url in tab.requests if url.endswith(".bin")}
    assert asked
    assert all("2025Q1" in name for name in asked)
    # All is in view: what the marks hold together is what the files hold, at each place.
    days = "date_start <= '2025-02-05' AND coalesce(date_end, date_start) >= '2025-02-01'"
    held = marks_in_all(tab)
    assert level(tab) == (2, "whole")
    assert placed(folder, days, "count(DISTINCT event_id)") <= held <= placed(folder, days, "count(*)")
    # A card has the texts.
    tab.page.keyboard.press("Enter")
    expect(tab.page.locator("#im-card")).to_contain_text("Report")
    # A longer period has too many: the page's own squares again, and the totals of all.
    tab.page.keyboard.press("Escape")
    tab.page.click("#im-show-all")
    look(tab, 50.0, 105.0, 5)
    assert level(tab) == (0, "whole")
    assert counts(tab) == expected(folder)


def test_squares_hold_what_the_files_hold(open_beside, folder, serve):
    tab = open_beside(f"{serve}/map.html")
    held = marks_in_all(tab)
    assert level(tab) == (0, "whole")
    assert placed(folder, "TRUE", "count(DISTINCT event_id)") <= held <= placed(folder, "TRUE", "count(*)")


@pytest.mark.parametrize("damage", ["cut", "missing", "other"])
def test_what_is_missing_is_said_and_nothing_is_shown_by_halves(open_beside, folder, serve, damage):
    for file in folder.glob("map-2025Q1-*.bin"):
        if damage == "missing":
            file.unlink()
        else:
            content = file.read_bytes()
            file.write_bytes(
                content[: len(content) // 2] if damage == "cut" else bytes([content[0]]) + content[1:-1] + b"x"
            )
    tab = open_beside(f"{serve}/map.html")
    choose_days(tab, "2025-02-01", "2025-02-05")
    assert level(tab) == (0, "missing")
    expect(tab.page.locator("#im-detail")).to_contain_text("could not be loaded")
    days = "date_start <= '2025-02-05' AND coalesce(date_end, date_start) >= '2025-02-01'"
    assert counts(tab) == expected(folder, days)
    expect(tab.page.locator("#im-detail-again")).to_be_visible()


def test_a_connection_that_comes_back(open_beside, folder, serve):
    tab = open_beside(f"{serve}/map.html")
    tab.page.context.set_offline(True)
    choose_days(tab, "2025-02-01", "2025-02-05")
    assert level(tab) == (0, "missing")
    tab.page.context.set_offline(False)
    tab.until(lambda: level(tab), (2, "whole"))


def test_from_disk_the_squares_work_and_the_page_says_so(open_beside, folder):
    tab = open_beside(folder / "map.html")
    assert counts(tab) == expected(folder)
    choose_days(tab, "2025-02-01", "2025-02-05")
    assert level(tab) == (0, "missing")
    expect(tab.page.locator("#im-detail")).to_contain_text("Opened from disk")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_frame_without_origin_needs_the_servers_leave(open_beside, folder, serve_to_frames, allowed):
    (folder / "frame.html").write_text(
        '<!DOCTYPE html><iframe sandbox="allow-scripts" width="1200" height="900" '
        'src="map.html#d=2025-02-01_2025-02-05"></iframe>'
    )
    tab = open_beside(f"{serve_to_frames(folder, allowed=allowed)}/frame.html", ready=False)
    line = tab.page.frame_locator("iframe").locator(".im-detail")
    expect(line).to_have_attribute("data-level", "2" if allowed else "0")
    expect(line).to_have_attribute("data-state", "whole" if allowed else "missing")
