"""The map inside an article: how high it is, what is folded, and where a card opens, whatever surrounds the frame."""

from __future__ import annotations

import html
import math

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import expect

from impactmap.maps.page.event_map import build_map
from impactmap.maps.picture.image_file import save_figure
from impactmap.maps.picture.plot import plot_map
from impactmap.model.languages import language_codes
from impactmap.publishing.embed import embed_snippet, picture_snippet
from impactmap.telling.summary import summarise

pytestmark = pytest.mark.browser

WORDS = "<p>" + "An article goes on for a while. " * 40 + "</p>"
HIGHEST = {390: 1000, 680: 800}
TOWNS = {"Voronezh": (51.67204, 39.1843), "Belgorod": (50.61074, 36.58015), "Taganrog": (47.23627, 38.9053)}


@pytest.fixture
def write_article(tmp_path, located, claims, project):
    """Write a map of so many rows and an article around it: with the snippet's script, without, or with no frame."""

    def write(count, around, *, language="en"):
        chosen = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
        copies = [located.assign(event_id=located["event_id"] + f" {number}") for number in range(-(-count // 9))]
        events = located if count == 9 else pd.concat(copies, ignore_index=True).head(count)
        build_map(events, claims, project=chosen).save(tmp_path / "map.html")
        summary = summarise(events, claims, chosen)
        snippet = embed_snippet(chosen, summary, scripted=around == "script")
        if around == "picture":
            snippet = picture_snippet(chosen, summary)
            save_figure(plot_map(events, claims, project=chosen), tmp_path / "map.png", alt_text="x")
        style = "body{margin:0}main{max-width:680px;margin:0 auto}"
        (tmp_path / "article.html").write_text(
            '<!DOCTYPE html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Article</title><style>{style}</style><main>{WORDS * 2}{snippet}{WORDS * 6}</main>",
            encoding="utf-8",
        )
        return tmp_path / ("map.html" if around == "page" else "article.html")

    return write


class Article:
    """A tab with the map in it, in a frame or not; what lies in the frame is told in pixels of the outer window."""

    def __init__(self, open_page, address, width, height, *, served="", **options):
        where = f"{served}/{address.name}" if served else address
        self.tab = open_page(where, ready=False, viewport={"width": width, "height": height}, **options)
        self.page = self.tab.page
        self.framed = address.name == "article.html"
        if self.framed:
            self.page.locator("iframe").scroll_into_view_if_needed()
        self.frame = self.page.frames[1] if self.framed else self.page.main_frame
        self.frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
        self.rest()

    def rest(self):
        self.tab.rest()
        self.tab.rest(self.frame)

    def height(self):
        return self.page.locator("iframe").bounding_box()["height"]

    def spot(self, at):
        """Return where in the outer window a place of the map is."""
        x, y = self.frame.evaluate(
            """(at) => {
                const box = map_impactmap.getContainer().getBoundingClientRect();
                const {x, y} = map_impactmap.latLngToContainerPoint(at);
                return [box.x + x, box.y + y];
            }""",
            list(at),
        )
        outer = self.page.locator("iframe").bounding_box() if self.framed else {"x": 0, "y": 0}
        return x + outer["x"], y + outer["y"]

    def show(self, at, y):
        """Scroll the outer window until a place of the map is so far down in it."""
        self.page.evaluate("by => scrollBy(0, by)", self.spot(at)[1] - y)
        self.rest()

    def tap(self, x, y):
        """Click on a point of the outer window, once the browser takes it there: a frame just scrolled lags behind."""
        self.frame.evaluate("() => { addEventListener('mousemove', (e) => (window.imSeen = [e.x, e.y]), true); }")
        outer = self.page.locator("iframe").bounding_box() if self.framed else {"x": 0, "y": 0}
        for nudge in range(50):
            self.page.mouse.move(x + nudge % 2, y)
            inside = self.frame.evaluate("() => window.imSeen") or [math.inf, math.inf]
            if math.dist(inside, (x + nudge % 2 - outer["x"], y - outer["y"])) < 2:
                break
            self.rest()
        self.page.mouse.click(x, y)

    def box(self, selector):
        return self.frame.locator(selector).bounding_box()  # in the outer window's pixels, whatever the frame

    def settle(self):
        """Wait until map and card rest."""
        self.frame.locator("#im-card").wait_for(state="visible")
        self.rest()


def assert_beside(article, at, width, height):
    """The card's first line is in the window, and its mark, which it does not cover."""
    title, card, (x, y) = article.box("#im-card-title"), article.box("#im-card"), article.spot(at)
    assert title["y"] >= 0
    assert title["y"] + 20 <= height
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= width
    ground = article.box("#map_impactmap")
    assert max(0, ground["y"]) < y < min(height, ground["y"] + ground["height"])
    assert ground["x"] < x < ground["x"] + ground["width"]
    over = card["x"] < x < card["x"] + card["width"] and card["y"] < y < card["y"] + card["height"]
    assert not over


@pytest.mark.parametrize("around", ["script", "fixed"])
@pytest.mark.parametrize("count", [9, 40, 300, pytest.param(3883, marks=pytest.mark.slow)])
@pytest.mark.parametrize("width", [390, 680])
def test_a_map_in_an_article_is_low_whatever_it_holds(open_page, write_article, count, around, width):
    article = Article(open_page, write_article(count, around), width, 800)
    assert 500 < article.height() < HIGHEST[width]
    assert article.frame.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("around", ["script", "fixed"])
def test_a_frame_without_width_keeps_what_it_shows(open_page, write_article, around):
    """Content systems lay a frame out with no width, or fold it away, and back; browsers do when they take pictures."""
    article = Article(open_page, write_article(40, around), 680, 800)
    told = """() => {
        const keep = (part) => [part.offsetWidth, part.offsetHeight, part.style.height];
        const map = map_impactmap;
        return [...document.querySelectorAll("#im-stage canvas")]
            .map((one) => [one.width, one.height, one.style.transform])
            .concat([keep(map.getContainer()), [map.getZoom(), map.getCenter().lat, map.getCenter().lng]]);
    }"""
    before, height = article.frame.evaluate(told), article.height()
    article.frame.evaluate(
        """() => {
            window.imDrawn = 0;
            for (const one of document.querySelectorAll("#im-stage canvas")) {
                new MutationObserver(() => (window.imDrawn += 1)).observe(one, {attributes: true});
            }
        }"""
    )
    article.page.evaluate(
        """() => {
            window.imHeights = [];
            addEventListener("message", ({data}) => window.imHeights.push(data.height));
        }"""
    )
    frame = article.page.locator("iframe")
    for name, value in (("width", "0"), ("display", "none"), ("width", "0.4px")):
        kept = frame.evaluate("(frame, name) => frame.style[name]", name)
        frame.evaluate("(frame, [name, value]) => { frame.style[name] = value; }", [name, value])
        article.page.wait_for_timeout(300)
        frame.evaluate("(frame, [name, value]) => { frame.style[name] = value; }", [name, kept])
        article.page.wait_for_function("document.querySelector('iframe').offsetWidth > 600")
        article.rest()
        assert article.frame.evaluate(told) == before
    assert article.frame.evaluate("window.imDrawn") == 0
    assert article.page.evaluate("window.imHeights.every((height) => height === window.imHeights[0])")
    assert article.height() == height


@pytest.mark.parametrize("opened", ["#im-legend", "#im-table", "#im-options"])
def test_a_turned_frame_is_as_it_would_have_been_whatever_is_unfolded(open_page, write_article, opened):
    article = Article(open_page, write_article(40, "script"), 390, 800)
    ground = article.box("#map_impactmap")["height"]
    article.page.set_viewport_size({"width": 680, "height": 800})
    article.rest()
    turned = article.box("#map_impactmap")["height"]
    article.frame.locator(f"{opened} summary").first.click()
    for width, wanted in ((390, ground), (680, turned)):
        article.page.set_viewport_size({"width": width, "height": 800})
        article.rest()
        assert article.box("#map_impactmap")["height"] == pytest.approx(wanted, abs=12)
    article.frame.locator(f"{opened} summary").first.click()
    article.rest()
    assert article.height() < HIGHEST[680]


@pytest.mark.parametrize("language", language_codes()[1:])
@pytest.mark.parametrize("width", [390, 680])
def test_it_is_low_in_other_languages_and_shows_all_marks(open_page, write_article, language, width):
    article = Article(open_page, write_article(9, "script", language=language), width, 800)
    assert article.height() < HIGHEST[width]
    ground = article.box("#map_impactmap")
    assert ground["height"] >= (280 if width == 390 else 240)
    for at in TOWNS.values():
        assert ground["y"] < article.spot(at)[1] < ground["y"] + ground["height"]


@pytest.mark.parametrize("around", ["page", "script", "fixed"])
@pytest.mark.parametrize("size", [(320, 640), (390, 844), (680, 700), (1280, 720)], ids=lambda size: str(size[0]))
def test_the_card_opens_beside_its_mark_inside_what_is_seen(open_page, write_article, around, size):
    article = Article(open_page, write_article(9, around), *size)
    for name, at in TOWNS.items():
        for wanted in (60, size[1] // 2, size[1] - 40):
            article.show(at, wanted)
            x, y = article.spot(at)
            if not 0 < y < size[1]:
                continue  # the page ends before
            article.tap(x, y)
            article.settle()
            expect(article.frame.locator("#im-card-title")).to_contain_text(name)
            assert_beside(article, at, *size)
            article.page.keyboard.press("Escape")
            expect(article.frame.locator("#im-card")).to_be_hidden()
            expect(article.frame.locator("#map_impactmap")).to_be_focused()
            article.rest()


@pytest.mark.parametrize("around", ["script", "fixed"])
def test_from_a_frame_the_full_map_opens_with_what_was_chosen(open_page, write_article, serve, tmp_path, around):
    (tmp_path / "favicon.ico").touch()  # browsers ask every server for one
    article = Article(open_page, write_article(9, around), 390, 844, served=serve)
    article.frame.locator("#im-controls .im-switch").first.click()
    with article.page.context.expect_page() as opened:
        article.frame.locator("#im-full").click()
    full = opened.value
    full.wait_for_selector('html[data-im-ready="true"]', state="attached")
    assert full.url.split("#")[0].endswith("map.html")
    assert "off=" in full.url
    # A page of its own, free of the frame's limits: unfolded, without a way back into the article.
    assert full.evaluate("[document.documentElement.dataset.imFramed, window.opener]") == [None, None]
    assert full.locator("details:not([open])").count() == 0
    expect(full.locator("#im-full")).to_have_count(0)
    full.close()
    link = article.page.locator("figcaption a")
    assert [link.get_attribute(name) for name in ("href", "target")] == ["map.html", "_blank"]


def test_a_picture_leads_to_the_map(open_page, write_article):
    tab = open_page(write_article(9, "picture"), ready=False, viewport={"width": 390, "height": 844})
    page = tab.page
    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('figure img').naturalWidth > 0")
    box = picture.bounding_box()
    assert 0 < box["width"] <= 390
    assert box["height"] < box["width"]
    picture.click()
    expect(page.locator("#im-title")).to_be_visible()
    tab.requests.clear()


@pytest.mark.parametrize("around", ["page", "script", "fixed"])
def test_a_card_asked_for_by_a_list_opens_beside_the_button(open_page, write_article, around):
    article = Article(open_page, write_article(40, around), 390, 844)
    for part in (".im-beside-list", "#im-table"):
        section = article.frame.locator(part).first
        if article.framed:
            section.locator("summary").click()
        button = section.locator("button.im-details").first
        button.click()
        article.settle()
        title, opener = article.box("#im-card-title"), button.bounding_box()
        assert 0 <= title["y"] <= 824
        assert abs(title["y"] - opener["y"]) < 600
        article.page.keyboard.press("Escape")
        expect(button).to_be_focused()


def test_what_is_folded_opens_by_keyboard_and_is_named(open_page, write_article):
    article = Article(open_page, write_article(40, "script"), 680, 800)
    table = article.frame.locator("#im-rows")
    expect(table).to_be_hidden()
    heads = article.frame.locator("main summary").all_inner_texts()
    assert heads == [
        "Options",
        "Country-wide reports (8)",
        "Not located (4)",
        "Legend",
        "How this map was made",
        "All reports (36)",
    ]
    before = article.height()
    article.frame.locator("#im-table summary").focus()
    article.page.keyboard.press("Enter")
    expect(table).to_be_visible()
    article.rest()
    assert before < article.height() < before + 700
    article.page.keyboard.press("Enter")
    expect(table).to_be_hidden()


def test_the_whole_page_folds_nothing_and_long_tables_end(open_page, write_article):
    page = open_page(write_article(300, "page"), viewport={"width": 390, "height": 844}).page
    assert page.locator("details:not([open])").count() == 0
    expect(page.locator("#im-rows")).to_be_visible()
    assert page.locator("#im-table").bounding_box()["height"] < 844
    assert page.evaluate("document.documentElement.scrollHeight") < 8000


@pytest.mark.parametrize("size", [(680, 720), (820, 700), (390, 844)])
def test_the_map_is_no_higher_than_the_window(open_page, write_article, size):
    page = open_page(write_article(9, "page"), viewport=dict(zip(("width", "height"), size, strict=True))).page
    assert 300 < page.locator("#map_impactmap").bounding_box()["height"] < 0.7 * size[1]


def test_paper_has_everything_open(open_page, write_article):
    article = Article(open_page, write_article(9, "script"), 680, 800)
    article.frame.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert article.frame.locator("details:not([open])").count() == 0
    article.frame.evaluate("dispatchEvent(new Event('afterprint'))")
    assert article.frame.locator("details[open]").count() == 0


def test_without_javascript_a_frame_holds_everything(open_page, write_article):
    tab = open_page(write_article(9, "fixed"), java_script_enabled=False, viewport={"width": 680, "height": 800})
    tab.page.locator("iframe").scroll_into_view_if_needed()
    frame = tab.page.frame_locator("iframe")
    for part in ("#im-rows tbody tr", "#im-method p", ".im-beside-list li"):
        expect(frame.locator(part).first).to_be_visible()
    # The snippet's picture for those without scripts lies in the folder, which holds none here.
    tab.console.clear()
    tab.requests.clear()


@pytest.mark.slow
def test_a_hundred_thousand_reports_fit_and_say_nothing(open_page, tmp_path):
    """Also the browser's own word on sizes that change while they are told, which is no console line but an event."""
    count = 100_000
    number = np.arange(count)
    events = pd.DataFrame(
        {
            "event_id": number.astype(str),
            "date_start": pd.Timestamp("2024-01-01") + pd.to_timedelta(number % 700, "D"),
            "side": np.where(number % 2, "Alpha", "Beta"),
            "place_name": "Town",
            "latitude": 5 + 0.01 * (number % 900),
            "longitude": -70 + 0.01 * (number // 100 % 1000),
            "place_precision": "settlement",
        }
    )
    build_map(events).save(tmp_path / "map.html")
    (tmp_path / "article.html").write_text(
        '<!DOCTYPE html><title>x</title><body><iframe width="390" height="900" sandbox="allow-scripts" src="map.html">',
        encoding="utf-8",
    )
    tab = open_page("about:blank", ready=False)
    tab.page.add_init_script("addEventListener('error', (event) => console.error(event.message))")
    for address in ("map.html", "article.html"):
        tab.page.goto((tmp_path / address).as_uri())
        frame = tab.page.frames[-1]
        frame.locator('html[data-im-ready="true"]').wait_for(state="attached", timeout=30_000)
        tab.rest(frame)
    assert html.unescape(" ".join(tab.console)) == ""
    assert frame.evaluate("document.documentElement.scrollHeight") < HIGHEST[390]
    tab.requests.clear()
