"""One function a page: the product and its peers, each given the same rows and told to show the same things.

    python benchmarks/peers.py explore 10000 build/benchmarks/explore-10000.html

Every page carries all attributes, the text and the links of every row, in the tool's own way of showing them
(tooltip, popup, card). Run as a command it builds one page in this process and prints what that cost as JSON; rows
and imports are ready before the clock starts.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from cost import cost_of
from rows import ATTRIBUTES, SIDES, make_rows, product_frame

COLOURS = {"Russia": "#b35806", "Ukraine": "#4575b4"}
UNSTATED = "#777777"
SHOWN = [*ATTRIBUTES, "summary", "links"]


def impactmap(rows: pd.DataFrame) -> Callable[[Path], None]:
    """Return the product's build: frame and claims as they leave the context stage."""
    import impactmap as product
    from impactmap.model.project import Project

    events, claims = product_frame(rows)
    project = Project.model_validate(
        {
            "map": {"title": "Synthetic events", "embargo_hours": 0},
            "sides": [{"key": side, "name": side} for side in SIDES],
            "border": {"countries": ["RU", "UA"]},
        }
    )
    border = product.load_border(("RU", "UA"))

    def build(path: Path) -> None:
        product.build_map(events, claims, project=project, border=border).save(path)

    return build


def explore(rows: pd.DataFrame) -> Callable[[Path], None]:
    """``GeoDataFrame.explore()``: circle markers, all columns in the tooltip and the popup."""
    frame = _points(rows)

    def build(path: Path) -> None:
        frame.explore("side", tooltip=["place", "date_start"], popup=SHOWN, missing_kwds={"color": UNSTATED}).save(path)

    return build


def fast_marker_cluster(rows: pd.DataFrame) -> Callable[[Path], None]:
    """Folium's ``FastMarkerCluster``, with a callback that puts all columns into the popup."""
    import folium
    from folium.plugins import FastMarkerCluster

    callback = """function (row) {
        var marker = L.circleMarker(new L.LatLng(row[0], row[1]), {radius: 5, color: row[2]});
        marker.bindPopup(row.slice(3).join("<br>"));
        return marker;
    }"""

    def build(path: Path) -> None:
        table = pd.concat([rows[["latitude", "longitude"]], _colours(rows), _texts(rows)], axis=1)
        page = folium.Map(prefer_canvas=True)
        FastMarkerCluster(table.to_numpy().tolist(), callback=callback).add_to(page)
        page.fit_bounds(_bounds(rows))
        page.save(path)

    return build


def timestamped_geojson(rows: pd.DataFrame) -> Callable[[Path], None]:
    """Folium's ``TimestampedGeoJson``: one day a step, what is past stays; it begins on the first day."""
    import folium
    from folium.plugins import TimestampedGeoJson

    def build(path: Path) -> None:
        popups = _texts(rows).agg("<br>".join, axis=1)
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [lon, lat]},
                "properties": {
                    "times": [day],
                    "popup": popup,
                    "icon": "circle",
                    "iconstyle": {"radius": 4, "color": colour},
                },
            }
            for lon, lat, day, popup, colour in zip(
                rows["longitude"].tolist(),
                rows["latitude"].tolist(),
                rows["date_start"].dt.strftime("%Y-%m-%d"),
                popups,
                _colours(rows),
                strict=True,
            )
        ]
        page = folium.Map(prefer_canvas=True)
        TimestampedGeoJson(
            {"type": "FeatureCollection", "features": features},
            period="P1D",
            auto_play=False,
            time_slider_drag_update=True,
        ).add_to(page)
        page.fit_bounds(_bounds(rows))
        page.save(path)

    return build


def markers(rows: pd.DataFrame) -> Callable[[Path], None]:
    """One ``folium.Marker`` a row, as most tutorials do it."""
    import folium

    def build(path: Path) -> None:
        page = folium.Map(prefer_canvas=True)
        popups = _texts(rows).agg("<br>".join, axis=1)
        for lat, lon, popup in zip(rows["latitude"].tolist(), rows["longitude"].tolist(), popups, strict=True):
            folium.Marker([lat, lon], popup=popup).add_to(page)
        page.fit_bounds(_bounds(rows))
        page.save(path)

    return build


def lonboard(rows: pd.DataFrame) -> Callable[[Path], None]:
    """Lonboard's ``ScatterplotLayer`` with all columns, exported by ``to_html``."""
    import numpy as np
    from lonboard import Map, ScatterplotLayer

    frame = _points(rows)

    def build(path: Path) -> None:
        hexes = _colours(rows)
        codes = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in hexes.unique()], dtype=np.uint8)
        colours = codes[pd.factorize(hexes)[0]]
        layer = ScatterplotLayer.from_geopandas(frame, get_fill_color=colours, radius_min_pixels=3, pickable=True)
        Map(layer).to_html(path)

    return build


def swiftmap(rows: pd.DataFrame) -> Callable[[Path], None]:
    """Swiftmap's circle markers with a time layer: one day a step, what is past stays, at the last day."""
    from swiftmap import Map

    def build(path: Path) -> None:
        table = rows.fillna({"side": "not stated"})
        page = Map()
        page.add_circle_markers(
            table, name="Events", color_col="side", colormap={**COLOURS, "not stated": UNSTATED}, popup_fields=SHOWN
        )
        page.make_time_layer("Events", time_field="date_start", period="P1D", duration=None)
        page.time_current = rows["date_start"].max().timestamp() * 1000
        page.save(path)

    return build


#: Name: (function, most rows it is asked for; above that the tool needs more than the machine or the reader has).
PAGES: dict[str, tuple[Callable[[pd.DataFrame], Callable[[Path], None]], int]] = {
    "impactmap": (impactmap, 10**7),
    "explore": (explore, 10**5),
    "FastMarkerCluster": (fast_marker_cluster, 10**6),
    "TimestampedGeoJson": (timestamped_geojson, 10**6),
    "markers": (markers, 10**4),
    "lonboard": (lonboard, 10**6),
    "swiftmap": (swiftmap, 10**6),
}
#: Imported before the clock starts, since importing is measured on its own (startup.py).
IMPORTS = {
    "impactmap": [
        "impactmap",
        "impactmap.maps.page.event_map",
        "impactmap.context",
        "impactmap.places.geocoder",
        "folium",
    ],
    "explore": ["folium", "mapclassify", "matplotlib.pyplot"],
    "FastMarkerCluster": ["folium.plugins"],
    "TimestampedGeoJson": ["folium.plugins"],
    "markers": ["folium"],
    "lonboard": ["lonboard", "pyarrow.parquet"],
    "swiftmap": ["swiftmap"],
}


def _points(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    days = rows.assign(date_start=rows["date_start"].dt.strftime("%Y-%m-%d"))
    return gpd.GeoDataFrame(days, geometry=gpd.points_from_xy(rows["longitude"], rows["latitude"]), crs="EPSG:4326")


def _colours(rows: pd.DataFrame) -> pd.Series:
    return rows["side"].map(COLOURS).fillna(UNSTATED).rename("colour")


def _texts(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[SHOWN].assign(date_start=rows["date_start"].dt.strftime("%Y-%m-%d")).fillna("")


def _bounds(rows: pd.DataFrame) -> list[list[float]]:
    return [[rows["latitude"].min(), rows["longitude"].min()], [rows["latitude"].max(), rows["longitude"].max()]]


def measure_build(name: str, count: int, path: Path) -> dict[str, Any]:
    """Build one page here and return what it cost."""
    for module in IMPORTS[name]:
        importlib.import_module(module)
    rows = make_rows(count)
    build = PAGES[name][0](rows)
    del rows  # a tool that needs them as they are keeps them itself
    # What making the rows took is no part of the build.
    pa.default_memory_pool().release_unused()
    ctypes.CDLL(None).malloc_trim(0)
    cost, _ = cost_of(lambda: build(path))
    return {
        "build_cpu_s": cost["cpu_s"],
        "build_wall_s": cost["wall_s"],
        "peak_mb": cost["peak_mb"],
        "before_mb": cost["before_mb"],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Build one page and print what it cost as JSON.")
    parser.add_argument("name", choices=PAGES)
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    options.file.parent.mkdir(parents=True, exist_ok=True)
    json.dump(measure_build(options.name, options.count, options.file), sys.stdout)
