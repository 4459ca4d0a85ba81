"""Write ``docs/performance.md`` and its chart from what the benchmarks measured.

    python benchmarks/report.py -i build/benchmarks

Nothing is typed in by hand: every figure comes from the JSON files of the runs, and what was not measured says so.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parent.parent
OURS = "impactmap"
NAMES = {
    "impactmap": "impactmap",
    "explore": "`GeoDataFrame.explore()`",
    "FastMarkerCluster": "folium FastMarkerCluster",
    "TimestampedGeoJson": "folium TimestampedGeoJson",
    "markers": "one folium marker a row",
    "lonboard": "lonboard",
    "swiftmap": "swiftmap",
}
#: Heading, how to find the figure in a result, decimals.
FIGURES: list[tuple[str, Callable[[dict[str, Any]], float | None], int]] = [
    ("build, cpu s", lambda r: r.get("build_cpu_s"), 2),
    ("peak memory, MB", lambda r: r.get("peak_mb"), 0),
    ("page, MB", lambda r: _over(r.get("page_bytes"), 1e6), 2),
    ("gzipped, MB", lambda r: _over(r.get("page_gzip_bytes"), 1e6), 2),
    ("interactive, s", lambda r: _over(r.get("interactive_ms"), 1e3), 2),
    ("opening, browser cpu s", lambda r: r.get("open_cpu_s"), 2),
    ("pan p50, ms", lambda r: r.get("pan", {}).get("p50_ms"), 0),
    ("pan p95, ms", lambda r: r.get("pan", {}).get("p95_ms"), 0),
    ("range p95, ms", lambda r: r.get("range", {}).get("p95_ms"), 0),
    ("heap, MB", lambda r: r.get("heap_mb"), 0),
    ("with buffers, MB", lambda r: _sum(r.get("heap_mb"), r.get("buffers_mb")), 0),
]


TABLE_STEPS = {
    "read": "read CSV",
    "check": "check CSV",
    "to-geoparquet": "CSV to GeoParquet",
    "to-geojson": "CSV to GeoJSON",
    "csv": "write CSV",
    "geoparquet": "write GeoParquet",
    "geojson": "write GeoJSON",
}


def _over(value: float | None, by: float) -> float | None:
    return None if value is None else value / by


def _sum(*values: float | None) -> float | None:
    return (
        None if any(value is None for value in values) else float(sum(value for value in values if value is not None))
    )


def _number(value: float | None, decimals: int) -> str:
    if value is None:
        return "-"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{decimals}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table, figures to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the slope of log y over log x by least squares."""
    kept = [(math.log(x), math.log(y)) for x, y in points if y and y > 0]
    return float(np.polyfit(*zip(*kept, strict=True), 1)[0]) if len(kept) > 1 else None


def page_tables(pages: dict[str, Any]) -> str:
    """Return one table of absolute figures and ratios for every number of rows."""
    counts = sorted({int(count) for results in pages["pages"].values() for count in results})
    parts = []
    for count in counts:
        sheet = pages["csv"].get(str(count))
        parts.append(f"### {count:,} events")
        if sheet:
            parts.append(
                f"The same rows as CSV: {sheet['bytes'] / 1e6:.2f} MB, gzipped {sheet['gzip_bytes'] / 1e6:.2f} MB."
            )
        ours = pages["pages"].get(OURS, {}).get(str(count), {})
        rows, notes = [], []
        for name, title in NAMES.items():
            result = pages["pages"].get(name, {}).get(str(count))
            if result is None:
                continue
            if "error" in result and "build_cpu_s" not in result:
                notes.append(f"{title}: {result['error']}.")
                continue
            cells = [title]
            for heading, find, decimals in FIGURES:
                value, own = find(result), find(ours)
                if heading.startswith("interactive") and value is None:
                    cells.append("never" if "error" not in result else "crashed")
                    continue
                ratio = f" ({value / own:.1f}x)" if name != OURS and value is not None and own else ""
                cells.append(_number(value, decimals) + ratio)
            rows.append(cells)
            if "error" in result:
                notes.append(f"{title}: {result['error']}.")
        parts.append(table(["", *(heading for heading, _, _ in FIGURES)], rows))
        if notes:
            parts.append("\n".join(f"- {note}" for note in notes))
    return "\n\n".join(parts)


def page_targets(pages: dict[str, Any], fixed_bytes: float | None) -> list[tuple[str, float | None, float, str]]:
    """Return (what, found, at most, unit) for the targets of pages."""
    ours, found = pages["pages"].get(OURS, {}), []
    for count, build, open_s, frame in ((100_000, 1.0, 1.0, 20.0), (1_000_000, 12.0, 5.0, 60.0)):
        result, name = ours.get(str(count), {}), f"{count:,} events: "
        found += [
            (name + "build and save", result.get("build_cpu_s"), build, "cpu s"),
            (name + "interactive", _over(result.get("interactive_ms"), 1e3), open_s, "s"),
            (name + "frame while panning, p95", result.get("pan", {}).get("p95_ms"), frame, "ms"),
            (name + "frame while moving the range, p95", result.get("range", {}).get("p95_ms"), frame, "ms"),
        ]
        if count == 100_000:
            gzipped = pages["csv"].get(str(count), {}).get("gzip_bytes")
            limit = None if gzipped is None or fixed_bytes is None else (1.5 * gzipped + fixed_bytes) / 1e6
            found.append(
                (
                    name + "page, against 1.5 gzipped CSVs and the fixed weight",
                    _over(result.get("page_bytes"), 1e6),
                    limit or 0,
                    "MB",
                )
            )
            found.append(
                (name + "JavaScript heap with buffers", _sum(result.get("heap_mb"), result.get("buffers_mb")), 60, "MB")
            )
        else:
            found.append((name + "page without the side files", _over(result.get("page_bytes"), 1e6), 25, "MB"))
            found.append((name + "peak memory of the build", result.get("peak_mb"), 1500, "MB"))
    return found


def other_targets(
    border: dict[str, Any], geocode: dict[str, Any], startup: dict[str, Any]
) -> list[tuple[str, float | None, float, str]]:
    """Return (what, found, at most, unit) for the other targets."""
    most = max(border.get("speed", []), key=lambda run: run.get("rows", 0), default={})
    rows = max(geocode.get("rows", []), key=lambda run: run.get("rows", 0), default={})
    opened = geocode.get("open", {})
    first, answer = opened.get("open", {}), opened.get("first_answer", {})
    base = startup.get("python", {}).get("cpu_s", 0)
    return [
        ("first map: interactive", startup.get("interactive_ms"), 300, "ms"),
        ("first map: page, gzipped", _over(startup.get("page", {}).get("page_gzip_bytes"), 1e3), 160, "KB"),
        ("first map: `impactmap build`", startup.get("build", {}).get("cpu_s"), 5, "cpu s"),
        (f"border: {most.get('rows', 0):,} random points", most.get("cpu_s"), 2.5, "cpu s"),
        ("border: largest error", border.get("accuracy", {}).get("largest_m"), 1, "m"),
        ("gazetteer: opening", _over(first.get("cpu_s"), 1e-3), 150, "cpu ms"),
        (
            "gazetteer: opening and the first answer, memory",
            _sum(answer.get("peak_mb"), -first.get("before_mb", 0)) if answer else None,
            100,
            "MB",
        ),
        (
            f"gazetteer: {rows.get('rows', 0):,} rows of {rows.get('different', 0):,} places",
            rows.get("cpu_s"),
            3,
            "cpu s",
        ),
        (
            "`import impactmap`, the interpreter taken off",
            _sum(startup.get("import", {}).get("cpu_s"), -base) if startup else None,
            0.15,
            "cpu s",
        ),
        ("`impactmap --help`", startup.get("help", {}).get("cpu_s"), 0.3, "cpu s"),
    ]


def target_table(targets: list[tuple[str, float | None, float, str]]) -> str:
    """Return the targets, what was found, and whether it is met."""
    rows = []
    for what, found, limit, unit in targets:
        verdict = "not measured" if found is None else "met" if found <= limit else "**missed**"
        digits = 4 if found is not None and found < 0.01 else 2 if limit < 10 else 0 if limit >= 100 else 1
        rows.append(
            (what, f"{_number(found, digits)} {unit}", f"{_number(limit, 2 if limit < 10 else 0)} {unit}", verdict)
        )
    return table(["", "found", "at most", ""], rows)


def growth(
    pages: dict[str, Any], border: dict[str, Any], geocode: dict[str, Any], tables: dict[str, Any]
) -> dict[str, dict[str, list[tuple[float, float]]]]:
    """Return the series that show growth: name, then time (s) and memory (MB) by rows."""
    series: dict[str, dict[str, list[tuple[float, float]]]] = {}

    def put(name: str, rows: float, seconds: float | None, megabytes: float | None) -> None:
        entry = series.setdefault(name, {"s": [], "MB": []})
        if seconds:
            entry["s"].append((rows, seconds))
        if megabytes:
            entry["MB"].append((rows, megabytes))

    for count, result in sorted(pages.get("pages", {}).get(OURS, {}).items(), key=lambda item: int(item[0])):
        put("build and save the page", int(count), result.get("build_cpu_s"), result.get("peak_mb"))
        put(
            "open the page",
            int(count),
            _over(result.get("interactive_ms"), 1e3),
            _sum(result.get("heap_mb"), result.get("buffers_mb")),
        )
    for run in border.get("speed", []):
        put("border distance", run.get("rows", 0), run.get("cpu_s"), run.get("peak_mb"))
    for run in geocode.get("rows", []):
        put("geocode", run.get("rows", 0), run.get("cpu_s"), run.get("peak_mb"))
    for run in tables.get("steps", []):
        put(
            TABLE_STEPS[run["step"]],
            run["rows"],
            run.get("cpu_s"),
            run.get("peak_mb"),
        )
    return series


def tables_table(tables: dict[str, Any]) -> str:
    """Return what the steps of the largest table cost, beside the size of its file."""
    most = max((run["rows"] for run in tables.get("steps", [])), default=0)
    runs = [run for run in tables.get("steps", []) if run["rows"] == most]
    if not runs:
        return "Not measured."
    sheet = next((run["input_bytes"] for run in runs if "input_bytes" in run), None)
    rows = [
        (
            TABLE_STEPS[run["step"]],
            _number(run.get("cpu_s"), 1),
            _number(_sum(run.get("peak_mb"), -run.get("before_mb", 0)), 0),
            _number(_over(run.get("output_bytes"), 1e6), 0),
            run.get("error", ""),
        )
        for run in runs
    ]
    told = f"{most:,} rows, a CSV file of {_number(_over(sheet, 1e6), 0)} MB:"
    return told + "\n\n" + table(["", "cpu s", "memory on top, MB", "written, MB", ""], rows)


def notebook_table(notebook: dict[str, Any]) -> str:
    """Return how maps in the cells of a notebook are shown and move, and what ten of them weigh."""
    if not notebook:
        return "Not measured."
    body = []
    for count, runs in notebook["maps"].items():
        frames = sorted(run["map"]["p95_ms"] for run in runs)
        body.append(
            (
                f"{int(count):,}",
                _number(float(np.median([run["explore_s"] for run in runs])), 1),
                _number(float(np.median([run["shown_s"] for run in runs])), 1),
                _number(float(np.median([run["map"]["p50_ms"] for run in runs])), 1),
                _number(float(np.median(frames)), 1),
                f"{frames[0]:.1f} to {frames[-1]:.1f}",
            )
        )
    heads = ["rows", "`im.explore`, s", "shown, s", "pan p50, ms", "pan p95, ms", "p95, best and worst run"]
    weights = " and ".join(
        f"{_number(each['bytes'] / 1e6, 2)} MB {'with' if each['widget_state'] else 'without'} the widgets' state"
        for each in notebook.get("ten_maps", [])
    )
    return table(heads, body) + (f"\n\nTen maps of 100 reports in one saved notebook: {weights}." if weights else "")


def growth_table(series: dict[str, dict[str, list[tuple[float, float]]]]) -> str:
    """Return time and memory by rows with the exponents."""
    counts = sorted({rows for entry in series.values() for rows, _ in entry["s"]})
    body = []
    for name, entry in series.items():
        for unit, decimals in (("s", 2), ("MB", 0)):
            found = dict(entry[unit])
            power = exponent(entry[unit][-3:])
            body.append(
                (f"{name}, {unit}", *(_number(found.get(count), decimals) for count in counts), _number(power, 2))
            )
    return table(["", *(f"{int(count):,}" for count in counts), "exponent"], body)


def draw(series: dict[str, dict[str, list[tuple[float, float]]]], path: Path) -> None:
    """Draw time and memory over rows, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update(
        {
            "svg.hashsalt": "impactmap",
            "svg.fonttype": "none",
            "font.family": "sans-serif",
            "axes.spines.top": False,
            "axes.spines.right": False,
        }
    )
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.6), layout="constrained")
    colours = ["#0b7a5b", "#8a4fa3", "#b35806", "#4575b4", "#5b5b5b", "#c2a000", "#a6383f", "#2f9aa8", "#7a5230"]
    colours += ["#c05a9d", "#6b7f2a", "#1d3f72"]
    markers = "osD^vP*X<>hd"
    for axis, unit, title in zip(axes, ("s", "MB"), ("Time, s", "Peak memory, MB"), strict=True):
        for number, (name, entry) in enumerate(series.items()):
            if entry[unit]:
                axis.loglog(
                    *zip(*entry[unit], strict=True),
                    marker=markers[number % len(markers)],
                    color=colours[number % len(colours)],
                    label=name,
                    linewidth=1.5,
                    markersize=5,
                )
        axis.set_title(title, loc="left", fontsize=11)
        axis.set_xlabel("rows")
        axis.grid(which="major", color="#dddddd", linewidth=0.6)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right center", frameon=False, fontsize=9)
    figure.savefig(path, metadata={"Date": None, "Title": "Time and memory by number of rows"})
    plt.close(figure)


def stand_ins(pages: dict[str, Any]) -> str:
    """Return what the peers' pages were given instead of the very file they ask for, and what they did without."""
    given, without = {}, set()
    for results in pages["pages"].values():
        for result in results.values():
            given |= result.get("substitutes", {})
            without |= {url.rsplit("/", 1)[1] for url in result.get("missing", [])}
    lines = [f"- {name}: {what}" for name, what in sorted(given.items())]
    lines += [f"- {name}: not to be had, refused" for name in sorted(without)]
    return "\n".join(lines)


def noise(reports: dict[str, dict[str, Any]]) -> str:
    """Return how busy the machine was while it measured."""
    busy = [
        run["noise"]["wall_over_cpu"]
        for results in reports["pages"].get("pages", {}).values()
        for result in results.values()
        for run in result.get("runs", [])
    ]
    busy += [
        report["noise"]["wall_over_cpu"] for name, report in reports.items() if name != "pages" and "noise" in report
    ]
    if not busy:
        return "not recorded"
    return f"median {np.median(busy):.2f}, least {min(busy):.2f}, most {max(busy):.2f} over {len(busy)} runs"


def _repeats(pages: dict[str, Any]) -> str:
    """Say how often pages were built and opened, the product's and the others'."""
    ours, others = set(), set()
    for name, by_count in pages.get("pages", {}).items():
        for result in by_count.values():
            if "runs" in result:
                (ours if name == "impactmap" else others).add(len(result["runs"]))

    def times(found: set[int]) -> str:
        return " to ".join(str(n) for n in sorted({min(found), max(found)})) if found else "0"

    return f"{times(ours)} for the product's pages, of {times(others)} for each peer's"


def main() -> None:
    """Read the runs, write the document and the chart."""
    parser = argparse.ArgumentParser(description="Write docs/performance.md and docs/performance.svg.")
    parser.add_argument("-i", "--input", type=Path, default=Path("build/benchmarks"))
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    reports: dict[str, dict[str, Any]] = {}
    for name in ("pages", "border", "geocode", "tables", "startup", "notebook"):
        file = options.input / f"{name}.json"
        reports[name] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    pages, border, geocode, tables, startup, notebook = reports.values()
    machine, series = pages["machine"], growth(pages, border, geocode, tables)
    draw(series, options.out / "performance.svg")
    template = (Path(__file__).parent / "performance.txt").read_text(encoding="utf-8")
    versions = ", ".join(
        f"{name} {version}"
        for name, version in sorted(
            {NAMES[k].strip("`").replace("folium ", ""): v for k, v in pages["versions"].items()}.items()
        )
    )
    accuracy, repeated = border.get("accuracy", {}), border.get("repeated", {})
    statuses = max(geocode.get("rows", []), key=lambda run: run.get("rows", 0), default={}).get("statuses", {})
    text = template.format(
        machine="{cpu}, {cores} cores, {memory_gib} GiB, no GPU; Python {python}, {browser}".format(**machine),
        versions=versions,
        repeat=_repeats(pages),
        give_up=f"{pages.get('give_up_s', 240):.0f}",
        noise=noise(reports),
        targets=target_table(
            page_targets(pages, startup.get("page", {}).get("page_bytes")) + other_targets(border, geocode, startup)
        ),
        pages=page_tables(pages),
        notebook=notebook_table(notebook),
        growth=growth_table(series),
        tables=tables_table(tables),
        vertices=f"{accuracy.get('vertices', 0):,}",
        points=f"{accuracy.get('points', 0):,}",
        largest_mm=_number(_over(accuracy.get("largest_m"), 1e-3), 3),
        p999_mm=_number(_over(accuracy.get("p999_m"), 1e-3), 4),
        repeated_s=_number(repeated.get("cpu_s"), 2),
        statuses=", ".join(
            f"{count:,} {status}" for status, count in sorted(statuses.items(), key=lambda item: -item[1])
        )
        or "not measured",
        stand_ins=stand_ins(pages),
    )
    (options.out / "performance.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
