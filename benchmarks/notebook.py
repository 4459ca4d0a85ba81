"""Notebooks in JupyterLab, in real Chromium: how a map in a cell moves, what a session of maps weighs.

    python benchmarks/notebook.py --rows 100000 -o build/benchmarks

**Frames** are the times between animation callbacks of the map's own frame, while the mouse drags the map to and fro
for three seconds; those of the notebook around it are given beside them, and the cpu time of the browser a frame.
**Shown** is the time from running the cell to the map's being drawn, **explore** the kernel's own share of it. **Ten
maps** is a notebook with ten cells, each of 100 of the rows, as JupyterLab saves it, without and with the state of its
widgets. JupyterLab, the kernel and Chromium share one machine; nothing else is asked for anything.
"""

from __future__ import annotations

import argparse
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from cost import CHROMIUM, write_report
from jupyter_lab import Lab, map_frame, open_notebook, run_cell, running_lab, save, write_notebook
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
BOX = "(({x, y, width, height}) => ({x, y, width, height}))(map_impactmap.getContainer().getBoundingClientRect())"
DRAG_S = 3.0
ROWS = """
import sys, time
sys.path.insert(0, {here!r})
from rows import make_rows, product_frame
import impactmap as im
frame, claims = product_frame(make_rows({count}))
print(len(frame))
"""
EXPLORE = """
began = time.perf_counter()
shown = im.explore(frame, claims, title="Made-up reports")
made = time.perf_counter()
shown
"""
TOLD = "print(made - began)"


def frames_while_dragging(page: Page, number: int = 0) -> dict[str, Any]:
    """Drag the map in a cell to and fro, and return the times between frames in ms, of the map and of the notebook."""
    frame = map_frame(page, number)
    page.locator("iframe.impactmap-cell").nth(number).scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    corner = page.locator("iframe.impactmap-cell").nth(number).bounding_box()
    box = frame.evaluate(BOX)
    x, y = corner["x"] + box["x"] + box["width"] * 0.5, corner["y"] + box["y"] + box["height"] * 0.45
    before = frame.evaluate("map_impactmap.getCenter().lng")
    page.mouse.move(x, y)
    page.mouse.down()
    for each in (frame, page):
        each.evaluate("window.__probe.frames = []")
    system = page.context.browser.new_browser_cdp_session()
    began, step, far, worked = time.monotonic(), 0, 0.0, _browser_cpu(system)
    while time.monotonic() - began < DRAG_S:
        step += 1
        page.mouse.move(x + 220 * math.sin(step / 12), y + 40 * math.sin(step / 7))
        if step % 12 == 0:
            far = max(far, abs(frame.evaluate("map_impactmap.getCenter().lng") - before))
    times = [sorted(each.evaluate("window.__probe.takeFrames()")[1:]) for each in (frame, page)]
    worked = _browser_cpu(system) - worked
    page.mouse.up()
    told: dict[str, Any] = {name: _spread(found) for name, found in zip(("map", "notebook"), times, strict=True)}
    told["cpu_ms"] = 1000 * worked / max(1, len(times[0]))
    return told | {"moves": step, "moved_degrees": far, "area_px": int(box["width"] * box["height"])}


def _browser_cpu(system: Any) -> float:
    return sum(process["cpuTime"] for process in system.send("SystemInfo.getProcessInfo")["processInfo"])


def _spread(frames: list[float]) -> dict[str, float]:
    at = min(len(frames) - 1, math.ceil(0.95 * len(frames)) - 1)
    return {"p50_ms": statistics.median(frames), "p95_ms": frames[at], "worst_ms": frames[-1], "frames": len(frames)}


def measure_map(page: Page, lab: Lab, count: int, picture: Path) -> dict[str, Any]:
    """Show that many rows in a cell and move them."""
    name = f"rows-{count}.ipynb"
    write_notebook(lab.folder / name, [ROWS.format(here=str(HERE), count=count), EXPLORE, TOLD])
    open_notebook(page, lab, name)
    assert run_cell(page, 0) == str(count), run_cell(page, 0)
    began = time.monotonic()
    run_cell(page, 1)
    map_frame(page)
    result: dict[str, Any] = {"shown_s": time.monotonic() - began, "explore_s": float(run_cell(page, 2))}
    result |= frames_while_dragging(page)
    page.screenshot(path=picture)
    return result


def weigh_session(page: Page, lab: Lab, *, state: bool) -> dict[str, Any]:
    """Return the bytes of a saved notebook of ten maps."""
    name = f"ten-{state}.ipynb"
    cells = [f"im.explore(frame.iloc[{100 * number}:{100 * number + 100}], claims)" for number in range(10)]
    write_notebook(lab.folder / name, [ROWS.format(here=str(HERE), count=1000), *cells])
    open_notebook(page, lab, name)
    for number in range(len(cells) + 1):
        run_cell(page, number)
    page.wait_for_timeout(1000)
    if state:
        page.evaluate("jupyterapp.commands.execute('@jupyter-widgets/jupyterlab-manager:saveWidgetState')")
        page.wait_for_timeout(500)
    before = (lab.folder / name).stat().st_mtime_ns
    save(page)
    end = time.monotonic() + 30
    while (lab.folder / name).stat().st_mtime_ns == before and time.monotonic() < end:
        page.wait_for_timeout(100)
    text = (lab.folder / name).read_text(encoding="utf-8")
    return {
        "bytes": len(text.encode()),
        "widget_state": "widget-state+json" in text,
        "pictures": text.count('"image/png"'),
    }


def main() -> None:
    """Run the benchmark and write ``notebook.json``."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--skip-session", action="store_true")
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    report: dict[str, Any] = {"maps": {}}
    with tempfile.TemporaryDirectory() as home, running_lab(Path(home)) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            for count in options.rows:
                runs = []
                for _ in range(options.repeat):
                    page = _page(browser)
                    runs.append(measure_map(page, lab, count, options.out / f"notebook-{count}.png"))
                    page.context.close()
                report["maps"][str(count)] = runs
            if not options.skip_session:
                page = _page(browser)
                report["ten_maps"] = [weigh_session(page, lab, state=state) for state in (False, True)]
        finally:
            browser.close()
    write_report(options.out, "notebook", report)


def _page(browser: Any) -> Page:
    page: Page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.set_default_timeout(240_000)
    page.add_init_script(path=HERE / "probe.js")
    return page


if __name__ == "__main__":
    main()
