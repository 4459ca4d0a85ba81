"""Articles on the desk, in Chromium: read, marked, decided about by keyboard; whatever they hold stays text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from impactmap.articles import DraftBoard
from tests.browser.desk_hand import PHONE, check, open_desk, words

__all__ = ["open_desk"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: What happened in Sudan did not happen; the signs between are those that break what counts them otherwise.
TEXT = (
    "🛩️🛩️ Sudanese army drones struck a power station in Merowe on Saturday, killing three people, officials said."
    "\r\n\r\n"
    "In Kassala, governor Ali Omer said shelling cut power to about 5,000 households on Sunday. \u202ebidi\u202c "
    "<img src=x onerror=hit()>{{7*7}}é 🛩️\n\n"
    "Officials in Khartoum said on Sunday that they would strike back."
)
#: The first map's article is another's, and lies beside the project where it may be read.
SEED = [folder / "shared" / "seeds" for folder in Path(__file__).parents if (folder / "shared" / "seeds").is_dir()]
FIELDS = ".dk-field"


def bring(hand, text=TEXT, *, day="2025-03-09", outlet="A paper", language=""):
    """Choose an article's file and read it; the keyboard is then where the name is asked."""
    page = hand.page
    if not page.url.endswith("#articles"):
        page.evaluate("location.hash = '#articles'")
        page.wait_for_selector("#dk-art-paste:focus")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": text.encode("utf-8")}
    page.set_input_files("#dk-art-file", file)
    page.fill("#dk-art-day", day)
    page.fill("#dk-art-outlet", outlet)
    page.select_option("#dk-art-language", language)
    hand.click("#dk-art-read")
    page.wait_for_selector("#dk-art-editor:focus")


def sign(hand, name="Ana"):
    hand.type(name)
    hand.press("Enter")


def title(hand):
    return hand.page.locator("#dk-draft h3")


def board(hand):
    return DraftBoard(hand.session.folder)


def states(hand):
    return {entry.draft.places[0].name if entry.draft.places else "": entry.state for entry in board(hand).drafts}


def test_confirm_change_reject_and_undo_by_keys_alone(open_desk):
    hand = open_desk()
    page = hand.page
    bring(hand)
    sign(hand)
    expect(title(hand)).to_have_text("Merowe · 8 March 2025")
    hand.press("c")
    expect(title(hand)).to_have_text("Kassala · 9 March 2025")
    assert states(hand) == {"Merowe": "confirmed", "Kassala": "waiting"}
    hand.press("x")
    hand.press("2")
    expect(page.locator("#dk-draft .dk-decided")).to_contain_text("It is older")
    hand.press("u")
    expect(page.locator("#dk-draft .im-kicker")).to_contain_text("waits")
    assert states(hand) == {"Merowe": "confirmed", "Kassala": "waiting"}
    hand.press("Tab")
    hand.press("Tab")
    page.locator(FIELDS).first.focus()
    hand.press("e")
    page.keyboard.press("Control+A")
    hand.type("Gedaref")
    hand.press("Enter")
    expect(title(hand)).to_have_text("Al Qadarif · 9 March 2025")
    hand.press("c")
    expect(page.locator("#dk-of-articles")).to_have_text("all decided")
    assert [each.places[0].name for each in board(hand).confirmed()] == ["Merowe", "Al Qadarif"]


def test_a_key_that_is_held_down_confirms_one_draft(open_desk):
    hand = open_desk()
    bring(hand)
    sign(hand)
    expect(title(hand)).to_contain_text("Merowe")
    hand.page.keyboard.down("c")
    hand.page.keyboard.down("c")
    hand.page.keyboard.down("c")
    expect(title(hand)).to_contain_text("Kassala")
    hand.page.keyboard.up("c")
    hand.rest()
    assert states(hand) == {"Merowe": "confirmed", "Kassala": "waiting"}
    assert hand.page.locator("button:has-text('all')").count() == 0


def test_an_undated_text_is_refused_with_what_to_give(open_desk):
    hand = open_desk()
    page = hand.page
    page.evaluate("location.hash = '#articles'")
    page.wait_for_selector("#dk-art-paste:focus")
    page.keyboard.insert_text(TEXT)
    hand.click("#dk-art-read")
    expect(page.locator("#dk-articles .dk-fault").first).to_contain_text("Give the day of publication")
    expect(page.locator("#dk-art-day")).to_be_focused()


def test_a_text_pasted_where_tables_are_brought_is_an_article(open_desk):
    hand = open_desk()
    page = hand.page
    prose = TEXT.replace("\r\n", "\n") + "\n\nMore was not known by noon, and nobody would say who had fired, or why."
    page.fill("#dk-paste", prose)
    hand.click("#dk-read-paste")
    expect(page.locator("#dk-art-paste")).to_have_value(prose)
    expect(page.locator("#dk-art-day")).to_be_focused()
    page.fill("#dk-art-day", "2025-03-09")
    hand.press("Enter")
    expect(title(hand)).to_have_text("Merowe · 8 March 2025")
    expect(page.locator("#dk-next")).to_have_text("Next: decide about 2 drafts")


def test_every_mark_holds_the_words_of_its_field(open_desk):
    hand = open_desk()
    page = hand.page
    bring(hand)
    sign(hand)
    for _ in range(2):
        lines = page.locator(f"{FIELDS}:not(.dk-missing)")
        for at in range(lines.count()):
            lines.nth(at).focus()
            quoted = lines.nth(at).locator("q").inner_text()
            marked = page.locator(".dk-m-active").all_text_contents()
            assert "".join(marked) == quoted
        hand.press("n")
    shown = page.locator("#dk-art-text").evaluate("(node) => [...node.children].map((line) => line.textContent)")
    assert shown == [line for line in re.split(r"\r\n|\n", TEXT) if line]
    kinds = page.locator("#dk-art-text mark").evaluate_all(
        "(marks) => new Set(marks.map((each) => getComputedStyle(each).textDecorationStyle)).size"
    )
    assert kinds >= 3  # told apart without colour


def test_words_chosen_by_keys_become_a_field(open_desk):
    hand = open_desk()
    page = hand.page
    bring(hand)
    sign(hand)
    hand.press("w")  # the first word of the draft
    hand.press("Shift+ArrowRight")
    expect(page.locator("#dk-art-tools q")).to_have_text("Sudanese army")
    hand.press("Enter")
    hand.press("3")
    page.keyboard.press("Control+A")
    hand.type("Sudan")
    hand.press("Enter")
    expect(page.locator('[data-field="side"] q')).to_have_text("Sudanese army")
    side = board(hand).drafts[0].draft.side
    assert (side.value, side.span.exact, side.span.start) == ("Sudan", "Sudanese army", TEXT.index("Sudanese"))


def test_words_chosen_by_mouse_move_a_field_and_make_a_draft(open_desk):
    hand = open_desk()
    page = hand.page
    bring(hand)
    sign(hand)
    hand.press("n")
    page.locator('[data-field="place.1"]').focus()
    select = """(wanted) => {
        const walker = document.createTreeWalker(document.getElementById("dk-art-text"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(wanted);
            const node = walker.currentNode;
            if (at >= 0) document.getSelection().setBaseAndExtent(node, at, node, at + wanted.length);
        }
    }"""
    page.evaluate(select, "é 🛩️")
    expect(page.locator("#dk-art-tools q")).to_have_text("é 🛩️")
    hand.click("#dk-art-tools button >> nth=7")
    expect(page.locator('[data-field="place.1"] q')).to_have_text("é 🛩️")
    place = board(hand).drafts[1].draft.places[0]
    assert (place.name, place.country, place.span.start) == ("Kassala", "SD", TEXT.index("é 🛩️"))
    page.evaluate(select, "strike back")
    hand.click("#dk-art-tools button >> nth=6")
    expect(title(hand)).to_have_text("no place · no day")
    expect(page.locator('[data-act="confirm"]')).to_be_disabled()
    assert board(hand).drafts[-1].draft.spans[0].exact == "strike back"


def test_two_articles_on_one_event_become_claims_of_one(open_desk):
    hand = open_desk()
    page = hand.page
    bring(hand)
    sign(hand)
    hand.press("c")
    expect(title(hand)).to_contain_text("Kassala")
    hand.click("#dk-art-another summary")
    other = "Army drones hit a power station in Merowe on Saturday and 5 people were killed, a hospital director said."
    page.fill("#dk-art-paste", other)
    page.fill("#dk-art-day", "2025-03-09")
    hand.click("#dk-art-read")
    expect(page.locator("#dk-same")).to_contain_text("A paper")
    hand.press("m")
    hand.press("Enter")
    expect(page.locator("#dk-draft .im-kicker")).to_contain_text("merged")
    (event,) = board(hand).confirmed()
    assert sorted(each.value for each in event.claims if each.metric == "killed") == [3, 5]


@pytest.mark.parametrize(("language", "code"), [("uk-UA", "uk"), ("ru-RU", "ru")])
def test_no_english_word_in_another_language(open_desk, language, code):
    hand = open_desk(language=language)
    page = hand.page
    page.evaluate("location.hash = '#articles'")
    page.wait_for_selector("#dk-art-paste:focus")
    seen = [words(page)]
    hand.click("#dk-art-read")
    expect(page.locator("#dk-articles .dk-fault").first).not_to_be_empty()
    seen.append(words(page))
    bring(hand)
    hand.press("c")
    seen.append(words(page))
    sign(hand, "Ана")
    page.locator(FIELDS).first.focus()
    for key in ("e", "Escape", "x", "Escape", "m", "Escape", "w", "Escape", "n"):
        hand.press(key)
        seen.append(words(page))
    page.evaluate("document.querySelector('[data-field^=claim]').click()")
    seen.append(words(page))
    own = {
        *(
            "Merowe",
            "Kassala",
            "Ali",
            "Omer",
            "governor",
            "officials",
            "paper",
            "Del",
            "txt",
            "Sudanese",
            "Armed",
            "Forces",
        ),
        *("cut", "power"),  # what a statement says, in the words of the text
    }
    assert set().union(*seen) - own == set()


def test_hostile_texts_stay_texts(open_desk, hostile):
    texts = [text for text in hostile.every_text() if "\0" not in text and len(text) < 200][:120]
    whole = TEXT + "\n".join(f"{text} Shells hit Kosti on Saturday, {text} said." for text in texts)
    hand = open_desk()
    bring(hand, "".join(letter for letter in whole if not "\ud800" <= letter <= "\udfff"), language="en")
    sign(hand)
    for _ in range(3):
        hand.press("n")
    assert hand.page.evaluate("window.hits") == 0
    assert hand.page.locator("#dk-main img, #dk-main script, #dk-main iframe, #dk-art-text a").count() == 0
    drafts, articles = board(hand).drafts, board(hand).articles
    assert len(drafts) > 3
    assert all(
        each.exact == articles[each.article_id].text[each.start : each.end]
        for entry in drafts
        for each in entry.draft.spans
    )


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_no_fault_of_accessibility(open_desk, options):
    hand = open_desk(**options)
    page = hand.page
    page.evaluate("location.hash = '#articles'")
    page.wait_for_selector("#dk-art-paste:focus")
    faults = [check(page, "empty")]
    bring(hand)
    sign(hand)
    page.locator(FIELDS).first.focus()
    faults.append(check(page, "draft"))
    for key in ("e", "Escape", "x", "Escape", "m", "Escape", "w"):
        hand.press(key)
        faults.append(check(page, key))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, key
    assert [each for each in faults if each] == []


@pytest.mark.skipif(not SEED, reason="the first map's article is kept elsewhere")
def test_the_first_map_s_article_is_confirmed_with_few_keys(open_desk, record_property):
    hand = open_desk()
    page = hand.page
    (file,) = SEED[0].glob("*.txt")
    page.evaluate("location.hash = '#articles'")
    page.wait_for_selector("#dk-art-paste:focus")
    page.keyboard.insert_text(file.read_text(encoding="utf-8"))
    for _ in range(20):
        if page.evaluate("document.activeElement.id === 'dk-art-read'"):
            break
        hand.press("Tab")
    hand.press("Enter")
    page.wait_for_selector("#dk-art-editor:focus")
    sign(hand)
    for _ in range(9):
        before = page.locator("#dk-draft-head .im-kicker").text_content()
        hand.press("c")
        expect(page.locator("#dk-draft-head .im-kicker")).not_to_have_text(before)
    assert (board(hand).waiting(), len(board(hand).confirmed())) == (0, 9)
    record_property("keys", hand.keys)
    assert hand.clicks == 0
    assert hand.keys <= 40
