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

DTYPES = {"u32": "<u4", "i32": "<i4", "u8": "u1", "f32": "<f4", "f64": "<f8"}


def decode_data(block):
    raw = zlib.decompress(base64.b64decode(block, validate=True))
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length].decode("utf-8"))
    start = -(-(4 + length) // 8) * 8
    columns = {}
    for name, column in header["columns"].items():
        assert column["offset"] % 8 == 0
        columns[name] = np.frombuffer(raw, DTYPES[column["dtype"]], column["length"], start + column["offset"])
    return header, columns


def decode_texts(block):
    return json.loads(zlib.decompress(base64.b64decode(block, validate=True)).decode("utf-8"))["events"]


def unroll(line):
    return np.cumsum(np.array(line, dtype=float).reshape(-1, 2), axis=0) / 10_000


@pytest.fixture(scope="session")
def decode():
    """Read the page's blocks back by the description in docs/architecture.md, without the code that wrote them."""
    return SimpleNamespace(data=decode_data, texts=decode_texts, line=unroll)


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

    monkeypatch.setattr("impactmap.context.basemap_for", basemap_for)
