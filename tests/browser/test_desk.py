"""The desk in Chromium: from an empty folder to a published one, with every click and key counted."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from impactmap.model.project import load_project
from impactmap.workspace.answers.answer_file import read_answers
from tests.browser.desk_hand import PHONE, check, open_desk, words

__all__ = ["open_desk"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: Thirty rows, and four doubts: a name spelled like a place's, a side a letter off, two reports that look like one
#: event, and nobody named for the figures.
SHEET = "date,place,country,side,summary,killed,Ofc,source\n" + "".join(
    [
        "2025-11-01,Erdenet,Mongolia,North,A substation was hit at night.,2,Governor,Gazette\n",
        "2025-11-01,Erdenet,Mongolia,North,A substation was hit at night.,7,Ministry,Herald\n",
        "2025-11-02,Darkhn,Mongolia,North,A line was cut.,,,Gazette\n",
        "2025-11-03,Darkhan,Mongolia,Nroth,A depot burned.,,,Gazette\n",
        *(
            f"2025-11-{4 + n:02d},{('Darkhan', 'Erdenet', 'Choibalsan')[n % 3]},Mongolia,{('North', 'South')[n % 2]},"
            f"Report {n} of the night.,,,Gazette\n"
            for n in range(26)
        ),
    ]
)
#: Tables as people bring them: other headers, who says so in another language, two accounts, several places in a cell.
PREFIXED = (
    "reference_code,recording_date,location_latitude,location_longitude,location,description_en,source_url\n"
    "A_1,2016-09-11 15:33:00+00:00,49.03,104.04,ORKHON : Erdenet,A pump was hit.,https://example.org/1\n"
    "A_2,2016-09-12 08:45:00+00:00,49.47,105.96,DARKHAN : Darkhan,A bakery was hit.,https://example.org/2\n"
)
SPEAKER = (
    "Дата,Місто,Область,Що сталося,Без світла (домогосподарств),Хто каже,Джерело\n"
    "2025-11-09,Суми,Сумська область,Пошкоджено мережу,понад 20 000,начальник області,Газета\n"
)
ACCOUNTS = (
    "event_id,date,place,country,side,summary,killed,claimant\n"
    "k1,2025-11-08,Erdenet,Mongolia,North,A substation was hit.,3,Governor\n"
    "k1,2025-11-08,Erdenet,Mongolia,North,A substation was hit.,about 10,Ministry\n"
)
SEVERAL = (
    "date,place,country,summary\n"
    '2025-11-08,"Erdenet, Darkhan and Choibalsan",Mongolia,Strikes.\n'
    "2025-11-08,between Erdenet and Darkhan,Mongolia,A line was cut.\n"
)


def bring(hand, text, tmp_path, name="reports.csv"):
    file = tmp_path / name
    file.write_bytes(text.encode("utf-8", errors="replace"))
    hand.choose("#dk-file", file)
    hand.page.wait_for_selector("#dk-about:not(:empty)")
    hand.rest()


def publish(hand):
    """Publish what lies on the desk; give back the folder."""
    hand.click('#dk-parts a[href="#publish"]')
    hand.rest()
    hand.click("#dk-write")
    hand.page.wait_for_selector("#dk-written")
    folder = hand.session.folder / "map"
    assert {"map.html", "map.png", "events.csv", "METHOD.md", "manifest.json"} <= {
        each.name for each in folder.iterdir()
    }
    expect(hand.page.locator("#dk-snippet-scripted")).to_have_value(re.compile("<iframe"))
    return folder


def settle_all(hand, *, most=40):
    """Answer every question with the first answer, by keys; skip what has to be mended."""
    page = hand.page
    for _ in range(most):
        if page.locator("#rv-none").is_visible():
            return
        before = page.locator("#rv-open li").count()
        if page.locator("#rv-place").is_visible():
            if not page.locator('input[name="choice"]:checked').count():
                page.locator('input[name="choice"]').first.focus()
                hand.press("Space")
            hand.press("Enter")
        else:
            if page.locator("#dk-why").count():
                page.locator("#dk-why").focus()
                hand.type("ours")
            page.locator(".dk-choice").first.focus()
            hand.press("1")
        expect(page.locator("#rv-open li")).not_to_have_count(before)
        hand.rest()


def test_thirty_rows_with_four_doubts_become_a_folder_with_few_clicks_and_keys(open_desk, tmp_path, record_property):
    hand = open_desk()
    page = hand.page
    expect(page.locator("#dk-next")).to_have_text("Next: bring a table")
    bring(hand, SHEET, tmp_path)
    expect(page.locator("#dk-of-bring")).to_have_text("30 rows")
    expect(page.locator("#dk-next")).to_have_text("Next: answer 4 questions")
    hand.click("#dk-next a")
    expect(page.locator("#dk-editor")).to_be_focused()
    hand.type("Ana")
    hand.press("Enter")
    settle_all(hand)
    assert page.locator("#rv-none").is_visible()
    folder = publish(hand)
    record_property("clicks and keys", (hand.clicks, hand.keys))
    assert hand.total <= 25
    project = load_project(hand.session.project_file)
    assert {side.key: side.aliases for side in project.sides} == {"North": ("Nroth",), "South": ()}
    assert project.columns["claimant"] == "Ofc"
    (answer,) = read_answers(hand.session.folder / "answers.csv").entries.values()
    assert (answer.kind, answer.answer, answer.editor) == ("duplicate", "same", "Ana")
    assert "Governor" in (folder / "claims.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "table", [PREFIXED, SPEAKER, ACCOUNTS, SEVERAL], ids=["prefixed", "speaker", "accounts", "several"]
)
def test_tables_as_people_bring_them_become_folders(open_desk, tmp_path, table, record_property):
    hand = open_desk()
    bring(hand, table, tmp_path)
    expect(hand.page.locator("#dk-of-bring")).not_to_contain_text("fault")
    publish(hand)
    record_property("clicks and keys", (hand.clicks, hand.keys))
    assert hand.total <= 6


@pytest.mark.parametrize(("language", "code"), [("uk-UA", "uk"), ("ru-RU", "ru")])
def test_the_whole_job_in_another_language(open_desk, tmp_path, language, code):
    hand = open_desk(language=language)
    page = hand.page
    assert page.evaluate("document.documentElement.lang") == code
    seen = [words(page)]
    rows = SHEET.partition("\n")[2].replace("2025-11-02,", "2025-31-02,", 1)
    bring(hand, f"Дата,Місце,Країна,Сторона,Що сталося,Загинуло,Ofc,Джерело\n{rows}", tmp_path)
    seen.append(words(page))
    hand.click(".dk-mark >> nth=0")
    seen.append(words(page))
    page.fill("#dk-cell-text", "2025-11-02")
    hand.press("Enter")
    hand.rest()
    hand.click('#dk-parts a[href="#settle"]')
    expect(page.locator("#dk-editor")).to_be_focused()
    hand.type("Ана")
    hand.press("Enter")
    for _ in range(page.locator("#rv-open li").count()):
        seen.append(words(page))
        hand.click("#rv-skip" if page.locator("#rv-place").is_visible() else "#dk-skip")
    settle_all(hand)
    seen.append(words(page))
    hand.click("#rv-settled button >> nth=0")
    seen.append(words(page))
    hand.click('#dk-parts a[href="#show"]')
    hand.rest()
    seen.append(words(page))
    publish(hand)
    seen.append(words(page))
    assert " ".join(sorted(set().union(*seen))) == ""


def test_by_keyboard_alone(open_desk, tmp_path):
    hand = open_desk()
    page = hand.page

    def go(selector, key="Tab", most=80):
        for _ in range(most):
            if page.evaluate("(wanted) => document.activeElement?.matches(wanted)", selector):
                return
            hand.press(key)
        raise AssertionError(selector)

    go("#dk-paste")
    page.keyboard.insert_text(SHEET)
    go("#dk-read-paste")
    hand.press("Enter")
    page.wait_for_selector("#dk-about:not(:empty)")
    hand.rest()
    go("#dk-next a", "Shift+Tab")
    hand.press("Enter")
    expect(page.locator("#dk-editor")).to_be_focused()
    hand.type("Ana")
    hand.press("Enter")
    settle_all(hand)
    hand.press("Shift+Tab")
    go('#dk-parts a[href="#publish"]', "Shift+Tab")
    hand.press("Enter")
    hand.rest()
    go("#dk-write")
    hand.press("Enter")
    page.wait_for_selector("#dk-written")
    assert hand.clicks == 0


def test_hostile_cells_stay_texts(open_desk, tmp_path, hostile):
    texts = [text for text in hostile.every_text() if "\0" not in text and len(text) < 2_000]
    lines = ["date,place,country,side,summary,killed," + '"<img src=x onerror=hit()>"']
    for n, text in enumerate(texts):
        cell = '"' + text.replace('"', '""').replace("\r", " ").replace("\n", " ") + '"'
        lines.append(f"2025-11-{1 + n % 28:02d},{cell},Mongolia,{cell},{cell},{n},{cell}")
    hand = open_desk()
    page = hand.page
    bring(hand, "\n".join(lines) + "\n", tmp_path)
    for part in ("settle", "show", "publish", "bring"):
        hand.click(f'#dk-parts a[href="#{part}"]')
        hand.rest()
        if part == "settle":
            for _ in range(min(6, page.locator("#rv-open li").count())):
                hand.click("#rv-skip" if page.locator("#rv-place").is_visible() else "#dk-skip")
    assert page.evaluate("window.hits") == 0
    assert page.locator("#dk-main img[onerror], #dk-main script, #dk-main a[href^='javascript']").count() == 0


@pytest.mark.parametrize("options", [{}, PHONE, {"color_scheme": "dark"}], ids=["desktop", "phone", "dark"])
def test_no_part_has_a_fault_of_accessibility(open_desk, tmp_path, options):
    hand = open_desk(**options)
    page = hand.page
    faults = [check(page, "empty")]
    bring(hand, SHEET.replace("2025-11-02,", "2025-31-02,", 1), tmp_path)
    faults.append(check(page, "bring"))
    for part in ("settle", "show", "publish"):
        hand.click(f'#dk-parts a[href="#{part}"]')
        hand.rest()
        faults.append(check(page, part))
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, part
    assert [each for each in faults if each] == []


def test_the_table_is_read_again_when_it_is_saved_elsewhere(open_desk, tmp_path):
    table = tmp_path / "mine.csv"
    table.write_text("date,place\n2025-31-08,Erdenet\n2025-11-09,Darkhan\n", encoding="utf-8")
    hand = open_desk()
    page = hand.page
    hand.click(".dk-drop summary")
    page.fill("#dk-path", str(table))
    hand.click("#dk-use")
    page.wait_for_selector("#dk-about:not(:empty)")
    expect(page.locator("#dk-of-bring")).to_have_text("2 rows, 1 fault")
    table.write_text("date,place\n2025-11-08,Erdenet\n2025-11-09,Darkhan\n", encoding="utf-8")
    expect(page.locator("#dk-of-bring")).to_have_text("2 rows")
    table.unlink()
    expect(page.locator("#dk-problem")).to_contain_text("no answer is lost")
    expect(page.locator(".dk-table tbody tr[data-row]")).to_have_count(2)
    table.write_text("date,place\n2025-11-08,Erdenet\n", encoding="utf-8")
    expect(page.locator("#dk-of-bring")).to_have_text("1 row")
    expect(page.locator("#dk-problem")).to_be_empty()


def test_ten_thousand_rows_are_gone_through(open_desk, tmp_path):
    lines = "".join(f"2025-{1 + n % 12:02d}-{1 + n % 28:02d},Erdenet,Mongolia,Report {n}\n" for n in range(10_000))
    hand = open_desk()
    page = hand.page
    bring(hand, "date,place,country,summary\n" + lines, tmp_path)
    assert page.locator(".dk-table tbody tr[data-row]").count() < 100
    page.locator(".dk-rows").evaluate("(frame) => { frame.scrollTop = frame.scrollHeight; }")
    expect(page.locator('.dk-table tr[data-row="10001"]')).to_be_visible()


def test_the_example_opens_with_one_click_and_the_map_is_drawn(open_desk):
    hand = open_desk()
    page = hand.page
    hand.click("#dk-example")
    expect(page.locator("#dk-title")).to_have_text("Reported attacks on infrastructure")
    hand.rest()
    hand.click('#dk-parts a[href="#show"]')
    hand.rest()
    frame = page.frame_locator("#dk-frame")
    expect(frame.locator("#im-title")).to_have_text("Reported attacks on infrastructure")
    page.fill("#dk-set-map-headline", "Two nights")
    hand.press("Tab")
    expect(frame.locator("#im-title")).to_have_text("Two nights")
    hand.click('.dk-look button[value="square"]')
    expect(page.locator(".dk-picture")).to_have_js_property("naturalWidth", 1080)
