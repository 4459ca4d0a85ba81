"""The house style: what readers would not see well is refused with why, files are harmless, projects share it."""

from __future__ import annotations

import io
import os

import pandas as pd
import pytest
from PIL import Image

from impactmap.look.house import house_logo, house_style, house_themes
from impactmap.look.theme import DARK, LIGHT
from impactmap.look.typography import text_width, use_fonts
from impactmap.maps.page.event_map import build_map
from impactmap.maps.picture.plot import plot_map
from impactmap.model.errors import ProjectError
from impactmap.model.project import check_project, load_project

EVENTS = pd.DataFrame({"event_id": ["e1"], "place": ["A"], "side": ["x"], "latitude": [-32.0], "longitude": [-69.0]})


def project(folder, **style):
    return check_project({"style": style}, folder / "project.toml")


def picture(folder, name="logo.png", size=(300, 120), **options):
    path = folder / name
    Image.new("RGBA" if name.endswith("png") else "RGB", size, (10, 40, 90)).save(path, **options)
    return name


def test_without_a_style_the_theme_is_the_maps_own(tmp_path):
    assert house_themes(project(tmp_path)) == (LIGHT, DARK)
    assert house_style(project(tmp_path)) == ""
    assert house_logo(project(tmp_path)) == b""


def test_colours_take_the_place_of_the_themes(tmp_path):
    light, dark = house_themes(project(tmp_path, colors={"land": "#f3eee2", "text_muted": "#44413c"}))
    assert (light.land, light.text_muted, light.water) == ("#f3eee2", "#44413c", LIGHT.water)
    assert dark == DARK


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ({"colors": {"lamd": "#ffffff"}}, r"style\.colors\.lamd: unknown colour. Did you mean 'land'"),
        ({"colors": {"side_1": "#ffffff"}}, r"style\.colors\.side_1: unknown colour"),
        ({"colors": {"land": "#404040"}}, r"style\.colors: \d+ faults:\n  light: side 1 .* on land has a contrast of"),
        (
            {"colors": {"text": "#cccccc"}},
            r"light: text \(#cccccc\) on page has a contrast of 1.61:1, expected",
        ),
        ({"accent": "#ffee00"}, r"style\.accent: expected a contrast of 3:1 to the page .* found 1\.2:1"),
        ({"logo": "none.png"}, r"style\.logo: expected a picture, found no file at 'none.png'"),
    ],
)
def test_what_readers_would_not_see_is_refused(tmp_path, style, told):
    with pytest.raises(ProjectError, match=told):
        build_map(EVENTS, project=project(tmp_path, **style)).to_page()


@pytest.mark.parametrize(
    ("style", "told"),
    [
        ({"font": ["x;} body{display:none"]}, "pattern"),
        ({"font": ['A"B']}, "pattern"),
        ({"radius": 99}, "less than or equal to 16"),
        ({"accent": "red"}, "pattern"),
        ({"colors": {"land": "url(//x)"}}, "pattern"),
        ({"acent": "#000000"}, "Did you mean 'accent'"),
    ],
)
def test_nothing_but_names_and_colours_reaches_the_style_sheet(tmp_path, style, told):
    with pytest.raises(ProjectError, match=told):
        project(tmp_path, **style)


@pytest.mark.parametrize("name", ["logo.png", "logo.jpg", "logo.webp"])
def test_a_logo_travels_as_a_small_png(tmp_path, name):
    made = Image.open(io.BytesIO(house_logo(project(tmp_path, logo=picture(tmp_path, name)))))
    assert (made.format, made.size) == ("PNG", (160, 64))


def test_what_hides_in_a_logo_stays_behind(tmp_path):
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "the photographer's home address")
    name = picture(tmp_path, pnginfo=told)
    assert b"home address" in (tmp_path / name).read_bytes()
    assert b"home address" not in house_logo(project(tmp_path, logo=name))


@pytest.mark.parametrize("content", [b"<svg><script/></svg>", b"", b"GIF89a"])
def test_what_is_no_raster_picture_is_no_logo(tmp_path, content):
    (tmp_path / "logo.svg").write_bytes(content)
    with pytest.raises(ProjectError, match=r"expected a PNG, JPEG or WebP picture, .* export it as PNG"):
        house_logo(project(tmp_path, logo="logo.svg"))


def test_projects_share_a_style_and_their_own_keys_win(tmp_path):
    (tmp_path / "house").mkdir()
    picture(tmp_path / "house")
    (tmp_path / "house" / "house.toml").write_text(
        'font = ["Georgia"]\naccent = "#b3261e"\nlogo = "logo.png"\n[colors]\nland = "#f3eee2"\nwater = "#d7e3ea"\n'
    )
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "project.toml").write_text(
        '[style]\nfile = "../house/house.toml"\naccent = "#1f5fbf"\n[style.colors]\nwater = "#dce4e8"\n'
    )
    style = load_project(tmp_path / "map" / "project.toml").style
    assert (style.font, style.accent) == (("Georgia",), "#1f5fbf")
    assert style.colors == {"land": "#f3eee2", "water": "#dce4e8"}
    loaded = load_project(tmp_path / "map" / "project.toml")
    assert house_logo(loaded)
    assert check_project(loaded.model_dump(), tmp_path / "map" / "project.toml") == loaded


def test_a_shared_style_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ProjectError, match=r"style\.file: expected a TOML file, found none that can be read at '../no"):
        project(tmp_path, file="../no.toml")
    (tmp_path / "x.toml").write_text("font = Georgia")
    with pytest.raises(ProjectError, match="not valid TOML"):
        project(tmp_path, file="x.toml")


@pytest.mark.parametrize(
    ("shared", "own", "fault"),
    [
        ("style = 5", {}, r"expected \[style\] with its keys under it, found 5"),
        ("colors = 5", {}, r"style\.colors: expected a valid dictionary"),
        ("radius = 2", {"colors": 3}, r"style\.colors: expected a valid dictionary"),
        ('colors = "red"', {"colors": {"land": "#f3eee2"}}, r"style\.colors"),
        ("a = " + "[" * 50_000, {}, "not valid TOML"),
        ("#" * 200_000, {}, "more than 100,000 bytes"),
    ],
)
def test_a_shared_style_of_another_form_is_named(tmp_path, shared, own, fault):
    (tmp_path / "house.toml").write_text(shared, encoding="utf-8")
    with pytest.raises(ProjectError, match=fault):
        project(tmp_path, file="house.toml", **own)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes with a name in a folder")
def test_a_pipe_is_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(ProjectError, match=r"found no file at 'pipe\.png'"):
        house_logo(project(tmp_path, logo="pipe.png"))
    with pytest.raises(ProjectError, match=r"found none that can be read at 'pipe\.png'"):
        project(tmp_path, file="pipe.png")


@pytest.mark.parametrize("name", ["a\0b.png", "/dev/zero", "."])
def test_what_is_no_file_is_no_logo(tmp_path, name):
    with pytest.raises(ProjectError, match="found no file at"):
        house_logo(project(tmp_path, logo=name))
    with pytest.raises(ProjectError, match="found none that can be read at"):
        project(tmp_path, file=name)


def test_pictures_are_drawn_in_the_houses_font(tmp_path):
    plain, ours = (
        plot_map(EVENTS, project=project(tmp_path, **style))
        for style in ({}, {"font": ["DejaVu Serif"], "accent": "#b3261e"})
    )
    families = [
        {text.get_fontfamily()[0] for ax in figure.axes for text in ax.texts if text.get_text()}
        for figure in (plain, ours)
    ]
    assert families == [{"DejaVu Sans"}, {"DejaVu Serif"}]
    sans = text_width("Headline", 20)
    with use_fonts(["DejaVu Serif"]):
        assert text_width("Headline", 20) != sans
    assert text_width("Headline", 20) == sans


def test_a_font_that_is_not_there_is_refused_unless_another_is_named(tmp_path):
    with pytest.raises(ProjectError, match=r"style\.font: expected a font that this computer has.*'No Such Face'"):
        plot_map(EVENTS, project=project(tmp_path, font=["No Such Face"]))
    plot_map(EVENTS, project=project(tmp_path, font=["No Such Face"], font_pictures=["DejaVu Sans"]))


#: Tries to end its attribute.
ALT = '"><b onload=hit()>'


def test_the_page_holds_font_accent_corners_and_logo(tmp_path):
    style = {
        "font": ["Georgia"],
        "accent": "#b3261e",
        "radius": 0,
        "logo": picture(tmp_path),
        "logo_alt": ALT,
    }
    page = build_map(EVENTS, project=project(tmp_path, **style)).to_page()
    assert 'font-family:"Georgia",system-ui' in page
    assert "--im-accent:#b3261e" in page
    assert "border-radius:0px" in page
    assert 'alt="&quot;&gt;<b onload=hit()&gt;"' in page
