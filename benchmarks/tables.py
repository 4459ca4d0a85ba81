"""Read, check, export: time and memory of tables of growing length.

    python benchmarks/tables.py -o build/benchmarks

Each step runs in a process of its own with its input ready: reading, checking and converting a CSV file as the
commands do, from the file to the last byte written; and writing alone, which starts from the frame as it leaves the
context stage.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from cost import cost_of, in_a_process, write_report
from rows import make_rows, product_frame

STEPS = ("read", "check", "to-geoparquet", "to-geojson", "csv", "geoparquet", "geojson")
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
# As the command line does.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def measure(step: str, count: int, folder: Path) -> dict[str, Any]:
    """Run one step on ``count`` rows in this process."""
    sheet = folder / f"rows-{count}.csv"
    if step in {"read", "check", "to-geoparquet", "to-geojson"}:
        import impactmap
        from impactmap.workspace.check import check_source
        from impactmap.workspace.convert import convert

        size = {"rows": count, "step": step, "input_bytes": sheet.stat().st_size}
        if step == "read":
            cost, reading = cost_of(lambda: impactmap.read_events(sheet))
            return {**cost, **size, "events": len(reading.events), "rejected": len(reading.rejected)}
        if step == "check":
            cost, report = cost_of(lambda: check_source(sheet, now=NOW))
            return {**cost, **size, "faults": len(report.faults), "duplicates": len(report.duplicates)}
        target = folder / f"converted-{count}.{step.removeprefix('to-')}"
        form = {"to-geoparquet": "parquet", "to-geojson": "geojson"}[step]
        cost, done = cost_of(lambda: convert([sheet], target, now=NOW, to=form, force=True))
        size["output_bytes"] = target.stat().st_size
        target.unlink()
        return {**cost, **size, "places": done.places}
    from impactmap import publish

    events, _ = product_frame(make_rows(count))
    published = publish.published_events(events)
    write = {"csv": publish.write_csv, "geoparquet": publish.write_geoparquet, "geojson": publish.write_geojson}[step]
    target = folder / f"export-{count}.{step}"
    cost, _ = cost_of(lambda: write(published, target))
    size = target.stat().st_size
    target.unlink()
    return {**cost, "rows": count, "step": step, "output_bytes": size}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure reading, checking and exporting tables.")
    parser.add_argument("--counts", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        json.dump(measure(options.one[0], int(options.one[1]), options.out), sys.stdout)
    else:
        runs = []
        for count in options.counts:
            # In a process of its own: what making rows needs is not the reader's.
            script, sheet = Path(__file__).with_name("rows.py"), options.out / f"rows-{count}.csv"
            subprocess.run([sys.executable, str(script), str(count), str(sheet)], check=True)
        for step in options.steps:
            for count in options.counts:
                runs.append(
                    in_a_process("tables.py", "--one", step, count, "-o", options.out) | {"step": step, "rows": count}
                )
                print(json.dumps(runs[-1]), flush=True)
        write_report(options.out, "tables", {"steps": runs})
