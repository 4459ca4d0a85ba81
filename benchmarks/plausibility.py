"""How often each check of plausibility warns about real tables.

Run: python benchmarks/plausibility.py FILE_OR_FOLDER...

Every table that is read is located by the shipped gazetteer. Printed is, for each table and check, how many of its
events were named, and an example; whether a warning is false is for a person to say.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import impactmap
from impactmap.context.plausibility.running import CHECKS, check_plausibility

ENDINGS = (".csv", ".xlsx", ".ods", ".geojson", ".parquet", ".gpkg", ".kml", ".kmz")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path)
    files = [
        file
        for path in parser.parse_args().paths
        for file in (sorted(path.rglob("*")) if path.is_dir() else [path])
        if file.suffix.lower() in ENDINGS
    ]
    print("| table | events | seconds | check | events named | example |\n|---|---|---|---|---|---|")
    for file in files:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                reading = impactmap.read_events(file)
                events = impactmap.geocode_events(reading.events)
        except impactmap.ImpactMapError as error:
            print(f"| {file.name} | | | not read: {str(error).splitlines()[0][:100]} | | |")
            continue
        started = time.perf_counter()
        findings = {each.check.name: each for each in check_plausibility(events, reading.claims)}
        seconds = time.perf_counter() - started
        count = events["event_id"].nunique()
        print(f"| {file.name} | {count:,} | {seconds:.2f} | of {len(CHECKS)} checks {len(findings)} | | |")
        for name, finding in findings.items():
            first = finding.rows.iloc[0]
            share = f"{finding.events:,} ({finding.events / count:.1%})"
            print(f"| | | | `{name}` | {share} | row {first['source_row']}: {first['found']} |")


if __name__ == "__main__":
    main()
