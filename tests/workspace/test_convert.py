"""Other people's tables converted: nothing lost, areas no points, updates with tombstones, notes to paste."""

from __future__ import annotations

import datetime as dt
import json
import tomllib

import geopandas as gpd
import pytest

import impactmap
from impactmap import cli
from impactmap.claims.versions import compare_events
from impactmap.model.errors import InputError, PublishError, TableError
from impactmap.reading.read import read_events

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CLOCK = ["--now", "2026-01-01T00:00:00Z"]
UCDP = "id,type_of_violence,where_prec,where_coordinates,adm_1,adm_2,country,latitude,longitude,date_prec,date_start,date_end,best,high,low,source_headline,source_office,active_year"  # noqa: E501 -- a header is one line
UCDP_ROWS = [
    "1,1,1,Kharkiv town,Kharkiv oblast,,Ukraine,49.9808,36.2527,1,1/22/2014 12:00:00 AM,1/22/2014,3,5,2,A,X,1",
    "2,1,4,Kharkiv oblast,Kharkiv oblast,,Ukraine,49.5,36.5,2,1/23/2014 12:00:00 AM,05/02/2014 00:00,1,1,1,B,X,True",
    "3,1,6,Ukraine,,,Ukraine,49,32,5,1/25/2014 12:00:00 AM,1/25/2014 12:00:00 AM,0,0,0,C,X,true",
    "4,1,3,Izium district,Kharkiv oblast,Izium district,Ukraine,49.2,37.3,1,1/26/2014 12:00:00 AM,,1,1,1,D,X,1",
    "5,1,1,Sumy town,Sumy oblast,,Ukraine,50.91,34.8,1,no date,,1,1,1,E,X,1",
]
LOG = """time_start,time_end,model,launch_place,target,launched,destroyed,is_shahed,source
2024-04-02 20:00,2024-04-03 06:00,Shahed-136/131,Primorsk,Kharkiv and Poltava,13,10,1,kpszsu
2024-04-04,2024-04-04,X-59,Kursk,south,2,1,0,kpszsu
2024-04-05,2024-04-05,X-59,Kursk,Ukraine,2,1,0,kpszsu
"""


@pytest.fixture
def write(tmp_path):
    def written(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written


@pytest.fixture
def run(capsys):
    def ran(*words):
        try:
            cli.main([str(word) for word in words])
        except SystemExit as leaving:
            code = leaving.code
        else:
            code = 0
        return code or 0, *capsys.readouterr()

    return ran


def test_every_row_is_in_the_output_or_listed_with_its_reason(write, tmp_path):
    done = impactmap.convert([write("ged.csv", UCDP, *UCDP_ROWS)], tmp_path / "out.gpkg", now=NOW)
    assert (done.rows_read, done.rows_used, done.rejected) == (5, 4, 1)
    assert [path.name for path in done.files] == ["out.gpkg", "out.rejected.csv"]
    written = gpd.read_file(tmp_path / "out.gpkg", layer="events")
    assert written["event_id"].tolist() == ["1", "2", "3", "4"]
    assert written["place_precision"].tolist() == ["settlement", "region", "country", "district"]
    kinds = [None if shape is None else shape.geom_type for shape in written.geometry]
    assert kinds[0] == "Point"
    assert kinds[2] is None
    assert {kinds[1], kinds[3]} <= {"Polygon", "MultiPolygon"}, "areas are never points"
    assert written["latitude"].notna().tolist() == [True, False, False, False]
    assert written["source_where_prec"].tolist() == ["1", "4", "6", "3"]
    assert written["source_latitude"].tolist() == ["49.98", "49.5", "49", "49.2"], "an area's own position is kept"
    assert written["source_date_end"].fillna("").tolist()[1] == "05/02/2014 00:00"
    claims = read_events(tmp_path / "out.gpkg").claims
    assert claims[["event_id", "value", "value_low", "value_high", "claimant"]].to_numpy().tolist()[0] == [
        "1", 3.0, 2.0, 5.0, "UCDP GED",
    ]  # fmt: skip
    rejected = (tmp_path / "out.rejected.csv").read_text(encoding="utf-8")
    assert "ged.csv,6,date_start" in rejected
    assert "no date" in rejected


def test_a_log_without_coordinates_is_located_and_its_targets_are_places_of_one_event(write, tmp_path):
    done = impactmap.convert([write("log.csv", *LOG.splitlines())], tmp_path / "out.geojson", now=NOW)
    assert (done.rows_read, done.rows_used, done.events, done.places) == (3, 3, 3, 4)
    features = json.loads((tmp_path / "out.geojson").read_text(encoding="utf-8"))["features"]
    found = [
        (each["properties"]["place"], each["properties"]["place_number"], (each["geometry"] or {}).get("type"))
        for each in features
    ]
    assert found == [("Kharkiv", 1, "Point"), ("Poltava", 2, "Point"), ("south", 1, None), ("Ukraine", 1, None)]
    assert len({each["properties"]["event_id"] for each in features[:2]}) == 1


def test_two_sources_under_each_other_keep_their_claims(write, tmp_path):
    one = write("one.csv", "id,date,place,killed,who says", "1,2025-11-09,Kharkiv,2,A", "2,2025-11-09,Kyiv,1,A")
    other = write("two.csv", "id,date,place,killed,who says", "1,2025-11-09,Kharkiv,3,B")
    done = impactmap.convert([one, other], tmp_path / "out.xlsx", now=NOW)
    again = read_events(tmp_path / "out.xlsx")
    assert again.events["event_id"].tolist() == ["one:1", "2", "two:1"]
    assert again.claims[["event_id", "value", "claimant"]].to_numpy().tolist() == [
        ["one:1", 2.0, "A"],
        ["2", 1.0, "A"],
        ["two:1", 3.0, "B"],
    ]
    assert any("1 identifiers stand in more than one file" in note for note in done.notes)


def test_an_update_of_a_converted_file(run, write, tmp_path):
    old = write("old.csv", "id,date,place,killed,who says", "1,2025-11-08,Kharkiv,2,A", "2,2025-11-09,Sumy,1,A")
    new = write("new.csv", "id,date,place,killed,who says", "1,2025-11-08,Kharkiv,4,A", "3,2025-11-10,Kyiv,1,A")
    assert run("convert", old, "-o", tmp_path / "map.csv", *CLOCK)[0] == 0
    code, out, _ = run("convert", new, "--update", tmp_path / "map.csv", "-o", tmp_path / "map2.csv", *CLOCK)
    assert code == 0
    assert "1 new, 1 changed, 1 withdrawn, 0 published again, 0 unchanged" in out
    assert (
        "Correction note:\n1 report was added.\n1 report was changed:\n- Kharkiv, 8 November 2025 (1): killed 2, now 4 "
        "(A)\n1 report was withdrawn:\n- Sumy, 9 November 2025 (2)\n" in out
    )
    kept = read_events(tmp_path / "map2.csv", withdrawn=True).events
    assert kept[["event_id", "update_status"]].to_numpy().tolist() == [
        ["1", "changed"],
        ["3", "new"],
        ["2", "withdrawn"],
    ]
    code, out, _ = run("check", tmp_path / "map2.csv", *CLOCK)
    assert (code, "2 rows can be used" in out, "a report that its publisher withdrew" in out) == (0, True, True)
    code, out, _ = run(
        "convert", new, "--update", tmp_path / "map.csv", "-o", tmp_path / "map2.csv", "--force", "--json", *CLOCK
    )
    assert [each["event_id"] for each in json.loads(out)["changes"]["withdrawn"]] == ["2"]


def test_what_the_newer_version_does_not_cover_is_kept_and_told(run, write, tmp_path):
    old = write("old.csv", "id,date,place,country", "1,2025-11-08,Kharkiv,Ukraine", "2,2025-10-01,Kharkiv,Ukraine")
    new = write("new.csv", "id,date,place,country", "1,2025-11-08,Kharkiv,Ukraine")
    code, out, _ = run("convert", new, "--update", old, "-o", tmp_path / "o.csv", *CLOCK)
    assert code == 0
    assert "since the newer version has nothing of their days and countries: 1 event of the older one." in out
    assert sorted(read_events(tmp_path / "o.csv").events["event_id"]) == ["1", "2"]


def test_diff_of_two_tables_and_of_two_published_folders(run, write, tmp_path):
    old = write("old.csv", "id,date,place,who,killed,who says", "1,2025-11-08,Kharkiv,Russia,2,A")
    new = write("new.csv", "id,date,place,who,killed,who says", '1,2025-11-08,Kharkiv,Russia,4,"A ""b"""')
    assert run("diff", old, old)[1] == "Nothing changed.\n"
    note = run("diff", old, new)[1].strip()
    assert note.startswith("1 report was changed:\n- Kharkiv, 8 November 2025 (1): ")
    printed = run("diff", old, new, "--toml", *CLOCK)[1]
    assert 'text = """\n1 report was changed:\n- Kharkiv, 8 November 2025 (1): ' in printed
    section = tomllib.loads(printed)["corrections"]
    assert section == [{"date": dt.date(2026, 1, 1), "text": note}]
    assert json.loads(run("diff", old, new, "--json")[1])["note"] == note
    same = write("new2.csv", "id,date,place,who,killed,who says", "1,2025-11-08,Kharkiv,Russia,4,A")
    for name, table in (("one", old), ("two", same)):
        assert run("build", table, "-o", tmp_path / name, *CLOCK)[0] == 0
    assert run("diff", tmp_path / "one", tmp_path / "two")[1] == (
        "1 report was changed:\n- Kharkiv, 8 November 2025 (1): killed 2, now 4 (A)\n"
    )


def test_explain_for_people_and_programs(run, write):
    table = write("ged.csv", UCDP, *UCDP_ROWS)
    code, out, _ = run("convert", "--explain", table)
    assert code == 0
    assert out.startswith("ucdp: UCDP Georeferenced Event Dataset\n")
    assert "place_precision          where_prec, adm_1" in out
    assert "1 = day; 2 = days; 3 = week; 4 = month; 5 = year; other words = missing" in out
    assert "killed                   best: best; low: low; high: high" in out
    assert "originals of what is translated: type_of_violence, active_year" in out
    found = json.loads(run("convert", "--explain", "--json", table)[1])
    assert (found["name"], found["rows"], found["kept"]) == ("ucdp", 5, ["type_of_violence", "active_year"])
    sheet = write("s.csv", "Дата;Місто;Загинуло;колір", "13.11.2025;Харків;2;x", "Всього;;2;")
    found = json.loads(run("convert", "--explain", "--json", sheet)[1])
    assert found["columns"] == [
        {"column": "date_start", "from": ["Дата"], "how": "The header 'Дата'; 1 of 2 different cells read as dates."},
        {"column": "place", "from": ["Місто"], "how": "The header 'Місто'; cells such as 'Харків'."},
    ]
    assert found["claims"] == [{"metric": "killed", "best": "Загинуло"}]
    assert (found["kept"], found["aside"]) == (["колір"], [{"row": 3, "found": "a row of totals, 'Всього'"}])
    assert "Row 3 is no report: a row of totals, 'Всього'" in run("convert", "--explain", sheet)[1]
    every = json.loads(run("convert", "--explain", "--json")[1])["formats"]
    assert {"acled", "ucdp", "viina", "viina-1pd", "timemap", "cir", "geoconfirmed", "attack-log", "hxl"} <= {
        each["name"] for each in every
    }
    assert run("convert", "--explain", "--from", "ucpd")[2].startswith("Error: expected a format out of auto, sheet, ")


def test_what_convert_refuses(run, write, tmp_path):
    table = write("s.csv", "date,place", "2025-11-09,Kharkiv")
    assert run("convert", table)[0] == 2
    assert "expected IN and -o OUT, or --explain" in run("convert", table)[2]
    with pytest.raises(InputError, match="expected a file name that ends in"):
        impactmap.convert([table], tmp_path / "out.docx", now=NOW)
    with pytest.raises(PublishError, match="is also the input"):
        impactmap.convert([table], table, now=NOW)
    with pytest.raises(TableError, match=r"expected the format ucdp .* found 'date', 'place'"):
        impactmap.convert([table], tmp_path / "out.csv", now=NOW, format="ucdp")
    with pytest.raises(InputError, match="expected at least one table"):
        impactmap.convert([], tmp_path / "out.csv", now=NOW)
    with pytest.raises(InputError, match=r"expected a published folder with events\.csv"):
        impactmap.read_version(tmp_path)


def test_positions_are_coarse_unless_asked_for(write, tmp_path):
    table = write("s.csv", "id,date,place,lat,lon", "1,2025-11-09,Kharkiv,49.98761,36.25234")
    impactmap.convert([table], tmp_path / "out.csv", now=NOW)
    assert read_events(tmp_path / "out.csv").events["latitude"].tolist() == [49.99]
    impactmap.convert([table], tmp_path / "exact.csv", now=NOW, exact_positions=True)
    assert read_events(tmp_path / "exact.csv").events["latitude"].tolist() == [49.98761]
    impactmap.convert([table], tmp_path / "plain.csv", now=NOW, find_places=False)
    assert "place_status" not in read_events(tmp_path / "plain.csv").events.columns


def test_a_project_is_converted_with_its_places_and_claims(write, tmp_path):
    write("events.csv", "event_id,date,what", "1,2025-11-09,Hit")
    write("places.csv", "event_id,place", "1,Kharkiv", "1,Sumy")
    write("claims.csv", "event_id,metric,value,claimant", "1,killed,2,A")
    write(
        "project.toml",
        '[map]\ntitle = "T"\n[data]\nevents = "events.csv"\nplaces = "places.csv"\nclaims = "claims.csv"',
    )
    done = impactmap.convert([tmp_path], tmp_path / "out.gpkg", now=NOW)
    assert (done.events, done.places, done.claims, done.rejected) == (1, 2, 1, 0)
    assert read_events(tmp_path / "out.gpkg").events["place"].tolist() == ["Kharkiv", "Sumy"]


def test_a_list_of_rejected_rows_is_never_an_older_runs(write, tmp_path):
    table = write("s.csv", "date,place", "soon,Kharkiv", "2025-11-09,Kharkiv")
    impactmap.convert([table], tmp_path / "out.csv", now=NOW, find_places=False)
    assert "soon" in (tmp_path / "out.rejected.csv").read_text(encoding="utf-8")
    fine = write("s.csv", "date,place", "2025-11-09,Kharkiv")
    done = impactmap.convert([fine], tmp_path / "out.csv", now=NOW, find_places=False)
    assert [path.name for path in done.files] == ["out.csv", "out.rejected.csv"]
    assert (tmp_path / "out.rejected.csv").read_text(encoding="utf-8").splitlines() == ["file,source_row,column,reason"]


FULL_SET = {
    "events": ("event_id,date_start,side", "a,2025-11-09,X", "b,2025-11-09,X", "c,soon,X"),
    "places": ("event_id,place", "a,Kyiv", "a,Lviv", "b,Kharkiv"),
    "claims": ("event_id,metric,value,claimant", "a,killed,2,P", "z,killed,1,P"),
}


def test_rows_of_events_places_and_claims_are_counted_apart(write, tmp_path, run):
    files = {name: write(f"{name}.csv", *lines) for name, lines in FULL_SET.items()}
    given = ["--places", files["places"], "--claims", files["claims"]]
    code, out, _ = run("convert", files["events"], *given, "-o", tmp_path / "out.gpkg", "--now", NOW.isoformat())
    assert code == 0
    assert out.splitlines()[:4] == [
        "3 rows read: 2 used, 1 not.",
        "3 rows of places read: 3 used, 0 not.",
        "2 rows of claims read: 1 used, 1 not.",
        "2 events at 3 reported places (3 matched), 1 claim.",
    ]
    done = impactmap.convert([tmp_path / "out.gpkg"], tmp_path / "again.csv", now=NOW)
    assert (done.rows_read, done.rows_used, done.tables["claims"]) == (3, 3, {"read": 1, "used": 1, "rejected": 0})


def test_check_takes_what_convert_takes(write, tmp_path, run):
    files = {name: write(f"{name}.csv", *lines) for name, lines in FULL_SET.items()}
    now = ("--now", NOW.isoformat())
    code, out, _ = run("check", files["events"], *now)
    assert code == 1
    assert "name it: --places TABLE" in out
    code, out, _ = run("check", files["events"], "--places", files["places"], "--claims", files["claims"], *now)
    assert (code, "3 rows can be used. 2 faults, " in out) == (1, True)
    log = write("log.csv", *LOG.splitlines())
    assert run("check", log, "--from", "attack-log", *now)[0] == 0
    assert run("check", log, "--from", "acled", *now)[0] == 1, "the format that is named is the one that is read"
    code, _, err = run("check", "https://127.0.0.1/x.csv", *now)
    assert (code, "Add --allow-url" in err) == (2, True)
    code, _, err = run("check", "--allow-url", "https://127.0.0.1/x.csv", *now)
    assert (code, "127.0.0.1" in err) == (1, True), "an address is fetched by the same rules"
    impactmap.convert([log], tmp_path / "package", to="datapackage", now=NOW)
    assert run("check", tmp_path / "package", *now)[0] == 0


@pytest.mark.parametrize("command", ["check", "convert"])
def test_places_and_claims_belong_to_one_table(write, tmp_path, run, command):
    files = {name: write(f"{name}.csv", *lines) for name, lines in FULL_SET.items()}
    out = () if command == "check" else ("-o", tmp_path / "out.csv")
    code, _, err = run(command, files["events"], files["events"], "--places", files["places"], *out)
    assert (code, "expected one table where places or claims are given" in err) == (1, True)
    (tmp_path / "project.toml").write_text('[map]\ntitle = "x"\n[data]\nevents = "events.csv"\n', encoding="utf-8")
    code, _, err = run(command, tmp_path / "project.toml", "--places", files["places"], *out)
    assert (code, "a project names its own" in err) == (1, True)


def test_a_tombstone_survives_conversion_and_the_note_tells_of_it(write, tmp_path):
    old = write("old.csv", "id,date,place", "1,2025-11-08,Kharkiv", "2,2025-11-08,Kyiv", "3,2025-11-08,Lviv")
    new = write("new.csv", "id,date,place", "1,2025-11-08,Kharkiv", "3,2025-11-08,Lviv")
    impactmap.convert([old], tmp_path / "v1.gpkg", now=NOW)
    impactmap.convert([new], tmp_path / "v2.gpkg", now=NOW, update=tmp_path / "v1.gpkg")
    done = impactmap.convert([tmp_path / "v2.gpkg"], tmp_path / "v2.csv", now=NOW)
    assert (done.rows_read, done.rows_used, done.rejected) == (3, 3, 0)
    assert "Among the events are 1 that their publisher withdrew; they are marked so." in done.notes
    assert read_events(tmp_path / "v2.csv").events["event_id"].tolist() == ["1", "3"], "no map shows it"
    for version in ("v2.gpkg", "v2.csv"):
        changes = compare_events(
            impactmap.read_version(tmp_path / "v1.gpkg").events, impactmap.read_version(tmp_path / version).events
        )
        assert (changes.withdrawn, changes.returned, changes.unchanged) == (("2",), (), 2)
    same = compare_events(
        impactmap.read_version(tmp_path / "v2.gpkg").events, impactmap.read_version(tmp_path / "v2.csv").events
    )
    assert (same.new, same.withdrawn, same.returned) == ((), (), ())


def test_what_a_source_calls_an_area_s_is_the_same_area_in_every_further_conversion(write, tmp_path):
    header = (
        "event_id_cnty,event_date,time_precision,event_type,location,admin1,country,latitude,longitude,geo_precision"
    )
    rows = (
        "U1,2025-11-08,1,x,Kharkiv,Kharkiv,Ukraine,49.99,36.23,3",
        "U2,2025-11-08,1,x,Nowhere,Kharkiv,Ukraine,49.5,36.9,2",
    )
    table = write("acled.csv", header, *rows)
    impactmap.convert([table], tmp_path / "first.geojson", now=NOW)
    impactmap.convert([table], tmp_path / "one.csv", now=NOW)
    impactmap.convert([tmp_path / "one.csv"], tmp_path / "two.geojson", now=NOW)
    first, second = (
        json.loads((tmp_path / name).read_text(encoding="utf-8"))["features"]
        for name in ("first.geojson", "two.geojson")
    )
    for one, other in zip(first, second, strict=True):
        assert one["geometry"]["type"] in {"Polygon", "MultiPolygon"}
        assert other["geometry"] == one["geometry"]
        for name in ("place_precision", "place_status", "place_radius_km", "latitude", "source_latitude"):
            assert other["properties"][name] == one["properties"][name]


def test_the_position_of_an_area_in_a_sheet_is_kept_beside_what_is_made_of_it(write, tmp_path):
    table = write(
        "t.csv",
        "id,date,place,lat,lon,place_precision",
        "1,2025-11-08,Chuhuiv,49.834,36.684,district",
        "2,2025-11-08,Kharkiv,49.98,36.25,settlement",
    )
    for number, exact in enumerate((True, False)):
        path = tmp_path / f"{number}.csv"
        impactmap.convert([table], path, now=NOW, exact_positions=exact)
        events = read_events(path).events
        assert events["latitude"].fillna(0).tolist() == [0, 49.98]
        assert events[["source_latitude", "source_longitude"]].fillna("").to_numpy().tolist() == [
            ["49.834", "36.684"] if exact else ["49.83", "36.68"], ["", ""],
        ]  # fmt: skip
    impactmap.convert([table], tmp_path / "first.geojson", now=NOW)
    impactmap.convert([tmp_path / "1.csv"], tmp_path / "again.geojson", now=NOW)
    one, other = (
        [each["geometry"] for each in json.loads((tmp_path / name).read_text(encoding="utf-8"))["features"]]
        for name in ("first.geojson", "again.geojson")
    )
    assert one == other


@pytest.mark.parametrize("ending", ["csv", "geojson", "jsonl", "parquet"])
def test_places_are_found_and_written_a_part_at_a_time(ending, write, tmp_path, monkeypatch):
    rows = [f"e{n},2025-11-{n % 9 + 1:02d},{place}" for n, place in enumerate(["Kharkiv", "Oktyabrske", "Nowhere"] * 4)]
    table = write("sheet.csv", "id,date,place", *rows)
    done = [impactmap.convert([table], tmp_path / f"whole.{ending}", now=NOW)]
    monkeypatch.setattr("impactmap.publishing.files.chunks.PART", 5)
    told = []
    done.append(
        impactmap.convert([table], tmp_path / f"parts.{ending}", now=NOW, progress=lambda *given: told.append(given))
    )
    assert done[0].statuses == done[1].statuses
    assert sum(done[1].statuses.values()) == 12
    assert done[0].notes == done[1].notes
    assert [what for step, _, what in told if step == 3][-1].endswith("100%")
    assert (2, 3, "Finding the places, 100%") in told
    files = [tmp_path / f"{name}.{ending}" for name in ("whole", "parts")]
    if ending == "parquet":
        assert gpd.read_parquet(files[0]).equals(gpd.read_parquet(files[1]))
    else:
        assert files[0].read_bytes() == files[1].read_bytes()
