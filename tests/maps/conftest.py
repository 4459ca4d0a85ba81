"""Fixtures of the maps' tests."""

from __future__ import annotations

import base64
import importlib.util
import json
import struct
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

DTYPES = {"u8": "u1", "u16": "<u2", "u32": "<u4", "i32": "<i4", "f32": "<f4", "f64": "<f8"}
MISSING = -(2**31)


class Block:
    """One block of data, read by its description."""

    def __init__(self, packed):
        raw = zlib.decompress(packed)
        (length,) = struct.unpack_from("<I", raw)
        self.header = json.loads(raw[4 : 4 + length].decode("utf-8"))
        self.raw = raw[-(-(4 + length) // 8) * 8 :]

    def numbers(self, name):
        return self._numbers(self.header["columns"][name], self.header["columns"][name]["length"])

    def _numbers(self, entry, length):
        dtype = np.dtype(DTYPES[entry["dtype"]])
        if "fill" in entry:
            values = np.full(length, np.nan if entry["fill"] is None else entry["fill"], dtype)
        else:
            assert entry["offset"] % 8 == 0
            planes = np.frombuffer(self.raw, "u1", length * dtype.itemsize, entry["offset"])
            values = np.ascontiguousarray(planes.reshape(dtype.itemsize, length).T).view(dtype).ravel()
        if entry.get("delta"):
            values = np.cumsum(values.astype(np.int64))
        if "decimals" in entry:
            values = np.where(values == MISSING, np.nan, values / 10 ** entry["decimals"])
        return values

    def texts(self, name):
        entry = self.header["columns"][name]
        if "fill" in entry:
            return [""] * entry["length"]
        if not entry["length"]:
            return []
        found = self.raw[entry["offset"] : entry["offset"] + entry["bytes"]].decode("utf-8").split("\0")
        if entry["dtype"] == "text":
            assert len(found) == entry["length"]
            return found
        assert entry["dtype"] == "coded"
        assert len(found) == entry["values"]
        return [["", *found][code] for code in self._numbers(entry["codes"], entry["length"]).tolist()]

    def rows(self, part):
        """Return a part's rows as mappings, without what is missing."""
        names = [name for name in self.header["columns"] if name.startswith(f"{part}.")]
        columns = {name.removeprefix(f"{part}."): self.values(name) for name in names}
        count = int(self.numbers(part).sum())
        return [
            {name: values[row] for name, values in columns.items() if values[row] not in {None, ""}}
            for row in range(count)
        ]

    def values(self, name):
        if self.header["columns"][name]["dtype"] in {"text", "coded"}:
            return self.texts(name)
        return [None if np.isnan(value) else value for value in self.numbers(name).tolist()]


def decode_data(block):
    found = Block(base64.b64decode(block, validate=True))
    columns = {name: found.numbers(name) for name in found.header["columns"] if name != "when"}
    place = columns["row_place"].astype(int)
    for name in ("lat", "lon"):
        columns[f"row_{name}"] = np.concatenate([[np.nan], columns[f"place_{name}"]])[place]
    when = columns["event_when"].astype(int)
    for name in ("start", "end"):
        columns[f"day_{name}"] = columns[f"when_{name}"][when]
    open_lines(found.header, columns["ground"].astype(np.int64))
    columns["when"] = np.array(found.texts("when"), dtype=object)[when]
    return found.header, columns


def open_lines(header, steps):
    """Put the lines back as `decode.line` reads them."""
    signed = np.where(steps % 2, -(steps + 1) // 2, steps // 2).reshape(-1, 2)
    points = np.cumsum(signed * header["view"]["unit"], axis=0)
    at = iter(points.tolist())

    def opened(counts):
        lines = [np.array([next(at) for _ in range(count)]) for count in counts]
        return [np.diff(line, axis=0, prepend=0).ravel().tolist() for line in lines]

    ground = header["basemap"]
    for name in ("land", "lakes", "rivers", "regions"):
        ground[name] = opened(ground[name])
    for border in ground["borders"]:
        border["lines"] = opened(border["lines"])
    for area in header["areas"]:
        area["rings"] = opened(area["rings"])
    assert next(at, None) is None


def decode_texts(block):
    return read_texts(base64.b64decode(block, validate=True))


def read_texts(packed):
    found = Block(packed)
    rows = {part: iter(found.rows(part)) for part in ("places", "claims", "disputes", "sources")}
    names = [name for name in found.header["columns"] if "." not in name and name not in rows]
    values = {name: found.values(name) for name in names}
    events = []
    for number in range(found.header["events"]):
        event = {name: column[number] for name, column in values.items() if column[number] not in {None, ""}}
        for part, left in rows.items():
            event[part] = [next(left) for _ in range(int(found.numbers(part)[number]))]
        events.append(event)
    return events


def unroll(line):
    return np.cumsum(np.array(line, dtype=float).reshape(-1, 2), axis=0) / 10_000


@pytest.fixture(scope="session")
def decode():
    """Read the page's blocks back by the description in docs/architecture.md, without the code that wrote them."""
    return SimpleNamespace(data=decode_data, texts=decode_texts, file=read_texts, line=unroll)


@pytest.fixture(scope="session")
def hostile():
    """Return the generator of hostile texts, shared with the browser's tests."""
    spec = importlib.util.spec_from_file_location("hostile", Path(__file__).parents[1] / "hostile.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def small_basemap(monkeypatch):
    """Put a small ground in place of the real one, which takes most of a page's time to cut out."""

    def basemap_for(bounds, **options):
        west, south, east, north = bounds
        return SimpleNamespace(
            bounds=bounds,
            land=shapely.box(*bounds),
            lakes=shapely.MultiPolygon(),
            rivers=shapely.LineString([(west, south), (east, north)]),
            regions=shapely.MultiLineString(),
            borders=(),
            labels=(),
            options=options,
        )

    monkeypatch.setattr("impactmap.context.basemap.basemap_for", basemap_for)
