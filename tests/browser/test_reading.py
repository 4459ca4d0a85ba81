"""The page without a script, on a phone, on paper, in the dark, by keyboard, in a frame, in three languages."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
VORONEZH = (51.67204, 39.1843)


def violations(tab):
    found = Axe().run(tab.page, options=TAGS).response["violations"]
    return [
        f"{fault['id']}: {node['html'][:200]} {node['failureSummary']}" for fault in found for node in fault["nodes"]
    ]


def overflow(tab):
    return tab.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


# --- without JavaScript ---


def test_everything_is_read_without_javascript(open_page, first_page):
    tab = open_page(first_page, java_script_enabled=False)
    body = tab.page.locator("body").inner_text()
    assert tab.page.locator("#im-rows tbody tr").count() == 10
    assert tab.page.locator("#im-nojs").is_visible()
    for text in (
        "Belgorod, Belgorod Oblast, Russia",
        "said by Vyacheslav Gladkov",
        "345,289",
        "31.4 km",
        "How this map was made",
        "Country-wide reports",
    ):
        assert text in body
    assert not tab.page.locator("#im-controls").inner_text()


def test_without_javascript_no_room_is_kept_for_the_map_and_no_list_is_cut_off(open_page, first_page):
    page = open_page(first_page, java_script_enabled=False).page
    expect(page.locator("#map_impactmap")).to_be_hidden()
    expect(page.locator("#im-timeline")).to_be_hidden()
    beside, view = page.locator("#im-beside"), page.locator("#im-view")
    assert beside.bounding_box()["x"] == view.bounding_box()["x"]
    last = page.locator("#im-beside li[data-row]").last.bounding_box()
    box = beside.bounding_box()
    assert last["y"] + last["height"] <= box["y"] + box["height"] + 1


def test_focus_is_not_hidden_under_the_card_on_a_phone(open_page, first_page):
    tab = open_page(first_page, viewport={"width": 390, "height": 844})
    page = tab.page
    page.locator("#im-beside button.im-details").first.click()
    card = page.locator("#im-card")
    card.wait_for(state="visible")
    button = page.locator("#im-rows button.im-details").nth(2)
    button.focus()
    tab.rest()
    box = button.bounding_box()
    assert box["y"] >= 0
    over = card.bounding_box()
    assert box["y"] + box["height"] <= over["y"] or box["y"] >= over["y"] + over["height"]


def test_note_on_javascript_goes_away_with_it(open_page, first_page):
    assert not open_page(first_page).page.locator("#im-nojs").is_visible()


# --- where it is opened ---


def test_page_is_served(open_page, first_page, serve):
    tab = open_page(f"{serve}/{first_page.name}")
    expect(tab.page.locator("#im-results")).to_have_text("9 reports")


def test_page_works_in_a_sandboxed_frame_that_follows_its_height(open_page, first_page, tmp_path):
    (tmp_path / "host.html").write_text(
        """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Host</title></head><body>
        <iframe id="frame" src="map.html" sandbox="allow-scripts" width="700" height="300" title="Map"></iframe>
        <script>
        addEventListener("message", (event) => {
          const frame = document.getElementById("frame");
          const said = event.data || {};
          if (event.source === frame.contentWindow && said.type === "impactmap:height") frame.height = said.height;
        });
        </script></body></html>""",
        encoding="utf-8",
    )
    tab = open_page(tmp_path / "host.html", ready=False)
    frame = tab.page.frame_locator("#frame")
    frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
    tab.rest(tab.page.frames[1])
    tab.rest()
    height = int(tab.page.locator("#frame").get_attribute("height"))
    inner = frame.locator("html").evaluate("e => e.getBoundingClientRect().height")
    assert 500 < height < 800
    assert abs(height - inner) <= 2
    frame.locator('#im-controls button.im-switch[data-side="Ukraine"]').click()
    expect(frame.locator("#im-results")).to_have_text("6 of 9 reports")


def test_nothing_is_stored(open_page, first_page, serve):
    tab = open_page(f"{serve}/{first_page.name}")
    tab.page.locator('#im-controls button.im-switch[data-side="Ukraine"]').click()
    stored = tab.page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]")
    assert stored == ["", 0, 0]
    assert tab.page.evaluate("indexedDB.databases().then((all) => all.length)") == 0


def test_policy_is_in_force(open_page, first_page):
    tab = open_page(first_page)
    tab.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hits += 1";
            document.body.append(script);
            const button = document.createElement("button");
            button.setAttribute("onclick", "window.hits += 1");
            document.body.append(button);
            button.click();
        }"""
    )
    assert tab.page.evaluate("window.hits") == 0
    assert any("Content Security Policy" in line for line in tab.console)
    tab.console.clear()


# --- phone, paper, dark, motion ---


def test_phone_shows_the_map_first_and_does_not_scroll_sideways(open_page, first_page):
    tab = open_page(first_page, **PHONE)
    assert overflow(tab) <= 0
    box = tab.page.locator("#map_impactmap").bounding_box()
    assert box["width"] >= 350
    assert 1.0 <= box["height"] / box["width"] <= 1.4
    assert box["y"] < tab.page.locator("#im-timeline").bounding_box()["y"]


def test_phone_card_is_a_low_sheet_with_a_close_button(open_page, first_page):
    tab = open_page(first_page, **PHONE)
    tab.page.touchscreen.tap(*tab.spot(*VORONEZH))
    card = tab.page.locator("#im-card")
    card.wait_for(state="visible")
    tab.rest()
    box = card.bounding_box()
    assert box["width"] >= 380
    assert abs(box["y"] + box["height"] - 844) <= 2
    close = tab.page.locator("#im-card .im-close")
    assert close.bounding_box()["height"] >= 24
    close.tap()
    card.wait_for(state="hidden")


def test_controls_are_large_enough_to_touch(open_page, first_page):
    tab = open_page(first_page, **PHONE)
    small = tab.page.eval_on_selector_all(
        "button, select, input, [role=slider]",
        """all => all.filter((e) => e.offsetParent)
                  .map((e) => [e.id || e.className || e.textContent, e.getBoundingClientRect()])
                  .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)""",
    )
    assert small == []


@pytest.mark.parametrize("width", [320, 390, 600, 768, 1024, 1280, 1920])
def test_no_width_scrolls_sideways(open_page, first_page, width):
    tab = open_page(first_page, viewport={"width": width, "height": 800})
    assert overflow(tab) <= 0


def test_print_has_the_table_and_no_controls(open_page, first_page):
    tab = open_page(first_page)
    tab.page.emulate_media(media="print")
    seen = tab.page.eval_on_selector_all(
        "button:not(.im-sort), select, input, [role=slider], .im-skip",
        "all => all.filter((e) => e.offsetParent).map((e) => e.outerHTML.slice(0, 90))",
    )
    assert seen == []
    assert tab.page.locator("#im-rows").is_visible()
    assert tab.page.locator("#im-method").is_visible()
    assert len(tab.page.pdf(format="A4", print_background=True)) > 20_000


def test_dark_page_is_dark(open_page, first_page):
    tab = open_page(first_page, color_scheme="dark")
    ground = tab.page.evaluate("getComputedStyle(document.body).backgroundColor || ''")
    values = [int(v) for v in re.findall(r"\d+", ground)[:3]] or [255]
    assert max(values) < 60
    assert max(tab.pixel(49.2, 33.6)) < 80


def test_theme_follows_the_reader_while_open(open_page, first_page):
    tab = open_page(first_page)
    light = tab.pixel(49.2, 33.6)
    tab.page.emulate_media(color_scheme="dark")
    tab.rest()
    assert max(tab.pixel(49.2, 33.6)) < 80 < min(light)


def test_reduced_motion_moves_nothing(open_page, first_page):
    tab = open_page(first_page, reduced_motion="reduce")
    moving = tab.page.evaluate("document.getAnimations().length")
    assert moving == 0
    tab.click_map(*VORONEZH)
    tab.page.locator("#im-card").wait_for(state="visible")
    assert (
        tab.page.evaluate("document.getAnimations().filter((a) => a.effect.getComputedTiming().duration > 1).length")
        == 0
    )


# --- accessibility ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_axe_finds_no_violation(open_page, first_page, scheme, size):
    tab = open_page(first_page, color_scheme=scheme, **(PHONE if size == "phone" else {}))
    assert violations(tab) == []
    tab.page.locator('tr[data-row="2"] button.im-details').click()
    tab.page.locator("#im-card").wait_for(state="visible")
    tab.rest()
    assert violations(tab) == []


def test_axe_finds_no_violation_without_javascript(open_page, first_page):
    """Axe itself is a script, so the page's own are taken out instead."""
    html = first_page.read_text(encoding="utf-8")
    bare = first_page.with_name("bare.html")
    bare.write_text(re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL), encoding="utf-8")
    tab = open_page(bare, ready=False)
    assert violations(tab) == []


def test_everything_is_reached_by_keyboard_in_order(open_page, first_page):
    tab = open_page(first_page)
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("document.activeElement.className") == "im-skip"
    reached = []
    for _ in range(80):
        tab.page.keyboard.press("Tab")
        name = tab.page.evaluate(
            "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
        )
        reached.append(name)
    order = [reached.index(name) for name in ("map_impactmap", "im-from", "im-to")]
    assert order == sorted(order)
    outline = tab.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_skip_link_leads_to_the_table(open_page, first_page):
    tab = open_page(first_page)
    tab.page.keyboard.press("Tab")
    tab.page.keyboard.press("Enter")
    assert tab.page.evaluate("document.activeElement.id") == "im-table"


def test_text_may_be_twice_as_large(open_page, first_page):
    tab = open_page(first_page, viewport={"width": 640, "height": 450}, device_scale_factor=2)
    assert overflow(tab) <= 0


# --- languages ---


@pytest.mark.parametrize(
    ("language", "results", "close", "date"),
    [
        ("en", "9 reports", "Close", "9 November 2025"),
        ("uk", "9 повідомлень", "Закрити", "9 листопада 2025"),
        ("ru", "9 сообщений", "Закрыть", "9 ноября 2025"),
    ],
)
def test_page_speaks_its_language(open_page, write_page, located, claims, project, language, results, close, date):
    project = project.model_copy(update={"map": project.map.model_copy(update={"language": language})})
    tab = open_page(write_page(located, claims, project=project))
    assert tab.page.evaluate("document.documentElement.lang") == language
    assert tab.page.locator("#im-results").inner_text().replace("\u00a0", " ") == results
    tab.click_map(*VORONEZH)
    tab.page.locator("#im-card").wait_for(state="visible")
    assert tab.page.locator("#im-card .im-close").inner_text() == close
    assert date in tab.page.locator("#im-card").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
    if language != "en":
        shown = tab.page.evaluate(
            """() => [...document.querySelectorAll('button, h2, h3, label, option, caption, th[scope=col], dt')]
                .map((e) => e.textContent.trim()).filter((text) => /^[A-Za-z ,]+$/.test(text) && text.length > 2)"""
        )
        names = {"Russia", "Ukraine", "Voronezh", "News article"}
        assert [text for text in shown if text not in names] == []


def test_a_narrow_screen_shows_the_beginning_of_a_long_list_and_the_rest_when_asked(open_page, write_page, located):
    country = located[located["place_precision"] == "country"].head(1)
    copies = [country.assign(event_id=f"copy{number}") for number in range(8)]
    page = write_page(pd.concat([located[located["place_precision"] != "country"], *copies], ignore_index=True))
    wide = open_page(page)
    entries = wide.page.locator(".im-beside-list").first.locator("li")
    expect(entries).to_have_count(8)
    expect(entries.last).to_be_visible()
    expect(wide.page.locator(".im-all").first).to_be_hidden()
    narrow = open_page(page, **PHONE)
    entries = narrow.page.locator(".im-beside-list").first.locator("li")
    assert [entry.is_visible() for entry in entries.all()] == [True] * 5 + [False] * 3
    narrow.page.get_by_role("button", name="Show all: 8").click()
    assert all(entry.is_visible() for entry in entries.all())
    expect(entries.nth(5).get_by_role("button")).to_be_focused()


def test_card_and_table_say_a_figure_alike(open_page, write_page, located, claims):
    event = located.loc[located["place_precision"] == "settlement", "event_id"].iloc[0]
    said = claims.head(4).assign(
        claim_id=list("abcd"),
        event_id=event,
        metric=["killed", "injured", "households_without_power", "drones_launched"],
        value=[2, None, None, 7],
        value_low=[2, 3, None, 5],
        value_high=[2, None, 9, 8],
        text=None,
        qualifier=None,
    )
    tab = open_page(write_page(located[located["event_id"] == event], said))
    tab.page.locator("#im-rows .im-details").first.click()
    tab.page.locator("#im-card").wait_for(state="visible")
    card = [text.replace("\xa0", " ") for text in tab.page.locator("#im-card .im-figure").all_inner_texts()]
    wanted = ["Killed: 2", "Injured: at least 3", "Households without power: up to 9", "Drones launched: 7 (5–8)"]
    assert card == wanted
    table = tab.page.locator("#im-rows tbody tr").first.locator(".im-said").all_inner_texts()
    assert [text.replace("\xa0", " ") for text in table] == wanted


def test_where_no_side_is_stated_the_key_has_its_mark(open_page, write_page, located):
    tab = open_page(write_page(located.assign(side=None)))
    for words in ("Claimed only", "Confirmed"):
        entry = tab.page.locator("#im-legend li", has_text=words)
        assert entry.locator("svg").count() == 1


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "narrow"])
def test_rows_of_a_long_table_are_laid_out_when_the_reader_comes_near(open_page, write_page, located, options):
    copies = [located.assign(event_id=located["event_id"] + f" {number}") for number in range(20)]
    tab = open_page(write_page(pd.concat(copies, ignore_index=True)), **options)
    page, rows = tab.page, tab.page.locator("#im-rows tbody tr")
    expect(page.locator("#im-rows .im-details")).to_have_count(20 * len(located))
    laid_out = "row => row.cells[1].checkVisibility({contentVisibilityAuto: true})"
    assert not rows.last.evaluate(laid_out)
    rows.last.scroll_into_view_if_needed()
    tab.until(lambda: rows.last.evaluate(laid_out), wanted=True)
    expect(rows.last.get_by_role("button")).to_be_visible()
    if not options:
        left = "row => [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect().x))"
        assert rows.last.evaluate(left) == page.locator("#im-rows thead tr").evaluate(left)


def test_the_first_view_is_drawn_once(browser, first_page, rest):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script("""
        window.cleared = [];
        const clear = CanvasRenderingContext2D.prototype.clearRect;
        CanvasRenderingContext2D.prototype.clearRect = function (...box) {
            window.cleared.push(this.canvas.parentElement?.className.match(/impactmap-\\w+/)?.[0]);
            clear.apply(this, box);
        };
    """)
    page = context.new_page()
    page.goto(first_page.as_uri())
    page.wait_for_selector('html[data-im-ready="true"]', state="attached")
    rest(page)
    drawn = page.evaluate("window.cleared.filter(Boolean)")
    context.close()
    assert sorted(drawn) == ["impactmap-events", "impactmap-ground"]


def test_rows_laid_out_as_cards_stay_a_table_to_those_who_hear_it(open_page, first_page):
    tab = open_page(first_page, **PHONE)
    table = tab.page.get_by_role("table", name=re.compile("reports"))
    expect(table.get_by_role("columnheader")).to_have_count(6)  # those that sort; the others' names stand in each card
    expect(table.get_by_role("rowheader")).to_have_count(10)
    expect(table.get_by_role("row")).to_have_count(11)
    expect(table.get_by_role("row").nth(1).get_by_role("cell")).to_have_count(8)
