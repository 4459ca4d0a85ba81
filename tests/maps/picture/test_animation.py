"""A moving picture fills day by day, keeps its furniture in place, stops by itself and has a still beside it."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from PIL import Image

import impactmap as im
from impactmap.maps.picture.animation import animate
from impactmap.maps.picture.plot import plot_frames
from impactmap.model.errors import InputError
from impactmap.model.project import Project
from impactmap.scene.author.resolving import reports_of_map

SHEET = pd.DataFrame(
    {
        "event_id": ["a", "b", "c"],
        "date": ["2025-03-02", "2025-03-03", "2025-03-05"],
        "place": ["Mendoza", "Santiago", "San Juan"],
        "country": ["Argentina", "Chile", "Argentina"],
    }
)
RAW = {"notes": [{"text": "Told from the third day", "event": "c"}]}


@pytest.fixture(scope="module")
def frames():
    project = Project.model_validate(RAW)
    reports = reports_of_map(im.geocode_events(im.read_events(SHEET).events), None, project)
    return plot_frames(reports, project=project, preset="square")


def words(figure, role):
    return [text.get_text() for ax in figure.axes for text in ax.texts if text.get_label() == role]


def test_each_frame_holds_all_before_it(frames):
    assert [words(figure, "panel")[0] for figure in frames] == ["2 March 2025", "3 March 2025", "5 March 2025"]
    assert [words(figure, "panel-note")[0] for figure in frames] == ["1 report", "2 reports", "3 reports"]


def test_a_callout_of_an_event_waits_for_its_day(frames):
    assert [" ".join(words(figure, "callout")) for figure in frames] == ["", "", "Told from the third day"]


def test_furniture_stays_in_place(frames):
    bars = [
        [text.get_position() for ax in figure.axes for text in ax.texts if text.get_label() == "scale bar"]
        for figure in frames
    ]
    assert bars[0] == bars[1] == bars[2]
    assert len({tuple(ax.get_position().bounds for ax in figure.axes) for figure in frames}) == 1


@pytest.mark.parametrize("kind", ["webp", "gif"])
def test_it_runs_three_times_and_rests_on_the_last(frames, kind):
    data = animate(frames, kind, alt_text="What it shows")
    assert data == animate(frames, kind, alt_text="What it shows")
    picture = Image.open(io.BytesIO(data))
    assert (picture.n_frames, picture.size) == (3, (1080, 1080))
    assert picture.info["loop"] == (3 if kind == "webp" else 2)


def test_without_frames_there_is_nothing_to_move():
    with pytest.raises(InputError, match="at least one day"):
        animate([], "webp", alt_text="x")


def test_a_still_lies_beside_it(tmp_path):
    im.draw(SHEET, tmp_path / "map.webp", preset="thumb", title="T")
    with Image.open(tmp_path / "map.webp") as moving, Image.open(tmp_path / "map.png") as still:
        assert (moving.n_frames, still.size) == (3, (400, 400))
