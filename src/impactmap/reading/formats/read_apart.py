"""Readers that are not ours, in a process of their own, which can be ended."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from impactmap.model.errors import ColumnError, CrsError, TableError
from impactmap.model.faults import shorten
from impactmap.model.system.apart import BrokeDownError, TookTooLongError, ask_apart, hold_to
from impactmap.reading.formats.limits import Limits

__all__ = ["read_apart"]

_TITLES = {
    "parquet": "Parquet", "geojson": "GeoJSON", "geojsonl": "GeoJSON lines", "gpkg": "GeoPackage", "fgb": "FlatGeobuf",
    "shp": "a shapefile with its .shx and .dbf beside it",
}  # fmt: skip
#: The index of the rows, and the kind of error that a child tells.
_ROW, _ERRORS = "\0row", {"ColumnError": ColumnError, "CrsError": CrsError, "TableError": TableError}


def read_apart(
    path: Path, kind: str, layer: str | None, limits: Limits
) -> tuple[str, pd.DataFrame, list[str], tuple[str, ...]]:
    """Read a file as `read_typed` does, in a plain child process.

    Parameters
    ----------
    path, kind, layer, limits
        As for `read_typed`; the child ends after ``limits.seconds``, and has ``limits.memory_bytes`` where the system
        can hold it to that.

    Raises
    ------
    TableError, CrsError
        What the child says of the file; that it took too long, or that it broke down over it.
    """
    import pyarrow.feather

    with tempfile.TemporaryDirectory(prefix="impactmap-") as folder:
        result = Path(folder) / "cells"
        order = {
            "path": str(path.absolute()),
            "kind": kind,
            "layer": layer,
            "result": str(result),
            "limits": asdict(limits),
        }
        try:
            told = ask_apart("impactmap.reading.formats.read_apart", order, seconds=limits.seconds)
        except TookTooLongError:
            raise TableError(
                f"{path.name}: expected {_TITLES[kind]} that is read within {limits.seconds:,} seconds, found one "
                f"that is not. It may be built never to end. If it is right, raise the limit: --limit "
                f"seconds={2 * limits.seconds}, or seconds under [limits] in the project file."
            ) from None
        except BrokeDownError as how:
            raise TableError(
                f"{path.name}: expected {_TITLES[kind]}, found a file over which its reader broke down ({how}). It is "
                "damaged, or takes more memory than memory_bytes under [limits] allows."
            ) from None
        if "error" in told:
            raise _ERRORS[told["kind"]](told["error"])
        cells = pyarrow.feather.read_feather(result, memory_map=False)
        row = cells.pop(_ROW).to_numpy()
        cells = cells.astype("str").set_axis(told["columns"], axis=1)
        cells.index = pd.Index(row, name="source_row", dtype="int64")
        return told["name"], cells, told["notes"], tuple(told["layers"])


def _answer(order: dict[str, object]) -> dict[str, object]:
    """Read the file that was ordered; put its cells into the result, and return the rest."""
    import warnings

    import pyarrow as pa
    import pyarrow.feather

    from impactmap.reading.formats.typed_files import read_typed

    path, title = Path(str(order["path"])), _TITLES[str(order["kind"])]
    limits = Limits(**order["limits"])  # type: ignore[arg-type]
    hold_to(limits.memory_bytes)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            name, cells, notes, layers = read_typed(path, str(order["kind"]), order["layer"], limits)  # type: ignore[arg-type]
    except (ColumnError, CrsError, TableError) as error:
        kind = type(error).__name__ if type(error).__name__ in _ERRORS else "TableError"
        return {"kind": kind, "error": str(error).replace(str(path), path.name)}
    except (MemoryError, ImportError):  # a library that finds no room is not loaded
        found = "a file that takes more memory than memory_bytes under [limits] allows"
        return {"kind": "TableError", "error": f"{path.name}: expected {title}, found {found}."}
    except Exception as error:  # noqa: BLE001 -- whatever a library says of a damaged file
        text = shorten(" ".join(str(error).split()).replace(str(path), path.name), 200)
        return {"kind": "TableError", "error": f"{path.name}: expected {title}, found a damaged file ({text})."}
    said = dict.fromkeys(" ".join(str(one.message).split()).replace(str(path), path.name) for one in caught)
    table = pa.table(
        [*(pa.array(cells.iloc[:, at], pa.large_string(), from_pandas=True) for at in range(cells.shape[1])),
         pa.array(cells.index.to_numpy(), pa.int64())],
        names=[*map(str, range(cells.shape[1])), _ROW],
    )  # fmt: skip
    pyarrow.feather.write_feather(table, str(order["result"]), compression="uncompressed")
    remarks = [f"Its reader says: {shorten(text, 200)}" for text in list(said)[:5]]
    return {
        "name": name,
        "columns": [str(column) for column in cells.columns],
        "notes": [*notes, *remarks],
        "layers": layers,
    }


if __name__ == "__main__":
    answer = json.dumps(_answer(json.load(sys.stdin)))
    sys.stdout.write(answer)
