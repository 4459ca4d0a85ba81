"""What leaves is told truly: exact positions, embargoed events, unsourced reports, by every door."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from base64 import b64decode

import pandas as pd
import pytest
from click.testing import CliRunner

import impactmap
from impactmap.cli import app as main
from impactmap.publishing.files.forms import FORMS

NOW = dt.datetime(2025, 11, 20, tzinfo=dt.UTC)
SHEET = """\
id,date,place,country,side,summary,note,source_url,killed,grid,geohash,easting
a,2025-11-01,Kharkiv,Ukraine,A,hit at 50.456789 36.876543,{},{},3,37U CR 81234 92345,ubcu2rmt9,412345
b,2025-11-02,Kharkiv,Ukraine,A,nothing to see,,,,,,
c,2025-11-19,Kharkiv,Ukraine,A,fresh,,,-3,,,
"""
DEGREES = '"50°27\'24.4""N 36°52\'35.6""E"'
ADDRESS = "https://maps.google.com/?q=50.456789%2C36.876543"
SECRETS = ("456789", "876543", "27'24.4", "81234", "ubcu2rmt9", "412345")


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(SHEET.format(DEGREES, ADDRESS), encoding="utf-8")
    return path


def texts_of(path):
    """Return all that a file holds, unpacked."""
    data = path.read_bytes()
    if path.suffix == ".html":
        blocks = data.split(b'type="application/octet-stream"')[1:]
        packed = [block.partition(b">")[2].partition(b"<")[0] for block in blocks]
        data += b"".join(zlib.decompress(b64decode(block)) for block in packed)
    if path.suffix in {".gpkg", ".parquet", ".xlsx", ".fgb"}:
        reading = impactmap.read_events(path)
        data = (
            pd.DataFrame(reading.events).to_json(date_format="iso").encode()
            + reading.claims.to_json(date_format="iso").encode()
        )
    return data.decode("utf-8", errors="replace")


def test_no_exact_position_leaves_in_a_published_folder(table, tmp_path):
    report = impactmap.build(table, tmp_path / "out", now=NOW)
    for file in report.files:
        if file.suffix not in {".png", ".pdf"}:
            held = texts_of(file)
            assert not [secret for secret in SECRETS if secret in held], file.name
    assert any("made as coarse" in note for note in report.notes)
    assert "made as coarse" in (tmp_path / "out" / "METHOD.md").read_text()


@pytest.mark.parametrize("form", [form.name for form in FORMS if not form.is_folder])
def test_no_exact_position_and_no_fresh_event_leaves_by_convert(table, tmp_path, form):
    ending = next(each.endings[0] for each in FORMS if each.name == form)
    path = tmp_path / f"out{ending}"
    done = impactmap.convert([table], path, now=NOW)
    held = texts_of(path)
    assert not [secret for secret in SECRETS if secret in held]
    assert "fresh" not in held
    assert (done.held_back, done.events) == (1, 2)
    assert "Held back by the embargo, and not in what was written: 1 events." in done.notes
    assert set(impactmap.read_events(path).events["event_id"]) == {"a", "b"}
    everything = impactmap.convert([table], path, now=NOW, embargoed=True, exact_positions=True, force=True)
    assert (everything.held_back, everything.events) == (0, 3)
    assert "50.456789" in texts_of(path)


def test_a_projects_embargo_is_that_of_convert(table, tmp_path):
    (tmp_path / "project.toml").write_text(
        '[map]\nembargo_hours = 0\n[data]\nevents = "t.csv"\n[[sides]]\nkey = "A"\nname = "A"\n'
    )
    assert impactmap.convert([tmp_path], tmp_path / "out.csv", now=NOW).held_back == 0


def test_the_list_of_rejected_rows_holds_no_exact_position(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "id,date,place,latitude,longitude,summary\n"
        "a,2025-13-01,X,50.456789,36.876543,at 50.456789 36.876543\nb,2025-11-01,Kharkiv,,,x\n"
    )
    impactmap.convert([path], tmp_path / "out.csv", now=NOW, embargoed=True)
    rejected = (tmp_path / "out.rejected.csv").read_text()
    assert "2025-13-01" in rejected
    assert "456789" not in rejected
    assert "50.46" in rejected


def test_of_a_rejected_row_that_must_wait_only_its_number_and_the_reason_leave(tmp_path):
    path = tmp_path / "t.csv"
    today = NOW.date().isoformat()
    path.write_text(
        "id,date,place,latitude,longitude,summary\n"
        f"a,{today},X,500,36.87,fresh words\nb,soon,X,50,36,undated words\nc,2025-10-01,X,500,36,old words\n"
        f"d,2025-10-01,Kharkiv,,,x\ne,{today},X,freshly told,36,x\nf,2025-10-01,X,told of old,36,x\n"
    )
    impactmap.convert([path], tmp_path / "out.csv", now=NOW)
    rejected = pd.read_csv(tmp_path / "out.rejected.csv")
    assert rejected["source_row"].tolist() == [2, 3, 4, 6, 7]
    assert rejected["reason"].str.startswith("expected ").all()
    assert "soon" in rejected["reason"][1]
    assert "freshly" not in (tmp_path / "out.rejected.csv").read_text(encoding="utf-8")
    assert "told of old" in rejected["reason"][4]
    assert rejected["summary"].fillna("").tolist() == ["", "", "old words", "", "x"]
    assert rejected["id"].fillna("").tolist() == ["", "", "c", "", "f"]
    impactmap.convert([path], tmp_path / "out.csv", now=NOW, embargoed=True, force=True)
    whole = pd.read_csv(tmp_path / "out.rejected.csv")
    assert whole["summary"].tolist() == ["fresh words", "undated words", "old words", "x", "x"]
    assert "freshly told" in whole["reason"][3]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "kml", "parquet"])
def test_geocode_holds_back_what_must_wait_of_a_table_of_reports(tmp_path, ending):
    path, out = tmp_path / "t.csv", tmp_path / f"out.{ending}"
    today = NOW.date().isoformat()
    path.write_text(
        f"id,date,place,words\na,2025-10-01,Erdenet,told\nb,{today},Darkhan,secret one\n"
        f"b,{today},Choibalsan,secret two\nc,soon,Choibalsan,secret three\nd,,Erdenet,undated\n"
        f"e,{today},,secret four\n"
    )
    at = ["--now", NOW.isoformat()]
    done = CliRunner().invoke(main, ["geocode", str(path), "-o", str(out), *at])
    assert done.exit_code == 0, done.output
    assert "Held back by the embargo: 4 rows. --embargoed lets them out." in done.output
    held = texts_of(out)
    assert "secret" not in held
    assert "told" in held
    assert "undated" in held
    done = CliRunner().invoke(main, ["geocode", str(path), "-o", str(out), *at, "--embargoed", "--force"])
    assert "Held back" not in done.output
    assert "secret one" in texts_of(out)


def test_geocode_does_not_ask_a_list_of_towns_for_its_days(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("town,founded\nErdenet,soon\nDarkhan,1961\n")
    done = CliRunner().invoke(main, ["geocode", str(path), "-o", str(tmp_path / "o.csv"), "--json"])
    assert (json.loads(done.stdout)["rows"], json.loads(done.stdout)["held_back"]) == (2, 0)


def test_the_method_note_tells_no_cell_of_a_row_whose_day_is_not_known(tmp_path):
    (tmp_path / "t.csv").write_text(
        "id,date,place,side\na,2025-10-01,Kharkiv,A\nb,soon,Sumy,words of b\nc,2025-10-02,Sumy,words of c\n"
    )
    (tmp_path / "project.toml").write_text('[data]\nevents = "t.csv"\n[[sides]]\nkey = "A"\nname = "A"\n')
    impactmap.build(tmp_path, tmp_path / "out", now=NOW)
    method = (tmp_path / "out" / "METHOD.md").read_text(encoding="utf-8")
    assert "soon" in method
    assert "words of c" in method
    assert "words of b" not in method


@pytest.mark.parametrize(
    "command",
    [
        ["check"],
        ["build", "-o", "out"],
        ["convert", "-o", "out.csv"],
        ["image", "-o", "out.png"],
        ["geocode", "-o", "out.csv"],
        ["review", "--no-serve", "-o", "out.csv"],
        ["review", "--no-serve", "-o", "out.csv", "--place", "place"],
    ],
)
def test_every_command_that_reads_a_table_takes_limits(tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("date,place\n2025-11-01,Erdenet\n2025-11-02,Erdenet\n")
    done = CliRunner().invoke(main, [command[0], "t.csv", *command[1:], "--limit", "rows=1"])
    assert done.exit_code == 1, done.output
    assert "expected at most 1 rows, found 2" in str(done.exception) + done.output
    assert not list(tmp_path.glob("out*"))


def test_geocode_makes_the_tables_own_positions_coarse_unless_asked(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("town,lat,lon,remark\nKharkiv,50.456789,36.876543,at 50.456789 36.876543\nKharkiv,,,\n")
    run = CliRunner().invoke
    done = run(main, ["geocode", str(path), "-o", str(tmp_path / "out.csv"), "--place", "town"])
    assert done.exit_code == 0, done.output
    written = (tmp_path / "out.csv").read_text()
    assert "456789" not in written
    assert "made as coarse" in done.output
    # The gazetteer's own position of a settlement is no secret.
    assert "49.98" in written
    done = run(main, ["geocode", str(path), "-o", str(tmp_path / "all.csv"), "--place", "town", "--exact-positions"])
    assert "50.456789" in (tmp_path / "all.csv").read_text()


def test_what_names_no_source_says_so(table, tmp_path):
    impactmap.build(table, tmp_path / "out", now=NOW)
    page = (tmp_path / "out" / "map.html").read_text()
    assert page.count(">No source is named.<") == 1
    method = (tmp_path / "out" / "METHOD.md").read_text()
    assert "no source, address or claimant is named: 1 event" in method
    reading = impactmap.read_events(table)
    reports = impactmap.build_map(impactmap.geocode_events(reading.events), reading.claims).reports
    assert [event["side_basis"] for event in reports.events] == ["stated", "unsourced", "unsourced"]


def test_rejected_rows_are_counted_on_the_page(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,date,place\na,2025-13-01,Kharkiv\nb,2025-11-01,Kharkiv\n")
    impactmap.build(path, tmp_path / "out", now=NOW)
    assert "1 row of the tables could not be used" in (tmp_path / "out" / "map.html").read_text()


def test_a_silenced_check_is_published_with_its_reason(table, tmp_path):
    head = '[data]\nevents = "t.csv"\n[[sides]]\nkey = "A"\nname = "A"\n[checks.silenced]\n'
    (tmp_path / "project.toml").write_text(head + 'source_missing = "Seen by our own *reporters*."\n')
    impactmap.build(tmp_path, tmp_path / "out", now=NOW)
    method = (tmp_path / "out" / "METHOD.md").read_text()
    assert r"(source\_missing): Seen by our own \*reporters\*." in method
    assert "no source, address or claimant is named" not in method
    (tmp_path / "project.toml").write_text(head + 'source_missing = " "\n')
    with pytest.raises(impactmap.ImpactMapError, match="expected a reason beside source_missing"):
        impactmap.build(tmp_path, tmp_path / "out", now=NOW)


def test_impossible_figures_are_not_published(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id,date,place,source,killed,households\na,2025-11-01,Kharkiv,X,-3,99999999999\n")
    report = impactmap.build(path, tmp_path / "out", now=NOW)
    assert report.claims == 0
    assert "99999999999" not in texts_of(tmp_path / "out" / "map.html")
    done = CliRunner().invoke(main, ["check", str(path), "--now", "2025-12-01T00:00:00Z", "--json"])
    assert done.exit_code == 1
    assert [fault["fix"][-17:] for fault in json.loads(done.stdout)["faults"][:1]] == ["[negative_figure]"]


def test_a_second_build_says_what_it_takes_the_place_of(table, tmp_path):
    out = tmp_path / "out"
    assert not [note for note in impactmap.build(table, out, now=NOW).notes if str(out) in note]
    again = impactmap.build(table, out, now=NOW)
    assert f"{out}: held a map that was published before; this one took its place." in again.notes
    (out / "map.html").write_text("mended by hand")
    notes = impactmap.build(table, out, now=NOW).notes
    assert f"{out}: changed by hand after they were published, and overwritten: map.html." in notes
    # Said to who builds, not to readers: the same inputs give the same bytes.
    assert str(out) not in (out / "METHOD.md").read_text()


def test_a_build_that_another_overtook_says_that_it_came_second(table, tmp_path):
    out = tmp_path / "out"
    begun = []

    def overtaken(_done, _total, what):
        if what == "Finding the places" and not begun:
            begun.append(what)
            impactmap.build(table, out, now=NOW)

    notes = impactmap.build(table, out, now=NOW, progress=overtaken).notes
    assert begun
    assert [note for note in notes if "this one came second, and took its place" in note]
