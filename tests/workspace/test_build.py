"""The stages joined: what is held back, what is left out, and that the same inputs give the same folder."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import json
import re
import shutil
from pathlib import Path
from typing import ClassVar

import geopandas as gpd
import pandas as pd
import pytest

from impactmap.model.errors import InputError, ProjectError, PublishError, TableError
from impactmap.model.project import Project, decisions_beside
from impactmap.publishing.folder import FILES
from impactmap.publishing.manifest import verify_folder
from impactmap.workspace.build import build, draw
from impactmap.workspace.check import check_source
from impactmap.workspace.opening import open_source
from impactmap.workspace.preparing import hold_back, locate, prepare
from impactmap.workspace.starting import new_project

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
FIRST_MAP = Path(__file__).parents[2] / "seeds" / "first-map"


def chosen(**options):
    return Project.model_validate({"map": options})


def frame(*rows):
    """Rows of (event, first day, last day)."""
    events = pd.DataFrame(rows, columns=["event_id", "date_start", "date_end"])
    for name in ("date_start", "date_end"):
        events[name] = pd.to_datetime(events[name]).astype("datetime64[s]")
    return events


@pytest.mark.parametrize(
    ("timezone", "hours", "now", "published"),
    [
        ("UTC", 24, "2025-11-10T23:59:59+00:00", False),
        ("UTC", 24, "2025-11-11T00:00:00+00:00", True),
        ("UTC", 0, "2025-11-09T23:59:59+00:00", False),
        ("UTC", 0, "2025-11-10T00:00:00+00:00", True),
        ("Europe/Kyiv", 24, "2025-11-10T21:59:59+00:00", False),
        ("Europe/Kyiv", 24, "2025-11-10T22:00:00+00:00", True),
        ("America/New_York", 24, "2025-11-11T04:59:59+00:00", False),
        ("America/New_York", 24, "2025-11-11T05:00:00+00:00", True),
        ("UTC", 24, "2025-11-11T02:00:00+02:00", True),
        ("UTC", 1.5, "2025-11-10T01:29:59+00:00", False),
        ("UTC", 1.5, "2025-11-10T01:30:00+00:00", True),
    ],
)
def test_the_embargo_counts_from_the_end_of_the_last_day(timezone, hours, now, published):
    events = frame(("a", "2025-11-08", "2025-11-09"))
    project = chosen(timezone=timezone, embargo_hours=hours)
    kept, held, outside = hold_back(events, project, now=dt.datetime.fromisoformat(now))
    assert (len(kept), held, outside) == ((1, 0, 0) if published else (0, 1, 0))


def test_the_day_on_which_clocks_are_put_back_ends_an_hour_later():
    events = frame(
        ("a", "2025-10-26", "2025-10-26")
    )  # 25 hours in Kyiv: 24:00 is 22:00 UTC, the day before's was 21:00
    project = chosen(timezone="Europe/Kyiv", embargo_hours=0)
    for now, held in (("2025-10-26T21:30:00+00:00", 1), ("2025-10-26T22:00:00+00:00", 0)):
        assert hold_back(events, project, now=dt.datetime.fromisoformat(now))[1] == held


def test_an_event_in_several_places_stays_or_goes_as_a_whole():
    events = frame(
        ("a", "2025-11-01", "2025-11-01"), ("a", "2025-12-31", "2025-12-31"), ("b", "2025-11-02", "2025-11-02")
    )
    events.index = [7, 3, 5]
    kept, held, _ = hold_back(events, chosen(), now=NOW)
    assert (list(kept.index), held) == ([5], 1)


def test_an_event_without_a_last_day_ends_on_its_first_and_one_without_any_is_held_back():
    events = frame(("a", "2025-11-01", None), ("b", None, None), ("c", "2025-12-31", None))
    kept, held, _ = hold_back(events, chosen(), now=NOW)
    assert (list(kept["event_id"]), held) == (["a"], 2)


def test_the_period_leaves_out_what_does_not_touch_it():
    events = frame(
        ("before", "2025-11-01", "2025-11-07"),
        ("into", "2025-11-01", "2025-11-08"),
        ("inside", "2025-11-08", "2025-11-09"),
        ("out of", "2025-11-09", "2025-11-20"),
        ("after", "2025-11-10", "2025-11-10"),
    )
    project = chosen(period_start="2025-11-08", period_end="2025-11-09")
    kept, held, outside = hold_back(events, project, now=NOW)
    assert (list(kept["event_id"]), held, outside) == (["into", "inside", "out of"], 0, 2)


def test_input_is_not_changed_and_an_empty_frame_passes():
    events = frame(("a", "2025-12-31", "2025-12-31"))
    before = events.copy(deep=True)
    hold_back(events, chosen(), now=NOW)
    pd.testing.assert_frame_equal(events, before)
    assert hold_back(frame(), chosen(), now=NOW)[1:] == (0, 0)


def test_the_present_needs_a_zone(tmp_path):
    with pytest.raises(InputError, match="expected a time with its zone"):
        hold_back(frame(), chosen(), now=dt.datetime(2025, 1, 1))  # noqa: DTZ001
    with pytest.raises(InputError, match="expected a time with its zone"):
        open_source(tmp_path, now=dt.datetime(2025, 1, 1))  # noqa: DTZ001


SHEET = """event_id,date,place,country,latitude,longitude,side,summary,killed,address
e1,2025-11-08,Kharkiv,Ukraine,49.9934567,36.2304567,B,A substation,3,12 Secret Street
e2,2025-11-08,Kharkiv region,Ukraine,,,A,An outage,,
e3,2025-11-08,Oktyabrsky,,,,A,A report,,
e4,2025-12-31,Kyiv,Ukraine,,,A,Too fresh,,
e5,2025-31-31,Kyiv,Ukraine,,,A,No such day,,
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A folder made from a table alone, with its report."""
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "night strikes.csv").write_text(SHEET, encoding="utf-8")
    report = build(folder / "night strikes.csv", folder / "map", now=NOW, border="RU:UA")
    return folder / "map", report


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_is_there_and_as_the_manifest_says(published):
    folder, report = published
    assert tuple(sorted(path.name for path in folder.iterdir())) == FILES
    assert sorted(path.name for path in report.files) == list(FILES)
    assert verify_folder(folder) == []
    assert all(path.stat().st_size for path in folder.iterdir())


def test_the_report_counts_everything(published):
    _, report = published
    assert (report.events, report.rows, report.held_back, report.rejected) == (3, 3, 1, 1)
    assert report.places == {"ambiguous": 1, "area": 1, "matched": 1}
    assert report.not_located == ["Oktyabrsky"]
    assert any("alphabetical order: A, B" in note for note in report.notes)
    assert json.loads(json.dumps(report.to_dict()))["folder"].endswith("map")


def test_an_area_is_not_a_point_and_a_point_is_coarse(published):
    rows = {row["event_id"]: row for row in read_csv(published[0] / "events.csv")}
    assert set(rows) == {"e1", "e2", "e3"}
    assert (rows["e1"]["latitude"], rows["e1"]["longitude"]) == ("49.99", "36.23")
    assert (rows["e2"]["latitude"], rows["e2"]["place_precision"]) == ("", "region")
    assert rows["e2"]["border_distance_km"] == ""
    assert float(rows["e2"]["border_distance_min_km"]) < float(rows["e2"]["border_distance_max_km"])
    assert (rows["e3"]["place_status"], rows["e3"]["latitude"], rows["e3"]["border_distance_km"]) == (
        "ambiguous",
        "",
        "",
    )


def test_nothing_fine_or_private_or_fresh_leaves(published):
    """No file holds more decimals than may leave, a column of the sheet's own, or an event under the embargo."""
    folder, _ = published
    for path in folder.iterdir():
        data = path.read_bytes()
        for secret in (b"9934567", b"2304567", b"Secret Street", b"Too fresh"):
            assert secret not in data, f"{secret!r} in {path.name}"
    parquet = gpd.read_parquet(folder / "events.parquet")
    points = parquet[parquet.geometry.geom_type == "Point"]
    assert list(zip(points.geometry.x, points.geometry.y, strict=True)) == [(36.23, 49.99)]


def test_the_method_note_tells_what_was_left_out(published):
    text = (published[0] / "METHOD.md").read_text(encoding="utf-8")
    assert "1 newer report is held back" in text
    assert "night strikes.csv, row 6, date" in text
    assert "'2025-31-31'" in text
    assert "Oktyabrsky" in text


def test_cells_that_could_not_be_used_wait_as_their_events_do(tmp_path):
    (tmp_path / "events.csv").write_text(
        "event_id,date,place,country,latitude,longitude,killed,claimant\n"
        "e1,2025-03-01,Erdenet,Mongolia,,,many old,Gov\n"
        "e2,2025-03-05,Darkhan,Mongolia,,,three fresh,Gov\n"
        "e3,2025-03-05,Darkhan,Mongolia,north of fresh,105,,\n"
        "e4,2025-03-09,Darkhan,Mongolia,,,,\n",
        encoding="utf-8",
    )
    claims = "event_id,metric,value,claimant\ne2,killed,five fresh,Gov\ne3,killed,5,Gov\ne1,killed,six old,Gov\n"
    (tmp_path / "claims.csv").write_text(claims, encoding="utf-8")
    said = "[data]\nevents = 'events.csv'\nclaims = 'claims.csv'\n"
    (tmp_path / "project.toml").write_text(said, encoding="utf-8")
    report = build(tmp_path / "project.toml", tmp_path / "map", now=dt.datetime(2025, 3, 6, 12, tzinfo=dt.UTC))
    assert report.events == 1
    text = (tmp_path / "map" / "METHOD.md").read_text(encoding="utf-8")
    assert [text.count(word) for word in ("fresh", "'e3'", "six old")] == [0, 0, 1]
    assert "claims.csv, row 2, value" in text
    assert "2025-03-09" in text


@pytest.mark.slow
def test_the_distance_is_computed_from_the_coarse_position(published, tmp_path):
    """From two inputs that differ only in the decimals that do not leave, every byte of the output is the same."""
    other = tmp_path / "night strikes.csv"
    other.write_text(SHEET.replace("49.9934567,36.2304567", "49.9865432,36.2254321"), encoding="utf-8")
    build(other, tmp_path / "map", now=NOW, border="RU:UA")
    differing = [name for name in FILES if (tmp_path / "map" / name).read_bytes() != (published[0] / name).read_bytes()]
    assert differing == ["manifest.json"]  # it holds the input's own check sum


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_in_another_folder_at_another_time(published, tmp_path):
    folder, _ = published
    elsewhere = tmp_path / "deep" / "elsewhere"
    shutil.copytree(folder.parent, elsewhere, ignore=shutil.ignore_patterns("map"))
    build(
        elsewhere / "night strikes.csv", elsewhere / "another name", now=NOW + dt.timedelta(minutes=1), border="RU:UA"
    )
    for name in FILES:
        assert (elsewhere / "another name" / name).read_bytes() == (folder / name).read_bytes(), name


def test_nothing_names_this_machine(published, tmp_path_factory):
    base = str(tmp_path_factory.getbasetemp()).encode()
    for path in published[0].iterdir():
        assert base not in path.read_bytes(), path.name


def test_the_data_package_describes_the_tables(published):
    package = json.loads((published[0] / "datapackage.json").read_text(encoding="utf-8"))
    assert package["name"] == "night-strikes"
    for resource in package["resources"]:
        path = published[0] / resource["path"]
        assert path.stat().st_size == resource["bytes"]
        assert re.fullmatch("sha256:[0-9a-f]{64}", resource["hash"])
        if resource["path"].endswith(".csv"):
            rows = read_csv(path)
            fields = resource["schema"]["fields"]
            assert [field["name"] for field in fields] == list(
                path.read_text(encoding="utf-8").splitlines()[0].split(",")
            )
            for field in fields:
                for row in rows:
                    check_cell(field, row[field["name"]])
    assert {licence["name"] for licence in package["licenses"] if "name" in licence} == {"ODbL-1.0", "CC-BY-4.0"}


def check_cell(field, cell):
    """Check a cell against its field as a Frictionless reader does."""
    limits = field.get("constraints", {})
    if cell == "":
        assert not limits.get("required"), field["name"]
        return
    if field["type"] == "date":
        dt.date.fromisoformat(cell)
    if field["type"] == "integer":
        assert re.fullmatch(r"-?\d+", cell), (field["name"], cell)
    if field["type"] in {"integer", "number"}:
        assert limits.get("minimum", -1e300) <= float(cell) <= limits.get("maximum", 1e300)
    assert cell in limits.get("enum", [cell]), (field["name"], cell)


def test_swapping_the_sides_swaps_only_names(tmp_path):
    """With the two sides' names exchanged in the input, the page's counts and every other column are the same."""
    rows = []
    for number, text in enumerate((SHEET, SHEET.replace(",A,", ",x,").replace(",B,", ",A,").replace(",x,", ",B,"))):
        (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
        source = open_source(tmp_path / f"{number}.csv", now=NOW)
        rows.append(
            prepare(
                locate(source.reading.events, source.project), source.reading.claims, source.project, now=NOW
            ).events
        )
    swapped = rows[1].assign(side=rows[1]["side"].map({"A": "B", "B": "A"}).astype("str"))
    pd.testing.assert_frame_equal(
        pd.DataFrame(swapped.drop(columns="geometry")), pd.DataFrame(rows[0].drop(columns="geometry"))
    )


@pytest.mark.slow
def test_the_first_map(tmp_path):
    report = build(FIRST_MAP, tmp_path / "map", now=NOW)
    assert (report.rejected, report.not_located, report.held_back, report.outside_period) == (0, [], 0, 0)
    assert report.events == 9
    rows = read_csv(tmp_path / "map" / "events.csv")
    named = {row["place_name"]: row for row in rows if row["place_precision"] == "settlement"}
    expected = {"Belgorod": 31.4, "Voronezh": 179.9, "Taganrog": 42.8}
    assert {name: float(named[name]["border_distance_km"]) for name in expected} == pytest.approx(expected, abs=1.0)
    assert named["Taganrog"]["side"] == ""
    assert report.contradictions >= 1
    assert report.disagreements >= 1


class Provider:
    """Stands in for an online provider and keeps what it was made with and asked."""

    made: ClassVar[list] = []
    asked: ClassVar[list] = []

    def __init__(self, service, **options):
        self.made.append((service, options))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def settle(self, query, offline):
        self.asked.append(query.place)
        return offline


@pytest.mark.usefixtures("_without_pictures")
def test_a_provider_is_asked_only_about_what_is_not_settled_and_may_leave(tmp_path, monkeypatch):
    monkeypatch.setattr("impactmap.places.online.opening.OnlineProvider", Provider)
    fresh = "e6,2025-12-31,Nowhere-at-all,,,,A,Too fresh,,\n"
    (tmp_path / "events.csv").write_text(SHEET + fresh, encoding="utf-8")
    (tmp_path / "project.toml").write_text(
        "[geocoder]\nprovider = 'pelias'\nuser_agent = 'desk'\ndomain = 'geo.example'\napi_key_env = 'IMPACTMAP_KEY'",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="environment variable 'IMPACTMAP_KEY', found none"):
        build(tmp_path, tmp_path / "out", now=NOW)
    monkeypatch.setenv("IMPACTMAP_KEY", "secret-key")
    assert build(tmp_path, tmp_path / "out", now=NOW, cache_folder=tmp_path / "cache").held_back == 2
    ((service, made),) = Provider.made
    assert (service, made["user_agent"], made["min_delay_seconds"]) == ("pelias", "desk", 1.0)
    assert made["options"] == {"domain": "geo.example", "api_key": "secret-key"}
    assert made["cache"].path == tmp_path / "cache" / "answers.sqlite"
    made["cache"].close()
    assert Provider.asked == ["Oktyabrsky"]
    assert not [path.name for path in (tmp_path / "out").iterdir() if b"secret-key" in path.read_bytes()]


@pytest.mark.usefixtures("_without_pictures")
def test_a_text_of_any_length_is_published_whole(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text(f"date,place,summary\n2025-11-09,Belgorod,{'x' * 200_000}\n", encoding="utf-8")
    build(path, tmp_path / "map", now=NOW)
    with (tmp_path / "map" / "events.csv").open(encoding="utf-8", newline="") as file:
        assert f",{'x' * 200_000}," in file.read()


@pytest.mark.usefixtures("_without_pictures")
def test_a_gazetteer_of_the_users_own_places_what_the_shipped_one_lacks(tmp_path):
    from impactmap.places.gazetteer.gazetteers import add_gazetteer
    from impactmap.workspace.check import check_source

    (tmp_path / "villages.csv").write_text(
        "name,latitude,longitude,country\nQwertyville,49.5,36.5,UA\n", encoding="utf-8"
    )
    add_gazetteer(tmp_path / "villages.csv", tmp_path / "own", date="2025-11-01")
    table = tmp_path / "events.csv"
    table.write_text("date,place,country,summary\n2025-11-09,Qwertyville,Ukraine,x\n", encoding="utf-8")
    assert build(table, tmp_path / "without", now=NOW).places == {"not_found": 1}
    report = build(table, tmp_path / "with", now=NOW, gazetteers=tmp_path / "own")
    (row,) = read_csv(tmp_path / "with" / "events.csv")
    assert (row["latitude"], row["longitude"], row["place_provider"]) == ("49.5", "36.5", "villages (2025-11-01)")
    assert report.not_located == []
    inputs = json.loads((tmp_path / "with" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
    assert [entry["path"] for entry in inputs] == ["events.csv", "own/villages.gazetteer.parquet"]
    assert check_source(table, now=NOW, gazetteers=tmp_path / "own").unsettled == ()


SIDES = "date,place,summary,side\n2025-11-09,Belgorod,Strikes.,{}\n2025-11-09,Kharkiv,Strikes.,{}\n"


@pytest.mark.parametrize(
    ("sides", "border", "countries"),
    [
        (("Ukraine", "Russia"), None, ("RU", "UA")),
        (("Україна", "Россия"), None, ("RU", "UA")),
        (("Ukraine", "Russia"), "none", None),
        (("Ukraine", "Russia"), "UA:PL", ("UA", "PL")),
        (("North", "South"), None, None),
        (("France", "Germany"), None, ("DE", "FR")),
        (("India", "Pakistan"), None, ("IN", "PK")),
        (("Japan", "France"), None, None),
        (("Ukraine", ""), None, None),
    ],
)
def test_border_of_a_table_is_that_of_its_sides(tmp_path, sides, border, countries):
    path = tmp_path / "events.csv"
    path.write_text(SIDES.format(*sides), encoding="utf-8")
    source = open_source(path, now=NOW, border=border)
    assert (source.project.border and source.project.border.countries) == countries
    told = [note for note in source.notes if "istance" in note]
    assert len(told) == 1
    assert ("because the sides are these two countries" in told[0]) == (border is None and countries is not None)


def test_language_title_and_border_go_before_the_project_file(tmp_path):
    new_project(tmp_path)
    source = open_source(tmp_path / "project.toml", now=NOW, language="uk", title="Т", border="fr:de")
    assert (source.project.map.language, source.project.map.title) == ("uk", "Т")
    assert source.project.border.countries == ("FR", "DE")
    assert source.project.folder == tmp_path
    with pytest.raises(ProjectError, match=r"map\.language"):
        open_source(tmp_path, now=NOW, language="xx")


def test_a_folder_without_a_project(tmp_path):
    with pytest.raises(ProjectError, match=r"holds no project\.toml"):
        open_source(tmp_path, now=NOW)


def test_checking_a_part_at_a_time_finds_the_same_and_tells_how_far_it_is(tmp_path, monkeypatch):
    places = ["Kharkiv,49.98,36.25", "Kharkiv,36.25,49.98", "Nowhere-upon-Sea,,", "Kyiv,,", "Oktyabrsky,,"]
    lines = [f"2025-11-{1 + n % 4:02d},{places[n % 5]},Drones hit a substation in the city," for n in range(23)]
    table = tmp_path / "t.csv"
    table.write_text("date,place,lat,lon,summary,source\n" + "\n".join(lines), encoding="utf-8")
    whole = check_source(table, now=NOW)
    assert (len(whole.unsettled), len(whole.duplicates), len(whole.faults)) > (10, 5, 4)
    told = []
    monkeypatch.setattr("impactmap.publishing.files.chunks.PART", 5)
    monkeypatch.setattr("impactmap.workspace.check._BLOCK", 3)
    found = check_source(table, now=NOW, progress=lambda *given: told.append(given))
    assert found == whole
    assert found.to_dict() == whole.to_dict()
    assert [text for _, _, text in told if text.startswith("Placing")] == [
        f"Placing the reports, {share}" for share in ("22%", "43%", "65%", "87%", "100%")
    ]
    assert {(2, 3, "Finding the places, 100%"), (3, 3, "Comparing reports, 100%")} <= set(told)


def test_a_decision_that_settles_nothing_is_told(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("date,place,country\n2025-11-09,Mala Vovcha,UA\n2025-11-10,Kyiv,UA\n", encoding="utf-8")
    (tmp_path / decisions_beside(table)).write_text(
        "place,country,decision,editor,latitude,longitude\n"
        "Mala Vovcha,UA,pin,Desk,50.25,36.5\nMala Vovtcha,UA,pin,Desk,50.25,36.5\n",
        encoding="utf-8",
    )
    report = check_source(table, now=NOW)
    told = [fault for fault in report.faults if fault.file == decisions_beside(table)]
    assert [(fault.severity, fault.found) for fault in told] == [
        ("warning", "the decision of Desk about 'Mala Vovtcha', 'UA'")
    ]
    assert report.places == {"matched": 2}


def test_checking_says_nothing_of_the_map_that_a_table_alone_would_give(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("date,place\n2025-11-09,Kyiv\n", encoding="utf-8")
    assert not [note for note in check_source(table, table, now=NOW).notes if "--title" in note or "24:00" in note]


def test_what_checking_lists_is_a_sequence_of_plain_values(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("date,place,summary\n" + "2025-11-09,Nowhere-upon-Sea,A bus was hit\n" * 3, encoding="utf-8")
    report = check_source(table, now=NOW)
    found = report.unsettled
    assert [each["row"] for each in found] == [2, 3, 4]
    assert found[1:] == (found[1], found[2])
    assert found[-1] == {"file": "t.csv", "row": 4, "place": "Nowhere-upon-Sea", "status": "not_found"} | {
        "reason": found[0]["reason"]
    }
    with pytest.raises(IndexError):
        found[3]
    assert len(report.duplicates) == 3
    assert (report.duplicates[0]["distance_km"], report.duplicates[0]["source_name_1"]) == (None, None)
    assert report.duplicates[0]["source_row_1"] == 2


def test_checking_lists_faults_and_writes_nothing(tmp_path):
    (tmp_path / "t.csv").write_text(SHEET, encoding="utf-8")
    found = check_source(tmp_path / "t.csv", now=NOW)
    assert [(fault.row, fault.column) for fault in found.faults if fault.severity == "fault"] == [(6, "date")]
    assert found.rows == 4
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert check_source(tmp_path / "t.csv", now=NOW).rows == 0
    with pytest.raises(TableError, match="nothing"):
        check_source(tmp_path / "no.csv", now=NOW)


def test_a_table_of_which_nothing_is_held_back_is_not_copied():
    events = frame(("e1", "2025-11-08", "2025-11-08"), ("e2", "2025-11-09", "2025-11-09"))
    assert hold_back(events, chosen(), now=NOW)[0] is events
    assert hold_back(events, chosen(period_end="2025-11-08"), now=NOW)[0]["event_id"].tolist() == ["e1"]


@pytest.fixture
def _without_pictures(monkeypatch):
    """Drawing takes most of the time."""
    monkeypatch.setattr("impactmap.publishing.editions.PICTURES", ())


@pytest.mark.usefixtures("_without_pictures")
def test_a_failed_build_leaves_the_old_folder(tmp_path, monkeypatch):
    new_project(tmp_path / "mine")
    build(tmp_path / "mine", tmp_path / "out", now=NOW)
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("impactmap.publishing.folder.write_csv", full)
    with pytest.raises(PublishError, match="the disk is full"):
        build(tmp_path / "mine", tmp_path / "out", now=NOW)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "out"]


@pytest.mark.usefixtures("_without_pictures")
def test_building_into_the_projects_own_folder(tmp_path):
    new_project(tmp_path)
    with pytest.raises(PublishError, match="is the folder of the input"):
        build(tmp_path, tmp_path, now=NOW)
    with pytest.raises(PublishError, match="is an input"):  # events.csv would be overwritten
        build(tmp_path, tmp_path, now=NOW, force=True)


@pytest.mark.slow
def test_one_picture(tmp_path):
    new_project(tmp_path / "mine")
    text = draw(tmp_path / "mine", tmp_path / "card.png", now=NOW, preset="square")
    assert text.startswith("Map: Reported attacks on infrastructure.")
    assert (tmp_path / "card.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert text.encode() in (tmp_path / "card.png").read_bytes()


@pytest.mark.parametrize("title", [None, "Strikes"])
def test_a_title_that_was_given_is_not_called_the_tables_name(tmp_path, title):
    (tmp_path / "draft.csv").write_text("date,place,side\n2025-11-08,Kharkiv,North\n", encoding="utf-8")
    notes = open_source(tmp_path / "draft.csv", now=NOW, title=title).notes
    assert any("the title is the table's name, 'Draft'" in note for note in notes) == (title is None)


def test_every_stage_of_a_build_says_what_it_does_and_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr("impactmap.maps.page.event_map.TEXTS_INSIDE", 1)
    told = []
    build(FIRST_MAP, tmp_path / "out", now=NOW, progress=lambda *given: told.append(given))
    assert [step for step, _, _ in told] == sorted(step for step, _, _ in told)
    assert {steps for _, steps, _ in told} == {4}
    said = [re.sub(r", \d+%$", "", what) for _, _, what in told if re.search(r", \d+%$", what)]
    assert [what for what in dict.fromkeys(said) if not what.startswith("Reading")] == [
        "Finding the places",
        "Finding the regions",
        "Measuring distances to the border",
        "Adding populations",
        "Comparing with what was reported",
        "Writing the table",
        "Collecting what the page shows",
        "Writing the page",
        "Writing the page's texts",
        *(f"Drawing {name}" for name in ("map.png", "map.svg", "map.pdf", "social.png")),
        "Writing METHOD.md",
        "Writing GeoJSON",
        "Writing GeoParquet",
        "Writing GeoPackage",
        "Describing the tables",
        "Adding up check sums",
    ]


def test_the_published_page_holds_a_still_map_and_keeps_within_its_budget(tmp_path):
    build(FIRST_MAP, tmp_path / "map", now=NOW)
    page = (tmp_path / "map" / "map.html").read_bytes()
    assert page.count(b'id="im-still"') == 1
    assert len(gzip.compress(page, 9)) <= 170_000


def test_two_accounts_of_one_event_are_one_event_at_one_place(tmp_path):
    (tmp_path / "t.csv").write_text(
        "event_id,date,place,country,summary,killed,claimant\n"
        "k1,2025-11-08,Sibi,Pakistan,A track was cut.,3,Governor\n"
        "k1,2025-11-08,Sibi,Pakistan,A track was cut.,about 10,Ministry\n"
        "k2,2025-11-08,Quetta,Pakistan,A line was cut.,,\n"
        "k2,2025-11-08,Sibi,Pakistan,A line was cut.,,\n",
        encoding="utf-8",
    )
    report = build(tmp_path / "t.csv", tmp_path / "map", now=NOW)
    assert (report.events, report.rows, report.claims, report.contradictions) == (2, 3, 2, 1)
    assert report.places == {"matched": 3}
