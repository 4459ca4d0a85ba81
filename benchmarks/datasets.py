"""A dataset beside the build of one table: processor time and memory by rows and workers, and that all say the same.

    python benchmarks/datasets.py --rows 100000 1000000 --workers 1 2 build/benchmarks/datasets

Rows are those of `rows.py`, written as Parquet of 100,000 rows a file. Every run is a process of its own; its workers
are that process's children. "naive" is the same reading and locating called by dask's ``map_partitions``, each
partition deciding for itself.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd

PART = 100_000
NOW = "2027-01-01T00:00:00+00:00"


def write_parts(count: int, folder: Path) -> Path:
    """Write the rows once; each file has its own seed, so that any size is made in bounded memory."""
    from rows import make_rows

    if folder.is_dir():
        return folder
    folder.mkdir(parents=True)
    for number, start in enumerate(range(0, count, PART)):
        part = make_rows(min(PART, count - start), seed=20251109 + number)
        part = part.assign(event_id=[f"e{start + row}" for row in range(len(part))])
        part.to_parquet(folder / f"part-{number:05}.parquet", index=False)
    return folder


def run_dataset(source: Path, scheduler: str) -> dict[str, object]:
    """Open, locate and count a dataset; `scheduler` as for `impactmap.open_dataset`."""
    import datetime as dt

    import impactmap as im

    dataset = im.open_dataset(source, now=dt.datetime.fromisoformat(NOW), border="RU:UA", scheduler=scheduler)
    by_side = dataset.count("side")
    return {"side": by_side["best"].tolist(), "places": len(dataset.places)}


def run_single(source: Path, _: str) -> dict[str, object]:
    """Locate and count the same rows as one table."""
    import datetime as dt

    import impactmap as im

    files = sorted(source.glob("*.parquet"))
    work = im.open([str(file) for file in files], now=dt.datetime.fromisoformat(NOW), border="RU:UA")
    events = work.events
    places = events[["place", "region", "country"]].drop_duplicates()
    return {"side": im.count_events(events, by="side")["best"].tolist(), "places": len(places)}


def run_naive(source: Path, scheduler: str) -> dict[str, object]:
    """Read, locate and surround partition by partition, each for itself."""
    import dask.dataframe as dd

    made = dd.from_map(_naive, sorted(source.glob("*.parquet")), meta={"side": "object", "n": "int64"})
    return {"side": made.compute(scheduler=scheduler).groupby("side", dropna=False)["n"].sum().tolist()}


def _naive(file: Path) -> pd.DataFrame:
    import impactmap as im

    work = im.open(str(file), border="RU:UA")
    counted = im.count_events(work.events, by="side")["best"]
    return pd.DataFrame({"side": counted.index.to_numpy(), "n": counted.astype("int64").to_numpy()})


RUNS = {"dataset": run_dataset, "single": run_single, "naive": run_naive}


def measure(kind: str, source: Path, scheduler: str) -> dict[str, object]:
    """Run in a process of its own; return what it found, and what it took."""
    command = [sys.executable, __file__, "--run", kind, scheduler, str(source)]
    told: dict[str, object] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return told


def run_here(kind: str, scheduler: str, source: str) -> None:
    """Run one kind, and print what it took as JSON."""
    began = time.perf_counter()
    found = RUNS[kind](Path(source), scheduler)
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = sum(each.ru_utime + each.ru_stime for each in (own, children))
    peaks = {"peak_mb": round(own.ru_maxrss / 1024), "worker_peak_mb": round(children.ru_maxrss / 1024)}
    print(json.dumps({**found, "cpu": round(cpu, 1), "wall": round(time.perf_counter() - began, 1), **peaks}))


def main() -> None:
    """Measure every size with every number of workers, beside one table and naive partitions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--workers", nargs="+", default=["synchronous"])
    parser.add_argument("--beside", nargs="*", default=["single"], choices=["single", "naive"])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("build/benchmarks/datasets"))
    chosen = parser.parse_args()
    if chosen.run:
        run_here(*chosen.run)
        return
    for count in chosen.rows:
        source = write_parts(count, chosen.folder / f"rows-{count}")
        for kind, scheduler in [
            *(("dataset", each) for each in chosen.workers),
            *((each, "synchronous") for each in chosen.beside),
        ]:
            told = measure(kind, source, scheduler)
            told["cpu_per_million"] = round(float(str(told["cpu"])) / count * 1e6, 1)
            print(f"{count:>11,} {kind:>8} {scheduler:>12} {json.dumps(told)}", flush=True)


if __name__ == "__main__":
    main()
