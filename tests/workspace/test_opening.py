"""What an author says of a table and a project, from the command line and in the file, reaches the reading."""

from __future__ import annotations

import datetime as dt
import tomllib

import pytest

from impactmap.cli import main
from impactmap.model.errors import ProjectError, TableError
from impactmap.model.project import load_project
from impactmap.reading.columns.table_options import TableOptions
from impactmap.workspace.build import build
from impactmap.workspace.convert import convert
from impactmap.workspace.opening import open_source
from impactmap.workspace.starting import start_project

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SHEET = "Ref;Wann;Wo;Wer;Tote\nA1;2025-11-08;Kharkiv;Nord;2\nA2;2025-11-09;Sumy;Sued;\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "events.csv").write_text(SHEET, encoding="utf-8")

    def write(text):
        (tmp_path / "project.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def run(capsys):
    def ran(*words):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        told = capsys.readouterr()
        return left.value.code or 0, told.out, told.err

    return ran


COLUMNS = '[columns]\ndate = "Wann"\nplace = "Wo"\nside = "Wer"\nkilled = "Tote"\n'


def test_the_project_file_says_columns_country_and_confirmation(folder):
    text = (
        '[map]\ncountries = ["UA"]\n[data]\nconfirmation = "confirmed"\nconfirmation_reason = "Seen by us."\n' + COLUMNS
    )
    source = open_source(folder(text), now=NOW)
    events = source.reading.events
    assert events[["place", "country", "side", "confirmation"]].to_numpy().tolist() == [
        ["Kharkiv", "UA", "Nord", "confirmed"], ["Sumy", "UA", "Sued", "confirmed"],
    ]  # fmt: skip
    assert source.reading.claims[["metric", "value"]].to_numpy().tolist() == [["killed", 2.0]]
    assert any("as the map's authors say: Seen by us." in note for note in source.notes)


def test_what_the_command_line_says_goes_first(folder):
    options = TableOptions({"place": "Ref"}, country="Kenya", timezone="Africa/Nairobi")
    source = open_source(folder(COLUMNS), now=NOW, table=options)
    assert source.reading.events[["place", "country"]].to_numpy().tolist() == [["A1", "Kenya"], ["A2", "Kenya"]]
    assert source.project.map.timezone == "Africa/Nairobi"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[data]\nconfirmation = "confirmed"\n', "confirmation_reason beside confirmation"),
        ("[data]\nheader_row = 0\n", "header_row"),
        ('[map]\ncountries = ["Ukraine"]\n', "countries"),
        ('[[sides]]\nkey="A"\nname="A"\naliases=["x"]\n[[sides]]\nkey="B"\nname="B"\naliases=["X"]\n', "one side only"),
    ],
)
def test_what_a_project_file_cannot_say(folder, text, message):
    with pytest.raises(ProjectError, match=message):
        load_project(folder(text) / "project.toml")


@pytest.mark.parametrize(
    "work",
    [
        lambda table, out: build(table, out / "map", now=NOW),
        lambda table, out: convert([table], out / "out.csv", now=NOW),
    ],
)
def test_where_no_row_can_be_used_nothing_is_written(tmp_path, work):
    table = tmp_path / "events.csv"
    table.write_text("date,place\nsoon,Kharkiv\nlater,Sumy\n,Kyiv\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(TableError, match=r"none of the 3 rows can be\. Nothing was written") as caught:
        work(table, out)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3  # a fault of a column stands once, with its count and an example
    assert "column 'date': expected a day, such as 2025-11-09; found 'soon' (2 rows, such as row 2)" in lines[1]
    assert list(out.iterdir()) == []


def test_a_project_is_started_from_a_table_and_reads_it_as_the_table_alone(tmp_path, folder, run):
    table = tmp_path / "Night strikes.csv"
    text = "Date of attack;Town;By whom;Deaths;Colour\n2025-11-08;Kharkiv;Russia;2;x\n2025-11-09;Belgorod;Ukraine;;y\n"
    table.write_text(text, encoding="utf-8")
    started = start_project(tmp_path / "map", table, now=NOW)
    assert (started.rows, started.problem, table.read_text(encoding="utf-8")) == (2, "", text)
    written = tomllib.loads(started.path.read_text(encoding="utf-8"))
    assert written["columns"] == {
        "date_start": "Date of attack",
        "side": "By whom",
        "place": "Town",
        "killed": "Deaths",
    }
    assert written["map"]["title"] == "Night strikes"
    assert [side["key"] for side in written["sides"]] == ["Russia", "Ukraine"]
    assert written["border"]["countries"] == ["RU", "UA"]
    assert "not published: Colour" in started.path.read_text(encoding="utf-8")
    alone, project = (open_source(each, now=NOW).reading for each in (table, tmp_path / "map"))
    assert alone.events.equals(project.events)
    assert alone.claims.equals(project.claims)
    code, _, err = run("new", tmp_path / "map", "--from", table)
    assert (code, "exists already" in err) == (1, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("когда,где\n2025-11-08,Київ\n", 'language = "uk"'),
        ("2025-11-08,Kharkiv,Ukraine\n2025-11-09,Sumy,Ukraine\n", "looks like data"),
        ('date,"a\nb""]",place\n2025-11-08,x,Kyiv\n', "[columns]"),
    ],
)
def test_a_started_project_is_valid_whatever_the_table(tmp_path, run, text, said):
    table = tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    code, out, _ = run("new", tmp_path / "map", "--from", table)
    assert code == 0
    load_project(tmp_path / "map" / "project.toml")
    assert said in out + (tmp_path / "map" / "project.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["build", "check", "image", "convert", "review", "diff", "new"])
def test_every_command_that_reads_a_table_lets_the_author_say(run, command):
    code, out, _ = run(command, "--help")
    assert code == 0
    assert [option for option in ("--column", "--sheet", "--header-row", "--timezone") if option not in out] == []
    assert "--country" in out


def test_a_column_on_the_command_line(folder, run):
    table = folder("") / "events.csv"
    code, out, _ = run("check", table, "--column", "date=Wann", "--column", "city=Wo", "--country", "Ukraine")
    assert (code, "2 rows can be used. 0 faults, " in out) == (0, True)
    assert run("check", table, "--column", "Wann")[0] == 2
    code, _, err = run("check", table, "--column", "datte=Wann")
    assert (code, "found 'datte'" in err) == (1, True)
