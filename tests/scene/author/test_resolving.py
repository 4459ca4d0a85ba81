"""What the author says of view, names and callouts lands where it belongs, or is refused with what to say."""

from __future__ import annotations

import pandas as pd
import pytest

import impactmap as im
from impactmap.model.errors import ProjectError
from impactmap.model.project import Project
from impactmap.scene.antimeridian import in_one_piece
from impactmap.scene.author.labels import named_always, named_never
from impactmap.scene.author.resolving import reports_of_map
from impactmap.scene.view import far_rows, map_bounds
from impactmap.telling.summary import summarise_reports

SHEET = pd.DataFrame(
    {
        "event_id": ["a1", "a2", "a3", "a4"],
        "date": ["2025-03-02", "2025-03-03", "2025-03-04", "2025-03-05"],
        "place": ["Mendoza", "Santiago", "San Luis Province", "Punta Arenas"],
        "country": ["Argentina", "Chile", "Argentina", "Chile"],
    }
)
LOCATED = im.geocode_events(im.read_events(SHEET).events)


def reports(events=LOCATED, **raw):
    project = Project.model_validate(raw)
    return reports_of_map(events, None, project)


def test_without_a_word_of_the_author_reports_stay_as_they_are():
    assert reports().authored.view is None
    assert reports().authored.notes == ()


@pytest.mark.parametrize("name", ["Mendoza", "mendoza", "Мендоза", " Mendoza ", "Мендоса"])
def test_a_place_of_the_map_is_found_in_any_spelling(name):
    (note,) = reports(notes=[{"text": "x", "place": name}]).authored.notes
    assert (note.lat, note.lon) == (-32.89, -68.85)


def test_the_authors_spelling_stands_wherever_the_place_is_named():
    named = reports(labels={"names": {"Мендоза": "Mendoza city", "San Luis": "St Louis"}})
    summary = summarise_reports(named, project=Project())
    assert (summary.points, summary.areas) == (["Mendoza city", "Punta Arenas", "Santiago"], ["St Louis"])


def test_names_are_first_or_hidden_as_the_map_has_them():
    chosen = reports(labels={"names": {"Mendoza": "M."}, "always": ["Santiago"], "never": ["Mendoza", "San Luis"]})
    assert named_always(chosen) == ["Santiago"]
    assert named_never(chosen) == ["M.", "San Luis"]


def test_a_settlement_without_a_report_comes_from_the_gazetteer():
    (note,) = reports(notes=[{"text": "x", "place": "Valparaíso"}]).authored.notes
    assert (round(note.lat), round(note.lon)) == (-33, -72)
    (note,) = reports(notes=[{"text": "x", "place": "Erdenet, Mongolia"}]).authored.notes
    assert (round(note.lat), round(note.lon)) == (49, 104)


@pytest.mark.parametrize(("language", "name"), [("en", "Erdenet"), ("uk", "Ерденет"), ("ru", "Erdenet")])
def test_a_settlement_from_the_gazetteer_is_called_as_in_the_maps_language(language, name):
    (named,) = reports(labels={"always": ["Erdenet, Mongolia"]}, map={"language": language}).authored.always
    assert named.name == name


def test_an_event_is_where_its_first_place_is_even_an_area():
    point, area = reports(notes=[{"text": "x", "event": "a2"}, {"text": "y", "event": "a3"}]).authored.notes
    assert (round(point.lat), round(area.lat)) == (-33, -34)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (
            {"notes": [{"text": "x", "place": "Mendozaville"}]},
            r"notes\.1\.place: expected a place .* Did you mean 'Mendoza'",
        ),
        ({"notes": [{"text": "x", "event": "a9"}]}, r"notes\.1\.event: expected the event_id .*'a9'\. Did you mean 'a"),
        (
            {"view": {"places": ["Mendoza", "Nowhere at all"]}},
            r"view\.places\.2: expected a place .* There are: Mendoza",
        ),
        ({"labels": {"always": ["Santjago de Nada"]}}, r"labels\.always\.1: expected a place"),
    ],
)
def test_what_the_map_does_not_know_is_refused_with_the_nearest_name(raw, told):
    with pytest.raises(ProjectError, match=told):
        reports(**raw)


def test_a_name_of_several_places_asks_for_a_position():
    spots = pd.DataFrame(
        {"event_id": ["e1", "e2"], "place": ["Alto", "Alto"], "latitude": [1.5, 4.5], "longitude": 10.0}
    )
    with pytest.raises(ProjectError, match=r"found 'Alto', which several are called. Give its position"):
        reports(spots, notes=[{"text": "x", "place": "Alto"}])


def test_an_event_without_a_place_has_no_callout():
    nowhere = pd.DataFrame({"event_id": ["e1"], "place": ["?"]})
    with pytest.raises(ProjectError, match=r"found 'e1', which has none. Give a place instead"):
        reports(nowhere, notes=[{"text": "x", "event": "e1"}])


@pytest.mark.parametrize(("exact", "lat"), [(False, -32.12), (True, -32.123456)])
def test_a_position_is_as_coarse_as_those_of_reports(exact, lat):
    publish = {"exact_positions": exact, "exact_positions_reason": "because"}
    (note,) = reports(notes=[{"text": "x", "position": [-32.123456, -70.5]}], publish=publish).authored.notes
    assert note.lat == lat


def test_the_callout_of_an_event_left_out_is_left_out():
    events = LOCATED[LOCATED["event_id"] != "a2"]
    events.attrs["left_out"] = ["a2"]
    assert reports(events, notes=[{"text": "x", "event": "a2"}]).authored.notes == ()


def test_a_note_belongs_to_the_periods_that_reach_its_days():
    (note,) = reports(
        notes=[{"text": "x", "place": "Mendoza", "date_from": "2025-03-02", "date_to": "2025-03-04"}]
    ).authored.notes
    assert (note.first, note.last) == (20_149, 20_151)
    assert [note.on(day, day) for day in range(20_148, 20_153)] == [False, True, True, True, False]
    assert note.on(20_000, 20_149)
    assert note.on(20_000, 21_000)


# --- the view ---


def test_bounds_are_the_view_and_what_lies_outside_is_far():
    seen = reports(view={"bounds": [-72.0, -35.0, -68.0, -32.0]})
    assert map_bounds(seen) == (-72.0, -35.0, -68.0, -32.0)
    assert far_rows(seen).tolist() == [2, 3]


def test_an_area_is_seen_where_a_part_of_it_is():
    assert far_rows(reports(view={"bounds": [-72.0, -35.0, -66.0, -32.0]})).tolist() == [3]


def test_places_of_the_view_are_inside_with_a_margin():
    west, south, east, north = map_bounds(reports(view={"places": ["Santiago", "San Luis"]}))
    assert west < -70.7 < -65.2 < east
    assert south < -35.9 < -32.1 < north


def test_a_view_over_the_180th_meridian_is_one_piece():
    spots = pd.DataFrame({"event_id": ["e1", "e2", "e3"], "latitude": 1.0, "longitude": [179.0, -178.0, 20.0]})
    seen = in_one_piece(reports(spots, view={"bounds": [175, -5, -175, 5]}))
    assert map_bounds(seen) == (175.0, -5.0, 185.0, 5.0)
    assert seen.row_lon.tolist()[:2] == [179.0, 182.0]
    assert far_rows(seen).tolist() == [2]


@pytest.mark.parametrize(
    ("view", "told"),
    [
        ({"bounds": [10, 5, 20, 1]}, "south below north"),
        ({"bounds": [10, 1, 10, 5]}, "from -180 to 180"),
        ({"bounds": [-190, 1, 10, 5]}, "from -180 to 180"),
        ({"bounds": [1, 1, 2, 2], "places": ["A"]}, "either bounds or places"),
    ],
)
def test_a_view_that_is_none_is_refused(view, told):
    with pytest.raises(ValueError, match=told):
        Project.model_validate({"view": view})


@pytest.mark.parametrize(
    ("note", "told"),
    [
        ({"text": "x"}, "found none"),
        ({"text": "x", "place": "A", "event": "e"}, "found place and event"),
        ({"text": "", "place": "A"}, "at least 1 character"),
        ({"text": "x" * 161, "place": "A"}, "at most 160 characters"),
        ({"text": "x", "place": "A", "date_from": "2025-02-02", "date_to": "2025-02-01"}, "not before date_from"),
        ({"text": "x", "place": "A", "side": "north"}, "'left', 'right', 'above' or 'below'"),
        ({"text": "x", "position": [95, 0]}, "less than or equal to 90"),
    ],
)
def test_a_note_that_is_none_is_refused(note, told):
    with pytest.raises(ValueError, match=told):
        Project.model_validate({"notes": [note]})


def test_a_checked_project_is_checked_again_as_it_is():
    raw = {
        "view": {"bounds": [175, -5, -175, 5]},
        "map": {"language": "uk"},
        "labels": {"names": {"A": "B"}},
        "notes": [{"text": "x", "place": "A"}],
        "translations": {"uk": {"labels": {"A": "Б"}, "notes": ["ікс"], "headline": "Заголовок"}},
    }
    project = Project.model_validate(raw)
    assert (project.labels.names, project.notes[0].text, project.map.headline) == ({"A": "Б"}, "ікс", "Заголовок")
    assert Project.model_validate(project.model_dump()) == project


def test_translated_notes_are_as_many_as_the_notes():
    raw = {"map": {"language": "uk"}, "translations": {"uk": {"notes": ["ікс"]}}}
    with pytest.raises(ValueError, match="one a note and in their order: 0; found 1"):
        Project.model_validate(raw)


# --- the headline ---


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ({"title": "A"}, "A"),
        ({"title": "A", "headline": "B"}, "B"),
        (
            {"title": "A", "headline": ""},
            "Reported attacks on infrastructure: Argentina, Chile, 2\N{EN DASH}5 March 2025",
        ),
        (
            {"title": "A", "headline": "", "language": "uk"},
            "Повідомлення про удари по інфраструктурі: Аргентина, Чилі, 2\u20135 березня 2025\u202fр.",
        ),
    ],
)
def test_headline_is_the_authors_else_the_title_else_made_from_the_reports(raw, title):
    project = Project.model_validate({"map": raw})
    said = summarise_reports(reports(map=raw), project=project).title
    assert said == title


def test_a_file_name_heads_no_map(tmp_path):
    SHEET.to_csv(tmp_path / "final_v2.csv", index=False)
    work = im.open(tmp_path / "final_v2.csv")
    assert im.summarise(work.events, work.claims, work.project).title.startswith("Reported attacks on infrastructure: ")
    assert im.open(tmp_path / "final_v2.csv", title="Mine").map().summary.title == "Mine"
