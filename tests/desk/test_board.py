"""Which places are in doubt, and that every decision is written at once and wins in the next run."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from impactmap.desk.board import Board, Choice
from impactmap.model.errors import InputError, PublishError
from impactmap.model.project import Project
from impactmap.model.sections.files import GeocoderOptions
from impactmap.places.geocode import geocode_events
from impactmap.places.overrides.decision_file import read_decisions
from impactmap.workspace.doubts import open_doubts
from impactmap.workspace.opening import Source, open_source
from impactmap.workspace.preparing import locate

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def number_of(board, place):
    return next(number for number, doubt in enumerate(board.doubts) if doubt.query.place == place)


def by(editor="Olena", **fields):
    return Choice(**{"editor": editor, "reason": "the council's map", **fields})


def test_each_text_is_listed_once_those_of_most_rows_first(board):
    assert [(doubt.query.place, doubt.status, doubt.rows) for doubt in board.doubts] == [
        ("Oktyabrsky", "ambiguous", 2),
        ("Qwzyville", "not_found", 1),
        ("Belgrod", "ambiguous", 1),
        ("=cmd()!A1", "not_found", 1),
        ("Kharkiv", "invalid", 1),
    ]
    assert board.doubts[0].reports == (
        ("2025-11-08", "Power lines were damaged."),
        ("2025-11-09", "A substation burned."),
    )
    assert board.open_numbers() == [0, 1, 2, 3, 4]


def test_what_may_be_meant(board):
    first = board.doubts[2].options[0]
    assert (first.name, first.region, first.proposed) == ("Belgorod", "Belgorod region", True)
    assert not any(option.proposed for option in board.doubts[0].options)
    assert len(board.doubts[0].options) == 8
    kharkiv = board.doubts[4]
    assert kharkiv.given == (36.25, 49.98)
    assert [(option.option_id, option.latitude, option.longitude) for option in kharkiv.options] == [
        ("source_mended", 49.98, 36.25),
        ("source", 36.25, 49.98),
    ]
    assert kharkiv.areas[-1] == ("iso:UA", "Ukraine")


@pytest.mark.parametrize(
    ("place", "choice", "status", "precision", "position"),
    [
        ("Belgrod", {"kind": "option", "option": "geonames:578072"}, "matched", "settlement", (50.6034, 36.5809)),
        ("Qwzyville", {"kind": "pin", "latitude": 50.2199, "longitude": 36.8001}, "matched", "settlement",
         (50.22, 36.8)),
        ("Qwzyville", {"kind": "circle", "latitude": 50, "longitude": 36, "radius_km": 20}, "area", "district", None),
        ("Oktyabrsky", {"kind": "area", "option": "iso:RU-BEL"}, "area", "region", None),
        ("Oktyabrsky", {"kind": "area", "option": "iso:RU"}, "area", "country", None),
        ("=cmd()!A1", {"kind": "reject"}, "not_found", None, None),
    ],
)  # fmt: skip
def test_a_decision_is_written_and_wins_in_the_next_run(board, table, place, choice, status, precision, position):
    entry = board.decide(number_of(board, place), by(**choice))
    assert (entry.editor, entry.decided_on) == ("Olena", dt.date(2025, 11, 10))
    assert list(read_decisions(board.path)) == [entry]
    source = open_source(table, now=NOW)
    located = locate(source.reading.events, source.project)
    row = located[located["place"] == place].iloc[0]
    assert row["place_status"] == status
    assert (None if row.isna()["place_precision"] else row["place_precision"]) == precision
    assert row["place_provider"] == "decision"
    assert "Olena on 2025-11-10: the council's map." in row["place_reason"]
    if position:
        assert (row["latitude"], row["longitude"]) == pytest.approx(position, abs=1e-9)
    else:
        assert row.isna()["latitude"]
    assert len(located) == 7


def test_where_to_look_for_what_has_no_candidate(board):
    west, south, east, north = board.bounds(number_of(board, "Qwzyville"))
    assert (22 < west < 22.3, 44 < south < 45.3, 40 < east < 40.3, 52 < north < 52.5) == (True,) * 4  # Ukraine
    assert board.bounds(number_of(board, "=cmd()!A1")) is None
    assert board.bounds(number_of(board, "Belgrod"))[2] < 40  # its region


def test_coordinates_of_a_source_are_decided_apart_from_the_name(board, table):
    board.decide(number_of(board, "Kharkiv"), by(kind="option", option="source_mended"))
    source = open_source(table, now=NOW)
    found = locate(source.reading.events, source.project)
    found = found[found["place"] == "Kharkiv"]
    assert found["place_provider"].tolist() == ["geonames", "decision"]
    assert found["latitude"].round(2).tolist() == [49.98, 49.98]


def test_a_candidate_that_was_looked_up(board):
    options, reason = board.look_up("Belgorod", country="Russia")
    assert options[0].option_id == "geonames:578072"
    assert reason.endswith(".")
    entry = board.decide(number_of(board, "Oktyabrsky"), by(kind="option", option="geonames:578072"))
    assert (entry.decision, entry.name, entry.region_code) == ("choose", "Belgorod", "RU-BEL")


def test_taken_back(board, make_board):
    board.decide(0, by(kind="reject"))
    assert board.open_numbers() == [1, 2, 3, 4]
    assert make_board().open_numbers() == [1, 2, 3, 4]
    board.undo(0)
    board.undo(0)
    assert make_board().open_numbers() == [0, 1, 2, 3, 4]
    assert len(read_decisions(board.path)) == 0


def test_what_another_program_wrote_meanwhile_is_kept(board, make_board):
    other = make_board()
    board.decide(0, by(kind="reject"))
    other.decide(1, by(kind="reject", editor="Petro"))
    assert [entry.editor for entry in read_decisions(board.path)] == ["Olena", "Petro"]


def test_two_reviews_at_once_lose_nothing(make_board):
    """Each decides about places of its own, again and again, while the other does."""
    boards = [make_board(), make_board()]

    def work(board, numbers):
        for turn in range(15):
            for number in numbers:
                board.decide(number, by(kind="reject", reason=f"{turn}"))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(boards, ([0, 1], [2, 3, 4]), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.reason for entry in read_decisions(boards[0].path)] == ["14"] * 5


@pytest.mark.parametrize(
    ("number", "choice", "message"),
    [
        (0, {"kind": "option", "option": "geonames:1"}, "expected one of the candidates, found 'geonames:1'"),
        (0, {"kind": "area", "option": "iso:XX-1"}, "expected a region or a country, found 'iso:XX-1'"),
        (0, {"kind": "guess"}, "kind: expected option, pin, circle, area, reject"),
        (0, {"kind": "pin"}, "expected the pin's position"),
        (0, {"kind": "pin", "latitude": 91.0, "longitude": 0.0}, "latitude: expected degrees"),
        (0, {"kind": "pin", "latitude": float("nan"), "longitude": 0.0}, "latitude: expected degrees"),
        (0, {"kind": "circle", "latitude": 50.0, "longitude": 36.0, "radius_km": 5000.0}, "radius_km: expected 0"),
        (0, {"kind": "reject", "editor": " "}, "editor: expected your name"),
        (0, {"kind": "reject", "reason": "x" * 501}, "reason: expected at most 500 characters"),
        (5, {"kind": "reject"}, "place: expected a number from 0 to 4, found 5"),
        (-1, {"kind": "reject"}, "place: expected a number from 0 to 4, found -1"),
    ],
)
def test_choices_that_cannot_be_made_write_nothing(board, number, choice, message):
    with pytest.raises(InputError, match=message):
        board.decide(number, by(**choice))
    assert not board.path.exists()


def test_a_file_that_cannot_be_written_decides_nothing(board):
    board.path = board.path / "in" / "a" / "folder.csv"
    with pytest.raises(PublishError, match="does not exist"):
        board.decide(0, by(kind="reject"))
    assert board.decision(0) is None


def test_a_provider_is_not_asked_about_what_the_embargo_holds_back(table, gazetteer, monkeypatch):
    asked = []

    class Provider:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def settle(self, query, offline):
            asked.append(query.place)
            return offline

    monkeypatch.setattr("impactmap.places.online.opening.open_provider", lambda *_args, **_options: Provider())
    source = open_source(table, now=NOW)
    project = Project(geocoder=GeocoderOptions(provider="nominatim", user_agent="desk"))
    source = Source(project, source.reading, source.inputs)
    doubts = open_doubts(source, gazetteer=gazetteer, now=dt.datetime(2025, 11, 10, 1, tzinfo=dt.UTC))
    assert len(doubts) == 5
    assert asked == ["Qwzyville", "Oktyabrsky", "Belgrod"]  # those of the 8th


def test_a_village_known_by_its_community_is_chosen_as_that_area(tmp_path, gazetteer):
    table = tmp_path / "villages.csv"
    table.write_text("date,place,region,country\n2025-11-08,Ivanivka,Kharkiv region,Ukraine\n", encoding="utf-8")
    source = open_source(table, now=NOW)
    board = Board(
        open_doubts(source, gazetteer=gazetteer, now=NOW), tmp_path / "d.csv", gazetteer=gazetteer, today=NOW.date
    )
    options = board.doubts[0].options
    assert len(options) == 12  # all of the region, none left out
    option = next(one for one in options if one.option_id.startswith("katottg:"))
    assert option.within.endswith(" district")
    entry = board.decide(0, by(kind="option", option=option.option_id))
    assert (entry.precision, entry.radius_km, entry.place_id) == ("district", option.radius_km, option.option_id)
    located = geocode_events(source.reading.events, gazetteer=gazetteer, decisions=read_decisions(board.path))
    assert (located["place_status"].iloc[0], located.geometry.iloc[0].geom_type) == ("area", "Polygon")


def test_a_village_that_is_looked_up_is_an_area_too(board):
    options, _ = board.look_up("Robotyne", country="Ukraine")
    assert (options[0].option_id, options[0].within) == (
        "katottg:UA23100270150025192",
        "Tokmatska community, Polohivskyi district",
    )
    entry = board.decide(number_of(board, "Qwzyville"), by(kind="option", option=options[0].option_id))
    assert (entry.decision, entry.precision) == ("choose", "district")


def test_a_village_that_is_proposed_with_doubts_is_accepted_as_its_community(tmp_path, gazetteer):
    table = tmp_path / "village.csv"
    table.write_text("date,place,country\n2025-11-08,Robotyne,Ukraine\n", encoding="utf-8")
    source = open_source(table, now=NOW)
    board = Board(
        open_doubts(source, gazetteer=gazetteer, now=NOW), tmp_path / "d.csv", gazetteer=gazetteer, today=NOW.date
    )
    (option,) = board.doubts[0].options
    assert (option.option_id, option.proposed) == ("katottg:UA23100270150025192", True)
    entry = board.decide(0, by(kind="option", option=option.option_id))
    assert (entry.decision, entry.precision, entry.radius_km) == ("accept", "district", option.radius_km)
