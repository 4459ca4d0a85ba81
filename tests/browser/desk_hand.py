"""A person at the desk, in Chromium, with every click and key counted; what can be seen, and whether all can use it."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from axe_playwright_python.sync_playwright import Axe

from impactmap.desk.desk_server import DeskServer
from impactmap.desk.look import Surroundings
from impactmap.desk.session import Session

NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PATIENCE = 90_000
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


class Hand:
    """A person at the page: every click and every key is counted."""

    def __init__(self, page, url):
        self.page, self.url = page, url
        self.clicks = self.keys = 0

    def click(self, target):
        (self.page.locator(target) if isinstance(target, str) else target).click()
        self.clicks += 1

    def press(self, key):
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, text):
        self.page.keyboard.type(text)
        self.keys += len(text)

    def choose(self, selector, file):
        """Choose a file: a click on the field, and one in the system's window."""
        self.page.locator(selector).set_input_files(file)
        self.clicks += 2

    @property
    def total(self):
        return self.clicks + self.keys

    def rest(self):
        """Wait until the program has nothing more to do."""
        for _ in range(2):
            self.page.wait_for_selector('html[data-dk-busy="false"]', state="attached", timeout=PATIENCE)
            self.page.wait_for_timeout(350)


@pytest.fixture
def open_desk(browser, tmp_path):
    """Open a desk on an empty folder; afterwards it may have asked nobody but its own server, and logged nothing."""
    running, said, asked = [], [], []

    def opened(*, language="en-GB", folder=None, **options):
        session = Session(folder or tmp_path / "desk", Surroundings(lambda: NOW))
        server = DeskServer(session)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": language, **options})
        running.append((server, thread, context))
        context.add_init_script("window.hits = 0; window.hit = () => { window.hits += 1; };")
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: said.append(f"error: {error}"))
        page.on("request", lambda request: asked.append((request.url, server.url)))
        page.goto(server.url)
        page.wait_for_selector('html[data-dk-ready="true"]', state="attached")
        hand = Hand(page, server.url)
        hand.session = session
        return hand

    yield opened
    for server, thread, context in running:
        context.close()
        server.stop()
        thread.join(timeout=10)
        server.close()
    # The checker of accessibility speaks to the map's frame, which is a stranger.
    faults = [line for line in said if "422" not in line and "postMessage" not in line]
    assert not faults
    assert not [url for url, own in asked if not url.startswith((own, "about:", "data:", "blob:"))]


#: Names, and what the author's own table holds.
OWN = {
    "Bulgan", "Darhan", "Khentii", "Uul",  # as the gazetteer writes them
    "CORRECTIONS", "CSV", "Darkhan", "Darkhn", "Earth", "English", "Enter", "Erdenet", "Gazette", "GeoNames",
    "Governor", "Herald", "Ministry", "Mongolia", "Natural", "North", "Nroth", "Ofc", "OpenStreetMap",
    "Report", "Reports", "Shift", "South", "contributors", "csv", "desk", "example", "first", "html", "https",
    "impactmap", "map", "maps", "md", "org", "png", "reports", "text",
}  # fmt: skip

#: What a cell of the author's says, as a reason quotes it.
QUOTED = ("A substation was hit at night",)


def words(page):
    """Return the English words that can be seen: not names, not the author's table, not what is marked as English."""
    text = page.evaluate(
        """(own) => {
            const kept = [];
            const walk = (node) => {
                if (node.nodeType === 3) { kept.push(node.data); return; }
                if (node.nodeType !== 1 || node.lang === "en" || !node.checkVisibility()) return;
                if (node.matches(own)) return;
                for (const name of ["aria-label", "placeholder", "title"]) kept.push(node.getAttribute(name) ?? "");
                for (const child of node.childNodes) walk(child);
            };
            walk(document.body);
            return kept.join(" ");
        }""",
        "textarea, iframe, tbody, #dk-art-text, .dk-quote, #dk-art-which, #dk-art-language,"
        " .dk-header, .dk-reports, #rv-reports, #dk-folder, #dk-written, .dk-english, "
        "details:not([open]) > :not(summary)",
    )
    for quoted in QUOTED:
        text = text.replace(quoted, "")
    return set(re.findall(r"[A-Za-z]{3,}", text)) - OWN


def check(page, part):
    found = Axe().run(page, options=TAGS).response["violations"]
    return [
        (part, each["id"], [node["target"] for node in each["nodes"]][:3])
        for each in found
        if each["id"] != "frame-tested"
    ]
