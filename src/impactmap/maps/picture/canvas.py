"""Drawing in pixels: a thin layer over a matplotlib Axes, y downwards, where no text is ever parsed as markup."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, Unpack

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from impactmap.look.shapes import shape_path
from impactmap.look.theme import Shape
from impactmap.look.typography import LINE_HEIGHT, font_properties, text_width
from impactmap.scene.label_placement import Box

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

__all__ = ["Canvas", "geometry_path"]

#: Baseline below the top of a line, in type sizes.
_BASELINE = 0.98
#: What lies on a map from a depth on, each up to its limit.
_BANDS = (
    (1.75, "ground"), (2.0, "layer"), (2.5, "area"), (3.0, "distance"), (5.5, "leader"), (7.0, "mark"),
    (7.5, "scale-bar"), (9.0, "callout"), (math.inf, "label"),
)  # fmt: skip


class Lettering(TypedDict, total=False):
    """How a line of type looks: regular, from the left and without a halo, unless it is said."""

    bold: bool
    italic: bool
    align: Literal["left", "center", "right"]
    halo: str | None
    zorder: float
    role: str


class Stroke(TypedDict, total=False):
    """How a path looks beside its colours: dashes in pixels, opacity, round ends; its own transform; its name."""

    dash: Sequence[float] | None
    alpha: float | None
    round_: bool
    transform: Transform | None
    role: str


class MarkLook(TypedDict):
    """How a mark looks; the halo lies under its outline."""

    face: str | None
    edge: str
    width: float
    halo: NotRequired[str | None]
    halo_width: NotRequired[float]
    zorder: NotRequired[float]


class Canvas:
    """An Axes seen as a sheet of pixels.

    Parameters
    ----------
    ax
        The Axes; what is drawn keeps its place in it when it is resized.
    width, height
        Of the sheet, in pixels.
    dpi
        Pixels an inch: type and lines are set in points by matplotlib.
    turned
        Whether left and right change places, as on a sheet in a language that runs from right to left.
    """

    def __init__(self, ax: Axes, width: float, height: float, dpi: float, *, turned: bool = False) -> None:
        from matplotlib.transforms import Affine2D

        self.ax = ax
        self.width = width
        self.height = height
        self.points = 72.0 / dpi
        self.turned = turned
        #: Where outlines of marks are noted with their depth, face, edge and width, and not drawn.
        self.transform: Transform = Affine2D().scale(1 / width, -1 / height).translate(0, 1) + ax.transAxes
        self._turn: Transform = (Affine2D().scale(-1, 1).translate(width, 0) if turned else Affine2D()) + self.transform

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        color: str,
        **look: Unpack[Lettering],
    ) -> Box:
        """Set one line of type; `y` is its top. Return the box it takes."""
        from matplotlib.text import Text

        bold, italic = look.get("bold", False), look.get("italic", False)
        align, halo = look.get("align", "left"), look.get("halo")
        zorder, role = look.get("zorder", 10.0), look.get("role", "text")
        width = text_width(text, size, bold=bold, italic=italic)
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * width
        box = Box(left, y, left + width, y + LINE_HEIGHT * size)
        if not text:
            return box
        font = font_properties(bold=bold, italic=italic).copy()
        font.set_size(size * self.points)
        baseline = y + _BASELINE * size
        left = self.width - left - width if self.turned else left
        if halo:
            style: Any = {"bold": bold, "italic": italic, "zorder": zorder - 0.1, "role": f"_{role} halo"}
            self._halo(box.left, baseline, text, size, halo, **style)
        artist = Text(
            left, baseline, text, color=color, fontproperties=font, ha="left", va="baseline", parse_math=False,
            usetex=False, transform=self.transform, zorder=zorder, clip_on=False, wrap=False,
        )  # fmt: skip
        artist.set_label(role)
        self._name(artist, role)
        self.ax.add_artist(artist)
        artist.set_clip_on(False)
        return box

    def _halo(
        self, x: float, y: float, text: str, size: float, color: str, *, bold: bool, italic: bool, **placed: Any
    ) -> None:
        """Draw the outline behind a line of type; a path effect would make paths of the type itself in SVG and PDF."""
        from matplotlib.path import Path
        from matplotlib.textpath import text_to_path

        vertices, codes = text_to_path.get_text_path(font_properties(bold=bold, italic=italic), text, ismath=False)
        if not len(vertices):
            return
        # The outlines come at 72 dots an inch in points: the font's size is 100.
        scaled = np.asarray(vertices) * [size / 100, -size / 100] + [x, y]
        self.path(Path(scaled, codes), edge=color, width=0.34 * size, round_=True, **placed)

    def path(
        self,
        path: Path,
        *,
        face: str | None = None,
        edge: str | None = None,
        width: float = 1.0,
        zorder: float = 1.0,
        **look: Unpack[Stroke],
    ) -> None:
        """Draw a path; widths and dashes in pixels."""
        from matplotlib.patches import PathPatch

        dash, role = look.get("dash"), look.get("role", "_path")
        style: Any = "-"
        if dash:
            style = (0, [part / width for part in dash])
        patch = PathPatch(
            path, facecolor=face or "none", edgecolor=edge or "none", linewidth=width * self.points if edge else 0.0,
            linestyle=style, alpha=look.get("alpha"), zorder=zorder, transform=look.get("transform") or self._turn,
            capstyle="round" if look.get("round_") and not dash else "butt", joinstyle="round",
        )  # fmt: skip
        patch.set_label(role)
        band = next(name for limit, name in _BANDS if zorder < limit)
        self._name(patch, role if not role.startswith("_") else f"{band} part" if role == "_path" else role[1:])
        self.ax.add_artist(patch)

    def _name(self, artist: Artist, role: str) -> None:
        """Give an artist a name by its role: graphics editors list the parts of an SVG by these names."""
        counts = self.ax.get_figure(root=True).__dict__.setdefault("_parts", {})
        counts[role] = counts.get(role, 0) + 1
        artist.set_gid(f"{role.replace(' ', '-')}-{counts[role]}")

    def polyline(self, points: Sequence[tuple[float, float]], color: str, width: float, **options: Any) -> None:
        """Draw straight lines from point to point."""
        from matplotlib.path import Path

        self.path(Path(points), edge=color, width=width, **options)

    def box(self, box: Box, *, face: str | None = None, edge: str | None = None, **options: Any) -> None:
        """Draw a rectangle."""
        from matplotlib.path import Path

        corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
        self.path(Path([*corners, corners[0]], closed=True), face=face, edge=edge, **options)

    def mark(
        self,
        x: float,
        y: float,
        shape: Shape,
        area: float,
        **look: Unpack[MarkLook],
    ) -> None:
        """Draw a mark of `area` square pixels (to the middle of its outline) about a position."""
        from matplotlib.path import Path

        edge, width, zorder = look["edge"], look["width"], look.get("zorder", 6.0)
        outline = shape_path(shape)
        side = area**0.5
        path = Path(np.asarray(outline.vertices) * [side, -side] + [x, y], outline.codes)
        if halo := look.get("halo"):
            self.path(path, edge=halo, width=width + 2 * look.get("halo_width", 0.0), zorder=zorder)
        self.path(path, face=look["face"], edge=edge, width=width, zorder=zorder + 0.01, role="mark")


def geometry_path(geometry: BaseGeometry) -> Path | None:
    """Return polygons and lines as one matplotlib path; None if there is nothing in it."""
    from matplotlib.path import Path

    vertices, codes = [], []
    for part in shapely.get_parts(shapely.get_parts(geometry)).tolist():
        if shapely.get_dimensions(part) < 1 or shapely.is_empty(part):
            continue
        polygon = shapely.get_type_id(part) == shapely.GeometryType.POLYGON
        for line in shapely.get_rings(part).tolist() if polygon else [part]:
            points = shapely.get_coordinates(line)
            steps = np.full(len(points), Path.LINETO, dtype=np.uint8)
            steps[0] = Path.MOVETO
            if polygon:
                steps[-1] = Path.CLOSEPOLY
            vertices.append(points)
            codes.append(steps)
    return Path(np.concatenate(vertices), np.concatenate(codes)) if vertices else None
