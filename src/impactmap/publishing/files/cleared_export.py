"""An analyst's table as it leaves: every column, positions coarse, texts that every format can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, cast

from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.model.schema import EVENT_COLUMNS
from impactmap.places.fine_positions import FINE_TEXTS, coarse_frame
from impactmap.publishing.files.chunks import Told
from impactmap.publishing.files.coarse_columns import coarse_columns, coarse_shapes

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from impactmap.model.embargo import Embargo

Events = TypeVar("Events", bound="pd.DataFrame")
Frame = TypeVar("Frame", bound="pd.DataFrame")

__all__ = [
    "UNHELD",
    "UNHELD_IN_XML",
    "clean_table",
    "coarse_texts",
    "held_note",
    "hold_back_events",
    "leaving_claims",
    "leaving_events",
]

#: Precisions whose latitude and longitude, where a source gives them, stand for an area and are no point.
AREAS = ("district", "region", "country")
NEEDED = ("event_id", "date_start")
#: What many programs cannot hold in a text: NUL, which ends it, and halves of a pair.
_HALVES = "\ud800-\udfff"
UNHELD = re.compile(f"[\x00{_HALVES}]")
#: XML 1.0 has no place for other control characters either.
UNHELD_IN_XML = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{_HALVES}\ufffe\uffff]")
_MEASURED = "Distances to the border measured anew, from rounded positions: {} rows."
_ROUNDED = (
    "Positions rounded to two decimals of a degree, about a kilometre: {}. Exact positions leave only when asked for."
)


def leaving_events(
    events: pd.DataFrame, told: Told, *, exact_positions: bool = False, unheld: re.Pattern[str] = UNHELD
) -> gpd.GeoDataFrame:
    """Return the events with all their columns as they may leave.

    Parameters
    ----------
    events
        As `read_events` or a later stage gives them; ``event_id`` and ``date_start`` are needed.
    told
        Takes what was changed.
    exact_positions
        Let coordinates leave as the source gave them.
    unheld
        Characters that the form cannot hold.

    Returns
    -------
    GeoDataFrame
        The same rows in order, index 0, 1, ...: the model's columns that are there and those that reading gives, then
        the others, then ``geometry`` (EPSG:4326): the frame's own, else the point of a row that is not an area's, else
        what ``source_geometry`` holds.

    Raises
    ------
    ColumnError
        Without a necessary column, or with two of one name.
    CrsError
        When the frame's geometry is not in EPSG:4326.
    InputError
        When distances were measured from positions that may not leave.

    Notes
    -----
    Unless `exact_positions`, positions that are not the gazetteer's are rounded to two decimals of a degree, and so are
    coordinates, shapes and codes in the columns that are not ours, and positions in any text.
    """
    import pandas as pd

    _need_columns(events)
    import geopandas as gpd

    if again := list(events.columns[events.columns.duplicated()]):
        raise ColumnError(f"expected columns of different names, found {again[0]!r} twice. Rename one of them.")
    frame = _with_geometry(events.reset_index(drop=True))
    if not exact_positions:
        frame = _coarse(frame, told)
    shapes = frame.geometry
    table = pd.DataFrame(frame.drop(columns="geometry"))
    lacking = {column.name: column.dtype for column in EVENT_COLUMNS if column.name not in table.columns}
    table = table.assign(**{name: _empty(table.index, dtype) for name, dtype in lacking.items()})
    ours = [column.name for column in EVENT_COLUMNS]
    table = clean_table(table[[*ours, *(name for name in table.columns if name not in ours)]], told, unheld=unheld)
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326")


def _need_columns(events: Events) -> None:
    if missing := [name for name in NEEDED if name not in events.columns]:
        raise ColumnError(
            f"events: expected the columns of read_events, missing {', '.join(missing)}. Read the table with it first."
        )


def hold_back_events(
    events: Events, claims: pd.DataFrame | None, embargo: Embargo | None
) -> tuple[Events, pd.DataFrame | None, int]:
    """Leave out what the embargo keeps back.

    Parameters
    ----------
    events, claims
        As `read_events` or a later stage gives them.
    embargo
        None lets everything leave.

    Returns
    -------
    DataFrame, DataFrame or None, int
        The rows and the claims that may leave, with order and index, and the number of events held back.

    Raises
    ------
    ColumnError
        Without a necessary column.
    """
    if embargo is None:
        return events, claims, 0
    _need_columns(events)
    held = embargo.holds(events)
    if not held.any():
        return events, claims, 0
    ids = events.loc[held, "event_id"].unique()
    return events[~held], None if claims is None else claims[~claims["event_id"].isin(ids)], len(ids)


def held_note(held: int) -> tuple[str, ...]:
    """Say how many events the embargo keeps back; nothing of none."""
    return (f"Held back by the embargo, and not in what was written: {held:,} events.",) if held else ()


def leaving_claims(claims: pd.DataFrame | None, told: Told, *, exact_positions: bool = False) -> pd.DataFrame | None:
    """Return the claims, every column, as they may leave and every format can hold them; None for none."""
    from impactmap.model.claims import claims_frame

    if claims is None or claims.empty:
        return None
    frame = claims_frame(claims).reset_index(drop=True)
    return clean_table(frame if exact_positions else coarse_texts(coarse_columns(frame, told), told), told)


def clean_table(table: pd.DataFrame, told: Told, *, unheld: re.Pattern[str] = UNHELD) -> pd.DataFrame:
    """Return the table with columns of text, numbers and days alone, named by text, each value one that formats hold.

    Parameters
    ----------
    table
        Without geometry.
    told
        Takes how many values of each kind were replaced.
    unheld
        Characters that U+FFFD takes the place of.

    Raises
    ------
    ColumnError
        When two columns have one name.
    """
    import numpy as np
    import pandas as pd

    columns: dict[str, pd.Series[Any]] = {}
    replaced = infinite = 0
    for position, header in enumerate(table.columns):
        name = unheld.sub("\ufffd", str(header))
        replaced += name != str(header)
        if name in columns:
            raise ColumnError(f"expected columns of different names, found {name!r} twice. Rename one of them.")
        column = table.iloc[:, position]
        if pd.api.types.is_bool_dtype(column.dtype):
            column = column.map({True: "true", False: "false"}).astype("str")
        elif pd.api.types.is_float_dtype(column.dtype):
            endless = column.notna() & ~np.isfinite(column.astype("float64"))
            infinite += int(endless.sum())
            column = column.where(~endless)
        elif pd.api.types.is_datetime64_any_dtype(column.dtype):
            if column.dt.tz is not None or (column.dropna() != column.dropna().dt.normalize()).any():
                column = column.map(lambda moment: moment.isoformat(), na_action="ignore").astype("str")
        elif not pd.api.types.is_integer_dtype(column.dtype):
            if not isinstance(column.dtype, pd.StringDtype):
                # Not by `map`, which makes Arrow text at once and fails for halves of pairs.
                texts = [str(value) if held else None for value, held in zip(column, column.notna(), strict=True)]
                column = pd.Series(texts, index=column.index, dtype="object")
            bad = _holds(column, unheld)
            if bad.any():
                replaced += int(bad.sum())
                column = column.where(~bad, column[bad].map(lambda text: unheld.sub("\ufffd", text)))
            column = column.astype("str")
        columns[name] = column
    told.count("Texts with characters that this format cannot hold: {}. \ufffd stands for each character.", replaced)
    told.count("Figures without end that were left empty: {}.", infinite)
    return pd.DataFrame(columns, index=table.index)


def _holds(column: pd.Series[Any], unheld: re.Pattern[str]) -> pd.Series[bool]:
    """Say which texts hold a character that the form cannot."""
    import pandas as pd

    if isinstance(column.dtype, pd.StringDtype):
        # Its texts are UTF-8, which has no halves of pairs, nor can it be asked for them.
        return column.str.contains(unheld.pattern.replace(_HALVES, ""), regex=True, na=False)
    return column.map(lambda text: bool(unheld.search(text)), na_action="ignore").eq(other=True)


def _with_geometry(events: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the frame with a column ``geometry`` in EPSG:4326, made from its positions where it has none."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    from impactmap.geodesy.frame_positions import has_geometry
    from impactmap.places.geometry import take_positions

    if has_geometry(events):
        frame = cast("gpd.GeoDataFrame", events)
        if frame.crs is None or not frame.crs.equals("EPSG:4326"):
            raise CrsError(f"events: expected EPSG:4326, found {frame.crs}. Use events.to_crs('EPSG:4326').")
        frame = take_positions(frame)
        return frame if frame.geometry.name == "geometry" else frame.rename_geometry("geometry")
    table = pd.DataFrame(events).drop(columns="geometry", errors="ignore")
    shapes = pd.Series(None, index=table.index, dtype="object")
    if {"latitude", "longitude"} <= set(table.columns):
        at = table["latitude"].notna() & table["longitude"].notna()
        if "place_precision" in table.columns:
            at &= ~table["place_precision"].isin(AREAS)
        shapes[at] = shapely.points(table.loc[at, "longitude"].astype(float), table.loc[at, "latitude"].astype(float))
    if "source_geometry" in table.columns:
        told = table["source_geometry"].notna() & shapes.isna()
        shapes[told] = shapely.from_wkt(table.loc[told, "source_geometry"].to_numpy(dtype=object), on_invalid="ignore")
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes.to_numpy(), index=table.index, crs="EPSG:4326"))


def _coarse(frame: gpd.GeoDataFrame, told: Told) -> gpd.GeoDataFrame:
    import numpy as np

    placed = {"latitude", "longitude", "coordinates_from"} <= set(frame.columns)
    if placed:
        scale = "place_precision" in frame.columns
        before = frame if scale else frame.assign(place_precision=_empty(frame.index, "str"))
        after = _coarsened(before, told)
        # Rounding makes points of rows whose position stands for an area; there was none before.
        after = after.set_geometry(after.geometry.where(frame.geometry.notna(), None))
        moved = (np.abs(after[["latitude", "longitude"]] - frame[["latitude", "longitude"]]) > 0).any(axis=1)
        told.count(_ROUNDED, int(moved.sum()))
        frame = after if scale else after.drop(columns="place_precision")
    frame = coarse_shapes(coarse_columns(frame, told), told)
    return coarse_texts(frame, told)


def _coarsened(frame: gpd.GeoDataFrame, told: Told) -> gpd.GeoDataFrame:
    """Round positions; distances that were measured from finer ones are measured anew."""
    from impactmap.context.borders import load_border
    from impactmap.context.distance import add_border_distance
    from impactmap.places.positions import coarsen_positions

    try:
        return coarsen_positions(frame)
    except InputError:
        measured = frame.attrs.get("border") or {}
        if measured.get("view") in {None, "file"}:
            raise
    order = list(frame.columns)
    bare = frame.drop(columns=[name for name in order if str(name).startswith("border_")])
    border = load_border(measured["countries"], view=measured["view"])
    again = add_border_distance(coarsen_positions(bare), border=border)
    told.count(_MEASURED, len(again))
    return cast("gpd.GeoDataFrame", again[order])


def coarse_texts(frame: Frame, told: Told) -> Frame:
    """Return the frame with positions in its texts made coarse, and say in how many cells of which columns."""
    cells: dict[str, int] = {}
    frame = coarse_frame(frame, cells)
    told.count(FINE_TEXTS, sum(cells.values()))
    told.name("Positions in the texts of {} were made as coarse.", cells)
    return frame


def _empty(index: pd.Index[Any], dtype: str) -> pd.Series[Any]:
    import pandas as pd

    return pd.DataFrame({"empty": pd.Series(index=index, dtype="object")}).astype({"empty": dtype})["empty"]
