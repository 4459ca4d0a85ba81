"""The timeline as a moving picture: the map as it fills, day by day, in a WebP or GIF file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from impactmap.maps.picture.image_file import save_figure
from impactmap.model.errors import InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ANIMATED", "animate"]

#: Endings of the files that move.
ANIMATED = (".webp", ".gif")
#: Milliseconds of a frame, and of the last, on which the eye rests.
_FRAME, _LAST = 1100, 4000
#: How often it runs: what moves on and on takes the reader from the text (WCAG 2.2.2).
_RUNS = 3


def animate(figures: Sequence[Figure], kind: str, *, alt_text: str) -> bytes:
    """Return figures as the frames of a moving picture.

    Parameters
    ----------
    figures
        From `plot_frames`: all of one size.
    kind
        ``webp`` or ``gif``.
    alt_text
        Stored in the file's metadata.

    Returns
    -------
    bytes
        The same figures give the same bytes.

    Raises
    ------
    InputError
        Without figures.
    """
    from PIL import Image

    if not figures:
        raise InputError("expected reports of at least one day to move through, found none.")
    frames = []
    for figure in figures:
        drawn = io.BytesIO()
        save_figure(figure, drawn, alt_text=alt_text, format="png")
        frames.append(Image.open(drawn).convert("RGB"))
    durations = [_FRAME] * (len(frames) - 1) + [_LAST]
    file = io.BytesIO()
    if kind == "webp":
        frames[0].save(
            file, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=_RUNS, quality=80, method=4,
            allow_mixed=True,
        )  # fmt: skip
    else:
        # One palette for all frames: the colours of the sides must not change as the map fills.
        palette = frames[-1].quantize(colors=255, dither=Image.Dither.NONE)
        reduced = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
        reduced[0].save(
            file, "GIF", save_all=True, append_images=reduced[1:], duration=durations, loop=_RUNS - 1, disposal=1,
            comment=alt_text.encode()[:250],
        )  # fmt: skip
    return file.getvalue()
