"""What `check` says of tables as they come: every reason, fault and note is a message of the catalogs."""

from __future__ import annotations

import ast
import datetime as dt
import random
from pathlib import Path

import pytest

import impactmap
from impactmap.model.messages import is_understood
from impactmap.places.geocoder import Gazetteer
from impactmap.workspace.check import check_source

SOURCE = Path(impactmap.__file__).parent
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
#: Cells as people write them, good and bad.
CELLS = {
    "date": (
        "2025-11-08", "08.11.2025", "soon", "2025-02-30", "November", "2999-01-01", "summer 2025", "12", "1500-01-01",
        "25:99 2025-11-08", "Novembre 2025", "from 3 November 2025", "2025-13-01", "8-9 November 2025", "", "3.4.2024",
        "13 and 20 November 2025", "90000000", "the 2010s", "Q7 2025",
    ),
    "place": (
        "Kyiv", "Erdenet", "Oktyabrsky", "Springfield", "Nowhereville", "Kievv", "", "east", "49.03, 104.04", "!!",
        "between Nairobi and Lima", "Kharkiv and surrounding villages", "Black Sea, 40 km south of Odesa", "X" * 300,
        "Kyivska oblast", "Lyptsi hromada", "Chuhuiv raion", "Kyiv; Lviv", "Kіev", "Odesa airport",
        "Baidar-Kisumu district",
    ),
    "region": ("", "Kharkiv region", "Nowhereland", "Bavaria", "Kharkivv region", "Nairobi"),
    "country": ("", "Ukraine", "Kenya", "United States", "Mongolia", "Narnia", "Russia"),
    "latitude": ("", "49.99", "104.0", "0", "95", "x", "-49.99"),
    "longitude": ("", "36.23", "49.0", "0", "200", "36.23"),
    "side": ("North", "South", "North, South", "Nroth", "unknown"),
    "killed": ("", "3", "many", "-4", "9000000000", "2-1"),
    "source": ("Gazette", ""),
    "source_url": ("https://example.org/a", "no address", "https://example.org/2024/01/01/a", ""),
}  # fmt: skip


def table(seed, *, without=()):
    chance = random.Random(seed)
    names = [name for name in CELLS if name not in without]
    rows = [",".join(f'"{chance.choice(CELLS[name])}"' for name in names) for _ in range(40)]
    return "\n".join([",".join(names), *rows]) + "\n"


@pytest.mark.parametrize(
    ("seed", "without"),
    [(1, ()), (2, ("latitude", "longitude")), (3, ("region", "country")), (4, ("latitude", "longitude", "country"))],
)
def test_every_fault_and_reason_of_a_table_is_a_message(tmp_path, seed, without):
    file = tmp_path / "table.csv"
    file.write_text(table(seed, without=without), encoding="utf-8")
    report = check_source(file, now=NOW)
    said = {text for fault in report.faults for text in (fault.expected, fault.found, fault.fix) if text}
    said |= {each["reason"] for each in report.unsettled}
    said |= set(report.notes)
    assert len(said) > 30
    assert [text for text in sorted(said) if not is_understood(text)] == []


@pytest.mark.parametrize("head", ["2025-11-08,Kyiv,3\n", "when,where\n", "day,town\n1,2\n", "date,x\n2025-11-08,a\n"])
def test_what_keeps_a_whole_table_from_being_read_is_a_message(tmp_path, head):
    file = tmp_path / "table.csv"
    file.write_text(head + "2025-11-09,Lviv,4\n", encoding="utf-8")
    report = check_source(file, now=NOW)
    said = [text for fault in report.faults for text in (fault.expected, fault.found, fault.fix) if text]
    assert said
    assert [text for text in said if not is_understood(text)] == []


def test_every_reason_of_a_place_is_a_message():
    gazetteer = Gazetteer()
    said = {
        gazetteer.decide(place, region=region or None, country=country or None).reason
        for place in CELLS["place"]
        for region in CELLS["region"]
        for country in CELLS["country"]
    }
    assert len(said) > 60
    assert [text for text in sorted(said) if not is_understood(text)] == []


#: What may stand where the code puts a value: in all places of a text, or in the first and in the others.
SAMPLES = (
    ("'x'", "'x'"), ("7", "7"), ("killed", "killed"), ("2025-11-09", "2025-11-09"), ("A sea. ", ""), ("", ""),
    ("'x'", "7"), ("7", "'x'"), ("1.0, 2.0", "1.0, 2.0"), ("Latin and Cyrillic", "'x'"), ("latitudes", ""),
)  # fmt: skip


def written(node):
    """Return the texts of an expression, with a mark where values stand."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(each.value if isinstance(each, ast.Constant) else "\0" for each in values)]
        case ast.IfExp(body=body, orelse=other):
            return [*written(body), *written(other)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [one + two for one in written(left) or ["\0"] for two in written(right) or ["\0"]]
    return []


def is_worded(text):
    parts = text.split("\0")
    return any(
        is_understood(parts[0] + "".join((first if at == 0 else rest) + part for at, part in enumerate(parts[1:])))
        for first, rest in SAMPLES
    )


@pytest.mark.parametrize("room", ["reading", "workspace", "context"])
def test_every_fault_in_the_code_is_a_message(room):
    missing = []
    for file in sorted((SOURCE / room).rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = ast.unparse(call.func).rpartition(".")[2]
            parts = [each.value for each in call.keywords if each.arg in {"expected", "found", "fix"}]
            parts += call.args[3:6] if name == "Fault" else call.args[:1] if name == "Unread" else []
            texts = [text for part in parts for text in written(part) if text.strip("\0 ")]
            missing += [f"{file.name}:{call.lineno}: {text}" for text in texts if not is_worded(text)]
    assert missing == []
