"""A real Chromium, cut off from every network, and pages to open in it."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect, sync_playwright

from impactmap.context import basemap
from impactmap.maps.page.event_map import build_map
from impactmap.model.project import Project

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}

# Whatever hostile text manages to run calls this.
WATCH = """
window.hits = 0;
window.hit = () => { window.hits += 1; };
for (const name of ["alert", "confirm", "prompt", "print", "open"]) window[name] = () => { window.hits += 1; };
"""

# What the page has put off until later, so that a test can wait for it to be done, however busy the machine is.
PUT_OFF = """
(() => {
  const later = new Set();
  for (const [start, stop] of [
    ["setTimeout", "clearTimeout"],
    ["requestAnimationFrame", "cancelAnimationFrame"],
    ["requestIdleCallback", "cancelIdleCallback"],
  ]) {
    const [begin, end] = [window[start].bind(window), window[stop].bind(window)];
    window[start] = (act, ...given) => {
      if (typeof act !== "function" || (start === "setTimeout" && given[0] > 2000)) return begin(act, ...given);
      const id = begin((...told) => { later.delete(start + id); act(...told); }, ...given);
      later.add(start + id);
      return id;
    };
    window[stop] = (id) => { later.delete(start + id); end(id); };
  }
  const runs = (animation) => animation.playState === "running" && animation.effect.getComputedTiming().endTime < 1e6;
  window.putOff = () => later.size + document.getAnimations().filter(runs).length;
})();
"""
#: How long a test waits for what it expects, in seconds: long enough for a machine with much else to do.
PATIENCE = 30
expect.set_options(timeout=1000 * PATIENCE)


def wait_for_rest(page: Page, frame: Frame | None = None) -> None:
    """Wait until a page, or a frame of it, has nothing more to do: no timer, no frame to draw, no transition."""
    quiet, end = 0, time.monotonic() + PATIENCE
    while quiet < 3:
        quiet = 0 if (frame or page).evaluate("window.putOff()") else quiet + 1
        assert time.monotonic() < end, "the page does not come to rest"
        page.wait_for_timeout(25)  # observers of size and sight speak with the next frame


@dataclass
class Tab:
    """A page in the browser with everything it said and asked for."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def pixel(self, lat: float, lon: float, *, dx: float = 0, dy: float = 0) -> tuple[int, int, int]:
        """Return the colour drawn at a place of the map, `dx` and `dy` CSS pixels from it."""
        x, y = self.spot(lat, lon)
        shot = self.page.screenshot(clip={"x": x + dx - 1, "y": y + dy - 1, "width": 3, "height": 3})
        return Image.open(io.BytesIO(shot)).convert("RGB").getpixel((1, 1))

    def colours(self, lat: float, lon: float, size: int) -> list[tuple[int, int, int]]:
        """Return the colours of a square of the map around a place."""
        x, y = self.spot(lat, lon)
        shot = self.page.screenshot(clip={"x": x - size / 2, "y": y - size / 2, "width": size, "height": size})
        return [
            tuple(colour)
            for line in np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).tolist()
            for colour in line
        ]

    def spot(self, lat: float, lon: float) -> tuple[float, float]:
        """Return where in the window a place of the map is."""
        self.page.locator("#map_impactmap").scroll_into_view_if_needed()
        place = self.page.evaluate(
            """([lat, lon]) => {
                const box = map_impactmap.getContainer().getBoundingClientRect();
                const at = map_impactmap.latLngToContainerPoint([lat, lon]);
                return [box.x + at.x, box.y + at.y];
            }""",
            [lat, lon],
        )
        return tuple(place)

    def click_map(self, lat: float, lon: float) -> None:
        """Click a place of the map."""
        self.page.mouse.click(*self.spot(lat, lon))

    def until(self, read: Callable[[], Any], wanted: Any) -> None:
        """Wait until a reading is as wanted; the page draws in its own time."""
        end = time.monotonic() + PATIENCE
        while (found := read()) != wanted and time.monotonic() < end:
            self.page.wait_for_timeout(50)
        assert found == wanted

    def rest(self, frame: Frame | None = None) -> None:
        """Wait until the page, or a frame of it, has nothing more to do."""
        wait_for_rest(self.page, frame)

    def shown(self) -> list[int]:
        """Return the rows of the table that can be seen."""
        return self.page.eval_on_selector_all(
            "#im-rows tbody tr[data-row]",
            "rows => rows.filter((row) => !row.hidden).map((row) => Number(row.dataset.row))",
        )


class Opener:
    """Opens pages and keeps what they say, until the test ends."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.tabs: list[Tab] = []

    def __call__(self, url: str | Path, *, ready: bool = True, **options: Any) -> Tab:
        context = self._browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC", **options})
        self._contexts.append(context)
        context.add_init_script(WATCH)
        tab = Tab(context.new_page())
        tab.page.set_default_timeout(1000 * PATIENCE)
        tab.page.on("console", lambda message: tab.console.append(f"{message.type}: {message.text}"))
        tab.page.on("pageerror", lambda error: tab.console.append(f"error: {error}"))
        tab.page.on("request", lambda request: tab.requests.append(request.url))
        tab.page.on("dialog", lambda dialog: (tab.dialogs.append(dialog.message), dialog.dismiss()))
        address = url.as_uri() if isinstance(url, Path) else url
        tab.page.goto(address)
        self.tabs.append(tab)
        if ready and options.get("java_script_enabled", True):
            tab.page.wait_for_selector('html[data-im-ready="true"]', state="attached")
        return tab

    def close(self) -> None:
        for each in self._contexts:
            each.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Start Chromium once, without a network: nothing resolves and no proxy exists."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
        )
        plain = chromium.new_context

        def new_context(**options: Any) -> BrowserContext:
            context = plain(**options)
            context.add_init_script(PUT_OFF)
            return context

        chromium.new_context = new_context
        yield chromium
        chromium.close()


@pytest.fixture
def rest():
    """Wait until a page has nothing more to do."""
    return wait_for_rest


@pytest.fixture
def open_page(browser):
    """Open a page; after the test, no page may have logged or asked for anything."""
    opener = Opener(browser)
    yield opener
    faults = []
    for tab in opener.tabs:
        faults += tab.console + tab.dialogs
        # The document itself and frames of it are the only requests there may be.
        faults += [url for url in tab.requests if not url.startswith(("file:", "http://127.0.0.1", "about:srcdoc"))]
        faults += [url for url in tab.requests[1:] if not url.endswith((".html", "about:srcdoc"))]
    opener.close()
    assert not faults


@pytest.fixture
def open_beside(browser):
    """Open a page that has files beside it: it may ask for them, and say that it cannot read them, and nothing else."""
    opener = Opener(browser)
    yield opener
    faults = []
    for tab in opener.tabs:
        faults += [line for line in tab.console if not re.search(r"\.bin|Failed to load resource", line)]
        faults += tab.dialogs
        faults += [url for url in tab.requests if not url.startswith(("file:", "http://127.0.0.1"))]
        faults += [url for url in tab.requests if not re.search(r"\.(html|bin)(#|$)", url)]
    opener.close()
    assert not faults


@pytest.fixture(scope="session", autouse=True)
def basemaps_made_once():
    """Keep every basemap: cutting one out takes longer than the rest of a page."""
    made, original = {}, basemap.basemap_for

    @functools.wraps(original)
    def basemap_for(bounds, *, border=None, **options):
        key = (bounds, border and (border.countries, border.view), *sorted(options.items()))
        if key not in made:
            made[key] = original(bounds, border=border, **options)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(basemap, "basemap_for", basemap_for)
        yield


@pytest.fixture
def write_page(tmp_path):
    """Write a map's page to disk."""

    def write(events, claims=None, *, project=None, border=None, name="map.html"):
        path = tmp_path / name
        build_map(events, claims, project=project, border=border).save(path)
        return path

    return write


@pytest.fixture
def rich_project(project):
    """Return the sample project with everything that fills the page: a size, a correction, a contact."""
    return Project.model_validate(
        project.model_dump()
        | {
            "symbols": {"size": "killed"},
            "corrections": [{"date": "2025-11-10", "text": "An earlier version gave another place."}],
            "map": project.map.model_dump() | {"contact": "desk@example.org"},
        }
    )


@pytest.fixture
def first_page(write_page, located, claims, rich_project):
    """Return the sample map's file."""
    return write_page(located, claims, project=rich_project)


@contextmanager
def _served(folder: Path, *, to_frames: bool = False) -> Iterator[str]:
    """Serve a folder on the loopback address; side files `to_frames` without an origin, too."""
    handler = _Leave if to_frames else _Quiet
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def serve(tmp_path):
    """Serve the test's folder."""
    with _served(tmp_path) as address:
        yield address


@pytest.fixture
def serve_to_frames():
    """Serve a folder whose map stands in a frame without origin, with the server's leave or without."""
    with ExitStack() as stack:
        yield lambda folder, *, allowed: stack.enter_context(_served(folder, to_frames=allowed))


@pytest.fixture(scope="session")
def module_page(browser):
    """Open a page that can import the viewer's modules as they are, one by one."""
    with _served(Path(str(resources.files("impactmap.maps"))) / "web") as address:
        page = browser.new_page()
        page.goto(f"{address}/")
        yield page
        page.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


class _Leave(_Quiet):
    def end_headers(self) -> None:
        if self.path.endswith(".bin"):
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@pytest.fixture(scope="session")
def hostile():
    """Return the generator of hostile texts, shared with the maps' tests."""
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).parents[1] / "hostile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
