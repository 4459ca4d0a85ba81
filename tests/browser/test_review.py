"""The review page in Chromium: by mouse and by keyboard alone, with hostile names, and closed to everybody else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from impactmap.desk.board import Board
from impactmap.desk.server import ReviewServer
from impactmap.places.geocoder import Gazetteer
from impactmap.places.overrides.decision_file import read_decisions
from impactmap.workspace.doubts import open_doubts
from impactmap.workspace.opening import open_source

pytestmark = pytest.mark.browser

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
TABLE = """date,place,region,country,summary
2025-11-08,Oktyabrsky,,Russia,Power lines were damaged.
2025-11-09,Oktyabrsky,,Russia,A substation burned.
2025-11-08,Qwzyville,,Ukraine,A school was damaged.
2025-11-08,Belgrod,,Russia,Drones were reported.
2025-11-09,Kharkiv,,Ukraine,Outages.
"""


@pytest.fixture(scope="session")
def gazetteer():
    return Gazetteer()


@pytest.fixture
def serve_review(tmp_path, gazetteer):
    """Serve the review of a table; give back the server."""
    running = []

    def served(text=TABLE, **options):
        table = tmp_path / "november.csv"
        table.write_text(text, encoding="utf-8")
        source = open_source(table, now=NOW)
        doubts = open_doubts(source, gazetteer=gazetteer, now=NOW)
        path = tmp_path / "november.decisions.csv"
        board = Board(doubts, path, gazetteer=gazetteer, today=lambda: dt.date(2025, 11, 10))
        server = ReviewServer(board, title="November", **options)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        running.append((server, thread))
        return server

    yield served
    for server, thread in running:
        server.stop()
        thread.join(timeout=10)
        server.close()


@pytest.fixture
def open_review(browser):
    """Open a review; afterwards it may have asked nobody but its own server, and logged nothing."""
    contexts, said, asked = [], [], []

    def opened(server, **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
        contexts.append(context)
        context.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: asked.append((request.url, server.url)))
        page.goto(server.url)
        page.wait_for_selector('html[data-rv-ready="true"]', state="attached")
        page.wait_for_selector('#rv-map[data-ready="true"]', state="attached")
        return page

    opened.said = said
    yield opened
    for context in contexts:
        context.close()
    assert [url for url, own in asked if not url.startswith((own, "data:"))] == []
    assert said == []


def decided(server):
    return {entry.place: entry for entry in read_decisions(server.board.path)}


def heading(page):
    return page.locator("#rv-name")


def test_a_candidate_is_chosen_and_written_at_once(serve_review, open_review):
    server = serve_review()
    page = open_review(server)
    expect(page.locator("#rv-progress")).to_have_text("3 places to settle, 0 settled")
    expect(heading(page)).to_have_text("Oktyabrsky")
    expect(page.locator("#rv-reports li")).to_have_count(2)
    expect(page.locator(".rv-mark")).to_have_count(8)
    page.get_by_label(re.compile("Belgorod region")).check()
    expect(page.locator(".rv-mark.rv-chosen")).to_have_text("5")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#rv-fault")).to_have_text("Your name is needed: it stands beside the decision.")
    expect(page.get_by_label("Your name")).to_be_focused()
    assert decided(server) == {}
    page.get_by_label("Your name").fill("Olena K.")
    page.get_by_label("Why").fill("the governor's post names the district")
    page.get_by_role("button", name="Save and go on").click()
    expect(heading(page)).to_have_text("Qwzyville")
    expect(page.locator("#rv-progress")).to_have_text("2 places to settle, 1 settled")
    entry = decided(server)["Oktyabrsky"]
    assert (entry.decision, entry.region_code, entry.editor) == ("choose", "RU-BEL", "Olena K.")
    assert entry.reason == "the governor's post names the district"
    page.locator("#rv-settled button").click()
    expect(page.locator("#rv-decided")).to_contain_text("Olena K. on 2025-11-10: the governor's post")
    expect(page.get_by_label(re.compile("Belgorod region"))).to_be_checked()
    page.get_by_role("button", name="Take the decision back").click()
    expect(page.locator("#rv-progress")).to_have_text("3 places to settle, 0 settled")
    assert decided(server) == {}


def test_the_keyboard_alone_settles_everything(serve_review, open_review):
    server = serve_review()
    page = open_review(server)
    press = page.keyboard.press

    def tab_to(locator, most=60):
        for _ in range(most):
            if locator.evaluate("one => one === document.activeElement"):
                return
            press("Tab")
        expect(locator).to_be_focused()

    # The skip link leads to the form.
    press("Tab")
    press("Enter")
    press("Tab")
    expect(page.locator('input[type="radio"]').first).to_be_focused()
    press("3")
    expect(page.locator('input[type="radio"]').nth(2)).to_be_checked()
    tab_to(page.get_by_label("Your name"))
    page.keyboard.type("Petro")
    press("Enter")
    # The next one: a pin, set and moved by keys.
    expect(heading(page)).to_have_text("Qwzyville")
    tab_to(page.locator("#rv-skip"))
    for _ in range(40):
        press("Shift+Tab")
        if page.locator("#rv-pin-here").evaluate("one => one === document.activeElement"):
            break
    press("Enter")
    expect(page.locator("#rv-pin")).to_be_focused()
    before = (float(page.locator("#rv-latitude").input_value()), float(page.locator("#rv-longitude").input_value()))
    for key in ("ArrowUp", "ArrowUp", "ArrowLeft", "Shift+ArrowRight"):
        press(key)
    expect(page.locator("#rv-latitude")).to_have_value(f"{before[0] + 0.02:.2f}")
    expect(page.locator("#rv-longitude")).to_have_value(f"{before[1] + 0.09:.2f}")
    expect(page.get_by_label("Where the pin is")).to_be_checked()
    tab_to(page.get_by_label("Why"))
    press("Enter")
    # The last: what was proposed is checked already.
    expect(heading(page)).to_have_text("Belgrod")
    expect(page.locator('input[type="radio"]').first).to_be_checked()
    expect(page.locator('input[type="radio"]').first).to_be_focused()
    press("Enter")
    expect(page.locator("#rv-none-title")).to_have_text("Nothing is left to settle")
    expect(page.locator("#rv-none-title")).to_be_focused()
    found = decided(server)
    assert {place: (entry.decision, entry.editor) for place, entry in found.items()} == {
        "Oktyabrsky": ("choose", "Petro"),
        "Qwzyville": ("pin", "Petro"),
        "Belgrod": ("accept", "Petro"),
    }
    assert found["Qwzyville"].latitude == pytest.approx(before[0] + 0.02, abs=1e-9)
    tab_to(page.locator("#rv-done"))
    press("Enter")
    expect(page.locator("h1")).to_have_text("Stopped")
    expect(page.locator("h1")).to_be_focused()


def test_the_list_is_one_stop_with_arrows_inside(serve_review, open_review):
    page = open_review(serve_review())
    entries = page.locator("#rv-list button")
    assert entries.evaluate_all("all => all.map((one) => one.tabIndex)") == [0, -1, -1]
    entries.first.focus()
    page.keyboard.press("ArrowDown")
    expect(entries.nth(1)).to_be_focused()
    page.keyboard.press("End")
    expect(entries.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text("Belgrod")


def test_the_map_moves_zooms_and_takes_a_pin_by_keys(serve_review, open_review):
    page = open_review(serve_review())
    view = page.locator("#rv-view")
    at = page.locator(".rv-mark").first

    def place():
        return at.evaluate("one => one.getBoundingClientRect().x")

    start = place()
    view.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("x => document.querySelector('.rv-mark').getBoundingClientRect().x < x - 50", arg=start)
    page.keyboard.press("+")
    page.keyboard.press("0")
    page.wait_for_function(
        "x => Math.abs(document.querySelector('.rv-mark').getBoundingClientRect().x - x) < 2", arg=start
    )
    page.keyboard.press("Enter")
    expect(page.locator("#rv-pin")).to_be_focused()
    expect(page.locator("#rv-pin")).to_have_attribute(
        "aria-label", re.compile(r"^Pin at .*° N, .*° E\. Arrow keys move it")
    )


def test_a_pin_is_dragged(serve_review, open_review, rest):
    server = serve_review(editor="Olena")
    page = open_review(server)
    page.locator("#rv-open button").nth(1).click()
    expect(heading(page)).to_have_text("Qwzyville")
    page.get_by_label("Where the pin is").check()
    pin = page.locator("#rv-pin")
    expect(pin).to_be_visible()
    rest(page)
    before = float(page.locator("#rv-longitude").input_value())
    box = pin.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 10, steps=4)
    page.mouse.move(x + 120, y + 30, steps=4)
    page.mouse.up()
    page.wait_for_function("x => Number(document.getElementById('rv-longitude').value) > x + 0.01", arg=before)
    shown = [float(page.locator(name).input_value()) for name in ("#rv-latitude", "#rv-longitude")]
    page.get_by_role("button", name="Save and go on").click()
    expect(heading(page)).to_have_text("Belgrod")
    entry = decided(server)["Qwzyville"]
    assert [entry.latitude, entry.longitude] == shown
    assert (entry.decision, entry.editor) == ("pin", "Olena")


def test_a_pin_taken_by_its_head_does_not_jump(serve_review, open_review, rest):
    page = open_review(serve_review())
    page.locator("#rv-open button").nth(1).click()
    page.get_by_label("Where the pin is").check()
    page.locator("#rv-pin").wait_for(state="visible")
    rest(page)
    latitude, longitude = (page.locator(name) for name in ("#rv-latitude", "#rv-longitude"))
    before = float(latitude.input_value()), float(longitude.input_value())
    box = page.locator("#rv-pin").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=6)
    page.mouse.up()
    page.wait_for_function("x => Number(document.getElementById('rv-longitude').value) > x + 0.01", arg=before[1])
    assert abs(float(latitude.input_value()) - before[0]) <= 0.01


def test_areas_circles_and_nothing(serve_review, open_review):
    server = serve_review(editor="Olena")
    page = open_review(server)
    save = page.get_by_role("button", name="Save and go on")
    page.get_by_label("Which area").select_option(label="Belgorod region")
    expect(page.get_by_label("Somewhere in an area")).to_be_checked()
    save.click()
    expect(heading(page)).to_have_text("Qwzyville")
    page.get_by_label("Which area").select_option("circle")
    page.get_by_label("Radius of the circle").fill("45")
    page.get_by_label("Latitude of the pin").fill("50.2")
    page.get_by_label("Longitude of the pin").fill("36.8")
    page.get_by_label("Longitude of the pin").blur()
    page.get_by_label("Somewhere in an area").check()
    save.click()
    expect(heading(page)).to_have_text("Belgrod")
    page.get_by_label("It cannot be found").check()
    save.click()
    expect(page.locator("#rv-none-title")).to_be_visible()
    found = decided(server)
    assert (found["Oktyabrsky"].precision, found["Oktyabrsky"].region_code) == ("region", "RU-BEL")
    circle = found["Qwzyville"]
    assert (circle.precision, circle.latitude, circle.longitude, circle.radius_km) == ("district", 50.2, 36.8, 45.0)
    assert found["Belgrod"].decision == "reject"


def test_another_spelling_is_looked_up(serve_review, open_review):
    server = serve_review(editor="Olena")
    page = open_review(server)
    page.locator("#rv-open button").nth(1).click()
    expect(page.locator(".rv-mark")).to_have_count(0)
    page.get_by_label("Look up another name").fill("Vovchansk")
    page.keyboard.press("Enter")
    first = page.locator('input[type="radio"]').first
    expect(first).to_be_focused()
    expect(page.locator(".rv-option").first).to_contain_text("Vovchansk")
    expect(page.locator(".rv-mark")).to_have_count(1)
    page.locator(".rv-mark").click()
    expect(first).to_be_checked()
    page.get_by_role("button", name="Save and go on").click()
    expect(heading(page)).to_have_text("Belgrod")
    assert decided(server)["Qwzyville"].name == "Vovchansk"


def test_hostile_names_are_shown_as_they_are(serve_review, open_review, hostile):
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["date", "place", "region", "country", "summary"])
    texts = hostile.without_surrogates(hostile.every_text())[::3]
    for text in (text for text in texts if "\0" not in text):
        writer.writerow(["2025-11-09", text, "", "", text])
    server = serve_review(table.getvalue(), editor="<b>Olena</b>")
    page = open_review(server)
    told = [place["place"] for place in page.evaluate("fetch('places.json').then((answer) => answer.json())")["places"]]
    assert len(told) > 40
    shown = page.evaluate(
        """() => [...document.querySelectorAll("#rv-open button")].map((button) => {
            button.click();
            return document.getElementById("rv-name").textContent;
        })"""
    )
    assert shown == told
    assert page.locator("#rv-list img, #rv-place img, main script, #rv-name *, main iframe").count() == 0
    page.locator("#rv-open button").first.click()
    page.get_by_label("It cannot be found").check()
    page.get_by_label("Why").fill("<img src=x onerror=hit()>")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#rv-settled button")).to_have_count(1)
    page.locator("#rv-settled button").click()
    expect(page.locator("#rv-decided")).to_contain_text("<b>Olena</b>")
    assert page.evaluate("window.hits") == 0


def test_a_stopped_program_loses_nothing_in_silence(serve_review, open_review):
    server = serve_review(editor="Olena")
    page = open_review(server)
    page.get_by_label("It cannot be found").check()
    page.route("**/decide", lambda route: route.abort())
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("#rv-fault")).to_contain_text("does not run any more, so nothing was saved")
    expect(page.locator("#rv-progress")).to_have_text("3 places to settle, 0 settled")
    assert decided(server) == {}
    open_review.said.clear()  # the browser's own word on the request


def test_other_pages_are_shut_out(serve_review, browser):
    server = serve_review()
    context = browser.new_context()
    page = context.new_page()
    address = server.url.split("/")[2]
    assert page.goto(f"http://{address}/wrong-token/").status == 404
    assert page.goto(f"http://{address}/").status == 404
    # A page of another origin neither reads, nor writes, nor frames it.
    other = serve_review().url.split("/")[2]
    page.goto(f"http://{other}/")
    outcome = page.evaluate(
        """async (url) => {
            const tried = [];
            for (const [path, options] of [
                ["places.json", {}],
                ["decide", {method: "POST", mode: "no-cors", headers: {"Content-Type": "text/plain"},
                    body: JSON.stringify({place: 0, kind: "reject", editor: "x"})}],
                ["decide", {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"}],
            ]) {
                try { tried.push((await fetch(url + path, options)).type); } catch (error) { tried.push("refused"); }
            }
            return tried;
        }""",
        server.url,
    )
    assert outcome[0] == "refused"
    assert outcome[2] == "refused"
    assert decided(server) == {}
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{}, PHONE], ids=["desktop", "phone"])
def test_nothing_stands_in_anybodys_way(serve_review, open_review, scheme, size):
    server = serve_review()
    page = open_review(server, color_scheme=scheme, **size)
    page.get_by_label("Where the pin is").check()
    page.locator("#rv-done").scroll_into_view_if_needed()  # the bar with the buttons then lies over nothing
    found = Axe().run(page, options=TAGS).response["violations"]
    assert [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if size:
        small = page.eval_on_selector_all(
            "button:not([tabindex='-1']), input:not([type=radio]), select",
            "all => all.filter((one) => one.offsetParent && one.id !== 'rv-pin')"
            ".filter((one) => one.getBoundingClientRect().height < 32).map((one) => one.outerHTML)",
        )
        assert small == []


def test_nothing_in_doubt(serve_review, browser):
    server = serve_review("date,place,country\n2025-11-09,Kharkiv,Ukraine\n")
    context = browser.new_context()
    page = context.new_page()
    page.goto(server.url)
    expect(page.locator("#rv-none-title")).to_have_text("No place is in doubt")
    context.close()


def test_the_maps_card_says_that_an_editor_settled_a_place(open_page, write_page, located, claims, project):
    located.loc[located["place_name"] == "Voronezh", "place_provider"] = "decision"
    tab = open_page(write_page(located, claims, project=project))
    tab.click_map(51.67204, 39.1843)
    expect(tab.page.locator("#im-card")).to_contain_text("Settlement, within 5 km, settled by an editor")
    expect(tab.page.locator("#im-method")).to_contain_text("decisions of the map's editors")
