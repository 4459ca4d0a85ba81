"""A map in a cell of JupyterLab: drawn, chosen from, read back, set from Python, and seen without trust."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
FRAME = """
import geopandas as gpd, pandas as pd, impactmap as im
frame = gpd.GeoDataFrame(
    {"date": pd.to_datetime(["2025-03-01", "2025-03-02", "2025-03-09"]), "side": ["A", "B", None],
     "what": ["<img src=x onerror=hit()>", "two", "three"]},
    geometry=gpd.points_from_xy([104.3, 107.6, 109.3], [52.3, 51.8, 55.6]), crs=4326, index=["west", "south", "north"])
shown = im.explore(frame, tooltip="what", height=320)
shown
"""
CELLS = (
    FRAME,
    "print('clicked', shown.selection.index.tolist())",
    "shown.period = ('2025-03-02', None)\nprint('set', shown.selection.index.tolist())",
    "shown.selection = ['north']\nshown.fit((108, 54, 111, 57))",
    "import json\nprint(json.dumps([shown.selection.index.tolist(), len(shown.shown), shown.view]))",
    "im.build_map(frame, title='Of folium')",
)


def _driver():
    """Return the module that starts and drives JupyterLab, which measuring uses, too."""
    spec = importlib.util.spec_from_file_location("jupyter_lab", ROOT / "benchmarks/jupyter_lab.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["jupyter_lab"] = module
    spec.loader.exec_module(module)
    return module


driver = _driver()
run_cell, map_frame = driver.run_cell, driver.map_frame


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab once."""
    with driver.running_lab(tmp_path_factory.mktemp("lab") / "home") as running:
        yield running


@pytest.fixture
def open_notebook(lab, browser):
    """Open a notebook of the server's folder; afterwards, nobody but the server may have been asked for anything."""
    requests, contexts = [], []

    def opened(name):
        context = browser.new_context(viewport=driver.VIEW, locale="en-GB", timezone_id="UTC")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: requests.append(request.url))
        driver.open_notebook(page, lab, name)
        return page

    opened.folder = lab.folder
    yield opened
    for context in contexts:
        context.close()
    assert [url for url in requests if not lab.is_own(url)] == []


def spot(page, frame, lat, lon):
    """Return where in the window a place of the map is."""
    box = page.locator("iframe.impactmap-cell").bounding_box()
    x, y = frame.evaluate(
        """([lat, lon]) => {
            const box = map_impactmap.getContainer().getBoundingClientRect();
            const at = map_impactmap.latLngToContainerPoint([lat, lon]);
            return [box.x + at.x, box.y + at.y];
        }""",
        [lat, lon],
    )
    return box["x"] + x, box["y"] + y


def until(page, read, wanted):
    end = time.monotonic() + 30
    while (found := read()) != wanted and time.monotonic() < end:
        page.wait_for_timeout(100)
    assert found == wanted


def _covers(view, wanted):
    west, south, east, north = view
    inside = west <= wanted[0] and south <= wanted[1] and east >= wanted[2] and north >= wanted[3]
    return inside and north - south < 5


def test_a_map_in_a_cell_is_chosen_from_set_and_seen_without_trust(open_notebook, rest):
    driver.write_notebook(open_notebook.folder / "map.ipynb", CELLS)
    page = open_notebook("map.ipynb")
    run_cell(page, 0)
    frame = map_frame(page)
    # The picture that stood for the map is off the page.
    expect(page.locator(".jp-RenderedHTMLCommon img").first).to_be_hidden()
    assert frame.evaluate("document.documentElement.dataset.imReady") == "true"
    # The frame has no rights: it is of no origin and reaches nothing.
    assert frame.evaluate("window.origin") == "null"
    with pytest.raises(Exception, match=r"SecurityError|Blocked a frame"):
        frame.evaluate("parent.document.title")

    page.mouse.move(*spot(page, frame, 52.3, 104.3))
    expect(frame.locator(".im-tip")).to_contain_text("what: <img src=x onerror=hit()>")
    page.mouse.click(*spot(page, frame, 52.3, 104.3))
    expect(frame.locator(".im-picking .im-status")).to_have_text("1 row selected")
    until(page, lambda: run_cell(page, 1), "clicked ['west']")
    frame.get_by_role("button", name="Close").click()

    # An outline around the two in the south; the click that ends it chooses nothing else.
    rest(page, frame)
    frame.get_by_role("button", name="Select by outline").click()
    (west, north), (east, south) = spot(page, frame, 52.9, 103.5), spot(page, frame, 51.2, 108.4)
    page.mouse.move(west, north)
    page.mouse.down()
    for x, y in ((east, north), (east, south), (west, south), (west, north)):
        page.mouse.move(x, y, steps=3)
    page.mouse.up()
    expect(frame.locator(".im-picking .im-status")).to_have_text("2 rows selected")
    until(page, lambda: run_cell(page, 1), "clicked ['west', 'south']")
    frame.get_by_role("button", name="Clear the selection").click()

    assert run_cell(page, 2) == "set ['south', 'north']"
    expect(frame.locator("#im-results")).to_have_text("2 of 3 reports")
    frame.locator(".im-switch", has_text="B").click()
    until(page, lambda: run_cell(page, 1), "clicked ['north']")
    run_cell(page, 3)
    expect(frame.locator(".im-picking .im-status")).to_have_text("1 row selected")
    until(page, lambda: _covers(json.loads(run_cell(page, 4))[2], (108, 54, 111, 57)), True)
    assert json.loads(run_cell(page, 4))[:2] == [["north"], 1]

    run_cell(page, 5)
    saved = open_notebook.folder / "map.ipynb"

    def pictures_saved():
        driver.save(page)
        return saved.read_text(encoding="utf-8").count('"image/png"')

    until(page, pictures_saved, 2)

    # As a stranger's: nobody has signed it.
    text = saved.read_text(encoding="utf-8").replace("clicked", "Clicked")
    (open_notebook.folder / "stranger.ipynb").write_text(text, encoding="utf-8")
    page.close()
    page = open_notebook("stranger.ipynb")
    assert _still(page) == [720, 720]
    assert page.locator("iframe").count() == 0

    # As one's own, the day after: trusted, and its kernel gone.
    page.evaluate("jupyterapp.serviceManager.sessions.shutdownAll()")
    page.close()
    page = open_notebook("map.ipynb")
    expect(page.locator(".jp-OutputArea-output", has_text="model not found")).to_have_count(1)
    assert page.evaluate("[...jupyterapp.shell.currentWidget.content.model.cells].every((cell) => cell.trusted)")
    assert _still(page)[0] == 720
    expect(page.locator("iframe")).to_have_count(1)  # of the map of folium, which needs no kernel


def _still(page):
    """Return how wide the pictures are that are seen; each has a table below it."""
    picture = page.locator(".jp-RenderedHTMLCommon img:visible")
    picture.first.wait_for()
    count = picture.count()
    assert page.locator(".jp-RenderedHTMLCommon tbody tr:visible").count() == 3 * count
    return [picture.nth(number).evaluate("(image) => image.complete && image.naturalWidth") for number in range(count)]


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("0[1-6]*.ipynb")), ids=lambda path: path.stem)
def test_a_notebook_runs_in_jupyterlab(path, open_notebook):
    folder = open_notebook.folder / path.stem
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    (folder / "notebooks").mkdir()
    shutil.copy(path, folder / "notebooks")
    page = open_notebook(f"{path.stem}/notebooks/{path.name}")
    page.set_default_timeout(300_000)
    assert driver.run_all(page) == []
    for picture in page.locator(".jp-RenderedImage img").all():
        assert picture.evaluate("(image) => image.complete && image.naturalWidth") > 0
