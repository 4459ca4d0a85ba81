"""One object from a project, tables or frames: its verbs do what the functions and the commands do."""

from __future__ import annotations

import datetime as dt
import html

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pytest
import shapely

import impactmap as im
from impactmap.context.borders import load_border
from impactmap.model.errors import InputError, ProjectError, TableError
from impactmap.reading.columns.table_options import TableOptions
from impactmap.workspace.options import present

NOW = dt.datetime(2025, 11, 12, 12, tzinfo=dt.UTC)
SHEET = pd.DataFrame(
    {
        "date": ["2025-11-08", "2025-11-09", "2025-11-11"],
        "place": ["Erdenet", "Irkutsk", "Kyzyl"],
        "side": ["North", "South", "North"],
        "killed": [2, 0, 1],
        "source": "A newspaper",
    }
)


@pytest.fixture
def folder(tmp_path):
    SHEET.to_csv(tmp_path / "events.csv", index=False)
    (tmp_path / "project.toml").write_text(
        '[map]\ntitle = "Two lands"\nlanguage = "en"\n[data]\nevents = "events.csv"\n'
        '[[sides]]\nkey = "North"\nname = "North"\n[[sides]]\nkey = "South"\nname = "South"\n'
        '[border]\ncountries = ["MN", "RU"]\n',
        encoding="utf-8",
    )
    return tmp_path


SOURCES = {
    "project folder": lambda folder: folder,
    "project file": lambda folder: folder / "project.toml",
    "table": lambda folder: folder / "events.csv",
    "text": lambda folder: str(folder / "events.csv"),
    "pattern": lambda folder: folder / "ev*.csv",
    "list": lambda folder: [folder / "events.csv"],
    "frame": lambda _: SHEET,
    "arrow": lambda _: pa.table(SHEET),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_opens_to_the_same_events(folder, name):
    work = im.open(SOURCES[name](folder), border="MN:RU", now=NOW)
    assert work.events["place_name"].tolist() == ["Erdenet", "Irkutsk", "Kyzyl"]
    assert work.events["border_country"].tolist() == ["MN", "RU", "RU"]
    assert work.events["place_region"].notna().all()
    assert work.events["border_distance_km"].between(50, 600).all()
    assert work.claims["value"].tolist() == [2.0, 0.0, 1.0]
    assert work.project.border.countries == ("MN", "RU")
    assert work.language == "en"
    assert work.events is work.events
    assert work.reading is work.reading


def test_a_folder_and_a_pattern_hold_all_their_tables_and_nothing_beside_them(tmp_path):
    for month in ("10", "11"):
        SHEET.assign(date=f"2025-{month}-01", side=None).to_csv(tmp_path / f"m{month}.csv", index=False)
    (tmp_path / "m10.rejected.csv").write_text("reason\nnone\n", encoding="utf-8")
    (tmp_path / "decisions.csv").write_text("place\nnone\n", encoding="utf-8")
    (tmp_path / "notes.md").write_text("none", encoding="utf-8")
    for source in (tmp_path, tmp_path / "*.csv"):
        work = im.open(source, now=NOW)
        assert len(work.reading.events) == 6
        assert [path.name for path in work.read().inputs] == ["m10.csv", "m11.csv"]
        assert work.project.map.title == tmp_path.name[:1].upper() + " ".join(tmp_path.name[1:].split("_"))
        assert len(work.check().duplicates) == im.check_source(source, now=NOW).duplicates.__len__()


@pytest.mark.parametrize(
    ("source", "error", "match"),
    [
        ("nowhere/*.csv", TableError, "expected files that fit"),
        ([], TableError, "expected at least one table"),
        (12, TableError, "expected a file's path"),
    ],
)
def test_what_cannot_be_opened_says_so(source, error, match):
    with pytest.raises(error, match=match):
        im.open(source, now=NOW).read()


def test_an_empty_folder_is_no_source(tmp_path):
    with pytest.raises(ProjectError, match=r"holds no project\.toml and no table"):
        im.open(tmp_path, now=NOW).read()


@pytest.mark.parametrize("run", [im.open, im.check_source, im.open_source])
def test_an_option_that_is_none_is_refused_with_the_nearest(run):
    with pytest.raises(TypeError, match=r"unexpected keyword 'boarder'\. Did you mean 'border'\?"):
        run(SHEET, boarder="MN:RU")
    with pytest.raises(TypeError, match="unexpected keyword 'updat'"):
        im.convert([SHEET], "out.csv", updat="old.csv")


def test_nothing_more_is_said_of_what_is_open(tmp_path):
    work = im.open(SHEET, now=NOW)
    with pytest.raises(InputError, match="nothing more to be said of an open source, found title"):
        im.build(work, tmp_path / "map", title="Late")


def test_places_and_claims_belong_to_one_table(folder):
    for source in (folder, [folder / "events.csv"] * 2):
        with pytest.raises(InputError, match="expected a table where places or claims are given"):
            im.open(source, claims=SHEET, now=NOW).read()


def test_the_verbs_do_what_the_functions_do(folder, tmp_path):
    work = im.open(folder, now=NOW)
    report = work.build(tmp_path / "a")
    im.build(folder, tmp_path / "b", now=NOW)
    for name in ("map.html", "events.csv", "METHOD.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert (report.events, report.held_back) == (2, 1)
    assert work.image(tmp_path / "a.png") == im.draw(folder, tmp_path / "b.png", now=NOW)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert work.check().to_dict() == im.check_source(folder, now=NOW).to_dict()
    assert work.geocode()["place_name"].tolist() == work.events["place_name"].tolist()
    work.convert(tmp_path / "a.csv")
    im.convert([folder], tmp_path / "b.csv", now=NOW)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert [doubt.query.place for doubt in work.review()] == []
    assert len(work.map().reports.events) == 3
    assert list(work.diff(SHEET[:2]).new) == work.reading.events["event_id"].tolist()[2:]


def test_a_frame_is_built_without_a_file(tmp_path):
    frame = gpd.GeoDataFrame(
        {"date": pd.to_datetime(["2025-11-08", "2025-11-09"]), "what": ["A mast", "A bridge"]},
        geometry=[shapely.Point(-71.6, 10.6), shapely.box(-75, 4, -74, 5)],
        crs=4326,
    )
    report = im.open(frame, now=NOW, title="Two").build(tmp_path / "map")
    assert report.places == {"area": 1, "matched": 1}
    assert im.verify_folder(tmp_path / "map") == []


def test_what_is_said_of_a_table_reaches_it():
    sheet = pd.DataFrame({"Wann": ["2025-11-08"], "Wo": ["Erdenet"]})
    said = TableOptions({"date": "Wann", "place": "Wo"}, country="MN")
    assert im.open(sheet, table=said, now=NOW).events["place_name"].tolist() == ["Erdenet"]


def test_the_present_is_the_variable_s_or_the_clock_s(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1762948800")
    assert im.open(SHEET).now == dt.datetime(2025, 11, 12, 12, tzinfo=dt.UTC)
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert abs(present() - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_a_faulty_table_is_opened_checked_and_shown(tmp_path):
    (tmp_path / "bad.csv").write_text("date,place\n03/04/2024,Erdenet\n05/06/2024,Irkutsk\n", encoding="utf-8")
    work = im.open(tmp_path / "bad.csv", now=NOW)
    assert len(work.check().faults) == 1
    assert repr(work).startswith("Workspace that cannot be read yet\n  why   bad.csv")


def test_objects_show_what_one_wants_to_see_first(folder, tmp_path):
    work = im.open(folder, now=NOW)
    assert repr(work).splitlines() == [
        "Workspace: Two lands",
        "  files         events.csv (CSV, 3 rows)",
        "  events        3 in 3 rows of an event and place",
        "  days          2025-11-08 to 2025-11-11",
        "  stated sides  2",
        "  claims        3, of 1 metric",
        "  notes         2, in .notes",
        "  sides         North, South",
        "  border        MN - RU, view un",
        "  language      en",
        "  now           2025-11-12 12:00 UTC; held back for 24 hours",
    ]
    assert repr(work.reading).splitlines()[0] == "Reading"
    assert repr(load_border(("MN", "RU"))).startswith("Border MN - RU\n  view       un\n  data       OpenStreetMap")
    report = work.build(tmp_path / "map")
    assert repr(report).splitlines()[:3] == [
        f"Map of 2 events in {tmp_path / 'map'}",
        f"  open       {tmp_path / 'map' / 'map.html'}",
        "  published  2 events at 2 reported places, 2 claims",
    ]
    check = work.check()
    assert repr(check).splitlines()[:2] == ["Check", "  rows    3 that can be used"]
    assert repr(check).splitlines()[2].split()[0] == "faults"
    assert repr(work.impact).splitlines()[:3] == [
        "What can be asked of events", "  events  3 in 3 rows", "  days    2025-11-08 to 2025-11-11",
    ]  # fmt: skip
    assert "within_border" in repr(work.impact)
    assert str(work.reading.notes[0]) == f"{work.reading.notes[0].file}: {work.reading.notes[0].text}"
    for each in (work, work.reading, report, work.border, check, work.impact):
        shown = each._repr_html_()
        assert shown.startswith("<table><caption ")
        assert html.escape(repr(each).splitlines()[0]) in shown


def test_texts_of_the_data_are_no_markup():
    work = im.open(SHEET.assign(side="<b onclick=x>{{1}}</b>"), title="<script>1</script>", now=NOW)
    assert "<script" not in work._repr_html_()
    assert "<b " not in work._repr_html_()
    assert "<script>1</script>" in repr(work)


def test_what_is_left_of_the_template_is_a_warning_once_the_reports_are_ones_own(tmp_path):
    from impactmap.workspace.starting import new_project

    new_project(tmp_path / "map")
    untouched = im.check_source(tmp_path / "map", now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert [each for each in untouched.faults if each.file == "project.toml"] == []
    (tmp_path / "map/events.csv").write_text("date,place,country\n2025-11-08,Merowe,Sudan\n", encoding="utf-8")
    report = im.check_source(tmp_path / "map", now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    left = [each for each in report.faults if each.found.startswith("the template's")]
    assert [each.column for each in left] == ["subtitle", "credit", "contact", "sides"]
    assert {each.severity for each in left} == {"warning"}


def test_the_head_of_a_frame_shows_place_and_date():
    work = im.open(
        pd.DataFrame({"date": ["2025-03-01"], "place": ["Erdenet"], "side": ["A"], "event_id": ["2025-03-01-e"]})
    )
    for frame in (work.reading.events, work.events):
        assert frame.columns[:4].tolist() == ["date_start", "place", "event_id", "side"]
        with pd.option_context("display.width", 80, "display.max_columns", 0):
            assert all(text in repr(frame.head()) for text in ("2025-03-01", "Erdenet"))


def test_reports_say_what_one_wants_to_see_first(tmp_path):
    sheet = pd.DataFrame(
        {"date": ["2025-03-01", "2025-03-02"], "place": ["Erdenet", "Springfield"], "event_id": ["a", "b"]}
    )
    report = im.check_source(sheet.assign(killed=[-2, None], source="Gazette"))
    shown = repr(report).splitlines()
    assert shown[0] == "CheckReport"
    assert [line.split()[0] for line in shown[1:]] == ["rows", "first", "faults", "places", "unsettled", "notes"]
    assert "killed" in shown[2]
    changes = im.compare_versions(sheet, sheet.assign(place=["Darkhan", "Springfield"])[:1])
    assert repr(changes).splitlines() == [
        "Changes",
        "  changed    1 in 1 differences, in .changed",
        "  withdrawn  1: Springfield, 2025-03-02",
        "  unchanged  0",
    ]
    sheet.to_csv(tmp_path / "a.csv", index=False)
    done = im.convert(tmp_path / "a.csv", tmp_path / "b.geojson")
    assert repr(done).splitlines()[1:4] == [
        "  files   b.geojson",
        "  events  2 in 2 rows, 0 claims",
        "  places  1 ambiguous, 1 matched",
    ]
    for each in (report, changes, done):
        assert each._repr_html_().startswith("<table>")


def test_a_project_is_loaded_by_its_folder_too(tmp_path):
    file, _ = im.new_project(tmp_path / "map")
    assert im.load_project(tmp_path / "map") == im.load_project(file)
    with pytest.raises(im.ImpactMapError, match="no such project file"):
        im.load_project(tmp_path)
