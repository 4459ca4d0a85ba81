"""The card says what the row of the table says, of every fact and in every language."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from impactmap.maps.page import document, payload
from impactmap.model.project import Project

pytestmark = pytest.mark.browser

#: Texts within an element, by selector; the notes that only screen readers are given are no facts.
READ = """
(root, selectors) => {
  const words = (node) => {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(".im-hidden-visually, button").forEach((part) => part.remove());
    return copy.textContent.replace(/\\s+/g, " ").trim();
  };
  const found = {};
  for (const [name, selector] of Object.entries(selectors)) {
    found[name] = [...root.querySelectorAll(selector)].map(words).filter(Boolean).sort();
  }
  return found;
}
"""
ALIKE = {
    # name: (in the row, on the card)
    "summary": (".im-what", ".im-card-body > p:not([class])"),
    "note": (".im-remark", ".im-remark"),
    "sectors": (".im-sectors", ".im-fact-sectors dd"),
    "means": (".im-means", ".im-fact-means dd"),
    "said": (".im-said", ".im-figure"),
    "who": (".im-claimant:not(.im-noted)", ".im-who > span"),
    "noted": (".im-noted", ".im-noted"),
    "differs": (".im-differs", ".im-differs"),
    "disputed": (".im-disputed", ".im-contradiction h3"),
    "sources": (".im-sources li", ".im-sources li"),
    "confirmation": (".im-cell-confirmation", ".im-fact-confirmation dd"),
    "date": (".im-cell-date", ".im-fact-date dd"),
}
#: Facts of which the card holds those of the event's other places, too.
AMONG = {
    "around": (".im-around", ".im-fact-where dd"),
    "how and reported name": (".im-note", ".im-fact-where dd"),
    "distance": (".im-cell-distance", ".im-fact-distance b"),
    "population": (".im-cell-population", ".im-fact-population b"),
    "side": (".im-cell-side", ".im-fact-side dd"),
}


def read(element, selectors):
    return element.evaluate(READ, selectors)


def name_cells(row):
    """Mark the cells of a row by their column."""
    row.evaluate(
        """(row) => [...row.cells].forEach((cell, i) => {
            const column = document.querySelectorAll("#im-rows thead th")[i].className.replace("im-col-", "");
            cell.classList.add(`im-cell-${column}`);
        })"""
    )


def made_project(language):
    return Project.model_validate(
        {"map": {"title": "Made", "language": language}, "border": {"countries": ["RU", "UA"]}}
    )


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize("seed", [1, 2])
def test_card_and_row_say_the_same(open_page, write_page, made_reports, language, seed):
    events, claims = made_reports(seed, 20)
    tab = open_page(write_page(events, claims, project=made_project(language)))
    card, checked = tab.page.locator("#im-card"), set()
    for number in range(len(events)):
        row = tab.page.locator(f'#im-rows tr[data-row="{number}"]')
        name_cells(row)
        row.locator(".im-details").click()
        expect(card).to_be_visible()
        for facts in (ALIKE, AMONG):
            ours = read(row, {name: selectors[0] for name, selectors in facts.items()})
            theirs = read(card, {name: selectors[1] for name, selectors in facts.items()})
            for name, texts in ours.items():
                if facts is ALIKE:
                    assert texts == theirs[name], (name, number)
                else:
                    for text in texts:
                        assert any(text.removeprefix(", ") in other for other in theirs[name]), (name, number, theirs)
                checked |= {name} if texts else set()
        tab.page.keyboard.press("Escape")
    assert checked == {*ALIKE, *AMONG}


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_card_and_row_of_the_long_table_say_the_same(open_page, write_page, made_reports, language, monkeypatch):
    for module in (payload, document):
        monkeypatch.setattr(module, "STATIC_ROWS", 10)
    events, claims = made_reports(3, 20)
    tab = open_page(write_page(events, claims, project=made_project(language)))
    tab.page.locator("#im-table").scroll_into_view_if_needed()
    card, checked = tab.page.locator("#im-card"), set()
    for number in range(10):
        row = tab.page.locator(f'#im-rows tr[data-row="{number}"]')
        name_cells(row)
        row.locator(".im-details").click()
        expect(card).to_be_visible()
        cells = ("date", "where", "side", "precision", "sectors", "distance", "what")
        ours = read(row, {name: f".im-cell-{name}" for name in cells})
        theirs = read(
            card,
            {
                **{name: f".im-fact-{name} dd" for name in cells},
                "distance": ".im-fact-distance b",
                "precision": ".im-fact-where dd",
                "what": ".im-card-body > p:not([class])",
            },
        )
        for name, texts in ours.items():
            for text in texts:
                assert any(text in other for other in theirs[name]), (name, number, theirs)
            checked |= {name} if texts else set()
        tab.page.keyboard.press("Escape")
    assert checked == set(cells)
