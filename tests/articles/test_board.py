"""Drafts and what editors decide about them: kept apart, found again, and alone on the map."""

from __future__ import annotations

import datetime as dt
import json

import pandas as pd
import pytest

from impactmap.articles import DraftBoard
from impactmap.articles.confirmed import confirmed_tables
from impactmap.articles.project import draft_into
from impactmap.articles.texts import make_article
from impactmap.cli import app, main
from impactmap.model.errors import InputError, TableError
from impactmap.workspace.build import build

DAY = dt.date(2025, 3, 9)
TEXT = (
    "Sudanese army drones struck a power station in Merowe on Saturday, killing three people, officials said.\r\n\r\n"
    "In Kassala, governor Ali Omer said shelling cut power to about 5,000 households on Sunday. 🛩️"
)
NOW = dt.datetime(2025, 3, 20, tzinfo=dt.UTC)


def article(text=TEXT):
    return make_article("a.txt", text, published=DAY, language="en", outlet="A paper", url="https://a.example/1")


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "map"
    folder.mkdir()
    (folder / "project.toml").write_text('[map]\ntitle = "Sudan"\n[data]\nevents = "events.csv"\n', encoding="utf-8")
    (folder / "events.csv").write_text("date,place,country\n", encoding="utf-8")
    draft_into(folder, [article()])
    return folder


def board(folder):
    return DraftBoard(folder)


def first(folder):
    return board(folder).drafts[0].draft


def test_every_field_has_its_words(folder):
    text = article().text
    for line in (folder / "drafts.jsonl").read_text(encoding="utf-8").splitlines():
        spans = []

        def collect(value, spans=spans):
            if isinstance(value, dict):
                if "exact" in value:
                    spans.append(value)
                for each in value.values():
                    collect(each)
            elif isinstance(value, list):
                for each in value:
                    collect(each)

        collect(json.loads(line))
        assert len(spans) > 5
        assert all(text[each["start"] : each["end"]] == each["exact"] for each in spans)


def test_nothing_unconfirmed_is_published(folder, tmp_path):
    with pytest.raises(TableError, match="found neither: 2 drafts wait for an editor"):
        build(folder, tmp_path / "out", now=NOW)
    board(folder).confirm(first(folder).id, editor="Ana", day=DAY)
    report = build(folder, tmp_path / "out", now=NOW)
    assert report.events == 1
    assert any("Drafts that wait for an editor: 1" in note for note in report.notes)
    events = pd.read_csv(tmp_path / "out/events.csv")
    told = events[["place", "source_name", "source_url"]].to_numpy().tolist()
    assert told == [["Merowe", "A paper", "https://a.example/1"]]
    files = [path for path in (tmp_path / "out").iterdir() if path.suffix in {".csv", ".md", ".json"}]
    published = "".join(path.read_text(errors="replace") for path in files)
    assert "struck a power station" not in published
    assert f"Characters 0 to {TEXT.index('said.') + 5} of the text with the SHA-256 {article().sha256}" in published


def test_decisions_outlive_drafting_byte_for_byte(folder):
    view = board(folder)
    view.confirm(view.drafts[0].draft.id, editor="Ana", day=DAY)
    view.reject(view.drafts[1].draft.id, editor="Ben", day=DAY, reason="not ours")
    before = (folder / "draft_decisions.csv").read_bytes()
    draft_into(folder, [article()])
    assert (folder / "draft_decisions.csv").read_bytes() == before
    assert [each.state for each in board(folder).drafts] == ["confirmed", "rejected"]


def test_decisions_are_found_again_in_a_corrected_text(folder):
    view = board(folder)
    view.confirm(view.drafts[1].draft.id, editor="Ana", day=DAY)
    draft_into(folder, [article(f"Correction. An earlier version was shorter.\n\n{TEXT}")])
    assert [each.state for each in board(folder).drafts if each.draft.places][-1] == "confirmed"


def test_a_confirmation_is_of_what_was_read_then(folder):
    view = board(folder)
    view.confirm(view.drafts[1].draft.id, editor="Ana", day=DAY)
    draft_into(folder, [article(TEXT.replace("5,000", "9,000"))])
    entries = board(folder).drafts
    assert [each.state for each in entries] == ["waiting", "waiting"]
    assert not confirmed_tables(folder)[0].size


def test_words_that_are_gone_leave_an_orphan(folder):
    view = board(folder)
    view.confirm(view.drafts[1].draft.id, editor="Ana", day=DAY)
    draft_into(folder, [article(TEXT.split("\r\n", maxsplit=1)[0])])
    assert [each.decision for each in board(folder).orphans] == ["confirm"]


def test_a_change_needs_words_and_is_read_again(folder):
    view = board(folder)
    key = view.drafts[1].draft.id
    at = TEXT.index("about 5,000"), TEXT.index(" households")
    with pytest.raises(InputError, match="expected the words that 'RSF' was read from"):
        view.change(key, "side", "RSF", editor="Ana", day=DAY)
    with pytest.raises(InputError, match="expected 2025-11-08"):
        view.change(key, "date", "soon", editor="Ana", day=DAY, words=at)
    with pytest.raises(InputError, match="expected a field out of"):
        view.change(key, "colour", "red", editor="Ana", day=DAY, words=at)
    view.change(
        key, "claim.1", "households_without_power: at least 4000 | the governor", editor="Ana", day=DAY, words=at
    )
    view.change(key, "date", "2025-03-07/2025-03-08", editor="Ana", day=DAY, words=at)
    changed = board(folder)[key].draft
    claim = changed.claims[0]
    assert (claim.value, claim.qualifier, claim.claimant, claim.span.exact) == (
        4000.0,
        "at least",
        "the governor",
        "about 5,000",
    )
    assert (changed.date.start, changed.date.end, changed.date.precision) == ("2025-03-07", "2025-03-08", "days")
    view.change(key, "claim.1", "", editor="Ana", day=DAY)
    assert len(board(folder)[key].draft.claims) == len(changed.claims) - 1


def test_an_editor_adds_what_the_machine_did_not_see(folder):
    view = board(folder)
    start = TEXT.index("In Kassala")
    key = view.add(article().article_id, (start, len(TEXT)), editor="Ana", day=DAY)
    with pytest.raises(InputError, match="expected a place and a day, found none"):
        view.confirm(key, editor="Ana", day=DAY)
    view.change(key, "place.1", "Kassala", editor="Ana", day=DAY, words=(start + 3, start + 10))
    view.change(
        key, "date", "2025-03-09", editor="Ana", day=DAY, words=(TEXT.index("on Sunday"), TEXT.index("on Sunday") + 9)
    )
    view.confirm(key, editor="Ana", day=DAY)
    events, _, waiting = confirmed_tables(folder)
    assert (events["place"].tolist(), waiting) == (["Kassala"], 2)


def test_merged_drafts_give_their_claims(folder):
    view = board(folder)
    one, two = (each.draft.id for each in view.drafts)
    view.merge(two, one, editor="Ana", day=DAY)
    view.confirm(one, editor="Ana", day=DAY)
    events, claims, waiting = confirmed_tables(folder)
    assert (events["event_id"].nunique(), waiting) == (1, 0)
    assert {"killed", "households_without_power"} <= set(claims["metric"])


def test_a_draft_without_a_day_cannot_be_confirmed(tmp_path):
    draft_into(tmp_path, [article("Drones struck a power station in Merowe, officials said.")])
    with pytest.raises(InputError, match="expected a day, found none"):
        board(tmp_path).confirm(first(tmp_path).id, editor="Ana", day=DAY)


def test_a_damaged_line_of_drafts_is_told(folder):
    with (folder / "drafts.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": 1}\n')
    with pytest.raises(InputError, match="line 3: expected a draft"):
        board(folder)


def test_decisions_that_cannot_be_used_are_told(folder):
    (folder / "draft_decisions.csv").write_text("draft_id,decision,editor\na,approve,Ana\n", encoding="utf-8")
    with pytest.raises(TableError, match="line 2: decision: expected one of confirm, change"):
        board(folder)


def test_the_command_drafts_and_the_map_waits(tmp_path, capsys):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert "draft" in app.commands
    with pytest.raises(SystemExit) as undated:
        main(["draft", str(tmp_path / "a.txt"), "-o", str(tmp_path / "map")])
    assert undated.value.code == 1
    assert "--published" in capsys.readouterr().err
    assert not (tmp_path / "map").exists()
    with pytest.raises(SystemExit) as done:
        main(["draft", str(tmp_path / "a.txt"), "-o", str(tmp_path / "map"), "--published", "2025-03-09"])
    assert done.value.code == 0
    told = capsys.readouterr().out
    assert "2025-03-08  Merowe" in told
    assert "1 article: 2 drafts, 0 passages set aside." in told
    with pytest.raises(SystemExit) as waits:
        main(["build", str(tmp_path / "map"), "-o", str(tmp_path / "out"), "--now", "2025-03-20T00:00:00Z"])
    assert waits.value.code == 1
    assert "2 drafts wait for an editor" in capsys.readouterr().err


CAUSED = (
    "Sudanese army drones struck a power station in Merowe on Saturday. Local authorities reported a blackout in "
    "Atbara, blaming it on reasons that the ministry will look into next week."
)


def test_no_run_of_the_article_s_words_is_published_as_a_statement(folder):
    draft_into(folder, [article(CAUSED)])
    draft = next(each.draft for each in board(folder).drafts if any(c.metric == "cause" for c in each.draft.claims))
    number = next(n for n, each in enumerate(draft.claims, 1) if each.metric == "cause")
    board(folder).confirm(draft.id, editor="Ana", day=DAY)
    _, claims, _ = confirmed_tables(folder)
    assert "cause" not in list(claims["metric"])
    words = draft.claims[number - 1].span.start, draft.claims[number - 1].span.end
    for told in ("reasons that the ministry will look into next week", "Reasons that the  Ministry will look into"):
        with pytest.raises(InputError, match="words of your own"):
            board(folder).change(draft.id, f"claim.{number}", f"cause: {told}", words=words, editor="Ana", day=DAY)
    board(folder).change(draft.id, f"claim.{number}", "cause: not known yet", words=words, editor="Ana", day=DAY)
    board(folder).confirm(draft.id, editor="Ana", day=DAY)
    _, claims, _ = confirmed_tables(folder)
    assert list(claims.loc[claims["metric"] == "cause", "text"]) == ["not known yet"]


def test_the_latest_decision_about_a_draft_is_taken_back_and_no_other(folder):
    one, other = (each.draft.id for each in board(folder).drafts[:2])
    board(folder).reject(one, editor="Ana", day=DAY, reason='"old",\nshe says')
    before = (folder / "draft_decisions.csv").read_bytes()
    board(folder).confirm(other, editor="Ben", day=DAY)
    board(folder).change(one, "side", "", editor="Ana", day=DAY)
    assert board(folder).undo(one).decision == "change"
    assert board(folder).undo(other).decision == "confirm"
    assert (folder / "draft_decisions.csv").read_bytes() == before
    assert board(folder).undo(one).decision == "reject"
    assert {each.state for each in board(folder).drafts} == {"waiting"}
    with pytest.raises(InputError, match="decision to take back"):
        board(folder).undo(one)
