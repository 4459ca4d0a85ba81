"""Fuzz one reader with feedback: `python release/fuzz.py kml --seconds 600 --seed 1` (`make fuzz` runs all).

Whatever the bytes are, a reader gives a table or an `ImpactMapError`. Anything else is kept under build/fuzz with its
trace, each kind once, and the run goes on; at the end it exits with 1 where there was any. A crash of the process, or a
file that takes over a minute, ends the run at once, and its bytes are kept, too. The code that reads Parquet and GDAL's
forms in a process of its own is called in this one: a process for each input would be slow.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris
import pandas as pd

with atheris.instrument_imports(include=["impactmap"]):
    import impactmap
    from impactmap.model import project
    from impactmap.model.errors import ImpactMapError
    from impactmap.places.overrides import decision_file
    from impactmap.publishing.files.writing import write_events
    from impactmap.reading import dates, figures
    from impactmap.reading.formats import read_apart
    from impactmap.reading.formats.limits import Limits
    from impactmap.reading.positions import column as positions

#: Small ones: a fuzzer finds what is large soon enough, and only waits for it.
LIMITS = Limits(file_bytes=1 << 20, rows=5_000, columns=500, archive_bytes=1 << 24, sheet_cells=200_000)
ENDINGS = ("csv", "tsv", "xlsx", "ods", "jsonl", "json", "geojson", "parquet", "gpkg", "fgb", "kml", "kmz", "gpx")
TEXTS = ("project", "decisions", "dates", "figures", "positions")
GPX = b'<gpx xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="49.01" lon="105.9"><name>Erdenet</name></wpt></gpx>'
ROWS = (
    "id,date,place,latitude,longitude,side,killed\n001,2025-03-01,Erdenet,49.03,104.06,A,about 3\n2,2.3.2025,,,,B,-\n"
)


def _in_this_process(_module: str, order: dict[str, Any], **_rest: object) -> dict[str, Any]:
    return json.loads(json.dumps(read_apart._answer(order)))  # noqa: SLF001


def seeds(kind: str, folder: Path) -> list[bytes]:
    """Return files of the form, small and whole."""
    table = folder / "seed.csv"
    table.write_text(ROWS, encoding="utf-8")
    if kind in {"csv", "tsv"}:
        return [ROWS.encode(), ROWS.replace(",", "\t").encode("utf-16"), ROWS.replace(",", ";").encode("cp1251")]
    if kind == "gpx":
        return [GPX]
    if kind == "kmz":
        import zipfile

        with zipfile.ZipFile(folder / "seed.kmz", "w") as archive:
            archive.writestr("doc.kml", seeds("kml", folder)[0])
        return [(folder / "seed.kmz").read_bytes()]
    if kind == "ods":
        return [b"PK\x03\x04"]
    if kind == "json":
        return [b'[{"date": "2025-03-01", "place": "Erdenet"}]', b'{"data": [{"date": 1, "place": null}]}']
    if kind == "project":
        return [b'[map]\ntitle = "T"\n[data]\nevents = "e.csv"\n[[sides]]\nkey = "A"\nname = "A"\n']
    if kind == "decisions":
        return [b"place,region,country,decision,name,reason,date\nA,,,geonames:1,B,C,2025-01-01\n"]
    if kind in TEXTS:
        return ["2025-03-01\n3-5 March\nдо 5 березня\n49°01'N 105°54'E\nabout 3,000".encode()]
    events = impactmap.geocode_events(impactmap.read_events(table).events)
    write_events(events, folder / f"seed.{kind}", embargo_hours=0)
    return [(folder / f"seed.{kind}").read_bytes()]


def reader(kind: str, path: Path) -> Callable[[bytes], object]:
    """Return what is tried with each piece of bytes."""

    def table(data: bytes) -> object:
        path.write_bytes(data)
        return impactmap.read_events(path, limits=LIMITS)

    def read_project(data: bytes) -> object:
        path.write_bytes(data)
        return project.load_project(path)

    def read_decisions(data: bytes) -> object:
        path.write_bytes(data)
        return decision_file.read_decisions(path)

    def column(data: bytes) -> pd.Series:
        return pd.Series(data.decode("utf-8", "replace").split("\n"), dtype="str")

    texts: dict[str, Callable[[bytes], object]] = {
        "project": read_project,
        "decisions": read_decisions,
        "dates": lambda data: dates.parse_dates(column(data)),
        "figures": lambda data: figures.parse_figures(column(data)),
        "positions": lambda data: positions.parse_positions(column(data)),
    }
    return texts.get(kind, table)


def main() -> int:
    """Fuzz for the time given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=[*ENDINGS, *TEXTS])
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    read_apart.ask_apart = _in_this_process
    read_apart.hold_to = lambda _bytes: None
    found: dict[str, Path] = {}
    tried = 0
    kept = Path("build/fuzz") / chosen.kind
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "corpus"
        corpus.mkdir()
        for number, data in enumerate(seeds(chosen.kind, folder)):
            (corpus / str(number)).write_bytes(data)
        ending = {"project": "toml", "decisions": "csv"}.get(chosen.kind, chosen.kind)
        one = reader(chosen.kind, folder / f"input.{ending}")

        def try_one(data: bytes) -> None:
            nonlocal tried
            tried += 1
            if time.monotonic() > end:  # libFuzzer leaves without a word to Python: the run ends here
                done()
            try:
                one(data)
            except ImpactMapError:
                return
            except Exception as error:  # noqa: BLE001 -- this is what is looked for
                last = traceback.extract_tb(error.__traceback__)[-1]
                key = f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}"
                if key not in found:
                    found[key] = kept / f"{len(found)}.{ending}"
                    found[key].write_bytes(data)
                    found[key].with_suffix(".txt").write_text(traceback.format_exc(), encoding="utf-8")

        end = time.monotonic() + chosen.seconds

        def done() -> None:
            told = f"{tried:,} inputs in {chosen.seconds} s, seed {chosen.seed}: {len(found)} kinds of error"
            print(f"{chosen.kind}: {told}")
            for key, path in found.items():
                print(f"  {key}: {path}")
            sys.stdout.flush()
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(1 if found else 0)

        atheris.Setup(
            [sys.argv[0], str(corpus), f"-max_total_time={chosen.seconds + 120}", f"-seed={chosen.seed}", "-timeout=60",
             "-rss_limit_mb=4096", "-max_len=20000", f"-artifact_prefix={kept}/"],
            try_one,
        )  # fmt: skip
        atheris.Fuzz()
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
