"""How long one waits for nothing: import, help, the first map and its page.

    python benchmarks/startup.py -o build/benchmarks

Each command runs in a fresh process, ten times; the median counts. The bare interpreter is measured too and taken off
the import.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from cost import write_report
from page import open_page, serve, weigh_file

ROOT = Path(__file__).parent.parent
PROGRAM = str(Path(sys.executable).parent / "impactmap")


def run(command: list[str], times: int) -> dict[str, float]:
    """Run a command and return the median of wall and cpu seconds."""
    walls, cpus = [], []
    for _ in range(times):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, capture_output=True, check=True, env={**os.environ, "NO_COLOR": "1"})
        walls.append(time.perf_counter() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"wall_s": statistics.median(walls), "cpu_s": statistics.median(cpus), "least_wall_s": min(walls)}


def main() -> None:
    """Measure and write ``startup.json``."""
    parser = argparse.ArgumentParser(description="Measure import, help, and the first map.")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("-o", "--out", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    report: dict[str, Any] = {
        "python": run([sys.executable, "-c", "pass"], options.times),
        "import": run([sys.executable, "-c", "import impactmap"], options.times),
        "help": run([PROGRAM, "--help"], options.times),
    }
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "map"
        command = [PROGRAM, "build", str(ROOT / "seeds/first-map"), "-o", str(target)]
        report["build"] = run([*command, "--force"], 3)
        page = options.out / "first-map" / "map.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(target / "map.html", page)
    report["page"] = weigh_file(page)
    with serve(options.out) as url:
        runs = [open_page("impactmap", f"{url}/first-map/map.html", options.out / "first-map.png") for _ in range(5)]
    report["interactive_ms"] = statistics.median(run["interactive_ms"] for run in runs)
    report["runs"] = runs
    write_report(options.out, "startup", report)


if __name__ == "__main__":
    main()
