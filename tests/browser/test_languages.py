"""A map in several languages in a real Chromium: the switch keeps the reader's view, and costs a frame no height."""

from __future__ import annotations

import pytest

from impactmap.maps.page.event_map import build_map

pytestmark = pytest.mark.browser

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
