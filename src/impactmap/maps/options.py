"""What may be said of a map of a frame without a project file, the same for page and picture."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, cast

import pandas as pd

from impactmap.model.errors import ColumnError, InputError
from impactmap.model.faults import check_keywords, which_column
from impactmap.model.project import Project, check_project
from impactmap.model.schema import COMPUTED_COLUMNS, EVENT_COLUMNS, PLACE_COLUMNS
from impactmap.model.words import Words

__all__ = ["MapOptions", "PageOptions", "PictureOptions", "Told", "page_options", "told_labels", "with_options"]

#: Columns: all of the frame's own, none, one, several, or several with what readers see them called.
Told: TypeAlias = bool | str | Sequence[str] | Mapping[str, str]


class MapOptions(TypedDict, total=False):
    """Options of a map; each goes before what the project says.

    Attributes
    ----------
    title, subtitle, language
        Of the map; the language is one that has a catalog: ``en``, ``uk``, ``ru`` and others.
    size
        The metric of the claims that sizes the marks, such as ``killed``.
    fields
        Columns of the frame's own to tell of each event: names, or a name to the label that readers see. On the page
        they are in the card and the table.
    extent
        West, south, east and north of what the map shows first, in degrees; by default the middle of the reports.
    tiles
        Of the page, over the ground that it holds: the name of a provider that xyzservices knows, a provider of its,
        or an address with ``{z}``, ``{x}`` and ``{y}``. The page then asks that server for them.
    attribution
        Whom the tiles are from, where only an address is given.
    """

    title: str | None
    subtitle: str | None
    language: str | None
    size: str | None
    fields: Sequence[str] | Mapping[str, str] | None
    extent: tuple[float, float, float, float] | None
    tiles: Any
    attribution: str | None


class PageOptions(MapOptions, total=False):
    """Options of a page's map; the names are geopandas' where it has them.

    Attributes
    ----------
    column
        Colours the marks in place of the attacking sides: numbers in classes, or at most six categories.
    cmap, scheme, k, breaks, missing
        How it becomes colours: see `ThematicOptions`; at most six classes.
    color
        Of shapes that are drawn on a map made before (``m=``), as matplotlib knows it.
    tooltip, popup
        Columns that are told where the pointer is, and in the card that a click opens: a name, several, a name to the
        label that readers see, True for all columns of your own, False for none. By default both tell ``column``.
    """

    column: str | None
    cmap: str | Sequence[str] | None
    scheme: str
    k: int
    breaks: Sequence[float] | None
    missing: str | None
    color: str | None
    tooltip: Told | None
    popup: Told | None


class PictureOptions(PageOptions, total=False):
    """Options of a picture of a map: those of a page's, so that what is said of one may be said of the other.

    Attributes
    ----------
    width, height
        In pixels, in place of a preset.
    m
        A page made before: the frame's shapes are drawn below its reports, as `build_map` does, and it stays as it is.
    tooltip, popup, tiles
        Of the page; a picture has none.
    """

    width: int
    height: int
    m: Any


def page_options(project: Project | None, events: pd.DataFrame, options: PageOptions) -> MapOptions:
    """Return the options of a map, with the fields that a page tells of each event."""
    check_keywords(options, PageOptions, "width", "height", "project", "border", "claims", "legend", "m")
    fields = options.get("fields") or {}
    named = dict(fields) if isinstance(fields, Mapping) else dict.fromkeys(fields, "")
    named |= told_labels(events, options, "popup") | told_labels(events, options, "tooltip")
    if options.get("column") not in {None, "side"} and "side" in events.columns and events["side"].notna().any():
        # The colours no longer say it.
        language = options.get("language") or (project or Project()).map.language
        named.setdefault("side", Words(language).text("viewer.side"))
    kept = {name: value for name, value in options.items() if name in MapOptions.__annotations__ and name != "fields"}
    return cast("MapOptions", kept | ({"fields": named} if named else {}))


def told_labels(frame: pd.DataFrame, options: PageOptions, option: Literal["tooltip", "popup"]) -> dict[str, str]:
    """Return the columns that an option tells, with their labels; an empty label is the column's name."""
    told, column = options.get(option), options.get("column")
    if told is None:
        named = {} if column is None else {column: ""}
    elif isinstance(told, Mapping):
        named = dict(told)
    elif isinstance(told, bool):
        known = {each.name for each in (*EVENT_COLUMNS, *PLACE_COLUMNS, *COMPUTED_COLUMNS)}
        plain = [not (kind == "geometry" or kind.startswith("datetime64")) for kind in frame.dtypes.astype(str)]
        named = dict.fromkeys([str(name) for name in frame.columns[plain] if name not in known], "") if told else {}
    else:
        named = dict.fromkeys([told] if isinstance(told, str) else told, "")
    if missing := [name for name in named if name not in frame.columns]:
        raise ColumnError(
            f"{option if told is not None else 'column'}: expected a column of the frame, found {missing[0]!r}. "
            f"{which_column(str(missing[0]), frame.columns)}"
        )
    return named


def with_options(project: Project | None, events: pd.DataFrame, options: MapOptions) -> Project:
    """Return a project with what is said beside it.

    Parameters
    ----------
    project
        The defaults without one.
    events
        Has the columns of `fields`.
    options
        See `MapOptions`.

    Raises
    ------
    TypeError
        For an option that is none, with the nearest.
    ColumnError
        For a field that is no column.
    ProjectError, InputError
        For a value that does not fit.
    """
    project = project or Project()
    check_keywords(options, MapOptions)
    said = {name: value for name, value in options.items() if value is not None}
    if not said:
        return project
    if "language" in said:
        Words(str(said["language"]))  # refuses one that there is not
    raw: dict[str, Any] = project.model_dump()
    raw["map"] |= {name: said[name] for name in ("title", "subtitle", "language") if name in said}
    if "title" in said:
        raw["map"]["headline"] = None
    if "language" in said:
        raw["map"]["languages"] = ()
    if "size" in said:
        raw["symbols"] = {**raw["symbols"], "size": said["size"]}
    if "fields" in said:
        raw["fields"] = _fields(events, options.get("fields") or ())
    if "extent" in said:
        raw["view"] = {"bounds": options.get("extent")}
    if "tiles" in said:
        url, attribution = _tiles(said["tiles"], options.get("attribution"))
        raw["publish"] |= {"tiles": url, "tiles_attribution": attribution}
    return check_project(raw, project.folder / "project.toml")


def _fields(events: pd.DataFrame, fields: Sequence[str] | Mapping[str, str]) -> list[dict[str, str]]:
    labels = dict(fields) if isinstance(fields, Mapping) else dict.fromkeys(fields, "")
    if missing := [name for name in labels if name not in events.columns]:
        raise ColumnError(
            f"fields: expected columns of the frame, found {missing[0]!r}. {which_column(missing[0], events.columns)}"
        )
    return [{"column": name, "label": label, "kind": _kind(events[name])} for name, label in labels.items()]


def _kind(column: pd.Series[Any]) -> str:
    if pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype):
        return "number"
    known = column.dropna()
    if len(known) and known.astype(str).str.match(r"https?://").all():
        return "link"
    return "category" if known.nunique() <= max(12, len(known) // 20) else "text"


def _tiles(tiles: Any, attribution: str | None) -> tuple[str, str]:
    """Return the address of the tiles and whom they are from."""
    if isinstance(tiles, str) and "{z}" in tiles:
        if not attribution:
            raise InputError("tiles: expected an attribution beside an address, found none. attribution='(C) ...'.")
        return tiles, attribution
    # Folium brings it along; it has no types.
    providers = importlib.import_module("xyzservices").providers
    try:
        provider = providers.query_name(tiles) if isinstance(tiles, str) else tiles
        return provider.build_url(), attribution or str(provider["attribution"])
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise InputError(
            f"tiles: expected a provider of xyzservices, its name, or an address with {{z}}, {{x}} and {{y}}; found "
            f"{tiles!r} ({error})."
        ) from None
