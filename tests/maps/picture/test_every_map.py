"""Maps of every kind of report, drawn by every preset on the ground that ships: what is written stays on the sheet."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from impactmap.maps.picture.plot import plot_map
from impactmap.scene.presets import PRESETS

SOAK = [
    pytest.param(seed, preset, language, marks=pytest.mark.soak)
    for seed in range(1, 13)
    for preset in PRESETS
    for language in ("en", "uk", "ru")
]


@pytest.mark.parametrize(("seed", "preset", "language"), [(1, "social", "en"), (2, "story", "uk"), *SOAK])
def test_every_text_is_on_the_sheet(made_reports, seed, preset, language):
    events, claims = made_reports(seed, count=6 * seed)
    figure = plot_map(events, claims, preset=preset, language=language)
    figure.draw_without_rendering()
    sheet = figure.bbox
    written = [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]
    assert len(written) > 5
    for text in written:
        box = text.get_window_extent()
        across = (sheet.x0 <= box.x0 + 0.5, box.x1 - 0.5 <= sheet.x1)
        assert (*across, sheet.y0 <= box.y0 + 0.5, box.y1 - 0.5 <= sheet.y1) == (True,) * 4, text.get_text()
