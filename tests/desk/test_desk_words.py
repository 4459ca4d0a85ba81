"""The words of the local pages: the same messages in every language, and every word that a page asks for."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from babel.messages.pofile import read_po

from impactmap.articles.draft_decisions import KINDS as KINDS_OF_DECISIONS
from impactmap.desk.drafts.draft_words import code_of
from impactmap.desk.words import DeskWords
from impactmap.workspace.answers.answer_file import KINDS

LOCALE = resources.files("impactmap.desk") / "locale"
WEB = resources.files("impactmap.desk") / "web"
#: Parts of keys that a page puts together from what it is told.
FAMILIES = {
    "kind": ("place", "side", "same_side", "claimant", "duplicate", "total", "check"),
    "why": ("side", "same_side", "claimant", "claimant_all", "duplicate", "total", "check"),
    "busy": ("read", "draw", "publish", "draft"),
    "drafts": ("place", "place_note", "date", "side", "side_note", "sector", "means", "claim"),
    "articles": ("paste", "day", "outlet", "url", "language"),
    "act": ("confirm", "change", "remove", "reject", "merge", "undo", "next", "previous", "words"),
    "state": ("waiting", "confirmed", "rejected", "merged", "aside"),
    "decision": KINDS_OF_DECISIONS,
    "rejected": ("no_attack", "older", "elsewhere"),
    "severity": ("fault", "warning"),
    "status": ("ambiguous", "fuzzy", "not_found", "unavailable", "invalid"),
    "way": ("accept", "choose", "pin", "area", "reject"),
    "snippet": ("scripted", "fixed", "picture", "alt"),
    "picture": ("web", "social", "square", "story"),
    "color": ("contrast", "alike", "lightness"),
    "check": tuple(
        f"{name}{end}" for name in ("there", "type", "whole", "frame", "script", "beside") for end in ("", "_bad")
    ),
}


def catalog(language):
    file = LOCALE / "desk.pot" if language == "en" else LOCALE / language / "LC_MESSAGES" / "desk.po"
    with file.open("rb") as stream:
        return {message.context: message for message in read_po(stream, locale=language) if message.id}


def placeholders(text):
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_message_is_translated_with_the_same_placeholders(language):
    english, other = catalog("en"), catalog(language)
    assert list(other) == list(english)
    for key, message in other.items():
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        assert len(texts) == (3 if len(ids) > 1 else 1), key
        assert message.id == english[key].id, key
        for text in texts:
            assert text.strip(), key
            assert placeholders(text) == placeholders(ids[-1]), key
            assert not re.search(
                r"[a-z]{3,}",
                re.sub(r"https?://\S+|map\.html|text/html|Enter|Shift|Ctrl|CORRECTIONS\.md|\{\w+\}", "", text),
            ), key


def test_every_word_that_a_page_asks_for_is_there():
    known = set(catalog("en"))
    asked = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    asked |= {f"ask.{kind}" for kind in ("place", "total", *KINDS)}
    for file in WEB.iterdir():
        text = file.read_text(encoding="utf-8")
        asked |= set(re.findall(r'say(?:Count)?\(\s*"([\w.]+)"', text))
        asked |= set(re.findall(r'data-say(?:-label)?="([\w.]+)"', text))
    assert asked - known == set()


def test_no_page_holds_words_of_its_own():
    """Texts of elements come from the catalogs; what the program says in English is marked as such."""
    for file in WEB.iterdir():
        if file.name.endswith(".html"):
            text = re.sub(r"<(title|option|script|style)[^>]*>.*?</\1>", "", file.read_text(encoding="utf-8"))
            words = re.sub(r"<[^>]+>", " ", text).replace("© OpenStreetMap contributors, GeoNames, Natural Earth.", "")
            assert words.split() in ([], ["impactmap"]), file.name


def test_columns_have_words_in_every_language():
    assert DeskWords("uk").column("claimant") == "хто це каже"
    assert DeskWords("ru").wanted("date_start").startswith("Здесь должен быть день")
    assert DeskWords("en").wanted("anything") == "Something here does not fit."


def test_the_desk_of_a_map_in_a_language_that_it_has_no_words_in_speaks_english():
    assert (DeskWords("de").language, DeskWords("uk").language) == ("en", "uk")
    assert DeskWords("de").text("part.publish") == DeskWords("en").text("part.publish")


def test_whatever_speaks_against_a_draft_has_words():
    """Reasons and doubts are phrases of the rules; each string that the rules give has a message under its code."""
    known = set(catalog("en"))
    rules = resources.files("impactmap.articles")
    given = {"not": set(), "aside": set(), "doubt": set()}
    for name in ("drafting/roles.py", "recognition/mentions.py", "recognition/coordination.py"):
        text = (rules / name).read_text(encoding="utf-8")
        for function in re.findall(r"def (?:_why_not|_part_of_more)\(.*?(?=\n    def |\ndef |\n@)", text, re.DOTALL):
            given["not"] |= set(re.findall(r'(?:return|else) "([^"]+)"', function))
        given["not"] |= {a or b for a, b in re.findall(r'\(place, "([^"]+)"\)|UNKNOWN: Final = "([^"]+)"', text)}
    text = (rules / "drafting/reading.py").read_text(encoding="utf-8").partition("def _aside")[2]
    given["aside"] |= set(re.findall(r'return "([^"]+)"', text))
    text = (rules / "drafting/events.py").read_text(encoding="utf-8")
    given["aside"] |= set(re.findall(r'aside="([^"]+)"', text))
    given["doubt"] |= set(re.findall(r'doubt = [^\n]*, "([^"]+)"', text))
    assert all(len(phrases) > 2 or name == "doubt" for name, phrases in given.items())
    wanted = {f"{name}.{code_of(phrase)}" for name, phrases in given.items() for phrase in phrases}
    assert wanted - known == set()


def test_every_code_of_a_refusal_has_words():
    text = (resources.files("impactmap.desk") / "drafts" / "article_desk.py").read_text(encoding="utf-8")
    codes = set(re.findall(r'Refused\(\s*"(\w+)"', text))
    assert len(codes) > 8
    assert {f"error.{code}" for code in codes} <= set(catalog("en"))
