"""The Figure that `plot_map` returns."""

from __future__ import annotations

import io

from matplotlib.figure import Figure

__all__ = ["MapFigure"]


class MapFigure(Figure):
    """A matplotlib Figure that shows itself in a notebook, whether or not pyplot was imported."""

    def _repr_png_(self) -> bytes:
        buffer = io.BytesIO()
        self.savefig(buffer, format="png")
        return buffer.getvalue()
