"""Marks coloured by a column of the frame in place of the attacking sides."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from impactmap.look.theme import DARK, LIGHT, SHAPES, SideStyle
from impactmap.maps.charts.classes import classify
from impactmap.model.errors import InputError
from impactmap.telling.reports import NOT_STATED, Reports
from impactmap.telling.wording import Wording

__all__ = ["Coloured", "color_by"]

_COLUMN_WORDS: Final = ("sides", "side")


@dataclass(frozen=True)
class Coloured:
    """What colours a map's marks.

    Attributes
    ----------
    reports
        The reports with classes in the place of the attacking sides.
    messages
        The viewer's words for them.
    """

    reports: Reports
    messages: dict[str, str]


def color_by(reports: Reports, values: pd.Series[Any], label: str, *, missing: str | None, **options: Any) -> Coloured:
    """Put a column's classes in the place of the sides.

    Parameters
    ----------
    reports
        Of the map.
    values
        One a row of the frame, in its order.
    label
        What the column is called.
    missing
        What the legend calls events without a value.
    **options
        ``scheme``, ``k``, ``breaks``, ``cmap`` as for `classify`.

    Returns
    -------
    Coloured
        An event whose rows are of several classes is of a class of its own: no value of one place is another's.

    Raises
    ------
    InputError
        As `classify` does.
    """
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
    texts = replace(
        reports.events,
        events={**reports.events.events, "side_basis": pa.nulls(len(reports.events), pa.large_string())},
    )
    return Coloured(
        replace(reports, sides=styles, side=code, events=texts),
        {**dict.fromkeys(_COLUMN_WORDS, plain), "side_line": f"{plain}: {{side}}", "side_none": none,
         "side_unstated": none},
    )  # fmt: skip
