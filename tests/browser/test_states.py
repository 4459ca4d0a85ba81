"""Every state of the page, alone and in a frame: no violation, nothing cut, everything that can be used has a name."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from impactmap.publishing.embed import SANDBOX

pytestmark = pytest.mark.browser

TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
LARGE = "document.addEventListener('readystatechange', () => (document.documentElement.style.fontSize = '200%'))"
#: What the reader has asked for.
WISHES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "less motion": {"reduced_motion": "reduce"},
    "more contrast": {"contrast": "more"},
    "twice as large": {},
}
#: Roles that one can work; each is told by its name.
WORKED = {
    "button",
    "link",
    "checkbox",
    "combobox",
    "slider",
    "searchbox",
    "textbox",
    "DisclosureTriangle",
    "application",
}


class State:
    """A page, or a page in a sandboxed frame, in which things are done."""

    def __init__(self, open_page, path, *, framed, width, large, **options):
        tab = self.tab = open_page("about:blank", ready=False, viewport={"width": width, "height": 900}, **options)
        tab.requests.clear()
        if large:
            tab.page.add_init_script(LARGE)
        if framed:
            host = path.with_name("host.html")
            host.write_text(
                f'<!DOCTYPE html><html lang="en"><title>Article</title><body style="margin:0"><main><h1>Article</h1>'
                f'<iframe title="Map" src="{path.name}" sandbox="{SANDBOX}" style="border:0;width:100%;height:1200px">'
                f"</iframe></main>"
            )
            path = host
        tab.page.goto(path.as_uri())
        self.frame = tab.page.frames[-1]
        self.frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
        self.rest()

    def rest(self):
        self.tab.rest()
        self.tab.rest(self.frame)

    def faults(self):
        """Return axe's violations in the page and in its frame, what has no name, and what is too wide."""
        self.rest()
        found = []
        for where in {self.tab.page.main_frame, self.frame}:
            faults = Axe().run(where, options=TAGS).response["violations"]
            found += [f"{fault['id']}: {node['html'][:160]}" for fault in faults for node in fault["nodes"]]
        wide = self.frame.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return found + ([f"{wide} px too wide"] if wide > 0 else []) + self.nameless()

    def nameless(self):
        """Return what the accessibility tree offers to be worked without saying what it is."""
        session = self.tab.page.context.new_cdp_session(self.frame if self.frame.parent_frame else self.tab.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        return [
            f"{node['role']['value']} without a name"
            for node in nodes
            if not node["ignored"]
            and node["role"]["value"] in WORKED
            and not node.get("name", {}).get("value", "").strip()
        ]

    def open_card(self):
        self.frame.locator("#im-rows button.im-details, .im-beside-list button.im-details").first.click()
        self.frame.locator("#im-card").wait_for(state="visible")


def search(state):
    if state.frame.parent_frame:
        state.frame.locator("#im-options > summary").click()
    state.frame.locator("button[aria-controls='im-filters']").first.click()
    state.frame.locator("#im-search").fill("kharkiv")


def legend(state):
    if state.frame.parent_frame:
        state.frame.locator("#im-legend summary").first.click()


def everything(state):
    folded = state.frame.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()


def card(state):
    everything(state)
    state.open_card()


def no_sides(state):
    for switch in state.frame.locator("#im-controls .im-switch").all():
        switch.click()


def on_a_mark(state):
    state.frame.locator("#map_impactmap").focus()
    state.tab.page.keyboard.press("n")


DONE = {
    "opened": lambda state: None,
    "card": card,
    "search": search,
    "legend": legend,
    "no side": no_sides,
    "mark": on_a_mark,
}
QUICK = {
    ("light", "card"),
    ("light", "no side"),
    ("forced colours", "opened"),
    ("twice as large", "search"),
    ("dark", "mark"),
}


@pytest.mark.parametrize(
    ("wish", "done"),
    [
        pytest.param(wish, done, marks=() if (wish, done) in QUICK else pytest.mark.slow, id=f"{wish}, {done}")
        for wish in WISHES
        for done in DONE
    ],
)
@pytest.mark.parametrize(("framed", "width"), [(False, 1280), (False, 390), (True, 390), (True, 680)])
def test_every_state_can_be_read_and_worked(open_page, first_page, wish, done, framed, width):
    state = State(open_page, first_page, framed=framed, width=width, large=wish == "twice as large", **WISHES[wish])
    DONE[done](state)
    assert state.faults() == []
    state.tab.requests.clear()
