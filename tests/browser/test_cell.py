"""A map in a cell without a notebook around it: its host in a page of ours, with a stand-in for the widget's model."""

from __future__ import annotations

import base64
import json
from importlib import resources

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect
from shapely import LineString

import impactmap as im
from impactmap.notebook import explore as exploring
from impactmap.notebook.cell_widget import shared_code

pytestmark = pytest.mark.browser

#: What a webview of an editor allows a cell, whose frames inherit it.
WEBVIEW = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src https: data:; "
    "child-src https: data:; connect-src https:"
)
TRAITS = ("document", "title", "still", "width", "height", "period", "bounds", "seen", "colors")
BUFFERS = ("data", "texts", "picked", "kept")
STAND_IN = """
const listeners = {};
const bytes = (text) => new DataView(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer);
window.bytesOfText = bytes;
const values = {...given.traits, viewer: "IPY_MODEL_code"};
for (const name in given.buffers) values[name] = bytes(given.buffers[name]);
const tell = (event, ...what) => (listeners[event] ?? []).forEach((hear) => hear(...what));
window.said = {};
window.model = {
  get: (name) => values[name],
  set: (name, value) => {
    values[name] = value;
    said[name] = value instanceof DataView ? [...new Uint8Array(value.buffer)] : value;
  },
  put: (name, value) => { values[name] = value; tell(`change:${name}`); },
  save_changes() {},
  send: async ({ask, name}) => tell("msg:custom", {answer: ask, name}, [bytes(await askKernel(ask, name))]),
  on: (event, hear) => (listeners[event] ??= []).push(hear),
  off: (event, hear) => (listeners[event] = (listeners[event] ?? []).filter((one) => one !== hear)),
};
if (given.code) window.model.widget_manager = {get_model: async () => ({get: () => bytes(given.code)})};
render({model: window.model, el: document.getElementById("cell")});
"""


def frame_of(count, **columns):
    """Return events in a row along a parallel of the Gulf of Guinea, one a day."""
    return gpd.GeoDataFrame(
        {"date": pd.date_range("2024-01-01", periods=count), **columns},
        geometry=gpd.points_from_xy(np.linspace(2, 9, count), np.full(count, 7.0)),
        crs=4326,
    )


@pytest.fixture
def open_cell(open_page, tmp_path):
    """Open a cell; its frame is told apart by being the only one."""

    def opened(shown, *, manager=True, policy="", width=1000):
        widget = shown.widget
        given = {
            "traits": {name: getattr(widget, name) for name in TRAITS},
            "buffers": {name: base64.b64encode(getattr(widget, name)).decode() for name in BUFFERS},
            "code": base64.b64encode(shared_code().code).decode() if manager else None,
        }
        host = resources.files("impactmap.notebook").joinpath("host.js").read_text(encoding="utf-8")
        script = host.replace("export default { render };", "") + f"const given = {_inert(given)};\n{STAND_IN}"
        head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Cell</title>'
        if policy:
            head += f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        page = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><div id="cell"></div>'
        (tmp_path / "cell.html").write_text(
            f"{page}<script type=module>{script}</script></body></html>", encoding="utf-8"
        )
        (tmp_path / "empty.html").write_text("<!DOCTYPE html><title>Empty</title>", encoding="utf-8")
        tab = open_page(tmp_path / "empty.html", ready=False, viewport={"width": width, "height": 900})
        asked = []

        def answer(ask, name):
            asked.append((ask, name))
            data = shared_code().code if ask == "code" else widget._texts_of(int(name))
            return base64.b64encode(data).decode()

        tab.page.expose_function("askKernel", answer)
        tab.page.goto((tmp_path / "cell.html").as_uri())
        tab.asked = asked
        return tab

    return opened


def _inert(value):
    return json.dumps(value).replace("<", "\\u003c")


def inside(tab):
    """Return the map's frame once it is drawn."""
    tab.page.wait_for_selector("iframe[data-ready]")
    frame = tab.page.query_selector("iframe").content_frame()
    tab.rest(frame)
    return frame


def said(tab, name):
    return tab.page.evaluate("(name) => said[name]", name)


def test_a_cell_works_under_the_policy_of_an_editors_webview(open_cell):
    tab = open_cell(im.explore(frame_of(3)), policy=WEBVIEW)
    expect(tab.page.frame_locator("iframe").locator("#im-results")).to_have_text("3 reports")
    inside(tab)
    assert tab.asked == []


def test_without_models_of_models_the_kernel_is_asked_for_the_code(open_cell):
    tab = open_cell(im.explore(frame_of(3)), manager=False)
    expect(tab.page.frame_locator("iframe").locator("#im-results")).to_have_text("3 reports")
    inside(tab)
    assert tab.asked == [("code", "")]


def test_keys_choose_and_escape_leaves_the_choice(open_cell):
    tab = open_cell(im.explore(frame_of(3)))
    frame = inside(tab)
    frame.locator("#map_impactmap").focus()
    for key in ("n", "n", "Enter"):
        tab.page.keyboard.press(key)
    tab.until(lambda: said(tab, "picked"), [0b010])
    tab.page.keyboard.press("Escape")
    tab.rest(frame)
    assert said(tab, "picked") == [0b010]
    frame.get_by_role("button", name="Clear the selection").click()
    tab.until(lambda: said(tab, "picked"), [])


def test_texts_of_many_events_are_asked_for_when_a_card_needs_them(open_cell, monkeypatch):
    monkeypatch.setattr(exploring, "TEXTS_SENT", 2)
    monkeypatch.setattr(exploring, "TEXTS_A_FILE", 2)
    monkeypatch.setattr("impactmap.maps.page.card_texts.TEXTS_A_FILE", 2)
    tab = open_cell(im.explore(frame_of(5, summary=list("vwxyz"))))
    frame = inside(tab)
    assert tab.asked == []
    frame.locator("#map_impactmap").focus()
    for key in ("n", "n", "n", "Enter"):
        tab.page.keyboard.press(key)
    expect(frame.locator("#im-card p[lang], #im-card").first).to_contain_text("x")
    assert ("texts", "1") in tab.asked


def test_a_frame_that_is_put_back_shows_what_was_chosen(open_cell):
    shown = im.explore(frame_of(4))
    shown.period = ("2024-01-02", "2024-01-03")
    shown.selection = [1]
    tab = open_cell(shown)
    frame = inside(tab)
    expect(frame.locator("#im-results")).to_have_text("2 of 4 reports")
    frame.get_by_role("button", name="Show all").click()
    tab.until(lambda: said(tab, "period"), [])
    tab.page.evaluate("""() => {
        const frame = document.querySelector("iframe");
        delete frame.dataset.ready;
        frame.remove();
        document.getElementById("cell").append(frame);
    }""")
    frame = inside(tab)
    expect(frame.locator("#im-results")).to_have_text("4 reports")
    expect(frame.locator(".im-picking .im-status")).to_have_text("1 row selected")


def test_what_python_sets_is_shown(open_cell):
    tab = open_cell(im.explore(frame_of(4, side=["A", "A", "B", "B"])))
    frame = inside(tab)
    tab.page.evaluate("model.put('colors', {1: '#ff0000'})")
    tab.page.evaluate("model.put('period', [19723, 19724])")  # 1 and 2 January 2024
    expect(frame.locator("#im-results")).to_have_text("2 of 4 reports")
    tab.rest(frame)
    colour = "getComputedStyle(document.querySelector('.im-side-1')).color"
    assert frame.evaluate(colour) == "rgb(255, 0, 0)"
    # Coming from Python, it is not told to Python again as something else.
    assert said(tab, "period") in ([19723, 19724], None)


def test_texts_of_the_frame_run_nothing(open_cell):
    texts = ["<img src=x onerror=hit()>", "</script><script>hit()</script>", "<!--im:code-2-->{{7*7}}${hit()}"]
    shown = im.explore(frame_of(3, what=texts, side=texts), column="what", tooltip={"what": texts[0]}, title=texts[1])
    tab = open_cell(shown)
    frame = inside(tab)
    frame.locator("#map_impactmap").focus()
    for key in ("n", "Enter"):
        tab.page.keyboard.press(key)
    expect(frame.locator("#im-card")).to_contain_text(texts[0])
    assert tab.page.evaluate("window.hits") == 0
    assert frame.evaluate("window.hits ?? 0") == 0


@pytest.mark.parametrize("width", [320, 390, 680, 1280])
def test_a_cell_of_any_width_cuts_nothing(open_cell, width):
    tab = open_cell(im.explore(frame_of(9, side=list("AAABBBCCC")), title="A map in a narrow cell"), width=width)
    frame = inside(tab)
    wide, seen = frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= seen
    left, right = frame.evaluate(
        "(({left, right}) => [left, right])(map_impactmap.getContainer().getBoundingClientRect())"
    )
    assert left >= 0
    assert right <= seen


def test_shapes_that_are_added_later_are_drawn_where_the_map_stands(open_cell):
    shown = im.explore(frame_of(3))
    tab = open_cell(shown)
    inside(tab)
    lines = gpd.GeoDataFrame(geometry=[LineString([(2, 6), (9, 8)])], crs=4326)
    im.explore(lines, m=shown, title="A line", attribution="A survey", color="#ff0000")
    tab.page.evaluate(
        "([data, page]) => { model.put('data', bytesOfText(data)); model.put('document', page); }",
        [base64.b64encode(shown.widget.data).decode(), shown.widget.document],
    )
    frame = inside(tab)
    expect(frame.locator("#im-layers")).to_contain_text("A line (source: A survey)")
    expect(frame.locator("#im-results")).to_have_text("3 reports")
