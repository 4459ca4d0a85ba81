"""Values in classes, each with a colour and a name for the legend."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from impactmap.look.colour import mix
from impactmap.look.theme import Theme
from impactmap.maps.charts.sheet import Key
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from matplotlib.colors import Colormap

__all__ = ["Classes", "classify"]

_MOST_CATEGORIES: Final = 6


@dataclass(frozen=True)
class Classes:
    """Which row is of which class.

    Attributes
    ----------
    row
        Number of each row's class; -1 without a value.
    keys
        The classes, and last what has no value, where there is any.
    """

    row: npt.NDArray[np.intp]
    keys: tuple[Key, ...]

    def color(self, row: int) -> str | None:
        """Return the colour of a row; None without a value."""
        return None if self.row[row] < 0 else self.keys[self.row[row]].color


def classify(
    values: pd.Series[Any],
    *,
    theme: Theme,
    scheme: str = "quantiles",
    k: int = 5,
    breaks: Sequence[float] | None = None,
    cmap: str | Sequence[str] | None = None,
    missing: str = "No value",
) -> Classes:
    """Put values into classes.

    Parameters
    ----------
    values
        Numbers; anything else is a category each, at most six.
    theme
        Its colours are the default.
    scheme
        ``quantiles`` or ``equal_interval``; where mapclassify is installed, any of its names.
    k
        Number of classes of numbers; fewer where values repeat.
    breaks
        Upper ends of classes of your own, in place of a scheme.
    cmap
        Name of a matplotlib colour map, or colours from low to high.
    missing
        What the legend calls rows without a value.

    Raises
    ------
    InputError
        For a scheme or a colour map that is not known, or more than six categories.

    Examples
    --------
    >>> from impactmap.look.theme import LIGHT
    >>> found = classify(pd.Series([1, 2, 3, 40, None]), theme=LIGHT, k=2)
    >>> found.row.tolist(), [key.name for key in found.keys]
    ([0, 0, 1, 1, -1], ['1 to 2', '3 to 40', 'No value'])
    """
    lacking = values.isna().to_numpy(dtype=bool)
    none = (Key(missing, theme.text_muted, "open"),) if lacking.any() else ()
    if not pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_bool_dtype(values.dtype):
        texts = values[~lacking].astype(str)
        names = sorted(texts.unique())
        if len(names) > _MOST_CATEGORIES:
            found = ", ".join(map(repr, names[:_MOST_CATEGORIES]))
            raise InputError(f"expected numbers or at most {_MOST_CATEGORIES} categories, found {len(names)}: {found}.")
        colors = _colors(cmap, len(names), theme) if cmap is not None else theme.sides
        row = np.full(len(values), -1, dtype=np.intp)
        row[~lacking] = [names.index(text) for text in texts]
        return Classes(row, (*map(Key, names, colors), *none))
    numbers = values.to_numpy(dtype=float, na_value=np.nan)
    known = numbers[np.isfinite(numbers)]
    none = none or ((Key(missing, theme.text_muted, "open"),) if len(known) < len(numbers) else ())
    if not len(known):
        return Classes(np.full(len(values), -1, dtype=np.intp), none)
    ends = np.unique(np.append(_ends(known, scheme, k, breaks), known.max()))
    row = np.where(np.isfinite(numbers), np.searchsorted(ends, np.nan_to_num(numbers)), -1).astype(np.intp)
    used = [number for number in range(len(ends)) if (row == number).any()]
    row = np.where(row >= 0, np.searchsorted(used, np.maximum(row, 0)), -1).astype(np.intp)
    colors = _colors(cmap, len(used), theme)
    named = []
    for number, color in enumerate(colors):
        inside = numbers[row == number]
        low, high = _number(inside.min()), _number(inside.max())
        named.append(Key(low if low == high else f"{low} to {high}", color))
    return Classes(row, (*named, *none))


def _ends(known: npt.NDArray[Any], scheme: str, k: int, breaks: Sequence[float] | None) -> npt.NDArray[Any]:
    if breaks is not None:
        return np.sort(np.asarray(breaks, dtype=float))
    if scheme == "quantiles":
        return np.asarray(np.quantile(known, np.arange(1, k + 1) / k, method="inverted_cdf"), dtype=float)
    if scheme == "equal_interval":
        return np.linspace(known.min(), known.max(), k + 1)[1:]
    try:
        mapclassify = importlib.import_module("mapclassify")
    except ImportError:
        raise InputError(
            f"expected the scheme quantiles or equal_interval, found {scheme!r}. Others need the package mapclassify, "
            "or give the upper ends of your classes: breaks=[10, 50]."
        ) from None
    try:
        return np.asarray(mapclassify.classify(known, scheme, k=k).bins, dtype=float)
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"expected a scheme of mapclassify, found {scheme!r} ({error}).") from None


def _colors(cmap: str | Sequence[str] | None, count: int, theme: Theme) -> list[str]:
    from matplotlib.colors import to_hex

    if cmap is None:
        # From a light tint to the full colour: the least must still stand off the ground.
        shares = np.linspace(0.25, 1.0, count) if count > 1 else [1.0]
        return [mix(theme.side_4, theme.page, float(share)) for share in shares]
    chosen = _map(cmap)
    return [to_hex(chosen(at)) for at in (np.linspace(0.0, 1.0, count) if count > 1 else [0.6])]


def _map(cmap: str | Sequence[str]) -> Colormap:
    import matplotlib as mpl
    from matplotlib.colors import LinearSegmentedColormap

    try:
        if isinstance(cmap, str):
            return mpl.colormaps[cmap]
        return LinearSegmentedColormap.from_list("own", list(cmap) * (2 if len(cmap) == 1 else 1))
    except (KeyError, ValueError) as error:
        raise InputError(
            f"expected the name of a matplotlib colour map or colours, found {cmap!r} ({error})."
        ) from None


def _number(value: float) -> str:
    """Return a number as a legend has it: whole where it is, else with three figures that count."""
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"
