"""What a piece of work costs: cpu and wall seconds, the highest resident memory; and the machine it ran on."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
LIMIT_S = 1800


def peak_mb() -> float:
    """Return this process's highest resident memory since the last :func:`reset_peak`, in MB (Linux)."""
    return int(Path("/proc/self/status").read_text(encoding="ascii").split("VmHWM:")[1].split()[0]) / 1024


def reset_peak() -> float:
    """Forget the peak so far; return the resident memory now, in MB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return peak_mb()


def cpu_seconds() -> float:
    """Return the cpu time of this process and of the children it waited for."""
    return sum(
        r.ru_utime + r.ru_stime
        for r in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def cost_of(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Do the work once; what it cost, and what it returned."""
    before = reset_peak()
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = work()
    return {
        "cpu_s": cpu_seconds() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "before_mb": before,
    }, result


def middle_of(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the median of every figure over several runs of one thing; what is no figure comes from the last run."""
    whole = dict(runs[-1])
    for key, value in whole.items():
        values = [run[key] for run in runs if run.get(key) is not None]
        if isinstance(value, dict) and all(isinstance(v, dict) for v in values):
            whole[key] = middle_of(values) if values else value
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and values:
            whole[key] = statistics.median(values)
    return whole


def in_a_process(script: str, *arguments: object) -> dict[str, Any]:
    """Run a script of this folder in a fresh process and return the JSON on its last line, or why it failed."""
    command = [sys.executable, str(Path(__file__).parent / script), *map(str, arguments)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired:
        return {"error": f"not done within {LIMIT_S} s"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]}
    return json.loads(done.stdout.strip().splitlines()[-1])


def calibrate() -> dict[str, float]:
    """Time a fixed piece of work: wall over cpu says how busy the machine is with others, cpu how fast it is."""
    wall, cpu = time.perf_counter(), time.process_time()
    hashlib.pbkdf2_hmac("sha256", b"impactmap", b"benchmark", 1_000_000)
    cpu = time.process_time() - cpu
    return {"cpu_s": cpu, "wall_over_cpu": (time.perf_counter() - wall) / cpu, "load": os.getloadavg()[0]}


def machine() -> dict[str, Any]:
    """Describe what the figures hold for."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    browser = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "browser": browser.split(" built")[0],
    }


def write_report(folder: Path, name: str, report: dict[str, Any]) -> None:
    """Write ``name.json`` with the machine and how busy it was; print it."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), "noise": calibrate(), **report}
    (folder / f"{name}.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    print(json.dumps(report, indent=1))
