"""Gazetteers of the user's own: checked, indexed, named with their date in every result."""

from __future__ import annotations

import csv
import json
import os
import re
import zipfile

import pytest

from impactmap import cli
from impactmap.model.errors import InputError, TableError
from impactmap.places.gazetteer.gazetteers import add_gazetteer, list_gazetteers, open_gazetteer, remove_gazetteer
from impactmap.places.lookup import locate_table


def dump(*rows: tuple[object, ...]) -> str:
    """Return lines of a GeoNames dump."""
    lines = []
    for number, name, others, latitude, longitude, kind, code, country, admin1, population in rows:
        fields = [
            *(number, name, name, others, latitude, longitude, kind, code, country, "", admin1),
            *("", "", "", population, "", "", "", "2025-10-31"),
        ]
        lines.append("\t".join(map(str, fields)))
    return "\n".join(lines) + "\n"


DUMP = dump(
    (706483, "Kharkiv", "Харків", 49.98, 36.25, "P", "PPLA", "UA", "07", 1_433_886),  # ships already
    (91, "Robotyne", "Роботине,Rabotino", 47.4445, 35.8350, "P", "PPL", "UA", "26", 480),
    (92, "Old Robotyne", "", 47.4, 35.8, "P", "PPLH", "UA", "26", 0),  # is no more
    (93, "Robotyne Lake", "", 47.4, 35.8, "H", "LK", "UA", "26", 0),
    (94, "Nowhere", "", 147.4, 35.8, "P", "PPL", "UA", "26", 0),
)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "own" / "gazetteers"


@pytest.mark.parametrize("packed", [False, True])
def test_a_geonames_dump(tmp_path, folder, packed):
    path = tmp_path / "UA.txt"
    path.write_text(DUMP, encoding="utf-8")
    if packed:
        with zipfile.ZipFile(tmp_path / "UA.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(path, "UA.txt")
            archive.writestr("readme.txt", "about the fields")
        path = tmp_path / "UA.zip"
    added = add_gazetteer(path, folder)
    assert (added.name, added.title, added.date, added.places, added.known) == ("ua", path.name, "2025-10-31", 1, 1)
    assert added.other == 2  # a lake, and a village that is no more
    assert [(one.row, one.reason) for one in added.refused] == [(5, "expected degrees from -90 to 90, found '147.4'")]
    before = open_gazetteer().decide("Robotyne", region="Zaporizhzhia", country="Ukraine")
    assert (before.status, before.provider) == ("area", "katottg")
    found = open_gazetteer(folder).decide("Rabotino", region="Zaporizhzhia", country="Ukraine")
    assert (found.status, found.precision, found.place_id) == ("matched", "settlement", "geonames:91")
    assert (found.latitude, found.longitude, found.provider) == (47.4445, 35.835, "ua (2025-10-31)")


TABLE = """Назва;Широта;Довгота;Країна;Область;Населення
Козача Лопань;50,3411;36,1747;Україна;Харківська область;4 400
Журавлёвка;50,4123;36,5689;;;
Mid-Ocean;10,5;-40,2;;;
Харків;36,25;49,98;Україна;;
;50,1;36,2;Україна;;
Somewhere;x;36,2;Україна;;
Place;0;0;Україна;;
"""


def test_a_table(tmp_path, folder):
    path = tmp_path / "Border Villages.csv"
    path.write_text(TABLE, encoding="utf-8")
    added = add_gazetteer(path, folder, date="2025-11-01")
    assert (added.name, added.date, added.places) == ("border-villages", "2025-11-01", 2)
    assert [one.row for one in added.refused] == [4, 5, 6, 7, 8]
    reasons = [one.reason for one in added.refused]
    assert reasons[0] == "lies in no country, and none is given"
    assert reasons[1].endswith("are latitude and longitude swapped?")
    assert reasons[2] == "has no name in letters"
    assert reasons[3] == "expected coordinates in degrees, found 'x' and '36,2'"
    assert reasons[4] == "0, 0 cannot be meant"
    found = open_gazetteer(folder).decide("Zhuravlevka", region="Belgorod region", country="Russia")
    assert (found.latitude, found.longitude, found.country) == (50.4123, 36.5689, "RU")
    assert (found.place_id, found.provider) == ("border-villages:3", "border-villages (2025-11-01)")
    assert found.region_code == "RU-BEL"


def test_a_table_is_as_old_as_its_file(tmp_path, folder):
    path = tmp_path / "one.csv"
    path.write_text("name,lat,lon\nNew Village,49.5,36.5\n", encoding="utf-8")
    os.utime(path, (1_750_000_000, 1_750_000_000))
    assert add_gazetteer(path, folder).date == "2025-06-15"


def test_every_row_names_the_gazetteer_and_its_date(tmp_path, folder):
    (tmp_path / "own.csv").write_text("name,lat,lon\nQwertyville,49.5,36.5\n", encoding="utf-8")
    add_gazetteer(tmp_path / "own.csv", folder, date="2025-11-01")
    (tmp_path / "t.csv").write_text("town,country\nQwertyville,Ukraine\nKharkiv,Ukraine\nKupiansk raion,Ukraine\n")
    found = locate_table(tmp_path / "t.csv", gazetteer=open_gazetteer(folder))
    assert found["place_gazetteer"].tolist() == ["own.csv, 2025-11-01", "GeoNames, undated", "KATOTTG, 2024-01-19"]
    assert found["latitude"].iloc[0] == 49.5


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "place,country\nKharkiv,Ukraine\n", "there is none for latitude, longitude"),
        ("a.csv", "name,lat,lon\nx,91,200\n", "no place of it can be used: row 2: expected degrees from -90 to 90"),
        ("a.txt", dump((706483, "Kharkiv", "", 49.98, 36.25, "P", "PPLA", "UA", "07", 1)), "all of it ships"),
        ("a.zip", b"PK\x05\x06" + b"\0" * 18, "expected one .txt file in the ZIP, a GeoNames dump, found 0"),
    ],
)
def test_what_is_no_gazetteer(tmp_path, folder, name, content, message):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TableError, match=re.escape(message)):
        add_gazetteer(path, folder)
    assert not folder.exists()


def test_a_zip_that_unpacks_to_too_much(tmp_path, folder):
    with zipfile.ZipFile(tmp_path / "UA.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("UA.txt", "\0" * 10_000_000)
    with pytest.raises(TableError, match="unpacks to 10,000,000 bytes; that is not read"):
        add_gazetteer(tmp_path / "UA.zip", folder)


def test_names(tmp_path, folder):
    path = tmp_path / "one.csv"
    path.write_text("name,lat,lon\nNew Village,49.5,36.5\n", encoding="utf-8")
    for name in ("geonames", "../up", "Ä", "a" * 41):
        with pytest.raises(InputError, match="The name of a gazetteer: expected small letters"):
            add_gazetteer(path, folder, name=name)
    with pytest.raises(InputError, match=r"expected a day before .*, found '2999-01-01'"):
        add_gazetteer(path, folder, date="2999-01-01")
    with pytest.raises(InputError, match="expected a day as 2025-11-10, found 'May'"):
        add_gazetteer(path, folder, date="May")
    add_gazetteer(path, folder, date="2025-11-01")
    with pytest.raises(InputError, match="'one' is there already"):
        add_gazetteer(path, folder)
    assert add_gazetteer(path, folder, date="2025-11-02", replace=True).date == "2025-11-02"
    assert [one.date for one in list_gazetteers(folder)] == ["2025-11-02"]
    with pytest.raises(InputError, match=r"No gazetteer is called 'two'\. There are: 'one'"):
        remove_gazetteer(folder, "two")
    remove_gazetteer(folder, "one")
    assert list_gazetteers(folder) == []


def test_a_damaged_file_is_said(tmp_path, folder):
    folder.mkdir(parents=True)
    (folder / "bad.gazetteer.parquet").write_bytes(b"PAR1 not really")
    for read in (list_gazetteers, open_gazetteer):
        with pytest.raises(TableError, match=r"bad\.gazetteer\.parquet: the gazetteer is damaged"):
            read(folder)


def test_the_commands(tmp_path, folder, capsys, monkeypatch):
    def run(*words: object) -> tuple[int, str, str]:
        try:
            cli.main([str(word) for word in words])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    monkeypatch.setenv("IMPACTMAP_GAZETTEERS", str(folder))
    (tmp_path / "own.csv").write_text("name,lat,lon\nQwertyville,49.5,36.5\nx,,\n", encoding="utf-8")
    assert run("gazetteer", "list")[:2] == (0, f"None in {folder}.\n")
    code, out, err = run("gazetteer", "add", tmp_path / "own.csv", "--date", "2025-11-01")
    assert (code, out) == (0, "Added own, 2025-11-01: 1 place; 1 row not used.\n")
    assert err.startswith("Not used: row 3: expected coordinates in degrees")
    assert run("gazetteer", "list")[1] == "own: own.csv, 2025-11-01, 1 place\n"
    assert json.loads(run("gazetteer", "list", "--json")[1])[0]["sha256"]
    (tmp_path / "t.csv").write_text("town,country\nQwertyville,Ukraine\n", encoding="utf-8")
    assert run("geocode", tmp_path / "t.csv", "-o", tmp_path / "out.csv")[0] == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["latitude"], row["place_gazetteer"]) == ("49.5", "own.csv, 2025-11-01")
    assert run("gazetteer", "remove", "own")[:2] == (0, "Removed own.\n")
    code, _, err = run("gazetteer", "remove", "own")
    assert code == 1
    assert "No gazetteer is called 'own'" in err
    assert run("gazetteer", "list", "--folder", tmp_path / "empty")[1] == f"None in {tmp_path / 'empty'}.\n"


def test_several_columns_of_places_and_settled_only(tmp_path, capsys):
    path = tmp_path / "t.csv"
    path.write_text("from,to,land\nBelgorod,Kharkiv,\nQwertyville,Ivanivka,Ukraine\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        cli.main(["geocode", str(path), "-o", str(tmp_path / "o.csv"), "--place", "from", "--place", "to",
                  "--country", "land", "--settled-only", "--gazetteers", str(tmp_path / "none")])  # fmt: skip
    assert "2 rows: 1 ambiguous, 2 matched, 1 not found" in capsys.readouterr().out
    with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["from_place_id"] for row in rows] == ["geonames:578072", ""]
    assert [row["to_place_id"] for row in rows] == ["geonames:706483", ""]
    assert [row["from_latitude"] == "" for row in rows] == [False, True]
    assert [row["to_latitude"] == "" for row in rows] == [False, True]
    assert list(rows[0])[:4] == ["from", "to", "land", "from_latitude"]


def test_what_is_left_out_is_counted_and_a_question_is_no_sentence(tmp_path, folder, capsys):
    (tmp_path / "UA.txt").write_text(DUMP, encoding="utf-8")
    table = tmp_path / "swapped.csv"
    table.write_text("name,lat,lon,country\nA village,49.1,37.5,Ukraine\nB,37.5,49.1,Ukraine\n", encoding="utf-8")
    told = []
    for path in (tmp_path / "UA.txt", table):
        with pytest.raises(SystemExit):
            cli.main(["gazetteer", "add", str(path), "--folder", str(folder)])
        told.append(capsys.readouterr())
    assert "; 2 rows about other things than settlements left out; 1 row not used." in told[0].out
    assert told[1].err == "Not used: row 3: lies in Iran, not in Ukraine: are latitude and longitude swapped?\n"
    with pytest.raises(SystemExit):
        cli.main(["gazetteer", "list", "--folder", str(folder), "--json"])
    assert {key for one in json.loads(capsys.readouterr().out) for key in one} == {
        "name", "title", "date", "places", "sha256",
    }  # fmt: skip
