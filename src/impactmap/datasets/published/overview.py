"""The overview of a dataset: squares of the map by the number of reports in each, as a frame and as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from impactmap.datasets.cells import NOWHERE, cell_bounds
from impactmap.datasets.counting import Count

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from impactmap.context.borders import Border

__all__ = ["CUBE", "LEVELS", "draw_overview", "level_counts", "squares", "with_bounds"]

#: Halvings of the world on either axis: squares of about 630, 160, 40 and 10 km at the equator, east to west.
LEVELS: Final = (6, 8, 10, 12)
#: Squares beside each other: of more each is a speck.
_ACROSS: Final = 80
#: What the published table of counts is by.
CUBE: Final = Count(("cell", "date_start", "side", "place_precision", "sectors", "confirmation"), cell_bits=9)


def level_counts() -> dict[str, Count]:
    """Return what to count for the overview, level by level."""
    return {f"level {bits}": Count(("cell",), cell_bits=bits) for bits in LEVELS}


def squares(counts: Mapping[str, pd.DataFrame]) -> tuple[gpd.GeoDataFrame, int]:
    """Return the squares of the finest level that a picture can show, with ``reports``, and how many have no position.

    Parameters
    ----------
    counts
        Of `level_counts`.
    """
    import geopandas as gpd
    import shapely

    chosen = None
    for bits in LEVELS:
        counted = counts[f"level {bits}"]["best"]
        there = counted[counted.index != NOWHERE]
        frame = gpd.GeoDataFrame(
            {"reports": there.to_numpy()},
            geometry=shapely.box(*cell_bounds(there.index.to_numpy(), bits=bits)),
            crs="EPSG:4326",
        )
        west, _, east, _ = frame.total_bounds
        if chosen is None or (east - west) * (1 << bits) / 360 <= _ACROSS:
            chosen = frame, int(counted.get(NOWHERE, 0))
    assert chosen is not None
    return chosen


def with_bounds(cube: pd.DataFrame) -> pd.DataFrame:
    """Return the counts of `CUBE` as a table, with the bounds of each square."""
    table = cube.reset_index()
    west, south, east, north = cell_bounds(table["cell"].to_numpy(), bits=CUBE.cell_bits)
    bounds: dict[str, Any] = {"west": west, "south": south, "east": east, "north": north}
    for number, (name, values) in enumerate(bounds.items(), 1):
        table.insert(number, name, values)
    shares = [name for name in table.columns if name.startswith("share_")]
    return table.drop(columns=shares).rename(columns={"date_start": "first_day"})


def draw_overview(frame: gpd.GeoDataFrame, path: Path, *, title: str, sentence: str, border: Border | None) -> str:
    """Draw the squares; return what the picture shows, in words."""
    from impactmap.maps.charts.thematic import plot_column
    from impactmap.maps.picture.image_file import save_figure

    figure: Any = plot_column(frame, "reports", title=title, sentence=sentence, border=border, width=900, height=560)
    save_figure(figure, path, alt_text=figure.alt_text)
    alt: str = figure.alt_text
    return alt
