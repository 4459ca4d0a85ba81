"""Marks coloured by a column of the frame in place of the attacking sides."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from impactmap.look.theme import DARK, LIGHT, SHAPES, SideStyle
from impactmap.maps.charts.classes import classify
from impactmap.maps.options import PageOptions, told_labels
from impactmap.model.errors import ColumnError, CrsError, InputError
from impactmap.model.faults import check_keywords, which_column
from impactmap.model.sections.authored import AuthorsClasses
from impactmap.scene.author.layers import MOST_LAYERS, own_layer
from impactmap.telling.reports import NOT_STATED, Reports
from impactmap.telling.wording import Wording

__all__ = ["color_marks", "drawn_reports", "with_shapes"]

_OF_SHAPES = ("title", "attribution", "color")
_CLASSED = ("cmap", "scheme", "k", "breaks")


def color_marks(reports: Reports, frame: pd.DataFrame, options: PageOptions) -> Reports:
    """Return reports with what colours their marks and what is told where the pointer is.

    Parameters
    ----------
    reports
        Of the map.
    frame
        Its rows, in their order.
    options
        ``column``, ``cmap``, ``scheme``, ``k``, ``breaks``, ``missing``, ``tooltip``, ``popup``.

    Raises
    ------
    ColumnError
        For a column that is not there.
    InputError
        As `classify` does, and for more classes than there are marks that can be told apart.
    """
    column = options.get("column")
    tips = told_labels(frame, options, "tooltip")
    authored = replace(reports.authored, tips=tuple(label or name for name, label in tips.items()))
    if column not in {None, "side"}:
        if column not in frame.columns:
            raise ColumnError(
                f"column: expected a column of the frame, found {column!r}. {which_column(str(column), frame.columns)}"
            )
        labels = [named.get(str(column)) for named in (told_labels(frame, options, "popup"), tips)]
        label = next(filter(None, labels), str(column).replace("_", " "))
        chosen: Any = {name: value for name, value in options.items() if name in _CLASSED and value is not None}
        classes = _classes(reports, frame[column], label, options.get("missing"), chosen)
        authored = replace(authored, classes=classes)
    return replace(reports, authored=authored)


def drawn_reports(reports: Reports) -> Reports:
    """Return the reports with the classes that colour their marks in the place of the sides."""
    classes = reports.authored.classes
    if classes is None:
        return reports
    told = reports.events.events | {"side_basis": pa.nulls(len(reports.events), pa.large_string())}
    return replace(reports, sides=list(classes.styles), side=classes.code, events=replace(reports.events, events=told))


def with_shapes(reports: Reports, frame: Any, options: PageOptions, *, exact: bool) -> Reports:
    """Return reports with a frame's shapes below them, as a layer of the author's own.

    Parameters
    ----------
    reports
        Of the map.
    frame
        A GeoDataFrame with a coordinate reference system.
    options
        ``title`` and ``attribution``, which the legend says, and ``color``.
    exact
        Whether positions stay as fine as they are.

    Raises
    ------
    CrsError, InputError
        As `own_layer` does; for options that shapes do not have, and without title or attribution.
    """
    check_keywords(options, PageOptions, "width", "height", "m")
    if unused := [name for name, value in options.items() if name not in _OF_SHAPES and value is not None]:
        raise InputError(f"expected {', '.join(_OF_SHAPES)} beside m=, found {unused[0]!r}. Say it where m is made.")
    title, source = options.get("title"), options.get("attribution")
    if not title or not source:
        raise InputError("expected title= and attribution= beside m=: the legend says what the shapes are, and whose.")
    from matplotlib.colors import to_hex

    color = options.get("color")
    try:
        layer = own_layer(frame, title, source, exact=exact, color=None if color is None else to_hex(color))
    except ValueError as error:
        if isinstance(error, InputError | CrsError):
            raise
        raise InputError(f"color: expected a colour that matplotlib knows, found {color!r}.") from None
    layers = (*reports.authored.layers, layer)
    if len(layers) > MOST_LAYERS:
        raise InputError(f"expected at most {MOST_LAYERS} layers of shapes, found {len(layers)}.")
    return replace(reports, authored=replace(reports.authored, layers=layers))


def _classes(
    reports: Reports, values: pd.Series[Any], label: str, missing: str | None, options: dict[str, Any]
) -> AuthorsClasses:
    """Return a column's classes; an event whose rows are of several is of one of its own: no place's is another's."""
    words: Wording = reports.events.say
    classes = classify(values, theme=LIGHT, **options)
    keys = [key for key in classes.keys if key.kind != "open"]
    first, last = np.full(len(reports.events), len(keys)), np.full(len(reports.events), -2)
    np.minimum.at(first, reports.row_event, classes.row)
    np.maximum.at(last, reports.row_event, classes.row)
    code = np.where(first == last, np.where(first < 0, NOT_STATED, first), len(keys)).astype(np.uint8)
    numbers = pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)
    shapes = SHAPES[:1] * len(keys) if numbers else SHAPES
    dark = [key.color for key in keys] if numbers or options.get("cmap") is not None else DARK.sides
    styles = [
        SideStyle(key.name, key.name, key.color, other, shape)
        for key, other, shape in zip(keys, dark, shapes, strict=False)
    ]
    if (code == len(keys)).any():
        several = words.text("part.cell.several")
        styles.append(SideStyle(several, several, LIGHT.text_muted, DARK.text_muted, "disc"))
    if max(len(styles), len(keys)) > len(SHAPES):
        raise InputError(f"expected at most {len(SHAPES)} classes on a map, found {len(keys)}. Take fewer: k=5.")
    # A message's braces are places for values.
    plain = re.sub(r"[{}]", "", label)
    none = missing or words.text("part.cell.missing")
    messages = {
        "sides": plain,
        "side": plain,
        "side_line": f"{plain}: {{side}}",
        "side_none": none,
        "side_unstated": none,
    }
    return AuthorsClasses(tuple(styles), code, messages)
