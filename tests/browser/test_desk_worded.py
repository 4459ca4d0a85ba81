"""Faults and doubts on the desk, in the language of who sits at it: nothing of them is left in English."""

from __future__ import annotations

import re

import pytest

from tests.browser.desk_hand import open_desk
from tests.browser.test_desk import bring

__all__ = ["open_desk"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADER = "Дата,Місце,Регіон,Країна,Широта,Довгота,Сторона,Що сталося,Загинуло,Джерело,Адреса\n"
#: Faults of cells and rows of many kinds, and places that are doubtful for many reasons.
SHEET = HEADER + "\n".join(
    f"{row},Газета,{address}"
    for address, row in (
        ("https://example.org/1", "2025-11-08,Erdenet,,Mongolia,,,Північ,Удар,3"),
        ("https://example.org/2", "скоро,Erdenet,,Mongolia,,,Північ,Удар,"),
        ("https://example.org/3", "2025-02-30,Erdenet,,Mongolia,,,Північ,Удар,1"),
        ("https://example.org/4", "листопад,Erdenet,,Mongolia,,,Північ,Удар,1"),
        ("https://example.org/5", "2999-01-01,Erdenet,,Mongolia,,,Південь,Удар,1"),
        ("https://example.org/6", "2025-11-09,Erdenet,,Mongolia,104.0,49.0,Південь,Удар,1"),
        ("https://example.org/7", "2025-11-09,Erdenet,,Mongolia,49.0,,Південь,Удар,1"),
        ("https://example.org/8", "2025-11-09,Erdenet,,Mongolia,0,0,Південь,Удар,1"),
        ("https://example.org/9", "2025-11-09,,,,,,Південь,Удар,1"),
        ("https://example.org/10", "2025-11-09,Erdеnet,,Mongolia,,,Північ,Удар,багато"),
        ("https://example.org/11", "2025-11-10,Oktyabrsky,,Russia,,,Північ,Удар,"),
        ("https://example.org/12", "2025-11-10,Springfield,,United States,,,Північ,Удар,"),
        ("https://example.org/13", "2025-11-10,Nowherenamed,,Kenya,,,Північ,Удар,"),
        ("https://example.org/14", "2025-11-10,Nairobi,Nowhereland,Kenya,,,Північ,Удар,"),
        ("https://example.org/15", "2025-11-10,Mombasa,Bavaria,Kenya,,,Північ,Удар,"),
        ("https://example.org/16", "2025-11-10,Kisumo,,Kenya,,,Північ,Удар,"),
        ("https://example.org/17", "2025-11-10,between Nairobi and Lima,,,,,Північ,Удар,"),
        ("https://example.org/18", "2025-11-10,Nairobi,,Peru,-1.29,36.82,Північ,Удар,"),
        ("https://example.org/19", '2025-11-10,"49.03, 104.04",,Mongolia,,,Північ,Удар,'),
        ("https://example.org/20", "2025-11-10,east,,,,,Північ,Удар,"),
        ("не адреса", "2025-11-10,Darkhan,,Mongolia,,,Північ,Удар,-4"),
        ("", "2020-11-10,Darkhan,,Mongolia,,,Північ,Удар,1"),
    )
)
#: What a sheet or a gazetteer calls by its own name, and what a cell may hold.
NAMES = {"Erdenet", "example", "about", "Amur", "Oblast", "csv", "reports"}


def english(text):
    """Return the English words of a text: not what stands in quotation marks, and no name."""
    own = re.sub(r"'[^']*'|\"[^\"]*\"|https?://\S+|\[\w+\]|\w+_\w+", " ", text)
    return {word for word in re.findall(r"[A-Za-z]{3,}", own) if word.islower() or word in {"The", "It", "No"}} - NAMES


@pytest.mark.parametrize("language", ["uk-UA", "ru-RU"])
def test_faults_and_doubts_speak_the_language_of_the_desk(open_desk, tmp_path, language):
    hand = open_desk(language=language)
    page = hand.page
    bring(hand, SHEET, tmp_path)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true;")
    faults = page.locator("#dk-faults li")
    assert faults.count() >= 10
    assert page.locator("#dk-faults [lang=en]").all_inner_texts() == []
    assert english(page.locator("#dk-faults").inner_text()) == set()
    notes = page.locator("#dk-table-part details li")
    assert page.locator("#dk-table-part details li[lang=en]").all_inner_texts() == []
    assert notes.count()
    page.locator("#dk-faults .dk-go").first.click()
    assert page.locator(".dk-english").count() == 0
    hand.click('#dk-parts a[href="#settle"]')
    page.wait_for_selector("#rv-open li")
    reasons = set()
    for at in range(page.locator("#rv-open li").count()):
        page.locator("#rv-open li button").nth(at).click()
        if page.locator("#rv-place").is_visible():
            assert page.locator("#rv-why-doubtful [lang=en]").all_inner_texts() == []
            reasons.add(page.locator("#rv-why-doubtful").inner_text())
            assert english(page.locator("#rv-why-doubtful").inner_text()) == set()
    assert len(reasons) >= 5
