"""Presets, and pictures of any size: on a screen in pixels, on paper in millimetres."""

from __future__ import annotations

import pytest

from impactmap.model.errors import InputError
from impactmap.scene.presets import PRESETS, choose_preset


@pytest.mark.parametrize(
    ("size", "pixels", "layout"),
    [
        ("1600x900", (1600, 900), "beside"),
        ("800 x 600", (800, 600), "below"),
        ("640×480", (640, 480), "below"),
        ("500x1000", (500, 1000), "below"),
        ("120x80mm", (1417, 945), "beside"),
        ("210x297mm", (2480, 3508), "below"),
        ("85,5x60mm", (1010, 709), "beside"),
    ],
)
def test_a_size_of_ones_own_takes_the_layout_of_the_nearest_shape(size, pixels, layout):
    preset = choose_preset(size, aspect=1.0)
    assert (preset.width, preset.height, preset.layout) == (*pixels, layout)
    assert preset.small > 0


@pytest.mark.parametrize("size", ["85x60mm", "120x80mm", "60x60mm", "210x297mm"])
def test_type_on_paper_is_never_smaller_than_six_points(size):
    preset = choose_preset(size, aspect=1.0)
    assert preset.small / 300 * 72 >= 6.0 - 1e-9


@pytest.mark.parametrize(
    ("size", "told"), [("100x100", "at least 240 pixels"), ("10x10mm", "20 mm in print"), ("9999x9999", "in all")]
)
def test_a_size_that_cannot_be_drawn_is_refused(size, told):
    with pytest.raises(InputError, match=told):
        choose_preset(size, aspect=1.0)


@pytest.mark.parametrize("name", ["poster", "800", "800x", "axb", "800x600cm"])
def test_what_is_no_preset_and_no_size_is_refused_with_both(name):
    with pytest.raises(InputError, match=r"expected a preset out of web, .* or a size such as 800x600 or 120x80mm"):
        choose_preset(name, aspect=1.0)


def test_small_and_wide_pictures_have_presets():
    assert (PRESETS["thumb"].width, PRESETS["thumb"].height) == (400, 400)
    assert (PRESETS["wide"].width, PRESETS["wide"].height) == (1920, 1080)
