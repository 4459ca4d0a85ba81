"""The history of a published map: every correction told with old and new words, none lost, none altered unseen."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest

from impactmap import build, verify_folder
from impactmap.cli import main
from impactmap.model.errors import InputError
from impactmap.model.sections.map import Correction
from impactmap.publishing.chain import broken_entry
from impactmap.publishing.history import NOTE
from impactmap.telling.notes.correction_note import shortened

HEAD = "event_id,date,place,country,side,summary,killed,source,status,update_note,update_date\n"
FIRST = "1,2025-11-03,Mombasa,Kenya,A,Substation hit,2,Daily,,,\n"
SECOND = "2,2025-11-04,Nairobi,Kenya,B,Line cut,,Daily,,,\n"
GONE = '2,2025-11-04,Nairobi,Kenya,B,Line cut,,Daily,Retracted,"The owner says <b>nothing</b> was hit",2025-11-10\n'
THIRD = "3,2025-11-05,Kisumu,Kenya,A,Fire,,Daily,,,\n"


def day(number):
    return dt.datetime(2025, 12, number, 12, tzinfo=dt.UTC)


def make(tmp_path, rows, number=1, folder="map", **options):
    table = tmp_path / "events.csv"
    table.write_text(HEAD + "".join(rows), encoding="utf-8")
    return build(table, tmp_path / folder, now=day(number), **options)


def entries(folder):
    return [json.loads(line) for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_first_version_has_one_entry_and_no_correction(tmp_path):
    make(tmp_path, [FIRST, SECOND])
    (entry,) = entries(tmp_path / "map")
    assert (entry["number"], entry["previous"]) == (1, None)
    assert not (tmp_path / "map" / NOTE).exists()
    assert "Corrections" not in (tmp_path / "map/METHOD.md").read_text(encoding="utf-8")


def test_what_changed_is_told_everywhere_with_old_and_new_words(tmp_path):
    make(tmp_path, [FIRST, SECOND])
    changed = FIRST.replace("hit,2", "hit twice,5")
    report = make(tmp_path, [changed, GONE, THIRD], 9)
    folder = tmp_path / "map"
    entry = entries(folder)[1]
    assert (entry["new"], entry["unchanged"], entry["day"]) == (1, 0, "2025-12-09")
    assert [(each["what"], each["before"], each["after"]) for each in entry["changed"][0]["changes"]] == [
        ("summary", "Substation hit", "Substation hit twice"),
        ("killed", "2", "5"),
    ]
    assert folder / NOTE in report.files
    note = (folder / NOTE).read_text(encoding="utf-8")
    assert "## 9 December 2025" in note
    assert "Mombasa, 3 November 2025 (1): summary Substation hit, now Substation hit twice, killed 2, now 5" in note
    gone = "Nairobi, 4 November 2025 (2). What was said: Line cut. Reason: The owner says &lt;b&gt;nothing&lt;/b&gt;"
    assert gone in note
    assert note.count("Nairobi") == 1
    assert gone in (folder / "METHOD.md").read_text(encoding="utf-8")
    page = (folder / "map.html").read_text(encoding="utf-8")
    assert "summary Substation hit, now Substation hit twice" in page
    assert "<b>nothing" not in page


def test_a_report_withdrawn_before_anything_was_published_has_its_tombstone(tmp_path):
    make(tmp_path, [FIRST, GONE])
    note = (tmp_path / "map" / NOTE).read_text(encoding="utf-8")
    assert "## 10 November 2025" in note
    assert "Nairobi, 4 November 2025 (2). What was said: Line cut. Reason: The owner says" in note


def test_building_again_adds_nothing_and_gives_the_same_bytes(tmp_path):
    make(tmp_path, [FIRST, SECOND])
    make(tmp_path, [FIRST], 5)
    before = {file.name: file.read_bytes() for file in (tmp_path / "map").iterdir()}
    make(tmp_path, [FIRST], 20)
    assert {file.name: file.read_bytes() for file in (tmp_path / "map").iterdir()} == before
    assert len(entries(tmp_path / "map")) == 2


def test_history_grows_by_a_line_and_never_loses_one(tmp_path):
    texts = []
    for number, rows in enumerate(([FIRST], [FIRST, SECOND], [SECOND], [FIRST, SECOND], [FIRST, THIRD]), start=1):
        make(tmp_path, rows, number)
        texts.append((tmp_path / "map/history.jsonl").read_text(encoding="utf-8"))
    assert all(after.startswith(before) for before, after in itertools.pairwise(texts))
    assert texts[-1].count("\n") == 5
    assert broken_entry(texts[-1].encode()) is None
    note = (tmp_path / "map" / NOTE).read_text(encoding="utf-8")
    days = [line for line in note.splitlines() if line.startswith("## ")]
    assert days == ["## 5 December 2025", "## 3 December 2025"]  # a report that is only new is no correction


@pytest.mark.parametrize("alter", [lambda line: line.replace("Mombasa", "Nakuru"), lambda _: ""], ids=["edit", "cut"])
def test_an_altered_entry_is_found_though_the_folder_was_published_after(tmp_path, alter, capsys):
    for number, rows in enumerate(([FIRST, SECOND], [SECOND], [SECOND, THIRD]), start=1):
        make(tmp_path, rows, number)
    history = tmp_path / "map/history.jsonl"
    lines = history.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = alter(lines[1])
    history.write_text("".join(lines), encoding="utf-8")
    report = make(tmp_path, [FIRST, SECOND, THIRD], 9)
    assert any("does not follow from the one before" in note for note in report.notes)
    assert [(each.path, each.kind) for each in verify_folder(tmp_path / "map")] == [("history.jsonl", "broken")]
    with pytest.raises(SystemExit) as ended:
        main(["verify", str(tmp_path / "map")])
    assert ended.value.code == 1
    assert "Broken: history.jsonl" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "[]\n", "{}\n", "no json\n", '{"number": 1, "tables": {}, "day": "x"}\n'])
def test_what_is_no_history_is_said_to_be_none(tmp_path, text):
    make(tmp_path, [FIRST, SECOND])
    (tmp_path / "map/history.jsonl").write_text(text, encoding="utf-8")
    report = make(tmp_path, [FIRST], 3)
    assert any("history.jsonl" in note for note in report.notes)
    assert broken_entry((tmp_path / "map/history.jsonl").read_bytes()) is None


def test_since_follows_a_publication_elsewhere(tmp_path):
    make(tmp_path, [FIRST, SECOND], folder="old")
    make(tmp_path, [FIRST], 4, folder="new", since=tmp_path / "old")
    assert "Nairobi" in (tmp_path / "new" / NOTE).read_text(encoding="utf-8")
    assert len(entries(tmp_path / "new")) == 2
    with pytest.raises(InputError, match=r"expected a published folder, with events\.csv"):
        make(tmp_path, [FIRST], 4, folder="newer", since=tmp_path)
    assert not (tmp_path / "newer").exists()


def test_a_folder_that_held_another_map_begins_a_new_history(tmp_path):
    make(tmp_path, [FIRST, SECOND])
    report = make(tmp_path, [THIRD], 4)
    assert len(entries(tmp_path / "map")) == 1
    assert any("held another map" in note for note in report.notes)


def test_rows_without_identifiers_make_no_false_correction(tmp_path):
    plain = [",".join(["", *row.split(",")[1:]]) for row in (FIRST, SECOND)]
    make(tmp_path, plain)
    report = make(tmp_path, [plain[0].replace("hit", "burnt"), plain[1]], 4)
    assert any("no identifiers of their own" in note for note in report.notes)
    assert not (tmp_path / "map" / NOTE).exists()


def test_page_tells_the_first_lines_and_where_the_rest_stands():
    long = [Correction(date=dt.date(2025, 12, 9), text="\n".join(f"- line {n}" for n in range(80))) for _ in range(3)]
    short = shortened(long, file="CORRECTIONS.md")
    assert [len(each.text.splitlines()) for each in short] == [80, 21]
    assert short[-1].text.endswith("and 140 more lines: CORRECTIONS.md")
    assert shortened(long[:1], file="x") == long[:1]
