"""The author's callouts on pictures: their words on the map, or their numbers there and the words in the legend."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

import impactmap as im
from impactmap.maps.picture.image_file import save_figure
from impactmap.maps.picture.plot import plot_map
from impactmap.model.project import Project

SHEET = pd.DataFrame(
    {
        "event_id": ["a1", "a2", "a3"],
        "date": ["2025-03-02", "2025-03-03", "2025-03-05"],
        "place": ["Mendoza", "Santiago", "San Juan"],
        "country": ["Argentina", "Chile", "Argentina"],
    }
)


SVG = "{http://www.w3.org/2000/svg}"
MANY = [
    {"text": f"Word {n} and many more words of the same kind, over and over", "place": "Santiago"} for n in range(9)
]


@pytest.fixture(scope="module")
def located():
    return im.geocode_events(im.read_events(SHEET).events)


def texts(figure, role):
    found = [text for ax in figure.axes for text in ax.texts + ax.artists if getattr(text, "get_text", None)]
    return [text.get_text() for text in found if text.get_label() == role]


def draw(located, notes, **options):
    return plot_map(located, project=Project.model_validate({"notes": notes}), **options)


@pytest.mark.parametrize("preset", ["web", "square", "print"])
def test_a_callout_stands_on_the_map_in_its_own_words(preset, located):
    figure = draw(located, [{"text": "Where it began", "place": "Santiago"}], preset=preset)
    assert " ".join(texts(figure, "callout")) == "Where it began"


def test_what_finds_no_room_is_numbered_and_told_in_the_legend(located):
    figure = draw(located, MANY)
    said = texts(figure, "callout")
    numbered = [word for word in said if word.isdigit()]
    # Each number stands on the map and in the legend.
    assert len(numbered) >= 2
    assert sorted(numbered) == sorted([*set(numbered)] * 2)
    whole = " ".join(text for ax in figure.axes for text in [" ".join(t.get_text() for t in ax.texts)])
    for note in range(9):
        assert f"Word {note}" in whole or f"Word {note}" in " ".join(said)


def test_a_small_picture_leaves_out_what_has_no_room(located):
    said = texts(draw(located, MANY, preset="social"), "callout")
    assert not any(word.isdigit() for word in said)


def test_markup_stays_text(located):
    figure = draw(located, [{"text": "$x^2$ <b>{{7*7}}</b>", "place": "Santiago"}])
    assert " ".join(texts(figure, "callout")) == "$x^2$ <b>{{7*7}}</b>"


DAYS = {"date_from": dt.date(2025, 3, 3), "date_to": dt.date(2025, 3, 4)}


@pytest.mark.parametrize(
    ("note", "panels"),
    [
        # What holds at all times would stand on each of them.
        ({"place": "Santiago"}, []),
        ({"event": "a2"}, ["3 March 2025"]),
        ({"place": "Santiago", **DAYS}, ["3 March 2025", "4 March 2025"]),
        ({"place": "Santiago", "date_from": dt.date(2025, 3, 5)}, ["5 March 2025"]),
        ({"place": "Santiago", "date_to": dt.date(2025, 3, 1)}, []),
    ],
)
def test_small_multiples_carry_those_of_their_days(located, note, panels):
    figure = draw(located, [{"text": "Began", **note}], facet="date", preset="wide")
    said = [[text.get_text() for text in ax.texts if text.get_label() == "callout"] for ax in figure.axes]
    headings = texts(figure, "panel")
    assert headings == ["2 March 2025", "3 March 2025", "4 March 2025", "5 March 2025"]
    maps = [told for ax, told in zip(figure.axes, said, strict=True) if ax.get_xlim() != (0.0, 1.0)][: len(headings)]
    assert [heading for heading, told in zip(headings, maps, strict=True) if told] == panels


@pytest.mark.parametrize("facet", ["event_id", "place"])
def test_small_multiples_of_something_else_carry_none(located, facet):
    assert texts(draw(located, [{"text": "Began", "event": "a2"}], facet=facet), "callout") == []


def test_parts_of_an_svg_have_names_of_their_own_and_words_are_text(located, tmp_path):
    figure = draw(located, [{"text": "Where it began", "place": "Santiago"}])
    save_figure(figure, tmp_path / "map.svg", alt_text="A map")
    root = ET.parse(tmp_path / "map.svg").getroot()
    names = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(names) == len(set(names))
    assert {"headline-1", "callout-1", "callout-line-1", "mark-1", "label-1"} <= set(names)
    groups = {group.get("id"): group for group in root.iter(f"{SVG}g") if group.get("id")}
    layers = [child.get("id") for child in groups["map-1"]]
    assert layers == sorted(layers, key=["ground", "leaders", "marks", "scale", "callouts", "labels"].index)
    assert {"ground", "marks", "callouts", "labels"} <= set(layers)
    assert {"headline", "legend", "sources"} <= {child.get("id") for child in groups["sheet"]}
    for layer, part in (("callouts", "callout-1"), ("labels", "label-1"), ("legend", "key-1")):
        assert part in {element.get("id") for element in groups[layer].iter()}
    assert all(part.get("id").startswith("mark-") for part in groups["marks"])
    assert "Where it began" in " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
