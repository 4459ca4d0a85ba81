"""Every page on the same rows, side by side in one run: what it costs to build, to open and to move.

    python benchmarks/page.py 1000 10000 100000 1000000 --repeat 3 -o build/benchmarks

**Build** runs in a process of its own (``peers.py``): cpu seconds of one build and save, after imports and with the
rows in memory; the highest resident memory while it ran. **Weight** is the page (and its side files) as written, and
by ``gzip -6``.

**Interactive** is the time from the start of navigation to the start of the first quiet half second: no task over 50
ms on the main thread, no frame over 100 ms, no drawing into any canvas, and a picture of the page that is still the
same a second later and is not blank. **Frames** are the times between animation callbacks while the mouse drags the
map, or a handle of the date control, to and fro for three seconds, up to a third of a second after the button is
released. **Heap** is what V8 uses after two collections, once the page is quiet and before anything is opened; the
memory behind typed arrays is given beside it.

The browser is Chromium without a GPU (WebGL by SwiftShader), 1280 x 800, on a page served from this machine. Scripts
and styles that a page asks a content network for come from disk (``assets.py``); every other request is refused and
reported.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import io
import json
import math
import os
import re
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from assets import Assets
from cost import CHROMIUM, calibrate, in_a_process, machine, middle_of
from peers import PAGES
from PIL import Image, ImageChops
from playwright.sync_api import BrowserContext, CDPSession, Error, Page, Route, sync_playwright
from rows import SEED, make_rows

HERE = Path(__file__).parent
FLAGS = [
    "--disable-gpu",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--js-flags=--expose-gc",
    "--disable-dev-shm-usage",
]
VIEW = {"width": 1280, "height": 800}
QUIET_MS = 500
DRAG_S = 3
TAKE_FRAMES = "window.__probe.takeFrames()"
GIVE_UP_S = float(os.environ.get("GIVE_UP_S", "240"))
#: What is dragged to move the map; and, where the page has one, what moves the date range: where in its box it is taken
#: hold of, and how far it is drawn, in px: four fifths of the period each.
HANDLES: dict[str, tuple[str, tuple[str, float, float] | None]] = {
    "impactmap": ("#map_impactmap", ("#im-timeline [role=slider]", 0.5, 940)),
    "explore": (".leaflet-container", None),
    "FastMarkerCluster": (".leaflet-container", None),
    "TimestampedGeoJson": (".leaflet-container", (".timecontrol-dateslider .slider .knob.main", 0.5, -160)),
    "markers": (".leaflet-container", None),
    "lonboard": ("canvas", None),
    "swiftmap": (".leaflet-container", (".swiftmap-time-slider", 0.95, -220)),
}
DISTRIBUTIONS = {
    "explore": "geopandas",
    "FastMarkerCluster": "folium",
    "TimestampedGeoJson": "folium",
    "markers": "folium",
}


def build(name: str, count: int, folder: Path) -> dict[str, Any]:
    """Build one page in a fresh process; its cost, or why it failed."""
    path = folder / f"{name}-{count}" / "map.html"
    shutil.rmtree(path.parent, ignore_errors=True)
    return in_a_process("peers.py", name, count, path)


def _allow_stand_ins(path: Path) -> dict[str, str]:
    """Take the checksums off a page's script tags: they refuse what is not minified. Lonboard alone has one."""
    if path.stat().st_size > 2**30:
        return {}
    text = path.read_bytes()
    head, rest = text[:4096], text[4096:]
    plain = re.sub(rb'\sintegrity="[^"]*"', b"", head)
    if plain == head:
        return {}
    path.write_bytes(plain + rest)
    return {"checksums": "taken off the script tags"}


def weigh(folder: Path) -> dict[str, Any]:
    """Bytes of the page and of what lies beside it, raw and gzipped."""
    page = folder / "map.html"
    beside = [path for path in folder.rglob("*") if path.is_file() and path != page]
    return {
        **weigh_file(page),
        "side_bytes": sum(path.stat().st_size for path in beside),
        "side_gzip_bytes": sum(_gzipped(path) for path in beside),
    }


def weigh_file(page: Path) -> dict[str, int]:
    """Bytes of one file, raw and gzipped."""
    return {"page_bytes": page.stat().st_size, "page_gzip_bytes": _gzipped(page)}


def _gzipped(path: Path) -> int:
    class Count(io.RawIOBase):
        total = 0

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.total += len(data)
            return len(data)

    sink = Count()
    with path.open("rb") as source, gzip.GzipFile(fileobj=sink, mode="wb", compresslevel=6, mtime=0) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    return sink.total


def open_page(name: str, url: str, picture: Path) -> dict[str, Any]:
    """Open one page in a fresh browser and measure it."""
    assets, refused, messages = Assets(), [], []
    result: dict[str, Any] = {}

    def answer(route: Route) -> None:
        target = route.request.url
        if target.startswith((url.rsplit("/", 1)[0], "data:", "blob:")):
            route.continue_()
        elif found := assets.find(target):
            route.fulfill(body=found[0], content_type=found[1], headers={"access-control-allow-origin": "*"})
        else:
            refused.append(target)
            route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            context = browser.new_context(viewport=VIEW)
            context.add_init_script(path=HERE / "probe.js")
            context.route(lambda target: not target.startswith(url.rsplit("/", 1)[0]), answer)
            page = context.new_page()
            page.set_default_timeout(GIVE_UP_S * 1000)
            page.on("pageerror", lambda error: messages.append(str(error)[:200]))
            page.on("crash", lambda _: messages.append("the page crashed"))
            system = browser.new_browser_cdp_session()
            started, worked = time.monotonic(), _browser_cpu(system)
            page.goto(url, wait_until="commit")
            result["interactive_ms"] = _wait_until_interactive(page, started, picture)
            result["open_cpu_s"] = _browser_cpu(system) - worked
            if result["interactive_ms"] is not None:
                result.update(_heap(context, page))
                area, handle = HANDLES[name]
                if name == "TimestampedGeoJson":
                    _show_all(page, handle[0])
                result["pan"] = _frames(page, system, area, (0.5, 0.45), _to_and_fro)
                if handle and page.locator(handle[0]).count():
                    result["range"] = _frames(
                        page, system, handle[0], (handle[1], 0.5), functools.partial(_along, handle[2])
                    )
        except Error as error:
            result["error"] = str(error).splitlines()[0]
        finally:
            browser.close()
    result |= {
        "refused": sorted(set(refused)),
        "substitutes": assets.substitutes,
        "missing": sorted(assets.missing),
        "page_errors": messages[:5],
    }
    return result


def _wait_until_interactive(page: Page, started: float, picture: Path) -> float | None:
    """Return milliseconds from navigation to the start of the quiet that lasts, or None after ``GIVE_UP_S``."""
    while time.monotonic() - started < GIVE_UP_S:
        quiet = page.evaluate("([quiet, limit]) => window.__probe.quiet(quiet, limit)", [QUIET_MS, GIVE_UP_S * 1000])
        if quiet is None:
            break
        first = _picture(page)
        page.wait_for_timeout(1000)
        second = _picture(page)
        if _blank(second):
            page.wait_for_timeout(500)
            continue
        if _differing(first, second) < 0.001 and page.evaluate("window.__probe.last") == quiet:
            second.save(picture)
            return quiet
    _picture(page).save(picture)
    return None


def _picture(page: Page) -> Image.Image:
    page.evaluate("window.__probe.paused = true")
    data = page.screenshot(timeout=GIVE_UP_S * 1000)
    page.evaluate("window.__probe.resume()")
    return Image.open(io.BytesIO(data)).convert("RGB")


def _blank(image: Image.Image) -> bool:
    """Whether the middle of the picture is one colour: marks differ from the plain stand-in for tiles."""
    width, height = image.size
    middle = image.crop((width // 10, height // 5, width * 9 // 10, height * 4 // 5))
    colours = sorted(count for count, _ in middle.getcolors(width * height))
    return sum(colours[:-1]) < 30


def _differing(first: Image.Image, second: Image.Image) -> float:
    changed = ImageChops.difference(first, second).convert("L").histogram()
    return sum(changed[16:]) / (first.width * first.height)


def _browser_cpu(system: CDPSession) -> float:
    """Return the cpu seconds of all processes of the browser so far; unlike time, they hardly feel a busy machine."""
    return sum(process["cpuTime"] for process in system.send("SystemInfo.getProcessInfo")["processInfo"])


def _heap(context: BrowserContext, page: Page) -> dict[str, float]:
    session = context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return {"heap_mb": usage["usedSize"] / 1e6, "buffers_mb": usage.get("backingStorageSize", 0) / 1e6}


def _to_and_fro(step: int) -> tuple[float, float]:
    return 220 * math.sin(step / 12), 40 * math.sin(step / 7)


def _along(far: float, step: int) -> tuple[float, float]:
    return far * (1 - math.cos(step / 20)) / 2, 0.0


def _show_all(page: Page, handle: str) -> None:
    """Bring the date control to its end: the page opens on the first day and cannot be told to begin with all."""
    box = page.locator(handle).first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(VIEW["width"] - 5, box["y"])
    page.mouse.up()
    page.wait_for_timeout(1000)
    page.evaluate("([quiet, limit]) => window.__probe.quiet(quiet, limit)", [QUIET_MS, GIVE_UP_S * 1000])


def _frames(
    page: Page, system: CDPSession, selector: str, hold: tuple[float, float], path: Callable[[int], tuple[float, float]]
) -> dict[str, Any]:
    """Drag an element along a path and return the times between frames in ms."""
    element = page.locator(selector).first
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    if box is None:
        return {"error": f"{selector} is not shown"}
    x, y = box["x"] + box["width"] * hold[0], box["y"] + box["height"] * hold[1]
    page.wait_for_timeout(500)
    before = _picture(page)
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("window.__probe.frames = []")
    started, step, worked = time.monotonic(), 0, _browser_cpu(system)
    while (passed := time.monotonic() - started) < DRAG_S or (step < 12 and passed < 20 * DRAG_S):
        step += 1
        across, down = path(step)
        page.mouse.move(x + across, y + down)
    frames = page.evaluate(TAKE_FRAMES)
    worked = _browser_cpu(system) - worked
    changed = _differing(before, _picture(page))  # while the button is down: a map may go back to its bounds
    page.evaluate("window.__probe.frames = []")
    page.mouse.up()
    page.wait_for_timeout(300)
    frames = sorted(frames[1:] + page.evaluate(TAKE_FRAMES)[1:])
    if not frames:
        return {"error": "no frame within a minute"}
    return {
        "p50_ms": statistics.median(frames),
        "p95_ms": frames[min(len(frames) - 1, math.ceil(0.95 * len(frames)) - 1)],
        "worst_ms": frames[-1],
        "frames": len(frames),
        "cpu_ms": 1000 * worked / len(frames),
        "moves": step,
        "changed": changed,
        "area_px": int(box["width"] * box["height"]),
    }


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yields its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def versions(names: list[str]) -> dict[str, str]:
    """Return the installed version of each tool."""
    found = {}
    for name in names:
        try:
            found[name] = version(DISTRIBUTIONS.get(name, name))
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def measure(name: str, count: int, folder: Path, url: str, repeat: int) -> dict[str, Any]:
    """Build and open one page ``repeat`` times; the median of every figure, and every run's own."""
    most = PAGES[name][1]
    if count > most:
        return {"error": f"not asked for more than {most:,} rows"}
    runs = []
    for _ in range(repeat):
        run = build(name, count, folder)
        if "error" not in run:
            run |= _allow_stand_ins(folder / f"{name}-{count}/map.html")
            run |= weigh(folder / f"{name}-{count}")
            run |= open_page(name, f"{url}/{name}-{count}/map.html", folder / f"{name}-{count}.png")
        run["noise"] = calibrate()
        runs.append(run)
        if "error" in run or run.get("interactive_ms") is None:
            break  # once is enough to know
    return middle_of(runs) | {"runs": runs}


def main() -> None:
    """Run the benchmark and write ``pages.json``."""
    parser = argparse.ArgumentParser(description="Build, open and move every page on the same rows.")
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--only", nargs="+", choices=PAGES, default=list(PAGES))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "pages.json"
    report: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"pages": {}, "csv": {}}
    report |= {"machine": machine(), "versions": versions(list(PAGES)), "seed": SEED, "repeat": options.repeat}
    report["give_up_s"] = GIVE_UP_S
    with serve(options.out) as url:
        for count in options.counts:
            sheet = options.out / f"rows-{count}.csv"
            make_rows(count).to_csv(sheet, index=False)
            report["csv"][str(count)] = {"bytes": sheet.stat().st_size, "gzip_bytes": _gzipped(sheet)}
            for name in options.only:
                result = measure(name, count, options.out, url, options.repeat)
                report["pages"].setdefault(name, {})[str(count)] = result
                file.write_text(json.dumps(report, indent=1))
                shown = {k: v for k, v in result.items() if k not in {"runs", "substitutes"}}
                print(name, count, json.dumps(shown, default=str), flush=True)


if __name__ == "__main__":
    main()
