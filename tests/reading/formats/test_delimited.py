"""Encoding, delimiter and header told from the bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from impactmap.model.errors import TableError
from impactmap.reading.formats.delimited import detect_encoding, read_delimited
from impactmap.reading.read import read_events

UKRAINIAN = "дата;місце;опис\n2025-11-09;Харків;Пошкоджено підстанцію\n"


def written(tmp_path, data, name="table.csv"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def topics(reading, topic):
    return [note.text for note in reading.notes if note.topic == topic]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-u", "cp866"]
)
def test_cyrillic_is_never_mojibake(tmp_path, encoding):
    text = UKRAINIAN if encoding != "cp866" else "дата;место;описание\n2025-11-09;Белгород;Повреждена подстанция\n"
    reading = read_events(written(tmp_path, text.encode(encoding)))
    assert reading.events["place"].tolist() == ["Харків" if encoding != "cp866" else "Белгород"]
    assert reading.inputs[0].delimiter == ";"
    named = {"utf-16-le": "utf-16-le", "utf-16-be": "utf-16-be"}.get(encoding, encoding)
    assert reading.inputs[0].encoding == named
    told = [text for text in topics(reading, "file") if text.startswith("Read as")]
    assert told == ([] if encoding.startswith("utf-8") else [f"Read as {named}."])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Суми", "cp1251"),
        ("КИЇВ", "cp1251"),
        ("Ёлка и дуб", "cp1251"),
        ("5 – Росія", "cp1251"),
        ("the city’s “grid” – 5 €", "cp1252"),
        ("São Paulo", "cp1252"),
        ("Malmö; Besançon", "cp1252"),
        ("Львів", "koi8-u"),
        ("Воронеж", "cp866"),
    ],
)
def test_short_texts_are_told_the_same_way_every_time(text, encoding):
    assert detect_encoding(text.encode(encoding)) == encoding


@pytest.mark.parametrize(("delimiter", "name"), [(",", None), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")])
def test_delimiters(tmp_path, delimiter, name):
    text = f'date{delimiter}place{delimiter}what\n2025-11-09{delimiter}"A{delimiter} B"{delimiter}x, y; z\n'
    reading = read_events(written(tmp_path, text.encode()))
    assert reading.events["place"].tolist() == [f"A{delimiter} B"] if delimiter != ";" else True
    assert reading.events["summary"].tolist()[0] == "x, y; z" if delimiter not in ",;" else True
    assert reading.inputs[0].delimiter == delimiter
    assert topics(reading, "file") == ([] if name is None else [f"Columns are separated by {name}s."])


def test_a_tsv_file_needs_no_note(tmp_path):
    reading = read_events(written(tmp_path, b"date\tplace\n2025-11-09\tA\n", "table.tsv"))
    assert (reading.inputs[0].format, topics(reading, "file")) == ("TSV", [])


def test_a_line_that_names_the_separator_is_obeyed(tmp_path):
    reading = read_events(written(tmp_path, b"sep=;\ndate;place\n2025-11-09;A\n"))
    assert reading.events[["place", "source_row"]].to_numpy().tolist() == [["A", 3]]


def test_title_rows_blank_rows_and_tags_are_told_from_data(tmp_path):
    text = "Strikes in November,,\n,,\nDate,Place,Killed\n#date,#loc,#affected\n\n2025-11-09,A,1\n\n2025-11-08,B,\n\n\n"
    reading = read_events(written(tmp_path, text.encode()))
    assert reading.events["source_row"].tolist() == [6, 8]
    assert topics(reading, "file") == [
        "The header is row 3; the rows above it are a title and were not read as data.",
        "Row 4 holds HXL tags and was not read as data.",
        "2 empty rows between rows of data were passed over.",
    ]


def test_ragged_rows_lose_nothing(tmp_path):
    lines = ["date,place"] + ["2025-11-09,A"] * 300 + ["2025-11-09,B,more,and more", "2025-11-09"]
    raw = read_delimited(written(tmp_path, "\n".join(lines).encode()))
    assert list(raw.cells.columns) == ["date", "place", "column 3", "column 4"]
    assert raw.cells.loc[302].tolist() == ["2025-11-09", "B", "more", "and more"]
    assert raw.cells.loc[303].isna().tolist() == [False, True, True, True]


def test_cells_are_text_as_it_stands(tmp_path):
    raw = read_delimited(written(tmp_path, b'id,date,place\n00123,2025,NA\nnull,None,"line 1\nline 2"\n'))
    assert raw.cells.to_numpy().tolist() == [["00123", "2025", "NA"], ["null", "None", "line 1\nline 2"]]


def test_headers_that_occur_twice_are_both_kept(tmp_path):
    raw = read_delimited(written(tmp_path, b"date,date,place\n2025,2024,A\n"))
    assert list(raw.cells.columns) == ["date", "date (again)", "place"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected a header and rows of data, found"),
        (b"\n\n \n", "expected a header and rows of data, found nothing"),
        (b'date,place\n2025-11-09,"A\n2025-11-09,B\n', "every quotation mark to be closed, found one in row 2"),
        (b"\x00\x01\x02\x03" * 50, "expected text, found binary data"),
        ("дата,місце\n2025,Харків, Суми, Київ, Одеса\n".encode() + b"2025,\xc5\n", "Two encodings are mixed"),
        ("date,place\n2025,Харків\n".encode() + "2025,Суми\n2025,Київ\n2025,Одеса\n".encode("cp1251"), "Two encodings"),
        ("date,place\n2025,Zürich\n".encode() + "2025,Genève\n".encode("cp1252"), "Two encodings are mixed"),
    ],
)
def test_what_is_no_table_is_told(tmp_path, data, message):
    with pytest.raises(TableError, match=message):
        read_events(written(tmp_path, data))


TROUBLESOME = {
    "odd value late": "id,date,place,killed\n"
    + "".join(f"e{n},2025-11-09,Kharkiv,1\n" for n in range(30))
    + "e30,x,Q,?\n",
    "short and long quotes": 'id,date,place,note\ne1,2025-11-09,Kyiv,"a\n\n\nb"\ne2,2025-11-10,Kyiv\n'
    'e3,2025-11-11,Sumy,"c ""d"""\n',
    "order shown late": "id,date,place\n"
    + "".join(f"e{n},0{n}.04.2025,Kyiv\n" for n in range(1, 9))
    + "e9,25.04.2025,Kyiv\n",
    "totals last": "Reports\n\nid,date,place,killed\n"
    + "".join(f"e{n},2025-11-09,Sumy,1\n" for n in range(9))
    + "Total,,,9\n",
    "identifier again": "id,date,place,side\ne1,2025-11-09,Kyiv,A\ne2,2025-11-09,Sumy,A\n"
    "e3,2025-11-09,Lviv,A\ne1,2025-11-10,Kyiv,B\n",
    "wide row late": "id,date,place\n" + "e,2025-11-09,Kyiv\n" * 250 + "e,2025-11-09,Kyiv,more,still\n",
    "empty rows": "id,date,place\n\n\n\ne1,2025-11-09,Kyiv\n \n\n\n\ne2,2025-11-09,Sumy\n\n\n",
    "decimal commas": "id;date;latitude;longitude\n" + "".join(f"e{n};2025-11-09;50,4{n};30,5{n}\n" for n in range(9)),
}


@pytest.mark.parametrize("rows", [1, 2, 3, 7])
@pytest.mark.parametrize("name", TROUBLESOME)
def test_a_part_at_a_time_is_read_as_the_whole(tmp_path, monkeypatch, name, rows):
    path = written(tmp_path, TROUBLESOME[name].encode())
    whole = read_events(path)
    monkeypatch.setattr("impactmap.reading.formats.delimited._ROWS", rows)
    parted = read_events(path)
    for frame in ("events", "claims", "rejected", "row_faults"):
        pd.testing.assert_frame_equal(getattr(parted, frame), getattr(whole, frame))
    assert (parted.notes, parted.warnings, parted.inputs) == (whole.notes, whole.warnings, whole.inputs)


def test_an_open_quotation_mark_is_placed_alike_in_parts(tmp_path, monkeypatch):
    path = written(
        tmp_path, b"id,date,place\n" + b"e,2025-11-09,Kyiv\n" * 9 + b'e,2025-11-09,"Kyiv\n' + b"e,2025-11-09,Kyiv\n" * 9
    )
    with pytest.raises(TableError, match="found one in row 11 that is not"):
        read_delimited(path)
    monkeypatch.setattr("impactmap.reading.formats.delimited._ROWS", 4)
    with pytest.raises(TableError, match="found one in row 11 that is not"):
        read_delimited(path)


def test_reading_tells_how_far_it_is(tmp_path, monkeypatch):
    path = written(tmp_path, b"id,date,place\n" + b"e,2025-11-09,Kyiv\n" * 40_000)
    monkeypatch.setattr("impactmap.reading.formats.delimited._ROWS", 10_000)
    told = []
    read_delimited(path, progress=lambda done, of, what: told.append((done, of, what)))
    done = [each[0] for each in told]
    assert done == sorted(done)
    assert len(set(done)) >= 3
    assert told[-1] == (path.stat().st_size, path.stat().st_size, f"Reading {path.name}")


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the memory that way")
def test_reading_needs_little_more_than_the_cells(tmp_path):
    """The whole table must not pass through a Python object a cell: that was nearly five times the file."""
    line = b",".join([b"%d"] * 12) + b"\n"
    rows = b"".join(line % tuple(range(n, n + 12)) for n in range(10_000_000, 10_150_000))
    path = written(tmp_path, b"id,date,place,text" + b",more" * 8 + b"\n" + rows)
    code = f"""
from pathlib import Path
from impactmap.reading.formats.delimited import read_delimited
def peak():
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024
first = Path({str(tmp_path / "first.csv")!r})
first.write_bytes(b"id,date\\na,2025-11-09\\n")
read_delimited(first)
Path("/proc/self/clear_refs").write_text("5")
before = peak()
read_delimited(Path({str(path)!r}))
print(peak() - before)
"""
    environment = {**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert int(done.stdout) < 3.5 * path.stat().st_size
