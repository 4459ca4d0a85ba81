"""Articles on the desk's server: brought, told with every word in its place, decided about one by one."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

import pytest

from impactmap.articles import DraftBoard
from impactmap.articles.draft_decisions import read_draft_decisions

#: Two attacks in Sudan, with signs outside the basic plane, line ends of both kinds and markup between them.
TEXT = (
    "🛩️🛩️ Sudanese army drones struck a power station in Merowe on Saturday, killing three people, officials said."
    "\r\n\r\n"
    "In Kassala, governor Ali Omer said shelling cut power to about 5,000 households on Sunday."
    " \u202e<b>x</b>\u202c 🛩️\n\n"
    "Officials in Khartoum said on Sunday that they would strike back."
)
#: Another paper on the first of them.
OTHER = "Army drones hit a power station in Merowe on Saturday and 5 people were killed, a hospital director said."


def bring(desk, text=TEXT, *, status=200, **facts):
    facts = {"published": "2025-03-09", "outlet": "A paper", **facts}
    return desk.file(f"article?{urlencode(facts)}", text.encode(), status=status)


def article(desk, key):
    return desk.get(f"article.json?id={key}")


def decide(desk, told, draft, decision, *, status=200, editor="Ana", **given):
    sent = {"article": told["id"], "draft": draft["id"], "seen": draft["seen"], "decision": decision, "editor": editor}
    return desk.post("draft", {**sent, **given}, status=status)


def field(draft, name):
    return next(each for each in draft["fields"] if each["field"] == name)


@pytest.fixture
def told(desk):
    return article(desk, bring(desk)["article"])


def by_place(told, name):
    return next(each for each in told["drafts"] if each["where"] == name)


class TestBringing:
    def test_a_pasted_text_makes_a_project_with_drafts_that_wait(self, desk):
        answer = bring(desk)
        assert answer["drafts"] == 2
        state = desk.looked()
        assert (state["project"], state["usable"], state["error"], state["problem"]) == (True, False, "", "")
        assert state["title"] == desk.folder.name
        assert state["drafts"] == {"articles": 1, "waiting": 2}
        assert (desk.folder / ".gitignore").read_text(encoding="utf-8").split() == ["articles/", "drafts.jsonl"]

    def test_an_undated_text_is_refused_with_what_to_give(self, desk):
        answer = bring(desk, published="", status=422)
        assert answer["code"] == "article_undated"
        assert not (desk.folder / "drafts.jsonl").exists()

    @pytest.mark.parametrize(
        ("text", "facts", "code"),
        [
            ("   ", {}, "article_empty"),
            ("Les drones ont frappé une centrale électrique près de la ville samedi, dit-on.", {}, "article_language"),
            (TEXT, {"published": "9 March"}, "article_day"),
            (TEXT, {"published": "2025-02-30"}, "article_day"),
            (TEXT, {"url": "javascript:hit()"}, "article_unread"),
            ('{"a": 1}', {"name": "x.json"}, "article_unread"),
            ("a\0b" * 40, {}, "article_unread"),
            ("x" * (8 << 20) + "y", {}, "article_long"),
        ],
        ids=["empty", "language", "words", "no-day", "address", "json", "binary", "long"],
    )
    def test_what_is_no_article_is_refused_by_a_code(self, desk, text, facts, code):
        assert bring(desk, text, status=422, **facts)["code"] == code
        assert not (desk.folder / "drafts.jsonl").exists()

    def test_a_name_leads_nowhere_and_two_pasted_texts_are_two_articles(self, desk):
        bring(desk, name="../../evil.txt")
        bring(desk)
        bring(desk, OTHER)
        assert not list(desk.folder.parent.glob("*evil*"))
        assert len(desk.get("articles.json")["articles"]) == 3


class TestTelling:
    def test_every_span_is_literal_in_code_points(self, told):
        assert told["text"] == TEXT
        spans = [each for draft in told["drafts"] for each in (*draft["fields"], *draft["not_taken"])]
        assert len(spans) > 8
        assert all(told["text"][each["start"] : each["end"]] == each["words"] for each in spans)

    def test_each_field_has_its_words_and_its_value(self, told):
        merowe = by_place(told, "Merowe")
        assert field(merowe, "place.1")["words"] == "Merowe"
        assert (field(merowe, "date")["value"], field(merowe, "date")["words"]) == ("2025-03-08/2025-03-08", "Saturday")
        killed = next(each for each in merowe["fields"] if each.get("metric") == "killed")
        assert (killed["figure"], killed["claimant"], killed["words"]) == ("3", "officials", "three people")

    def test_names_that_are_no_place_of_an_event_are_told_with_why(self, told):
        assert all(each["why"] for draft in told["drafts"] for each in draft["not_taken"])

    def test_it_is_told_in_the_page_s_language(self, desk, told):
        desk.post("language", {"language": "uk"})
        again = by_place(article(desk, told["id"]), "Merowe")
        assert again["when"].split() == ["8", "березня", "2025", "р."]
        assert "населений пункт" in field(again, "place.1")["told"]


class TestDeciding:
    def test_one_decision_is_one_line_and_the_next_look_has_the_event(self, desk, told):
        merowe = by_place(told, "Merowe")
        after = decide(desk, told, merowe, "confirm")
        assert by_place(after["article"], "Merowe")["state"] == "confirmed"
        (line,) = read_draft_decisions(desk.folder)
        assert (line.decision, line.editor, line.decided_on) == ("confirm", "Ana", dt.date(2026, 1, 1))
        state = desk.looked()
        assert (state["usable"], state["drafts"]["waiting"], state["editor"]) == (True, 1, "Ana")

    def test_there_is_no_way_to_decide_about_all(self, desk, told):
        for name in ("confirm-all", "accept-all", "confirm_all"):
            decide(desk, told, told["drafts"][0], name, status=422)
            desk.post(name, {}, status=404)
        decide(desk, told, {"id": [each["id"] for each in told["drafts"]], "seen": ""}, "confirm", status=422)
        assert read_draft_decisions(desk.folder) == []

    def test_each_decision_can_be_undone_and_the_file_is_as_before(self, desk, told):
        kassala = by_place(told, "Kassala")
        told = decide(desk, told, kassala, "confirm")["article"]
        before = (desk.folder / "draft_decisions.csv").read_bytes()
        told = decide(desk, told, by_place(told, "Merowe"), "reject", reason='old,\nor "older"')["article"]
        assert by_place(told, "Merowe")["decided"]["reason"] == 'old,\nor "older"'
        told = decide(desk, told, by_place(told, "Merowe"), "undo")["article"]
        assert by_place(told, "Merowe")["state"] == "waiting"
        assert (desk.folder / "draft_decisions.csv").read_bytes() == before
        decide(desk, told, by_place(told, "Merowe"), "undo", status=422)

    def test_what_a_decision_lacks_is_said_by_a_code(self, desk, told):
        merowe = by_place(told, "Merowe")
        assert decide(desk, told, merowe, "confirm", editor=" ", status=422)["code"] == "no_name"
        assert decide(desk, told, merowe, "reject", status=422)["code"] == "no_reason"
        answer = decide(desk, told, merowe, "change", field="side", value="North", status=422)
        assert answer["code"] == "no_words"
        for words in ([1], [1, 2, 3], ["1", "2"], [True, 2], "12", [5, 5], [-1, 4], [0, 10**9]):
            decide(desk, told, merowe, "change", field="side", value="North", words=words, status=422)
        for name, value in (("date", "soon"), ("claim.1", "killed"), ("price", "1"), ("place.9", "Merowe")):
            decide(desk, told, merowe, "change", field=name, value=value, words=[0, 4], status=422)
        assert read_draft_decisions(desk.folder) == []

    def test_without_a_place_or_a_day_nothing_is_confirmed(self, desk, told):
        told = decide(desk, told, by_place(told, "Merowe"), "change", field="date", value="")["article"]
        merowe = by_place(told, "Merowe")
        assert merowe["missing"] == ["date"]
        assert decide(desk, told, merowe, "confirm", status=422)["code"] == "draft_incomplete"

    def test_words_make_and_move_a_span_behind_signs_of_two_units(self, desk, told):
        start = TEXT.index("Sudanese army")
        words = [start, start + len("Sudanese army drones")]
        merowe = by_place(told, "Merowe")
        told = decide(desk, told, merowe, "change", field="side", value="Army", words=words)["article"]
        assert field(by_place(told, "Merowe"), "side")["words"] == "Sudanese army drones"
        told = decide(
            desk, told, by_place(told, "Merowe"), "change", field="side", value="Army", words=[start, start + 13]
        )
        assert field(by_place(told["article"], "Merowe"), "side")["words"] == "Sudanese army"

    def test_a_place_whose_words_move_stays_the_place(self, desk, told):
        merowe = by_place(told, "Merowe")
        before = DraftBoard(desk.folder)[merowe["id"]].draft.places[0]
        start = TEXT.index("station in Merowe")
        told = decide(desk, told, merowe, "change", field="place.1", value="Merowe", words=[start, start + 17])[
            "article"
        ]
        after = DraftBoard(desk.folder)[merowe["id"]].draft.places[0]
        assert (after.place_id, after.latitude, after.span.exact) == (
            before.place_id,
            before.latitude,
            "station in Merowe",
        )

    def test_somebody_else_s_decision_is_not_written_over(self, desk, told):
        merowe = by_place(told, "Merowe")
        DraftBoard(desk.folder).reject(merowe["id"], editor="Ben", day=dt.date(2026, 1, 1), reason="old")
        assert decide(desk, told, merowe, "confirm", status=422)["code"] == "draft_changed"
        again = by_place(article(desk, told["id"]), "Merowe")
        assert (again["state"], again["decided"]["editor"]) == ("rejected", "Ben")

    def test_words_become_a_draft_of_their_own(self, desk, told):
        start = TEXT.index("Officials in Khartoum")
        sent = {"article": told["id"], "decision": "add", "editor": "Ana", "words": [start, len(TEXT)]}
        answer = desk.post("draft", sent)
        added = next(each for each in answer["article"]["drafts"] if each["id"] == answer["draft"])
        assert (added["drafter"], added["missing"], added["fields"]) == ("editor", ["place", "date"], [])
        gone = desk.post("draft", {**sent, "draft": added["id"], "seen": added["seen"], "decision": "undo"})
        assert added["id"] not in [each["id"] for each in gone["article"]["drafts"]]


class TestSameEvents:
    def test_a_report_of_the_table_and_another_article_are_proposed(self, desk, told):
        desk.looked()
        rows = "date,place,country,summary,source\n2025-03-08,Merowe,Sudan,A power station was hit.,Gazette\n"
        desk.bring(rows)
        bring(desk, OTHER, outlet="Another paper")
        desk.looked()
        same = desk.get(f"same-events.json?id={told['id']}")["same"]
        found = same[by_place(told, "Merowe")["id"]]
        assert {(each.get("row"), each["source"]) for each in found} == {(2, "Gazette"), (None, "Another paper")}
        assert by_place(told, "Kassala")["id"] not in same

    def test_settle_shows_a_confirmed_draft_beside_the_row_that_it_may_be(self, desk, told):
        desk.looked()
        rows = (
            "date,place,country,summary,killed,source\n2025-03-08,Merowe,Sudan,Drones hit power in Merowe.,3,Gazette\n"
        )
        desk.bring(rows)
        decide(desk, told, by_place(told, "Merowe"), "confirm")
        desk.looked()
        questions = desk.get("questions.json")["open"]
        [pair] = [each for each in questions if each["kind"] == "duplicate"]
        assert sorted((each["row"], each["who"]) for each in pair["reports"] if each["row"]) == [(2, "Gazette")]
        assert [each["who"] for each in pair["reports"] if each["row"] is None] == ["A paper"]
        asked = [each for each in questions if each["kind"] == "claimant"]
        assert all(report["row"] for each in asked for report in each["reports"])

    def test_several_articles_on_one_event_become_claims_of_it(self, desk, told):
        other = article(desk, bring(desk, OTHER, outlet="Another paper")["article"])
        into = by_place(told, "Merowe")
        decide(desk, told, into, "confirm")
        merged = decide(desk, other, other["drafts"][0], "merge", into=into["id"])["article"]
        assert (merged["drafts"][0]["state"], merged["drafts"][0]["into"]) == ("merged", into["id"])
        (event,) = DraftBoard(desk.folder).confirmed()
        killed = {(each.value, each.claimant, each.span.article_id) for each in event.claims if each.metric == "killed"}
        assert killed == {(3.0, "officials", told["id"]), (5.0, "hospital director", other["id"])}
        decide(desk, other, other["drafts"][0], "merge", into="nothing", status=422)
