"""Hostile text in every field: shown as the same text, nothing runs, nothing is asked for."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from playwright.sync_api import expect

from impactmap.model.project import Project
from impactmap.model.values import clean_text

pytestmark = pytest.mark.browser


def clean(tab):
    """Check that nothing ran and nothing was added to what the page may hold."""
    assert tab.page.evaluate("window.hits") == 0
    odd = tab.page.evaluate(
        "(names) => [...document.querySelectorAll(names)].map((e) => e.outerHTML.slice(0, 80))",
        "iframe, object, embed, form, base, link, video, img, math, template, foreignObject, marquee",
    )
    assert odd == []
    handlers = tab.page.evaluate(
        "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames().filter((n) => n.startsWith('on')))"
    )
    assert handlers == []
    addresses = tab.page.evaluate("[...document.querySelectorAll('a[href]')].map((a) => a.protocol)")
    assert set(addresses) <= {"http:", "https:", "file:"}


def table_texts(tab):
    return tab.page.eval_on_selector_all(
        "#im-rows tbody tr[data-row]",
        "rows => rows.map((r) => [Number(r.dataset.row), (r.querySelector('p.im-what') || {}).textContent || ''])",
    )


def write(write_page, hostile, texts, **project):
    events, claims = hostile.hostile_events(texts, sides=[texts[k] for k in (0, 50, 80)])
    return events, write_page(events, claims, project=Project.model_validate(project))


@pytest.fixture
def listed(hostile):
    return hostile.without_surrogates(hostile.every_text())


def test_every_listed_text_is_shown_as_it_is(open_page, write_page, hostile, listed):
    events, path = write(
        write_page, hostile, listed,
        map={"title": "</title><script>hit()</script>{{7*7}}", "subtitle": listed[5], "contact": "javascript:hit()"},
        corrections=[{"date": "2025-11-10", "text": text} for text in listed],
    )  # fmt: skip
    tab = open_page(path)
    clean(tab)
    assert tab.page.title() == "</title><script>hit()</script>{{7*7}}"
    wanted = [clean_text(text) for text in events["summary"]]
    assert table_texts(tab) == [[number, text] for number, text in enumerate(wanted)]
    corrections = tab.page.eval_on_selector_all("#im-corrections li p", "all => all.map((p) => p.textContent)")
    assert corrections == [clean_text(text) for text in listed]


def test_every_card_shows_the_same_text(open_page, write_page, hostile, listed):
    events, path = write(write_page, hostile, listed)
    tab = open_page(path)
    # Every third: the lists' kinds and the kinds of place both come round.
    for row in range(0, len(events), 3):
        tab.page.evaluate("(row) => document.querySelector(`tr[data-row='${row}'] button.im-details`).click()", row)
        wanted = " ".join(clean_text(events["summary"].iloc[row])[:1999].split())
        for _ in range(1000):  # the card opens in its own time
            shown = " ".join(tab.page.evaluate("(document.querySelector('#im-card') || {}).textContent").split())
            if wanted in shown:
                break
            tab.page.wait_for_timeout(20)
        assert wanted in shown, row
        if row % 30 == 0:
            clean(tab)
    clean(tab)


def test_search_takes_any_text(open_page, write_page, hostile, listed):
    _, path = write(write_page, hostile, listed)
    tab = open_page(path)
    toggle = tab.page.locator("#im-filters-toggle")
    if toggle.is_visible():
        toggle.click()
    for text in listed[::12]:
        tab.page.locator("#im-search").fill(clean_text(text).replace("\n", " ")[:200])
        tab.rest()
    clean(tab)


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 28))])
def test_random_texts(open_page, write_page, hostile, seed):
    texts = hostile.without_surrogates(list(itertools.islice(hostile.hostile_texts(seed), 400)))
    events, path = write(write_page, hostile, texts)
    tab = open_page(path)
    clean(tab)
    assert table_texts(tab) == [[number, clean_text(text)] for number, text in enumerate(events["summary"])]
    for row in range(0, len(events), 40):
        tab.page.evaluate("(row) => document.querySelector(`tr[data-row='${row}'] button.im-details`).click()", row)
    clean(tab)


def test_names_of_object_members_are_names_like_any_other(open_page, write_page):
    """Sides, sectors, metrics and ids called ``__proto__`` and the like must not meet JavaScript's own."""
    names = ["__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype"]
    events = pd.DataFrame(
        {
            "event_id": names,
            "side": names,
            "sectors": names,
            "means": names,
            "place_status": names,
            "confirmation": names,
        }
    )
    events["latitude"], events["longitude"] = range(45, 51), range(30, 36)
    events["date_start"] = events["date_end"] = pd.Timestamp("2025-11-09")
    claims = pd.DataFrame(dict.fromkeys(("claim_id", "event_id", "metric", "text", "claimant"), names)).assign(
        qualifier=None
    )
    claims[["value", "value_low", "value_high"]] = float("nan")
    tab = open_page(write_page(events, claims))
    expect(tab.page.locator("#im-results")).to_have_text("6 reports")
    switches = tab.page.eval_on_selector_all("#im-controls button.im-switch", "all => all.map((b) => b.dataset.side)")
    assert switches == sorted(names)
    tab.page.locator('#im-controls button.im-switch[data-side="__proto__"]').click()
    tab.until(tab.shown, [1, 2, 3, 4, 5])
    for row in range(1, 6):
        tab.page.evaluate("(row) => document.querySelector(`tr[data-row='${row}'] button.im-details`).click()", row)
        expect(tab.page.locator("#im-card")).to_contain_text(names[row])
        text = tab.page.locator("#im-card").inner_text()
        assert "native code" not in text
        assert "[object" not in text


def test_lone_surrogates_are_shown_as_a_sign(open_page, write_page):
    events = pd.DataFrame(
        {"event_id": pd.Series(["\ud800"], dtype="object"), "summary": pd.Series(["a\udfffb"], dtype="object")}
    )
    tab = open_page(write_page(events))
    assert table_texts(tab) == [[0, "a\ufffdb"]]


def test_right_to_left_text_does_not_turn_its_neighbours(open_page, write_page):
    events = pd.DataFrame({"event_id": ["a"], "summary": ["\u202eabc"], "place": ["\u2067xyz"]})
    tab = open_page(write_page(events))
    directions = tab.page.eval_on_selector_all(
        "#im-rows tbody tr > *", "cells => cells.map((c) => getComputedStyle(c).unicodeBidi)"
    )
    assert "isolate" in directions[1] or directions[1] in {"plaintext", "isolate"}
    # Without distances and populations the row has seven cells.
    assert len(directions) == 7
    first, last = (tab.page.locator("#im-rows tbody tr > *").nth(n).bounding_box()["x"] for n in (0, 6))
    assert first < last
