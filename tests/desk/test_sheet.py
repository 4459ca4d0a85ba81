"""The spreadsheet: what it holds, that no formula is in it, and that a filled one is read or refused as a whole."""

from __future__ import annotations

import csv
import datetime as dt
import io
import signal
import sys

import openpyxl
import pytest

from impactmap import cli
from impactmap.desk.sheet import read_sheet, write_sheet
from impactmap.model.errors import InputError, PublishError, TableError
from impactmap.places.overrides.decision_file import read_decisions
from impactmap.workspace.doubts import open_doubts
from impactmap.workspace.opening import open_source


def fill(path, **cells):
    """Fill in rows of a workbook: place -> column -> value."""
    book = openpyxl.load_workbook(path)
    sheet = book["places"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for column, value in cells.get(sheet.cell(row, 1).value.replace(" ", "_"), {}).items():
            sheet.cell(row, columns[column]).value = value
    book.save(path)


def test_a_workbook_to_fill_in(board, tmp_path):
    path = tmp_path / "sheet.xlsx"
    assert write_sheet(board, path) == 5
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["places", "how to"]
    rows = list(book["places"].iter_rows(values_only=True))
    head = rows[0]
    first = dict(zip(head, rows[1], strict=True))
    assert (first["place"], first["country"], first["rows"], first["status"], first["decision"]) == (
        "Oktyabrsky", "Russia", 2, "ambiguous", None,
    )  # fmt: skip
    assert first["first_report"] == "2025-11-08 Power lines were damaged."
    belgrod = dict(zip(head, rows[3], strict=True))
    assert belgrod["candidate_1"] == "Belgorod, Belgorod region, RU (50.6034, 36.5809) - proposed [geonames:578072]"
    assert "--decisions-from" in book["how to"]["A1"].value


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_no_text_becomes_a_formula(board, tmp_path, ending):
    path = tmp_path / f"sheet.{ending}"
    write_sheet(board, path)
    if ending == "csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
    else:
        sheet = openpyxl.load_workbook(path)["places"]
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
        cells = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "'=cmd()!A1" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_a_filled_workbook_is_read_back(board, make_board, tmp_path):
    path = tmp_path / "sheet.xlsx"
    write_sheet(board, path)
    fill(
        path,
        Oktyabrsky={"decision": "area", "area": "Belgorod region", "editor": "Olena", "reason": "+ said so"},
        Qwzyville={"latitude": 50.22, "longitude": 36.8},
        Belgrod={"decision": "Accept"},
        Kharkiv={"decision": 1},
        **{"'=cmd()!A1": {"decision": "reject"}},
    )
    assert read_sheet(board, path, editor="Desk") == 5
    found = {entry.place: entry for entry in read_decisions(board.path)}
    assert [(place, entry.decision, entry.editor) for place, entry in found.items()] == [
        ("=cmd()!A1", "reject", "Desk"),
        ("Belgrod", "accept", "Desk"),
        ("Kharkiv", "choose", "Desk"),
        ("Oktyabrsky", "area", "Olena"),
        ("Qwzyville", "pin", "Desk"),
    ]
    assert (found["Oktyabrsky"].region_code, found["Oktyabrsky"].reason) == ("RU-BEL", "+ said so")
    assert (found["Kharkiv"].latitude, found["Kharkiv"].given_latitude) == (49.98, 36.25)
    assert make_board().open_numbers() == []
    assert write_sheet(make_board(), tmp_path / "rest.csv") == 0


def test_a_filled_csv_is_read_back(board, tmp_path):
    path = tmp_path / "sheet.csv"
    write_sheet(board, path)
    text = path.read_text(encoding="utf-8-sig").splitlines()
    head = text[0].split(",")
    row = ["Qwzyville", "", "Ukraine", *[""] * (len(head) - 3)]
    row[head.index("decision")], row[head.index("radius_km")] = "area", "20"
    row[head.index("latitude")], row[head.index("longitude")] = "50.2", "36.8"
    path.write_text("\n".join([text[0], ",".join(row)]), encoding="utf-8")
    assert read_sheet(board, path, editor="Desk") == 1
    (entry,) = read_decisions(board.path)
    assert (entry.precision, entry.radius_km, entry.latitude) == ("district", 20.0, 50.2)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"decision": "9"}, "row 2: decision: there is no candidate 9; expected 1 to 8"),
        ({"decision": "maybe"}, "row 2: decision: expected a candidate's number, accept, pin, area or reject"),
        ({"decision": "accept"}, "nothing was proposed here"),
        ({"decision": "area", "area": "Atlantis"}, "area: expected one region or country"),
        ({"decision": "pin", "latitude": 50}, "latitude, longitude: expected both"),
        ({"latitude": "north", "longitude": 1}, "latitude: expected a number, found 'north'"),
        ({"latitude": 95, "longitude": 1}, "latitude: expected degrees"),
        ({"decision": "reject", "place": "Atlantis"}, "no doubtful place 'Atlantis'"),
    ],
)
def test_a_row_that_cannot_be_used_stops_all(board, tmp_path, cells, message):
    path = tmp_path / "sheet.xlsx"
    write_sheet(board, path)
    fill(path, Oktyabrsky=cells, Belgrod={"decision": "accept"})
    with pytest.raises(TableError, match=message):
        read_sheet(board, path, editor="Desk")
    assert not board.path.exists()


def test_a_name_is_needed(board, tmp_path):
    path = tmp_path / "sheet.xlsx"
    write_sheet(board, path)
    fill(path, Belgrod={"decision": "accept"})
    with pytest.raises(TableError, match=r"row 4: editor: expected the name of who decides; fill it in, or use --ed"):
        read_sheet(board, path)


def test_a_filled_sheet_is_not_written_over(board, tmp_path):
    path = tmp_path / "sheet.xlsx"
    write_sheet(board, path)
    write_sheet(board, path)
    fill(path, Belgrod={"decision": "accept"})
    with pytest.raises(InputError, match="1 row is filled in already"):
        write_sheet(board, path)
    assert write_sheet(board, path, force=True) == 5


def test_another_file(board, tmp_path):
    with pytest.raises(InputError, match=r"ends in \.xlsx or \.csv"):
        write_sheet(board, tmp_path / "sheet.ods")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="missing place, decision"):
        read_sheet(board, tmp_path / "other.csv")


@pytest.mark.slow
def test_the_command(table, tmp_path, capsys):
    def command(*words):
        with pytest.raises(SystemExit) as leaving:
            cli.main(["review", *map(str, words), "--now", "2026-01-01T00:00:00Z"])
        out, err = capsys.readouterr()
        return leaving.value.code, out, err

    sheet = table.with_name("november.review.xlsx")
    assert command(table, "--no-serve")[:2] == (0, f"5 places to settle, 0 settled. Wrote {sheet}\n")
    fill(sheet, Belgrod={"decision": "accept"}, Qwzyville={"decision": "reject"})
    assert "2 rows are filled in already" in command(table, "--no-serve")[2]
    code, out, _ = command(table, "--decisions-from", sheet, "--editor", "Olena")
    decisions = table.with_name("november.decisions.csv")
    assert (code, out) == (0, f"Read 2 decisions into {decisions}. 3 places to settle.\n")
    assert decisions.read_text(encoding="utf-8").count("2026-01-01") == 2
    code, out, _ = command(table, "--no-serve", "--json", "-o", tmp_path / "rest.csv")
    assert (code, '"open": 3' in out) == (0, True)


PLACES = "id,struck,fired from,realm\n00123,Oktyabrsky,Qwzyville,Russia\n2,Kharkiv,Oktyabrsky,Ukraine\n"


def test_any_table_of_places(tmp_path, capsys):
    """It has no days and no events; its columns are named, or guessed."""

    def command(*words):
        with pytest.raises(SystemExit) as leaving:
            cli.main([*map(str, words)])
        out, err = capsys.readouterr()
        return leaving.value.code, out + err

    table, sheet = tmp_path / "places.csv", tmp_path / "sheet.csv"
    table.write_text(PLACES, encoding="utf-8")
    columns = ["--place", "struck", "--place", "fired from", "--country", "realm"]
    assert "name its columns of places with --place" in command("review", table, "--no-serve")[1]
    code, told = command("review", table, "--no-serve", "-o", sheet, *columns)
    assert (code, told.splitlines()) == (
        0,
        [
            f"3 places to settle, 0 settled. Wrote {sheet}",
            "Note: Read 'struck', 'fired from' as place, 'realm' as country.",
        ],
    )
    rows = list(csv.DictReader(io.StringIO(sheet.read_text(encoding="utf-8-sig"))))
    assert [(row["place"], row["country"]) for row in rows] == [
        ("Oktyabrsky", "Russia"),
        ("Qwzyville", "Russia"),
        ("Oktyabrsky", "Ukraine"),
    ]
    rows[1] |= {"latitude": "51.5", "longitude": "35.2"}
    with sheet.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    assert command("review", table, *columns, "--decisions-from", sheet, "--editor", "Desk")[0] == 0
    assert command("geocode", table, "-o", tmp_path / "out.csv", *columns)[0] == 0
    out = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8"))))
    assert (out[0]["id"], out[0]["fired from_latitude"], out[0]["fired from_longitude"]) == ("00123", "51.5", "35.2")
    assert "Desk" in out[0]["fired from_place_reason"]


def test_a_table_with_a_guessed_column(tmp_path, capsys):
    table = tmp_path / "places.csv"
    table.write_text("id,place\n1,Oktyabrsky\n2,Taganrog\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="0"):
        cli.main(["review", str(table), "--no-serve"])
    assert capsys.readouterr().out.startswith("1 place to settle, 0 settled. Wrote ")


def test_finding_doubts_tells_how_far_it_is(table, gazetteer):
    told = []
    now = dt.datetime(2025, 11, 20, tzinfo=dt.UTC)
    source = open_source(table, now=now)
    open_doubts(source, gazetteer=gazetteer, now=now, progress=lambda *given: told.append(given))
    assert told[-1][0] == told[-1][1] > 0


def test_a_country_is_said_as_on_every_other_command(tmp_path, capsys):
    path = tmp_path / "events.csv"
    path.write_text("date,place,summary\n2025-11-08,Sibi,A pylon fell.\n", encoding="utf-8")
    with pytest.raises(SystemExit) as leaving:
        cli.main(["review", str(path), "--no-serve", "--country", "Pakistan", "-o", str(tmp_path / "r.csv")])
    assert (leaving.value.code, "0 places to settle" in capsys.readouterr().out) == (0, True)


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of that kind")
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("size", [0, 100, 400])
def test_a_disk_that_takes_no_more_leaves_the_old_sheet(board, tmp_path, ending, size):
    import resource

    path = tmp_path / f"sheet.{ending}"
    path.write_bytes(before := b"place,decision\n" if ending == "csv" else b"")
    usual, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
    try:
        with pytest.raises(PublishError, match=rf"sheet\.{ending}: cannot be written"):
            write_sheet(board, path, force=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, handler)
    assert path.read_bytes() == before
    assert not [file.name for file in tmp_path.iterdir() if file.name.startswith(".")]
