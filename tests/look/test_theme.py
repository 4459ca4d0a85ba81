"""The theme: colours that every reader can tell apart, shapes that carry what colour cannot."""

from __future__ import annotations

import dataclasses
import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impactmap.look.colour import (
    _ciede2000,
    colour_difference,
    contrast_ratio,
    lightness,
    mix,
    simulate_colour_blindness,
)
from impactmap.look.shapes import shape_outline, shape_path
from impactmap.look.theme import DARK, LIGHT, NOT_STATED_SHAPE, SHAPES, check_theme, css_variables, side_styles
from impactmap.model.errors import InputError
from impactmap.model.sections.map import Side

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    # 0x77 is 0.1845 in linear light: 1.05 / 0.2345. 0x76 is the darkest grey but one that type on white may have.
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.478),
        ("#767676", "#ffffff", 4.542),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_ratio_of_known_pairs(first, second, ratio):
    assert contrast_ratio(first, second) == pytest.approx(ratio, abs=0.001)
    assert contrast_ratio(second, first) == contrast_ratio(first, second)


@pytest.mark.parametrize("color", ["red", "#fff", "#12345g", "", "#1234567", "#123456;}"])
def test_a_colour_must_be_six_digits(color):
    with pytest.raises(InputError, match="expected a colour as #rrggbb"):
        contrast_ratio(color, "#000000")


@pytest.mark.parametrize(
    ("kind", "seen"),
    # The first column of the published matrix, out of linear light; below nothing is nothing.
    [("protanopia", "#6d5f00"), ("deuteranopia", "#a39000"), ("tritanopia", "#ff000f"), ("greyscale", "#7f7f7f")],
)
def test_pure_red_as_others_see_it(kind, seen):
    assert simulate_colour_blindness("#ff0000", kind) == seen


@given(COLOURS, st.sampled_from(["protanopia", "deuteranopia", "tritanopia", "greyscale"]))
def test_severity_nought_changes_nothing(color, kind):
    assert simulate_colour_blindness(color, kind, 0) == color


def test_unknown_kind_and_severity_are_refused():
    with pytest.raises(InputError, match="found 'protanomaly'"):
        simulate_colour_blindness("#000000", "protanomaly")
    with pytest.raises(InputError, match="a severity from 0 to 1"):
        simulate_colour_blindness("#000000", "protanopia", 1.5)


@pytest.mark.parametrize(
    ("one", "two", "difference"),
    # From the supplementary test data of Sharma, Wu and Dalal (2005).
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.0, 2.0), (50.0, 0.0, 0.0), 2.3669),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0011), 7.2195),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (50.0, 3.2592, 0.335), 1.0),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.135), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_colour_difference_against_the_published_data(one, two, difference):
    assert _ciede2000(one, two) == pytest.approx(difference, abs=1e-4)
    assert _ciede2000(two, one) == pytest.approx(difference, abs=1e-4)


@given(COLOURS, COLOURS)
def test_colour_difference_is_symmetric_and_nought_for_the_same(one, two):
    assert colour_difference(one, two) == pytest.approx(colour_difference(two, one))
    assert colour_difference(one, one) == 0


def test_lightness_and_mix():
    assert lightness("#000000") == pytest.approx(0, abs=1e-9)
    assert lightness("#ffffff") == pytest.approx(100, abs=0.01)
    assert mix("#ffffff", "#000000", 0.5) == "#808080"


@THEMES
def test_the_themes_have_no_fault(theme):
    assert check_theme(theme) == []


@THEMES
@pytest.mark.parametrize("kind", ["deuteranopia", "protanopia", "tritanopia"])
def test_the_first_two_sides_are_plainly_different_for_everyone(theme, kind):
    one, two = (simulate_colour_blindness(color, kind) for color in theme.sides[:2])
    assert colour_difference(one, two) > 25


@THEMES
def test_no_side_is_darker_or_stronger(theme):
    light = [lightness(color) for color in theme.sides]
    assert max(light) - min(light) < 1
    contrast = [contrast_ratio(color, theme.land) for color in theme.sides[:2]]
    assert max(contrast) / min(contrast) < 1.02


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"side_1": "#cfd8d2"}, r"side 1 \(#cfd8d2\) on land has a contrast of"),
        ({"text_muted": "#a0a0a0"}, "text_muted .* on page has a contrast of .*4.5:1"),
        (
            {"side_2": "#a25a5a", "side_1": "#0a7959"},
            r"side 1 .* and side 2 .* differ by .* under deuteranopia, expected at least 20",
        ),
        ({"side_2": "#4a1060"}, "not equally light"),
    ],
)
def test_check_theme_finds_what_is_wrong(change, fault):
    faults = check_theme(dataclasses.replace(LIGHT, **change))
    assert any(re.search(fault, text) for text in faults), faults


def test_check_theme_looks_at_the_projects_own_colours():
    styles = side_styles([Side(key="A", name="A", color="#ffff00"), Side(key="B", name="B")])
    assert any("side 1 (#ffff00) on page" in text for text in check_theme(LIGHT, styles))
    assert not check_theme(LIGHT, side_styles(None, ["A", "B"]))


def test_sides_keep_the_projects_order_colours_and_names():
    sides = [Side(key="b", name="Second", color="#112233"), Side(key="a", name="First")]
    styles = side_styles(sides, ["a", "b", "c", None])
    assert [(s.key, s.name, s.shape) for s in styles] == [
        ("b", "Second", "disc"),
        ("a", "First", "diamond"),
        ("c", "c", "triangle"),
        (None, "", NOT_STATED_SHAPE),
    ]
    assert (styles[0].color, styles[0].color_dark) == ("#112233", "#112233")
    assert (styles[1].color, styles[1].color_dark) == (LIGHT.side_2, DARK.side_2)


def test_the_order_of_the_reports_does_not_matter():
    values = ["x", "y", None, "x"]
    assert side_styles(None, values) == side_styles(None, reversed(values))


@pytest.mark.parametrize("missing", [None, pd.NA, float("nan")])
def test_a_missing_side_has_a_style_of_its_own(missing):
    assert side_styles(None, ["x", missing])[-1].key is None
    assert [style.key for style in side_styles(None, ["x"])] == ["x"]


def test_more_than_six_sides_are_refused():
    with pytest.raises(InputError, match="at most 6 attacking sides, found 7: 'a', 'b'"):
        side_styles(None, list("abcdefg"))


def test_css_names_every_token_in_both_schemes():
    css = css_variables()
    light, dark = css.split("@media screen and (prefers-color-scheme:dark)")
    for theme, block in ((LIGHT, light), (DARK, dark)):
        found = dict(re.findall(r"--im-([a-z0-9-]+):(#[0-9a-f]{6});", block))
        assert found == theme.colours()
    assert {"page", "text-muted", "border-reference", "side-1", "side-6", "side-none", "claimed-fill"} <= set(
        LIGHT.colours()
    )


def test_project_colours_take_the_themes_place():
    css = css_variables(sides=side_styles([Side(key="a", name="A", color="#010203", color_dark="#fdfeff")]))
    assert css.count("--im-side-1:#010203;") == 1
    assert css.count("--im-side-1:#fdfeff;") == 1
    assert f"--im-side-2:{LIGHT.side_2};" in css


def test_css_refuses_what_is_no_colour():
    broken = dataclasses.replace(LIGHT, page="red;}</style>")
    with pytest.raises(InputError, match="expected a colour as #rrggbb for page"):
        css_variables(broken)


@pytest.mark.parametrize("shape", [*SHAPES, NOT_STATED_SHAPE])
def test_shapes_weigh_the_same_and_stand_on_their_middle(shape):
    x, y = shape_outline(shape).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    assert cross.sum() / 2 == pytest.approx(1)
    assert ((x + np.roll(x, -1)) * cross).sum() / 6 == pytest.approx(0, abs=1e-12)
    assert ((y + np.roll(y, -1)) * cross).sum() / 6 == pytest.approx(0, abs=1e-12)
    (polygon,) = shape_path(shape).to_polygons()
    a, b = polygon.T
    assert abs((a[:-1] * b[1:] - a[1:] * b[:-1]).sum() / 2) == pytest.approx(1, abs=0.002)


def test_every_shape_differs_from_every_other():
    def points(shape):
        return {tuple(row) for row in shape_outline(shape).round(3).tolist()}

    for one, two in itertools.combinations([*SHAPES, NOT_STATED_SHAPE], 2):
        assert points(one) != points(two)


@pytest.mark.parametrize(
    ("name", "slanted"),
    [("Bay of Bengal", True), ("Азовське море", True), ("الخط بين السودان وجنوب السودان", False), ("Κρήτη", True)],
)
def test_a_name_is_slanted_only_where_the_slanted_font_has_its_letters(name, slanted):
    from impactmap.maps.picture.panel.label_text import label_text

    text = label_text(name, "", 10, 400, italic=True)
    assert text.italic is slanted
    assert text.width > 10
