"""The inset shows what lies far out, and what it shows stands nowhere else on the map."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import impactmap as im
from impactmap.maps.picture.plot import plot_map
from impactmap.model.errors import ProjectError
from impactmap.model.project import Project
from impactmap.scene.antimeridian import in_one_piece
from impactmap.scene.author.inset import without_inset
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.view import beyond_rows, far_rows, inset_rows, map_bounds

SHEET = pd.DataFrame(
    {
        "event_id": ["a1", "a2", "a3", "a4", "a5"],
        "date": ["2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06"],
        "place": ["Mendoza", "Santiago", "San Luis Province", "Punta Arenas", "Iquique"],
        "country": ["Argentina", "Chile", "Argentina", "Chile", "Chile"],
    }
)
LOCATED = im.geocode_events(im.read_events(SHEET).events)
VIEW = [-72.0, -35.0, -64.0, -31.0]


def reports(events=LOCATED, **view):
    return reports_of_map(events, None, Project.model_validate({"view": view}))


@pytest.mark.parametrize(
    ("view", "inset", "beyond"),
    [
        ({"bounds": VIEW}, [], [3, 4]),
        ({"bounds": VIEW, "inset": False}, [], [3, 4]),
        # Of what lies on two sides of the view the side with the most, of as many the first: west, east, south, north.
        ({"bounds": VIEW, "inset": True}, [3], [4]),
        ({"bounds": VIEW, "inset": ["Iquique"]}, [4], [3]),
        ({"places": ["Mendoza", "Santiago"], "inset": ["Punta Arenas"]}, [3], [2, 4]),
        ({"bounds": VIEW, "inset": [-75, -56, -65, -50]}, [3], [4]),
        # Without a view of the author's own the inset takes out of the view what it shows.
        ({"inset": ["Punta Arenas"]}, [3], []),
        ({"inset": True}, [], []),
    ],
)
def test_each_row_is_in_the_view_in_the_inset_or_told(view, inset, beyond):
    seen = reports(**view)
    assert (inset_rows(seen).tolist(), beyond_rows(seen).tolist()) == (inset, beyond)
    assert sorted([*inset, *beyond]) == far_rows(seen).tolist()


def test_the_view_of_its_own_accord_leaves_out_what_the_inset_shows():
    assert map_bounds(reports())[1] < -53
    assert map_bounds(reports(inset=["Punta Arenas"]))[1] > -39


def test_an_inset_without_a_report_is_none():
    assert reports(bounds=VIEW, inset=[10, 10, 20, 20]).authored.inset is None


def test_small_multiples_tell_of_what_they_do_not_show():
    told = without_inset(reports(bounds=VIEW, inset=["Punta Arenas"]))
    assert told.authored.inset is None
    assert beyond_rows(told).tolist() == [3, 4]
    auto = without_inset(reports(inset=["Punta Arenas"]))
    assert beyond_rows(auto).tolist() == [3]


@pytest.mark.parametrize("inset", [["Mendoza"], [-73, -34, -60, -30]])
def test_what_the_view_shows_is_no_inset(inset):
    with pytest.raises(ProjectError, match=r"view\.inset: expected what lies outside the view"):
        reports(bounds=VIEW, inset=inset)


def test_it_leaves_the_map_something():
    with pytest.raises(ProjectError, match=r"view\.inset: expected an extent that leaves the map"):
        reports(inset=[-75, -56, -60, -15])


def test_a_place_that_is_not_known_is_named():
    with pytest.raises(ProjectError, match=r"view\.inset\.1: .*'Mendosa Nueva'"):
        reports(bounds=VIEW, inset=["Mendosa Nueva"])


@pytest.mark.parametrize("inset", [1, "Mendoza", [], [1, 2, 3], [1, 2, 3, "x"], ["x", 4], None, [True, 1, 2, 3]])
def test_what_is_neither_is_refused(inset):
    with pytest.raises(ValueError, match=r"true, bounds .* or names of places"):
        Project.model_validate({"view": {"inset": inset}})


@pytest.mark.parametrize("inset", [[0, 10, 10, 0], [0, 0, 0, 10], [-200, 0, 10, 10]])
def test_its_bounds_are_those_of_a_view(inset):
    with pytest.raises(ValueError, match="west, south, east, north in degrees"):
        Project.model_validate({"view": {"inset": inset}})


def test_it_lies_where_the_map_does_across_the_meridian():
    sheet = pd.DataFrame(
        {
            "event_id": ["f1", "f2", "f3"],
            "date": "2025-03-02",
            "place": ["One", "Two", "Three"],
            "latitude": [-17.0, -18.0, -14.0],
            "longitude": [178.0, -179.0, -171.8],
        }
    )
    located = im.geocode_events(im.read_events(sheet).events)
    seen = in_one_piece(reports(located, bounds=[176, -20, -177, -15], inset=["Three"]))
    assert inset_rows(seen).tolist() == [2]
    assert seen.authored.inset[0] > 180


@pytest.mark.parametrize("preset", ["web", "square", "story", "thumb", "social"])
def test_a_picture_draws_it_and_no_mark_twice(preset):
    project = Project.model_validate({"view": {"bounds": VIEW, "inset": ["Punta Arenas"]}})
    figure = plot_map(LOCATED, project=project, preset=preset)
    (main,) = [ax for ax in figure.axes if ax.child_axes]
    (inset,) = main.child_axes

    def named(ax):
        return [artist.get_text() for artist in ax.get_children() if artist.get_label() == "label"]

    assert "Punta" in " ".join(named(inset))
    assert "Punta" not in " ".join(named(main))
    words = " ".join(
        text.get_text() for ax in figure.axes for text in ax.texts + ax.artists if hasattr(text, "get_text")
    )
    assert ("Iquique" in words) == (preset == "web")


def test_it_covers_no_mark():
    corners = [(-34.9, -71.9), (-34.9, -64.1), (-31.1, -71.9), (-31.1, -64.1)]
    sheet = pd.DataFrame(
        {
            "event_id": [f"c{number}" for number in range(5)],
            "date": "2025-03-02",
            "place": [f"Town {number}" for number in range(5)],
            "latitude": [*(lat for lat, _ in corners), -53.2],
            "longitude": [*(lon for _, lon in corners), -70.9],
        }
    )
    located = im.geocode_events(im.read_events(sheet).events)
    project = Project.model_validate({"view": {"inset": ["Town 4"]}})
    for preset in ("web", "square"):
        figure = plot_map(located, project=project, preset=preset)
        (main,) = [ax for ax in figure.axes if ax.child_axes]
        box = main.child_axes[0].get_window_extent()
        marks = [artist for artist in main.get_children() if artist.get_label() == "mark"]
        assert len(marks) >= 4
        for mark in marks:
            extent = mark.get_path().get_extents(mark.get_transform())
            assert not box.overlaps(extent), preset


def test_events_are_counted_once_whatever_shows_them():
    seen = reports(bounds=VIEW, inset=["Punta Arenas"])
    shown = np.setdiff1d(np.arange(len(seen.row_event)), far_rows(seen))
    assert len(shown) + len(inset_rows(seen)) + len(beyond_rows(seen)) == len(seen.row_event)
