"""Questions of a project, and their answers in text files that can be read, compared and taken back."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest

from impactmap.model.errors import InputError, ProjectError, TableError
from impactmap.model.project import load_project
from impactmap.reading.columns.table_options import TableOptions
from impactmap.reading.explain import explain_mapping
from impactmap.workspace.answers.answer_file import Answer, change_answers, read_answers
from impactmap.workspace.answers.project_edit import (
    add_alias,
    add_side,
    edit_project,
    remove_alias,
    set_columns,
    set_setting,
    set_side,
    silence_check,
)
from impactmap.workspace.answers.questions import find_questions
from impactmap.workspace.starting import new_project
from impactmap.workspace.workspace import Workspace

DAY = dt.date(2025, 3, 9)
NOW = dt.datetime(2025, 4, 1, tzinfo=dt.UTC)
HEAD = "event_id,date,place,country,side,summary,killed,claimant,source\n"
TWO = (
    "a,2025-03-01,Darkhan,Mongolia,North,A substation was hit.,3,Governor,Gazette\n"
    "b,2025-03-01,Darkhan,Mongolia,North,A substation was hit.,10,Ministry,Herald\n"
)


def same(one="a", other="b", answer="same", editor="Ana"):
    return Answer("duplicate", one, other, answer, editor, "", DAY)


@pytest.fixture
def project(tmp_path):
    """Return what makes a project of a table's text, and opens it."""

    def made(text, **sections):
        folder = tmp_path / "map"
        shutil.rmtree(folder, ignore_errors=True)
        new_project(folder)
        (folder / "events.csv").write_text(text, encoding="utf-8")
        for section, (key, value) in sections.items():
            edit_project(folder / "project.toml", set_setting(section, key, value))
        return folder

    return made


def asked(folder):
    mapping = explain_mapping(
        folder / "events.csv", columns=TableOptions(load_project(folder / "project.toml").columns).headers()
    )
    work = Workspace(folder, now=NOW)
    source, report = work.read(), work.check()
    return find_questions(
        work.project, source.reading, None, report=report, doubts=[], answers=source.answers, mapping=mapping
    )


class TestFile:
    def test_an_answer_is_read_as_it_was_written(self, tmp_path):
        path = tmp_path / "answers.csv"
        given = Answer("claimant", "=1+1", "", "a “governor”, so\nthey say", "Ana", "-x", DAY)
        change_answers(path, add=[given])
        (found,) = read_answers(path).entries.values()
        assert found == Answer("claimant", "=1+1", "", "a “governor”, so they say", "Ana", "-x", DAY)
        assert "'=1+1" in path.read_text(encoding="utf-8")

    def test_the_order_of_two_does_not_matter(self, tmp_path):
        path = tmp_path / "answers.csv"
        change_answers(path, add=[same("b", "a")])
        assert read_answers(path).find("duplicate", "a", "b").answer == "same"
        change_answers(path, add=[same("a", "b", "different")])
        assert [each.answer for each in read_answers(path).entries.values()] == ["different"]

    def test_what_another_desk_wrote_meanwhile_stays(self, tmp_path):
        path = tmp_path / "answers.csv"
        change_answers(path, add=[same()])
        change_answers(path, add=[same("c", "d", "different", "Bo")])
        change_answers(path, remove=[same().key])
        assert list(read_answers(path).entries) == [("duplicate", "c", "d")]

    def test_an_answer_that_was_given_otherwise_meanwhile_is_not_written_over(self, tmp_path):
        path = tmp_path / "answers.csv"
        change_answers(path, add=[same()], expected="")
        with pytest.raises(InputError, match="answered meanwhile: 'same'"):
            change_answers(path, add=[same(answer="different")], expected="")
        change_answers(path, add=[same(answer="different")], expected="same")
        assert read_answers(path).told("duplicate", "b", "a") == "different"

    def test_two_files_put_together_make_a_question_of_what_differs(self, tmp_path):
        path = tmp_path / "answers.csv"
        change_answers(path, add=[same(), same("c", "d")])
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "duplicate,b,a,different,Bo,,2025-03-10\nduplicate,d,c,same,Bo,,\n", encoding="utf-8")
        found = read_answers(path)
        assert list(found.entries) == [("duplicate", "c", "d")]
        assert [each.editor for each in found.conflicts["duplicate", "a", "b"]] == ["Ana", "Bo"]
        change_answers(path, add=[same("e", "f")])
        assert len(read_answers(path).conflicts["duplicate", "a", "b"]) == 2
        change_answers(path, add=[same(answer="different")])
        assert (read_answers(path).conflicts, read_answers(path).told("duplicate", "a", "b")) == ({}, "different")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("kind,subject\n", "missing answer, editor"),
            ("kind,subject,answer,editor\nduplicate,a,perhaps,Ana\n", "line 2: answer: expected same or different"),
            ("kind,subject,answer,editor\nguess,a,same,Ana\n", "line 2: kind: expected"),
            ("kind,subject,answer,editor\nclaimant,a,me,\n", "line 2: editor: expected"),
        ],
    )
    def test_what_cannot_be_used_is_told_with_its_line(self, tmp_path, text, message):
        path = tmp_path / "answers.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(TableError, match=message):
            read_answers(path)


class TestProjectFile:
    def test_notes_and_order_stay(self, project):
        file = project(HEAD + TWO) / "project.toml"
        before = file.read_text(encoding="utf-8").splitlines()
        edit_project(file, set_setting("map", "title", "Nights"))
        edit_project(file, add_alias("North", "Nroth", comment="Ana, 2025-03-09: a slip"))
        edit_project(file, add_alias("North", "South"))
        after = file.read_text(encoding="utf-8").splitlines()
        assert [line for line in before if line.startswith("#")] == [line for line in after if line.startswith("#")]
        assert 'aliases = ["Nroth", "South"] # Ana, 2025-03-09: a slip' in after
        loaded = load_project(file)
        assert (loaded.map.title, [side.key for side in loaded.sides]) == ("Nights", ["North"])

    def test_every_change_can_be_taken_back(self, project):
        file = project(HEAD + TWO) / "project.toml"
        edit_project(file, add_alias("North", "Nroth"))
        edit_project(file, add_side("East"))
        edit_project(file, silence_check("source_missing", "Our own reporters."))
        edit_project(file, set_columns({"place": "where", "killed": "dead"}))
        edit_project(file, set_side(1, "color", "#123456"))
        loaded = load_project(file)
        assert loaded.checks.silenced == {"source_missing": "Our own reporters."}
        assert (loaded.columns, loaded.sides[0].color) == ({"place": "where", "killed": "dead"}, "#123456")
        edit_project(file, remove_alias("Nroth"))
        edit_project(file, silence_check("source_missing", None))
        edit_project(file, set_columns({"killed": "dead"}))
        edit_project(file, set_side(1, "color", None))
        loaded = load_project(file)
        assert (loaded.sides[0].aliases, loaded.checks.silenced, loaded.sides[0].color) == ((), {}, None)
        assert loaded.columns == {"killed": "dead"}

    @pytest.mark.parametrize(
        "change",
        [
            set_setting("map", "language", "xx"),
            set_setting("map", "titel", "x"),
            add_alias("Nobody", "x"),
            set_side(9, "name", "x"),
            silence_check("source_missing", " "),
        ],
    )
    def test_a_change_that_would_break_the_file_is_not_written(self, project, change):
        file = project(HEAD + TWO) / "project.toml"
        before = file.read_bytes()
        with pytest.raises((ProjectError, InputError)):
            edit_project(file, change)
        assert file.read_bytes() == before


class TestDuplicates:
    def test_two_reports_of_one_event_count_once_and_keep_both_figures(self, project):
        folder = project(HEAD + TWO)
        pairs = [each for each in asked(folder) if each.kind == "duplicate"]
        assert [({each.subject, each.other}, {report.row for report in each.reports}) for each in pairs] == [
            ({"a", "b"}, {2, 3})
        ]
        change_answers(folder / "answers.csv", add=[same()])
        work = Workspace(folder, now=NOW)
        assert work.events["event_id"].tolist() == ["a", "a"]
        assert work.events["place_number"].tolist() == [1, 2]
        assert work.claims[["event_id", "value", "claimant"]].to_numpy().tolist() == [
            ["a", 3.0, "Governor"], ["a", 10.0, "Ministry"],
        ]  # fmt: skip
        assert work.impact.count(by="side")["best"].tolist() == [1]
        assert not [each for each in asked(folder) if each.kind == "duplicate"]
        assert any("editors decided: 1 joined" in note for note in work.check().notes)

    def test_what_differs_is_proposed_no_more(self, project):
        folder = project(HEAD + TWO)
        change_answers(folder / "answers.csv", add=[same(answer="different")])
        work = Workspace(folder, now=NOW)
        assert work.events["event_id"].tolist() == ["a", "b"]
        assert list(work.check().duplicates) == []

    @pytest.mark.parametrize(
        ("pairs", "wanted"),
        [
            ([("a", "b"), ("b", "c")], ["a", "a", "a", "d"]),
            ([("c", "d"), ("a", "b"), ("d", "a")], ["a", "a", "a", "a"]),
            ([("a", "gone")], ["a", "b", "c", "d"]),
        ],
    )
    def test_several_are_one_through_each_other(self, project, pairs, wanted):
        rows = "".join(f"{key},2025-03-0{at},Darkhan,Mongolia,,x,,,\n" for at, key in enumerate("abcd", 1))
        folder = project(HEAD + rows)
        change_answers(folder / "answers.csv", add=[same(*pair) for pair in pairs])
        assert Workspace(folder, now=NOW).reading.events["event_id"].tolist() == wanted

    def test_answers_survive_a_new_version_of_the_table(self, project):
        folder = project(HEAD + TWO)
        change_answers(folder / "answers.csv", add=[same()])
        more = "z,2025-03-02,Erdenet,Mongolia,South,Later.,,,Gazette\n"
        (folder / "events.csv").write_text(HEAD + more + TWO, encoding="utf-8")
        assert Workspace(folder, now=NOW).reading.events["event_id"].tolist() == ["z", "a", "a"]


class TestClaimants:
    def test_of_all_at_once_where_no_column_says_it(self, project):
        folder = project("date,place,killed,Ofc\n2025-03-01,Darkhan,2,Mayor\n2025-03-02,Erdenet,3,Mayor\n")
        (question,) = [each for each in asked(folder) if each.kind == "claimant"]
        assert (question.subject, question.weight, question.options) == ("*", 2, ("Ofc",))
        edit_project(folder / "project.toml", set_setting("columns", "claimant", "Ofc"))
        assert not [each for each in asked(folder) if each.kind == "claimant"]

    def test_of_one_where_its_cell_is_empty(self, project):
        folder = project("event_id,date,place,killed,claimant\na,2025-03-01,Darkhan,2,Mayor\nb,2025-03-02,Erdenet,3,\n")
        (question,) = [each for each in asked(folder) if each.kind == "claimant"]
        assert (question.subject, question.reports[0].figures[0][1]) == ("b", "3")
        change_answers(folder / "answers.csv", add=[Answer("claimant", "b", "", "Ministry", "Ana")])
        assert Workspace(folder, now=NOW).claims["claimant"].tolist() == ["Mayor", "Ministry"]
        change_answers(folder / "answers.csv", add=[Answer("claimant", "b", "", "", "Ana")])
        assert pd.isna(Workspace(folder, now=NOW).claims["claimant"].iloc[1])
        assert not [each for each in asked(folder) if each.kind == "claimant"]


class TestOthers:
    def test_sides_a_letter_apart(self, project):
        folder = project(HEAD + TWO + "c,2025-03-02,Erdenet,Mongolia,Nroth,x,,,Gazette\n")
        edit_project(folder / "project.toml", add_side("Nroth"))
        (question,) = [each for each in asked(folder) if each.kind == "same_side"]
        assert (question.subject, question.other, question.weight) == ("Nroth", "North", 1)
        change_answers(folder / "answers.csv", add=[Answer("side", "North", "Nroth", "different", "Ana")])
        assert not [each for each in asked(folder) if each.kind == "same_side"]

    def test_what_can_hardly_be_is_asked_by_its_check(self, project):
        folder = project("date,place\n2025-03-01,Darkhan\n2025-03-02,Erdenet\n")
        (question,) = [each for each in asked(folder) if each.kind == "check"]
        assert (question.subject, question.weight) == ("source_missing", 2)

    def test_the_weightiest_comes_first(self, project):
        folder = project(HEAD + TWO + "".join(f"{n},2025-03-02,Erdenet,Mongolia,,x,,,\n" for n in range(5)))
        weights = [each.weight for each in asked(folder)]
        assert weights == sorted(weights, reverse=True)
        assert len(weights) > 1
