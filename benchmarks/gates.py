"""What the two gates cost of a build: limits and checks on the way in, coarse texts and reading back on the way out.

Run: python benchmarks/gates.py [ROWS]

Processor time is measured, so that other programs do not count; then that of reading a GeoPackage in a child process
beside reading it in this one.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import impactmap
from impactmap.context.plausibility import running as plausibility
from impactmap.publishing import folder
from impactmap.publishing.files import cleared_export
from impactmap.reading.formats import limits, typed_files
from impactmap.reading.formats.read_apart import read_apart
from impactmap.telling import reports

PLACES = ("Kharkiv", "Belgorod", "Kyiv", "Sumy", "Voronezh", "Poltava", "Dnipro", "Kursk", "Odesa", "Lviv")
spent: dict[str, float] = {}


def processor() -> float:
    """Return the processor seconds of this process and of its children that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def timed(owner: Any, name: str) -> None:
    """Count the processor seconds of a function under its name."""
    function: Callable[..., Any] = getattr(owner, name)

    @functools.wraps(function)
    def counted(*arguments: Any, **options: Any) -> Any:
        started = processor()
        try:
            return function(*arguments, **options)
        finally:
            spent[name] = spent.get(name, 0) + processor() - started

    setattr(owner, name, counted)


def main() -> None:
    """Print the shares."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rows", nargs="?", type=int, default=100_000)
    rows = parser.parse_args().rows
    for owner, name in (
        (limits.Limits, "check_cells"), (plausibility, "check_plausibility"), (cleared_export, "coarse_texts"),
        (reports, "coarse_frame"), (folder, "coarse_frame"), (folder, "_check"),
    ):  # fmt: skip
        timed(owner, name)
    with tempfile.TemporaryDirectory() as name:
        table = Path(name) / "t.csv"
        with table.open("w", encoding="utf-8") as file:
            file.write("id,date,place,side,summary,killed,source,source_url\n")
            for number in range(rows):
                day = dt.date(2024, 1, 1) + dt.timedelta(days=number % 600)
                file.write(
                    f"e{number},{day},{PLACES[number % 10]},{'AB'[number % 2]},Substation {number % 997} was hit by "
                    f"{number % 9} drones and there were outages,{number % 7},Desk,https://example.org/{number}\n"
                )
        started = processor()
        impactmap.build(table, Path(name) / "out", now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        total = processor() - started
        gates = sum(spent.values())
        print(
            f"build of {rows:,} reports: {total:.1f} s, both gates {gates:.1f} s, {gates / (total - gates):.1%} on top"
        )
        for part, seconds in spent.items():
            print(f"  {part}: {seconds:.2f} s")
        file = Path(name) / "out" / "events.gpkg"
        started = processor()
        typed_files.read_typed(file, "gpkg", None, limits.DEFAULTS)
        here = processor() - started
        started = processor()
        read_apart(file, "gpkg", None, limits.DEFAULTS)
        apart = processor() - started
        print(f"reading its GeoPackage: {here:.1f} s in this process, {apart:.1f} s in a child")


if __name__ == "__main__":
    main()
