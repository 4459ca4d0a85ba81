"""Measure how far the layers of countries and regions are wrong: ``python data/errors.py``.

Countries: points thrown about the lines of the origin, which has them to the metre; how far from our line are those
that we put into another country? Regions: settlements whose region GeoNames says; how often is it another by our
outlines, by their distance from a line, and how often is what `areas_at` says, which knows of every other settlement
only? A layer's ``error_m`` in `sources.json` is set by what this prints.
"""

from __future__ import annotations

import countries
import numpy as np
import pandas as pd
import shapely

from impactmap.geodesy.nearest import NearestLine
from impactmap.places.boundaries import areas_at, coarse_m
from impactmap.places.geocoder import Gazetteer
from impactmap.places.settlements import Settlements
from impactmap.reference import load_layer

SEED = 20251109
CELL = 0.05  # degrees: one point of the lines in each
SPREAD_M = 400.0
LIMITS_KM = (0, 0.5, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20)


def main() -> None:
    """Print both tables."""
    of_countries()
    of_regions()


def of_countries() -> None:
    """Print how far from our lines the points are that lie in another country than by the origin's."""
    areas, disputed = countries.settled_areas()
    truth = gathered([*areas, *(None for _ in disputed)], [*areas.values(), *disputed.values()])
    layer = load_layer("countries")
    ours = gathered(layer["country"], layer.geometry)
    random = np.random.default_rng(SEED)
    xy = shapely.get_coordinates(truth[1])
    xy = xy[(np.abs(xy[:, 0]) < 179) & (np.abs(xy[:, 1]) < 80)]
    xy = xy[np.unique(np.floor(xy / CELL), axis=0, return_index=True)[1]]
    turn, far = random.uniform(0, 2 * np.pi, len(xy)), random.exponential(SPREAD_M, len(xy)) / 111_195
    x = xy[:, 0] + far * np.sin(turn) / np.cos(np.radians(xy[:, 1]))
    y = xy[:, 1] + far * np.cos(turn)
    wrong = code_at(*truth, x, y) != code_at(*ours, x, y)
    # Outlines run straight in degrees; `NearestLine` takes the geodesic between vertices.
    lines = shapely.segmentize(shapely.boundary(ours[1]), CELL)
    away = NearestLine(lines).nearest(x[wrong], y[wrong]).distance_m
    print(
        f"Countries: {len(x):,} points about {SPREAD_M:.0f} m from a line, {wrong.mean():.1%} on another side of ours"
    )
    print(f"  distance of those from our line: median {np.median(away):.0f} m, 99 % {np.quantile(away, 0.99):.0f} m, "
          f"all {away.max():.0f} m")  # fmt: skip


def of_regions() -> None:
    """Print how often a settlement lies in another region than GeoNames says."""
    gazetteer = Gazetteer()
    table, areas = gazetteer.table, gazetteer.areas
    own = np.flatnonzero(table.radius_km == 0)
    known, asked = own[::2], own[1::2]
    frame = pd.DataFrame(
        {
            "x": table.longitude[asked],
            "y": table.latitude[asked],
            "country": [table.country_of(row) for row in asked],
            "said": [areas.region_of(table.country_of(row), table.admin1_of(row)) for row in asked],
        }
    ).dropna()
    x, y = frame["x"].to_numpy(), frame["y"].to_numpy()
    layer = load_layer("regions")
    shapes = gathered(layer["code"], layer.geometry)
    frame["outline"] = code_at(*shapes, x, y)
    frame["km"] = NearestLine(shapely.boundary(shapes[1])).nearest(x, y).distance_m / 1000
    found = areas_at(x, y, settlements=Settlements(table, areas, rows=known))
    frame["found"], frame["near"] = found.region, [len(regions) > 1 for regions in found.regions]
    inside = frame[frame["outline"].str[:2] == frame["country"]]
    print(f"Regions: {len(frame):,} settlements, {len(inside):,} of them in an outline of their country")
    rows = []
    for low, high in zip(LIMITS_KM, [*LIMITS_KM[1:], np.inf], strict=True):
        part = inside[(inside["km"] > low) & (inside["km"] <= high)]
        said = part[part["found"].notna()]
        rows.append(
            {
                "km from a line": f"{low:g} to {high:g}",
                "settlements": len(part),
                "another by outline, %": round(100 * (part["outline"] != part["said"]).mean(), 2),
                "a region is said, %": round(100 * part["found"].notna().mean(), 1),
                "another said, % of those": round(100 * (said["found"] != said["said"]).mean(), 2),
            }
        )
    print(pd.DataFrame(rows).to_string(index=False))
    said = frame[frame["found"].notna()]
    wrong = said["found"] != said["said"]
    print(f"  all: a region is said for {len(said) / len(frame):.1%}, another for {wrong.mean():.2%} of those")
    print(f"  {(coarse_m(x, y) > 0).mean():.1%} of the positions have two decimals or fewer")
    print("  most often:", said.loc[wrong, "country"].value_counts().head(8).to_dict())


def gathered(codes: object, shapes: object) -> tuple[np.ndarray, np.ndarray]:
    """Return codes and prepared shapes as arrays."""
    outlines = np.asarray(list(shapes), dtype=object)
    shapely.prepare(outlines)
    return np.asarray(["" if pd.isna(code) else code for code in codes], dtype=object), outlines


def code_at(codes: np.ndarray, shapes: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the code of the outline around each point, empty where there is none."""
    found = np.full(len(x), "", dtype=object)
    rows, areas = shapely.STRtree(shapes).query(shapely.points(x, y))
    for area in np.unique(areas):
        at = rows[areas == area]
        found[at[shapely.contains_xy(shapes[area], x[at], y[at])]] = codes[area]
    return found


if __name__ == "__main__":
    main()
