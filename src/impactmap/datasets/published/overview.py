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

#: Halvings of the world on either axis: squares of about 310, 80 and 20 km at the equator, east to west.
LEVELS: Final = (7, 9, 11)
#: Squares of which a picture is no clearer.
_MOST: Final = 3_000
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

    fitting = [bits for bits in LEVELS if len(counts[f"level {bits}"]) <= _MOST] or [LEVELS[0]]
    bits = fitting[-1]
    counted = counts[f"level {bits}"]["best"]
    nowhere = int(counted.get(NOWHERE, 0))
    counted = counted[counted.index != NOWHERE]
    shapes = shapely.box(*cell_bounds(counted.index.to_numpy(), bits=bits))
    frame = gpd.GeoDataFrame({"reports": counted.to_numpy()}, geometry=shapes, crs="EPSG:4326")
    return frame, nowhere


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
