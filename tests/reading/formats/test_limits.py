"""Hostile and broken files: each ends in our error, in good time, and the limit that it met can be set."""

from __future__ import annotations

import os
import random
import sqlite3
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from click.testing import CliRunner

import impactmap
from impactmap.cli import app
from impactmap.model.errors import ImpactMapError, InputError, TableError
from impactmap.model.project import load_project
from impactmap.model.sections.surroundings import LimitOptions
from impactmap.reading.formats import files
from impactmap.reading.formats.limits import Limits, make_limits
from impactmap.reading.read import read_events
from impactmap.workspace.opening import open_source

SHEET = "id,date,place\na,2025-11-09,Kharkiv\nb,2025-11-09,Sumy\n"
FRAME = gpd.GeoDataFrame(
    {"id": ["a", "b"], "date": ["2025-11-09"] * 2, "place": ["Kharkiv", "Sumy"]},
    geometry=gpd.points_from_xy([36.23, 34.8], [49.99, 50.91]), crs="EPSG:4326",
)  # fmt: skip


def write(path):
    """Write a small table in the form of the ending."""
    kind = path.suffix
    if kind in {".gpkg", ".fgb", ".geojson", ".shp"}:
        FRAME.to_file(path)
    elif kind == ".parquet":
        FRAME.to_parquet(path)
    elif kind == ".xlsx":
        pd.DataFrame(FRAME.drop(columns="geometry")).to_excel(path, index=False)
    else:
        path.write_text(SHEET)
    return path


def test_each_limit_has_its_setting_in_the_project_file():
    assert set(LimitOptions.model_fields) == set(Limits.__dataclass_fields__)


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".gpkg", ".fgb", ".shp", ".geojson", ".parquet"])
@pytest.mark.parametrize(("name", "value"), [("rows", 1), ("columns", 1), ("cell_characters", 3), ("file_bytes", 20)])
def test_a_limit_that_is_met_is_named(tmp_path, ending, name, value):
    path = write(tmp_path / f"t{ending}")
    assert len(read_events(path).events) == 2
    with pytest.raises(TableError, match=rf"t\{ending}: expected at most {value} .*--limit {name}="):
        read_events(path, limits=Limits(**{name: value}))


def test_limits_are_set_by_project_and_command_line(tmp_path):
    write(tmp_path / "events.csv")
    (tmp_path / "project.toml").write_text("[limits]\nrows = 1\n")
    now = pd.Timestamp("2026-01-01", tz="UTC").to_pydatetime()
    with pytest.raises(TableError, match="at most 1 rows, found 2"):
        open_source(tmp_path, now=now)
    assert len(open_source(tmp_path, now=now, limits={"rows": 2}).reading.events) == 2
    run = CliRunner().invoke
    assert run(app, ["check", str(tmp_path), "--limit", "rows=2", "--now", "2026-01-01T00:00Z"]).exit_code == 0
    done = run(app, ["check", str(tmp_path), "--limit", "row=2"])
    assert done.exit_code == 2
    assert "Did you mean 'rows'?" in done.output
    (tmp_path / "project.toml").write_text("[limits]\nrows = 0\n")
    with pytest.raises(ImpactMapError, match=r"limits\.rows: expected greater than 0"):
        load_project(tmp_path / "project.toml")


def test_what_is_no_limit_is_refused():
    with pytest.raises(InputError, match="Did you mean 'seconds'"):
        make_limits({"second": 3})
    with pytest.raises(InputError, match="at least 1, found rows=0"):
        make_limits({"rows": 0})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_a_device_and_a_folder_are_no_tables(tmp_path):
    os.mkfifo(tmp_path / "p.csv")
    for path in (tmp_path / "p.csv", Path("/dev/zero")):
        with pytest.raises(TableError, match="found a device or a pipe"):
            read_events(path)
    with pytest.raises(TableError, match="found a folder"):
        read_events(tmp_path)


def test_a_file_that_cannot_be_read_is_said_to_be_one(tmp_path, monkeypatch):
    path = write(tmp_path / "t.csv")

    def refused(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files, "_kind", refused)
    with pytest.raises(TableError, match=r"t\.csv: cannot be read: Permission denied\. If another program has it open"):
        read_events(path)


def test_a_file_that_changes_while_it_is_read_is_not_used(tmp_path, monkeypatch):
    path = write(tmp_path / "t.csv")
    read = files.read_delimited

    def slow(*arguments, **options):
        raw = read(*arguments, **options)
        path.write_text(SHEET + "c,2025-11-09,Lviv\n")
        return raw

    monkeypatch.setattr(files, "read_delimited", slow)
    with pytest.raises(TableError, match="changed while it was read"):
        read_events(path)


def test_a_view_that_never_ends_is_ended(tmp_path):
    path = write(tmp_path / "t.gpkg")
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE VIEW v AS WITH RECURSIVE n(fid, date, place) AS (SELECT 1, '2025-11-09', 'Kharkiv' UNION ALL "
            "SELECT fid + 1, date, place FROM n) SELECT * FROM n"
        )
        database.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES ('v', 'attributes', 'v')"
        )
        database.execute("DELETE FROM gpkg_geometry_columns")
        database.execute("DELETE FROM gpkg_contents WHERE table_name <> 'v'")
    started = time.monotonic()
    with pytest.raises(TableError, match=r"within 6 seconds.*--limit seconds=12"):
        read_events(path, limits=Limits(seconds=6))
    assert time.monotonic() - started < 60


def test_a_parquet_file_of_millions_of_equal_rows_is_refused_unread(tmp_path):
    count = 10_000_000
    same = pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array(["2025-11-09"]))
    pyarrow.parquet.write_table(pa.table({"date": same, "place": same, "x": pa.nulls(count)}), tmp_path / "b.parquet")
    assert (tmp_path / "b.parquet").stat().st_size < 200_000
    with pytest.raises(TableError, match=r"at most 400 bytes in memory for each byte.*--limit ratio="):
        read_events(tmp_path / "b.parquet")


def test_a_reader_that_breaks_down_is_told_and_takes_nothing_with_it(tmp_path):
    path = write(tmp_path / "t.gpkg")
    with pytest.raises(TableError, match=r"t\.gpkg: expected GeoPackage, found .*memory"):
        read_events(path, limits=Limits(memory_bytes=1 << 20))


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".parquet", ".gpkg", ".fgb", ".shp", ".geojson", ".xlsx"])
def test_damaged_bytes_end_in_our_error_or_in_a_reading(tmp_path, ending):
    whole = write(tmp_path / f"whole{ending}").read_bytes()
    chance = random.Random(ending)
    for number in range(6):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 4, 40])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if number % 3 == 2:
            data = data[: chance.randrange(len(data))]
        path = tmp_path / f"damaged{number}{ending}"
        path.write_bytes(data)
        for part in (".shx", ".dbf", ".prj") if ending == ".shp" else ():
            path.with_suffix(part).write_bytes((tmp_path / f"whole{part}").read_bytes())
        said = ""
        try:
            impactmap.read_events(path, limits=Limits(seconds=60))
        except ImpactMapError as error:
            said = str(error)
        assert not said or path.name in said or "expected a" in said
        assert str(tmp_path) not in said
        assert "Traceback" not in said


@pytest.mark.parametrize("ending", [".xlsx", ".ods", ".kmz"])
@pytest.mark.parametrize(
    ("at", "value"),
    [(6, 169), (8, 0x1), (8, 0x800), (10, 99), (16, 0), (20, 5), (28, 9)],
    ids=["version", "password", "name", "method", "check_sum", "packed_size", "name_length"],
)
def test_a_damaged_archive_is_told_whatever_python_says_of_it(tmp_path, ending, at, value):
    path = tmp_path / f"t{ending}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("\u00e9.xml", "doc.kml", "content.xml"):
            archive.writestr(name, "<a>" + "b" * 500 + "</a>")
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + at : entry + at + 2] = value.to_bytes(2, "little")
    data[entry + 46 : entry + 48] = b"\xff\xff"
    path.write_bytes(data)
    with pytest.raises(TableError, match=rf"^t\{ending}: expected ") as told:
        read_events(path)
    assert "Traceback" not in str(told.value)
