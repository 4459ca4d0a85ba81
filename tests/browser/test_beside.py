"""Large pages: texts in files beside the page, the long table, density with honest counts by side."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from impactmap.maps.page import card_texts
from impactmap.maps.page import event_map as interactive
from impactmap.maps.page.event_map import build_map

COUNT = 5000


@pytest.fixture(scope="module")
def many():
    """Return 5,000 reports at 2,500 places, two at each: one of each side, or both of nobody in every tenth place."""
    place = np.arange(COUNT) // 2
    side = np.where(np.arange(COUNT) % 2 == 0, "Alpha", "Beta").astype(object)
    side[place % 10 == 9] = None
    return pd.DataFrame(
        {
            "event_id": [f"id {number}" for number in range(COUNT)],
            "date_start": pd.Timestamp("2025-01-01") + pd.to_timedelta(place % 100, "D"),
            "side": side,
            "sectors": np.where(place % 3 == 0, "power", "gas"),
            "summary": [f"word{number % 7} Nr{number}" for number in range(COUNT)],
            "place": [f"Town {number}" for number in place],
            "place_name": [f"Town {number}" for number in place],
            "latitude": 46 + 0.1 * (place // 50),
            "longitude": 30 + 0.1 * (place % 50),
            "place_precision": "settlement",
        }
    )


@pytest.fixture
def beside(many, tmp_path, monkeypatch):
    """Write the 5,000 reports with their texts in five files beside the page."""
    monkeypatch.setattr(interactive, "TEXTS_INSIDE", 1000)
    monkeypatch.setattr(card_texts, "TEXTS_A_FILE", 1000)
    build_map(many).save(tmp_path / "map.html")
    return tmp_path / "map.html"


@pytest.fixture
def inside(many, tmp_path):
    """Write the 5,000 reports as one page."""
    build_map(many).save(tmp_path / "one.html")
    return tmp_path / "one.html"


def files_asked(requests):
    return sorted({int(re.search(r"-texts-(\d+)-", url)[1]) for url in requests if url.endswith(".bin")})


def search(tab, words):
    if not tab.page.locator("#im-search").is_visible():
        tab.page.click("#im-filters-toggle")
    tab.page.fill("#im-search", words)


def open_first(tab):
    tab.page.locator("#im-table").scroll_into_view_if_needed()
    tab.page.locator('#im-rows tr[data-row="0"] .im-details').click()


def test_texts_beside_come_when_they_are_needed(open_beside, beside, serve):
    tab = open_beside(f"{serve}/map.html")
    assert files_asked(tab.requests) == []
    open_first(tab)
    expect(tab.page.locator("#im-card h2")).to_have_text("Town 0")
    expect(tab.page.locator("#im-card")).to_contain_text("word0 Nr0")
    assert files_asked(tab.requests) == [1]
    search(tab, "NR4321 word2")
    expect(tab.page.locator("#im-results")).to_have_text("1 of 5,000 reports")
    assert files_asked(tab.requests) == [1, 2, 3, 4, 5]
    assert tab.console == []


def test_policy_lets_a_page_ask_for_its_own_files_only_where_it_has_some(inside, beside):
    policies = [re.search(r'Security-Policy" content="([^"]*)"', path.read_text())[1] for path in (inside, beside)]
    assert "connect-src" not in policies[0]
    assert "connect-src 'self'" in policies[1]
    assert all(policy.startswith("default-src 'none'") for policy in policies)


def test_from_disk_the_map_works_and_says_what_is_missing(open_beside, beside):
    tab = open_beside(beside)
    expect(tab.page.locator("#im-results")).to_have_text("5,000 reports")
    open_first(tab)
    card = tab.page.locator("#im-card")
    expect(card.locator(".im-missing")).to_contain_text("could not be read")
    expect(card.locator(".im-missing a")).to_have_attribute("href", "events.csv")
    expect(card).to_contain_text("1 January 2025")
    expect(card).to_contain_text("Alpha")
    search(tab, "Nr4321")
    expect(tab.page.locator("#im-searching")).to_contain_text("could not be read")
    expect(tab.page.locator("#im-table > details > .im-missing")).to_be_visible()


@pytest.mark.parametrize("allowed", [True, False])
def test_frame_without_origin_needs_the_servers_leave(open_beside, beside, serve_to_frames, allowed):
    frame = beside.parent / "frame.html"
    frame.write_text(
        '<!DOCTYPE html><iframe sandbox="allow-scripts" src="map.html" width="1200" height="900"></iframe>'
    )
    tab = open_beside(f"{serve_to_frames(beside.parent, allowed=allowed)}/frame.html", ready=False)
    page = tab.page.frame_locator("iframe")
    page.locator("#im-filters-toggle").click()
    page.locator("#im-search").fill("Nr4321")
    if allowed:
        expect(page.locator("#im-results")).to_have_text("1 of 5,000 reports")
        expect(page.locator("#im-searching")).to_have_text("")
    else:
        expect(page.locator("#im-searching")).to_contain_text("could not be read")


def test_texts_of_another_version_are_never_shown(open_beside, beside, serve, many):
    many.assign(summary="changed").pipe(build_map).save(beside.with_name("other.html"))
    (first,) = beside.parent.glob("map-texts-0001-*.bin")
    (other,) = beside.parent.glob("other-texts-0001-*.bin")
    assert first.name.split("-")[-1] != other.name.split("-")[-1]
    first.unlink()
    tab = open_beside(f"{serve}/map.html")
    open_first(tab)
    expect(tab.page.locator("#im-card .im-missing")).to_be_visible()


def test_saving_again_removes_the_files_of_before(beside, many):
    before = set(beside.parent.glob("map-texts-*.bin"))
    build_map(many.iloc[:3000]).save(beside)
    after = set(beside.parent.glob("map-texts-*.bin"))
    assert (len(before), len(after)) == (5, 3)
    build_map(many.iloc[:500]).save(beside)
    assert not list(beside.parent.glob("map-texts-*.bin"))


def test_link_to_an_event_brings_it_back(open_beside, beside, serve):
    tab = open_beside(f"{serve}/map.html#e=id+4321")
    expect(tab.page.locator("#im-card")).to_contain_text("Nr4321")
    tab.until(lambda: "n=4321" in tab.page.evaluate("location.hash"), wanted=True)
    again = open_beside(f"{serve}/map.html#e=id+4321&n=4321")
    expect(again.page.locator("#im-card")).to_contain_text("Nr4321")
    assert files_asked(again.requests) == [5]


def test_long_table_makes_the_rows_in_view_only(open_page, inside):
    tab = open_page(inside)
    tab.page.locator("#im-table").scroll_into_view_if_needed()
    rows = tab.page.locator("#im-rows tbody tr[data-row]")
    expect(rows.first).to_contain_text("Town 0")
    expect(tab.page.locator("#im-rows")).to_have_attribute("aria-rowcount", "5001")
    assert rows.count() < 100
    frame = tab.page.locator(".im-window-of-rows")
    frame.evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(rows.last).to_contain_text("Nr4999")
    expect(rows.last).to_have_attribute("aria-rowindex", "5001")
    assert rows.count() < 100
    frame.evaluate("node => node.scrollTo(0, 100 * 36)")
    tab.until(lambda: 100 in tab.shown() and 0 not in tab.shown(), wanted=True)
    tops = tab.page.eval_on_selector_all(
        "#im-rows tbody tr[data-row]",
        "rows => rows.map((row) => [Number(row.dataset.row), row.offsetTop])",
    )
    step = {(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(tops)}
    assert step == {36}


def test_long_table_follows_filters_and_sorts(open_page, inside):
    tab = open_page(inside)
    tab.page.locator("#im-table").scroll_into_view_if_needed()
    where = tab.page.locator("#im-table-where")
    expect(where).to_contain_text("of 5,000")
    search(tab, "Nr4321")
    expect(where).to_have_text("Rows 1 to 1 of 1")
    tab.until(tab.shown, [4321])
    search(tab, "")
    expect(where).to_contain_text("of 5,000")
    date = tab.page.locator("#im-rows thead th").first
    for order, day in (("ascending", "1 January 2025"), ("descending", "10 April 2025")):
        date.locator("button").click()
        expect(date).to_have_attribute("aria-sort", order)
        expect(tab.page.locator("#im-rows tbody tr[data-row] td").first).to_have_text(day)


def test_without_javascript_there_is_a_table_by_month_and_the_csv(open_page, inside):
    tab = open_page(inside, java_script_enabled=False)
    rows = tab.page.locator("#im-rows tbody tr").all_inner_texts()
    # Days 0 to 30 of 100 are January's: places 0-30, 100-130, ... 2400-2430, two reports each; tenths are not stated.
    assert rows[0].split("\t") == ["January 2025", "700", "700", "150", "1,550"]
    assert len(rows) == 4
    expect(tab.page.locator('#im-table a[href="events.csv"]')).to_be_visible()


def test_density_counts_each_side_honestly(open_page, inside):
    tab = open_page(inside)
    page = tab.page
    expect(page.locator("#im-results")).to_have_text("5,000 reports")
    totals = {}
    found = set()
    box = page.locator("#map_impactmap").bounding_box()
    page.locator("#map_impactmap").focus()
    page.keyboard.press("n")
    live = page.locator("#im-live")
    expect(live).to_contain_text("1 of ")
    count = int(re.search(r"of (\d+)", live.inner_text())[1])
    assert count > 20
    for step in range(1, count + 1):
        expect(live).to_contain_text(f"{step} of {count}")
        text = live.inner_text()
        assert text not in found
        found.add(text)
        for name, number in re.findall(r"(Alpha|Beta|not stated) ([\d,]+)", text):
            totals[name] = totals.get(name, 0) + int(number.replace(",", ""))
        page.keyboard.press("n")
    assert totals == {"Alpha": 2250, "Beta": 2250, "not stated": 500}
    # Switched off, a side is neither drawn nor counted.
    page.get_by_role("button", name=re.compile("Alpha")).click()
    expect(page.locator("#im-results")).to_have_text("2,750 of 5,000 reports")
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    tip = page.locator(".im-tip")
    expect(tip).to_contain_text("Beta")
    expect(tip).not_to_contain_text("Alpha")
