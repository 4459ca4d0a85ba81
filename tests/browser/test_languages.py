"""A map in several languages in a real Chromium: the switch keeps the reader's view, and costs a frame no height."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from impactmap.maps.page.event_map import build_map
from impactmap.model.project import Project

pytestmark = pytest.mark.browser

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
LANGUAGES = ("en", "uk", "ru")
FILES = {code: "map.html" if code == "en" else f"map.{code}.html" for code in LANGUAGES}
#: Pixels that the light page may take at most, by width.
HIGHEST = {320: 1060, 390: 1000, 680: 800}
FRAME = (
    '<!DOCTYPE html><link rel="icon" href="data:,"><title>x</title>'
    '<iframe src="{}" sandbox="allow-scripts allow-popups" width="{}" height="780">'
)


@pytest.fixture
def pages(tmp_path, located, claims, project):
    """Write a page a language, each with the switch."""
    for code, file in FILES.items():
        spoken = project.model_copy(update={"map": project.map.model_copy(update={"language": code})})
        page = build_map(located, claims, project=spoken).to_page(languages=FILES)
        (tmp_path / file).write_text(page, encoding="utf-8")
    return tmp_path


def test_the_switch_keeps_the_readers_view(open_page, pages):
    tab = open_page(pages / "map.html")
    tab.page.locator(".im-switch").first.click()
    tab.until(lambda: "off=" in tab.page.url, True)
    rows, view = tab.shown(), tab.page.url.split("#")[1]
    tab.page.locator("#im-languages").get_by_text("Українська").click()
    tab.page.wait_for_selector('html[lang="uk"][data-im-ready="true"]', state="attached")
    assert tab.page.url.endswith(f"map.uk.html#{view}")
    assert tab.page.locator(".im-switch").first.get_attribute("aria-pressed") == "false"
    tab.until(tab.shown, rows)
    assert 0 < len(rows) < tab.page.locator("#im-rows tbody tr").count()


def test_the_switch_works_by_keyboard_and_says_which_language_each_is(open_page, pages):
    tab = open_page(pages / "map.uk.html")
    links = tab.page.locator("#im-languages a")
    assert links.all_inner_texts() == ["English", "Русский"]
    assert [link.get_attribute("lang") for link in links.all()] == ["en", "ru"]
    links.last.press("Enter")
    tab.page.wait_for_selector('html[lang="ru"][data-im-ready="true"]', state="attached")


def test_the_switch_works_without_a_script(open_page, pages):
    tab = open_page(pages / "map.html", java_script_enabled=False)
    tab.page.locator("#im-languages").get_by_text("Русский").click()
    tab.page.wait_for_selector('html[lang="ru"]', state="attached")


@pytest.mark.parametrize("width", HIGHEST)
@pytest.mark.parametrize("file", FILES.values())
def test_the_light_page_with_the_switch_is_no_higher_than_it_may_be(open_beside, pages, serve, file, width):
    (pages / "article.html").write_text(FRAME.format(file, width), encoding="utf-8")
    tab = open_beside(f"{serve}/article.html", ready=False, viewport={"width": width + 40, "height": 900})
    frame = tab.page.frame_locator("iframe")
    frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
    inner = tab.page.frames[1]
    tab.rest(inner)
    assert inner.evaluate("document.documentElement.getBoundingClientRect().height") <= HIGHEST[width]
    assert inner.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("size", [(390, 844), (1280, 900)], ids=str)
@pytest.mark.parametrize("code", ["ar", "de"])
def test_a_page_in_a_further_language_has_nothing_cut_and_axe_finds_no_violation(
    open_page, tmp_path, located, claims, project, code, size
):
    """Arabic runs from right to left, German has long words; both languages of a story are in it, too."""
    steps = [{"title": "A week", "text": "Two **towns**."}, {"title": "Belgorod", "places": ["Belgorod"]}]
    raw = project.model_dump() | {"steps": steps, "map": project.map.model_dump() | {"language": code}}
    page = build_map(located, claims, project=Project.model_validate(raw)).to_page(languages={"en": "m.html", code: ""})
    (tmp_path / "map.html").write_text(page, encoding="utf-8")
    width, height = size
    tab = open_page(tmp_path / "map.html", viewport={"width": width, "height": height})
    tab.rest()
    assert tab.page.evaluate("document.documentElement.dir") == ("rtl" if code == "ar" else "ltr")
    assert tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    found = Axe().run(tab.page, options=TAGS).response["violations"]
    assert [(fault["id"], node["html"][:200]) for fault in found for node in fault["nodes"]] == []
    tab.page.locator("tr[data-row] button.im-details").first.click()
    tab.page.locator("#im-card").wait_for(state="visible")
    card = tab.page.locator("#im-card").bounding_box()
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= width


def test_the_words_of_an_arabic_page_stand_on_the_right(open_page, tmp_path, located, claims, project):
    spoken = project.model_copy(update={"map": project.map.model_copy(update={"language": "ar"})})
    (tmp_path / "map.html").write_text(build_map(located, claims, project=spoken).to_page(), encoding="utf-8")
    tab = open_page(tmp_path / "map.html")
    summary, through = (tab.page.locator(name).bounding_box() for name in ("#im-summary", "#im-through"))
    assert summary["x"] + summary["width"] == pytest.approx(through["x"] + through["width"], abs=1)
    # The list beside the map changes sides, the map itself runs as everywhere.
    ground, beside = (tab.page.locator(name).bounding_box() for name in ("#map_impactmap", "#im-beside"))
    assert beside["x"] < ground["x"]
    assert tab.page.evaluate("getComputedStyle(document.querySelector('#map_impactmap')).direction") == "ltr"
