"""Names of regions, large settlements and disputed lines in a language of the page, from a file for each."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["line_names", "names_in", "region_names"]


@functools.cache
def names_in(language: str) -> Mapping[str, str]:
    """Return names by ``iso:UA-63``, ``geonames:706483`` or ``line:`` and a line's English name.

    Parameters
    ----------
    language
        Its code; one without a file has no names, and English ones stand in for them.

    Examples
    --------
    >>> names_in("pl")["iso:UA-63"], names_in("en")
    ('obwód charkowski', {})
    """
    file = resources.files("impactmap.reference") / "names" / f"{language}.csv"
    if not file.is_file():
        return {}
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["name"] for row in rows}


def region_names(layer: pd.DataFrame, language: str) -> pd.Series[str]:
    """Return what regions are called, in English where a language has no name.

    Parameters
    ----------
    layer
        The layer ``regions``, or some of its rows.
    language
        Its column is taken where the layer has one.

    Returns
    -------
    Series
        On the layer's index.
    """
    if f"name_{language}" in layer.columns:
        return layer[f"name_{language}"]
    return ("iso:" + layer["code"]).map(names_in(language)).astype("str").fillna(layer["name_en"])


def line_names(layer: pd.DataFrame, language: str) -> pd.Series[str]:
    """Return what the disputed lines of the layer ``borders`` are called; others have no name."""
    if f"name_{language}" in layer.columns:
        return layer[f"name_{language}"]
    return ("line:" + layer["name"]).map(names_in(language)).astype("str").fillna(layer["name"])
