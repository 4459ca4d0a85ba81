"""The story in a real Chromium: by mouse, key, touch, link and without a script."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from impactmap.maps.page.event_map import build_map
from impactmap.model.project import Project

pytestmark = pytest.mark.browser

STEPS = [
    {"title": "Two towns", "text": "A **week**. " + "Power failed in several places; nobody says for how long. " * 4},
    {"title": "Belgorod", "places": ["Belgorod"], "sides": ["Ukraine"]},
    {"title": "Voronezh", "places": ["Voronezh"], "date_from": "2025-11-09", "date_to": "2025-11-09"},
]


@pytest.fixture
def story(tmp_path, located, claims, project):
    told = Project.model_validate(project.model_dump() | {"steps": STEPS})
    path = tmp_path / "map.html"
    path.write_text(build_map(located, claims, project=told).to_page(), encoding="utf-8")
    return path


def current(tab):
    return tab.page.locator("#im-steps [data-im-current] h3").inner_text()


def test_buttons_go_through_the_steps_and_back_goes_back(open_page, story):
    tab = open_page(story)
    assert current(tab) == "Two towns"
    everything = tab.shown()
    after = tab.page.locator(".im-steps-bar button").last
    after.click()
    assert current(tab) == "Belgorod"
    tab.until(lambda: len(tab.shown()) < len(everything), True)
    tab.until(lambda: "s=2" in tab.page.url, True)
    assert tab.page.locator("#im-steps .im-quiet").inner_text() == "Step 2 of 3"
    after.click()
    assert current(tab) == "Voronezh"
    assert after.is_disabled()
    tab.page.locator(".im-steps-bar button").first.click()
    assert current(tab) == "Belgorod"


def test_on_a_wide_page_the_steps_are_scrolled_beside_the_map(open_page, story):
    tab = open_page(story, viewport={"width": 1280, "height": 900})
    steps, stage = (tab.page.locator(f"#im-{name}").bounding_box() for name in ("steps", "stage"))
    assert steps["x"] >= stage["x"] + stage["width"]
    assert abs(steps["y"] - stage["y"]) < 2
    titles = tab.page.locator("#im-steps h3")
    assert titles.nth(1).is_visible()
    page_before = tab.page.evaluate("scrollY")
    tab.page.mouse.move(steps["x"] + 100, steps["y"] + 100)
    tab.page.mouse.wheel(0, 330)
    tab.until(lambda: current(tab), "Belgorod")
    tab.until(lambda: "s=2" in tab.page.url, True)
    tab.page.mouse.wheel(0, 3000)
    tab.until(lambda: current(tab), "Voronezh")
    assert tab.page.evaluate("scrollY") == page_before
    # A button scrolls to its step.
    tab.page.locator(".im-steps-bar button").first.click()
    assert current(tab) == "Belgorod"
    list_top = tab.page.locator("#im-steps > ol").bounding_box()["y"]
    assert abs(titles.nth(1).bounding_box()["y"] - list_top) < 30
    tab.page.wait_for_timeout(300)
    assert current(tab) == "Belgorod"


@pytest.mark.parametrize("width", [320, 390, 700, 1280])
def test_every_step_is_whole_in_view_and_open_to_all(open_page, story, width):
    tab = open_page(story, viewport={"width": width, "height": 800})
    for title in ("Two towns", "Belgorod", "Voronezh"):
        assert current(tab) == title
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if title != "Two towns" and width < 1024:
            steps, shown = (tab.page.locator(at).bounding_box() for at in ("#im-steps", "#map_impactmap"))
            assert steps["y"] >= 0
            assert shown["y"] + shown["height"] <= 800
        assert Axe().run(tab.page).response["violations"] == []
        after = tab.page.locator(".im-steps-bar button").last
        if after.is_enabled():
            after.click()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_step_shows_its_callout_whatever_its_days(open_page, tmp_path, located, claims, project, width):
    notes = [
        {"text": "First callout", "place": "Voronezh"},
        {"text": "Zweiter Hinweis", "place": "Belgorod", "date_from": "2025-11-09", "date_to": "2025-11-09"},
    ]
    days = {"date_from": "2025-11-08", "date_to": "2025-11-08"}
    steps = [{"title": "One"}, {"title": "Two", "note": 2, **days}, {"title": "Three", **days}]
    told = Project.model_validate(project.model_dump() | {"steps": steps, "notes": notes})
    path = tmp_path / "map.html"
    path.write_text(build_map(located, claims, project=told).to_page(), encoding="utf-8")
    tab = open_page(path, viewport={"width": width, "height": 800})
    # What stands on the map in words is no longer told below it; what is not shown is hidden.
    entry = tab.page.locator('#im-notes [data-note="2"]')
    after = tab.page.locator(".im-steps-bar button").last
    after.click()
    tab.until(lambda: entry.get_attribute("class"), "im-hidden-visually")
    assert entry.get_attribute("hidden") is None
    after.click()
    tab.until(lambda: entry.get_attribute("hidden"), "")


def test_arrow_keys_go_through_the_steps(open_page, story):
    tab = open_page(story)
    tab.page.locator(".im-steps-bar button").last.focus()
    tab.page.keyboard.press("ArrowRight")
    assert current(tab) == "Belgorod"
    tab.page.keyboard.press("ArrowLeft")
    assert current(tab) == "Two towns"


def test_a_link_opens_its_step(open_page, story):
    tab = open_page(story.as_uri() + "#s=3&d=2025-11-09_2025-11-09")
    assert current(tab) == "Voronezh"
    tab.until(lambda: "2025-11-09_2025-11-09" in tab.page.url, True)


def test_a_swipe_goes_to_the_next_step_and_the_step_is_in_view_on_a_phone(open_page, story):
    tab = open_page(story, viewport={"width": 390, "height": 844}, has_touch=True)
    box = tab.page.locator("#im-steps").bounding_box()
    x, y = box["x"] + box["width"] - 20, box["y"] + 20
    tab.page.evaluate(
        """([x, y]) => {
            const section = document.querySelector('#im-steps');
            const touch = (at) => new Touch({identifier: 1, target: section, clientX: at, clientY: y});
            section.dispatchEvent(new TouchEvent('touchstart', {touches: [touch(x)], changedTouches: [touch(x)]}));
            section.dispatchEvent(new TouchEvent('touchend', {touches: [], changedTouches: [touch(x - 120)]}));
        }""",
        [x, y],
    )
    assert current(tab) == "Belgorod"
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.page.locator("#im-steps").bounding_box()["height"] < 844 / 2


def test_without_a_script_every_step_is_there_to_read(open_page, story):
    tab = open_page(story, java_script_enabled=False)
    assert tab.page.locator("#im-steps h3").all_inner_texts() == ["Two towns", "Belgorod", "Voronezh"]
    assert all(each.is_visible() for each in tab.page.locator("#im-steps h3").all())


def test_a_page_without_a_story_carries_none_of_it(write_page, located, claims, project):
    assert "im-steps" not in write_page(located, claims, project=project).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [390, 680])
def test_the_light_page_with_a_story_is_no_higher_than_it_may_be(open_beside, story, serve, tmp_path, width):
    frame = f'<iframe src="map.html" sandbox="allow-scripts allow-popups" width="{width}" height="780"></iframe>'
    page = f'<!DOCTYPE html><link rel="icon" href="data:,"><title>x</title>{frame}'
    (tmp_path / "article.html").write_text(page, encoding="utf-8")
    tab = open_beside(f"{serve}/article.html", ready=False, viewport={"width": width + 40, "height": 900})
    inside = tab.page.frame_locator("iframe")
    inside.locator('html[data-im-ready="true"]').wait_for(state="attached")
    inner = tab.page.frames[1]
    tab.rest(inner)
    assert inner.evaluate("document.documentElement.getBoundingClientRect().height") <= {390: 1000, 680: 800}[width]
    inside.locator(".im-steps-bar button").last.click()
    assert inside.locator("#im-steps [data-im-current] h3").inner_text() == "Belgorod"
    steps, shown = (inside.locator(at).bounding_box() for at in ("#im-steps", "#map_impactmap"))
    assert shown["y"] + shown["height"] - steps["y"] <= 700
