"""A map in a cell of JupyterLab: drawn, chosen from, read back, set from Python, and seen without trust."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

import impactmap

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOKEN = "only-for-this-test"
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


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Start JupyterLab on the loopback address, with a home of its own; end it and its kernels."""
    home = tmp_path_factory.mktemp("lab")
    (home / "work").mkdir()
    news = home / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}', encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {f"JUPYTER_{name.upper()}_DIR": str(home / name) for name in ("config", "data", "runtime")}
    own |= {f"JUPYTERLAB_{name.upper()}_DIR": str(home / name) for name in ("settings", "workspaces")}
    own |= {"HOME": str(home), "IPYTHONDIR": str(home / "ipython"), "TZ": "UTC"}
    options = [
        "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0", "--allow-root",
        "--expose-app-in-browser", f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={home / 'work'}",
    ]  # fmt: skip
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **own, "PYTHONPATH": str(Path(impactmap.__file__).parents[1])},
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/api?token={TOKEN}", server, home / "log")
            yield address, home / "work"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(20)


def _wait_for(address, server, log):
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(log.read_text(encoding="utf-8", errors="replace"))


@pytest.fixture
def open_notebook(lab, browser):
    """Open a notebook of the server's folder; afterwards, nobody but the server may have been asked for anything."""
    address, folder = lab
    requests, contexts = [], []

    def opened(name):
        context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB", timezone_id="UTC")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}/doc/tree/{name}?token={TOKEN}&reset")
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context?.isReady")
        return page

    opened.folder = folder
    yield opened
    for context in contexts:
        context.close()
    own = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
    assert [url for url in requests if not url.startswith(own)] == []


def run_cell(page, number):
    """Run a cell and return what it printed."""
    page.evaluate(
        """async (number) => {
            const panel = jupyterapp.shell.currentWidget;
            await panel.sessionContext.ready;
            panel.content.activeCellIndex = number;
            await jupyterapp.commands.execute("notebook:run-cell");
        }""",
        number,
    )
    return page.evaluate(
        """(number) => jupyterapp.shell.currentWidget.content.widgets[number].model.outputs.toJSON()
            .map((output) => output.text ?? output.evalue ?? "").join("")""",
        number,
    ).strip()


def map_frame(page):
    """Return the map's frame once it is drawn."""
    page.wait_for_selector("iframe.impactmap-cell[data-ready]")
    return page.query_selector("iframe.impactmap-cell").content_frame()


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
    return inside and east - west < 12


def test_a_map_in_a_cell_is_chosen_from_set_and_seen_without_trust(open_notebook, rest):
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(written, open_notebook.folder / "map.ipynb")
    page = open_notebook("map.ipynb")
    run_cell(page, 0)
    frame = map_frame(page)
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
    page.evaluate("jupyterapp.commands.execute('docmanager:save')")
    saved = open_notebook.folder / "map.ipynb"
    until(page, lambda: "image/png" in saved.read_text(encoding="utf-8"), True)

    # As a stranger's: nobody has signed it.
    text = saved.read_text(encoding="utf-8").replace("clicked", "Clicked")
    (open_notebook.folder / "stranger.ipynb").write_text(text, encoding="utf-8")
    page.close()
    page = open_notebook("stranger.ipynb")
    picture = page.locator(".jp-RenderedHTMLCommon img")
    expect(picture).to_have_count(2)
    for number in (0, 1):
        assert picture.nth(number).evaluate("(image) => image.complete && image.naturalWidth") == 720
    assert page.locator(".jp-RenderedHTMLCommon tbody tr").count() == 6
    assert page.locator("iframe").count() == 0
