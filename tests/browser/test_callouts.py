"""The author's callouts on the page: where the pictures have them, in their period, inert, there for every reader."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import impactmap as im
from impactmap.model.project import Project
from impactmap.model.values import clean_text
from impactmap.scene.author.callouts import RINGS, Callout, place_callouts
from impactmap.scene.label_placement import Box, Boxes

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
#: Keeps what is written on a canvas.
WRITTEN = """
window.written = [];
const write = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
  window.written.push(text);
  return write.call(this, text, x, y);
};
"""
SHEET = pd.DataFrame(
    {
        "event_id": ["a1", "a2", "a3"],
        "date": ["2025-03-02", "2025-03-03", "2025-03-05"],
        "place": ["Mendoza", "Santiago", "San Juan"],
        "country": ["Argentina", "Chile", "Argentina"],
    }
)
NOTES = [
    {"text": "First seen here", "place": "Santiago", "side": "left"},
    {"text": "Only on the second day", "event": "a2", "date_from": "2025-03-03", "date_to": "2025-03-03"},
]


@pytest.fixture(scope="module")
def located():
    return im.geocode_events(im.read_events(SHEET).events)


@pytest.fixture(scope="module")
def rules(module_page):
    """Place callouts as the viewer's module does."""
    module_page.evaluate(
        """async () => {
            const { placeCallouts } = await import("/parts/notes.js");
            window.placeCallouts = placeCallouts;
        }"""
    )
    return lambda *values: module_page.evaluate("values => window.placeCallouts(...values)", list(values))


def as_sent(box):
    return {"x": box.left, "y": box.top, "width": box.right - box.left, "height": box.bottom - box.top}


SPOTS = st.tuples(st.integers(0, 400), st.integers(0, 300))


@given(
    callouts=st.lists(
        st.tuples(SPOTS, st.integers(20, 150), st.integers(12, 60), st.sampled_from([None, "left", "above"])),
        max_size=6,
    ),
    marks=st.lists(st.tuples(SPOTS, st.integers(3, 20)), max_size=12),
    avoid=st.lists(SPOTS, max_size=12),
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_page_and_the_pictures_place_alike(rules, callouts, marks, avoid):
    boxes = [Box(x - reach, y - reach, x + reach, y + reach) for (x, y), reach in marks]
    lines = [Box(x - 2, y - 2, x + 2, y + 2) for x, y in avoid]
    ours = place_callouts(
        [Callout(width, height, x, y, side) for (x, y), width, height, side in callouts],
        frame=Box(0, 0, 400, 300), obstacles=Boxes().and_these(boxes), avoid=Boxes().and_these(lines),
    )  # fmt: skip
    theirs = rules(
        [{"width": w, "height": h, "x": x, "y": y, "side": side} for (x, y), w, h, side in callouts],
        {"x": 0, "y": 0, "width": 400, "height": 300},
        [as_sent(box) for box in boxes], [as_sent(box) for box in lines], RINGS,
    )  # fmt: skip
    assert [place and (place["box"], place["dot"]) for place in theirs] == [
        place and (as_sent(place.box), place.dot) for place in ours
    ]
    for place, other in zip(theirs, ours, strict=True):
        if place:
            assert (place["start"], place["end"]) == (pytest.approx(other.start), pytest.approx(other.end))


def write(write_page, located, **project):
    return write_page(located, project=Project.model_validate(project))


def words_on(tab):
    """Open the page again and return what it writes on its canvases."""
    tab.page.add_init_script(WRITTEN)
    tab.page.reload()
    tab.page.wait_for_selector('html[data-im-ready="true"]', state="attached")
    tab.page.wait_for_timeout(300)
    return tab.page.evaluate("window.written")


def test_callouts_stand_on_a_wide_map_and_in_the_list_for_those_who_do_not_see_it(open_page, write_page, located):
    tab = open_page(write(write_page, located, notes=NOTES))
    written = " ".join(words_on(tab))
    assert "First seen here" in written
    listed = tab.page.eval_on_selector_all("#im-notes li p", "all => all.map((p) => p.textContent)")
    assert listed == ["First seen here", "Only on the second day"]
    assert tab.page.evaluate("document.querySelector('#im-notes').classList.contains('im-hidden-visually')")


def test_on_a_phone_numbers_stand_on_the_map_and_the_words_below_it(open_page, write_page, located):
    tab = open_page(write(write_page, located, notes=NOTES), viewport=PHONE)
    written = words_on(tab)
    assert {"1", "2"} <= set(written)
    assert "First seen here" not in " ".join(written)
    below = tab.page.locator("#im-notes li p").first
    assert below.is_visible()
    assert below.bounding_box()["y"] > tab.page.locator("#map_impactmap").bounding_box()["y"]


def test_a_callout_is_there_in_its_period_alone(open_page, write_page, located):
    tab = open_page(write(write_page, located, notes=NOTES), viewport=PHONE)
    hidden = "all => all.map((li) => li.hidden)"
    assert tab.page.eval_on_selector_all("#im-notes li", hidden) == [False, False]
    tab.page.locator("#im-from").press("End")
    tab.page.wait_for_timeout(300)
    assert tab.page.eval_on_selector_all("#im-notes li", hidden) == [False, True]


def test_hostile_callouts_names_and_headlines_stay_text(open_page, write_page, located, hostile):
    texts = [text[:160] for text in hostile.without_surrogates(hostile.every_text()) if text.strip()]
    notes = [{"text": text, "place": "Santiago"} for text in texts[:40]]
    labels = {"names": {"Mendoza": texts[0][:80], "Santiago": "<img src=x onerror=hit()>"}, "never": texts[:3]}
    path = write(write_page, located, notes=notes, labels=labels, map={"headline": texts[1]})
    tab = open_page(path)
    assert tab.page.evaluate("window.hits") == 0
    assert tab.page.evaluate("document.querySelectorAll('#im-notes img, #im-notes script, h1 *').length") == 0
    listed = tab.page.eval_on_selector_all("#im-notes li p", "all => all.map((p) => p.textContent)")
    assert listed == [clean_text(note["text"]) for note in notes]
    assert tab.page.locator("#im-title").text_content() == clean_text(texts[1])


def test_a_map_without_callouts_holds_nothing_of_them(open_page, write_page, located):
    path = write(write_page, located)
    assert "im-notes" not in path.read_text(encoding="utf-8")
