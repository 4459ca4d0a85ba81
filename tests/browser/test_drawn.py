"""What is written on the drawn map, read from the canvas itself: nothing over anything, every word true of its mark."""

from __future__ import annotations

import importlib.util
import itertools
import math
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

import impactmap as im

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 390, 680, 1280)
#: Keeps what is drawn on the canvas of the events since it was cleared: texts with their ink, shapes with their box.
#: An outline's box is that of points which the browser's own SVG finds along it.
RECORD = """
window.drawn = {texts: [], shapes: []};
(() => {
  const ours = (context) => context.canvas.parentElement?.className.includes("impactmap-events");
  const proto = CanvasRenderingContext2D.prototype;
  const across = (context, x, y, width, height) => {
    const t = context.getTransform(), ratio = context.canvas.width / parseFloat(context.canvas.style.width);
    const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]]
      .map(([a, b]) => t.transformPoint({x: a, y: b}));
    const xs = corners.map((p) => p.x / ratio), ys = corners.map((p) => p.y / ratio);
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  };
  const [clear, write, fill] = [proto.clearRect, proto.fillText, proto.fill];
  proto.clearRect = function (...box) {
    if (ours(this)) window.drawn = {texts: [], shapes: []};
    return clear.apply(this, box);
  };
  proto.fillText = function (text, x, y) {
    if (ours(this)) {
      const ink = this.measureText(text);
      const [left, up] = [ink.actualBoundingBoxLeft, ink.actualBoundingBoxAscent];
      const size = [left + ink.actualBoundingBoxRight, up + ink.actualBoundingBoxDescent];
      const box = across(this, x - left, y - up, ...size);
      window.drawn.texts.push({text, box, font: this.font, centred: this.textAlign === "center"});
    }
    return write.call(this, text, x, y);
  };
  const outlines = new Map();
  const Plain = Path2D;
  window.Path2D = class extends Plain {
    constructor(given) {
      super(given);
      if (typeof given === "string") this.given = given;
    }
  };
  const points = (given) => {
    if (!outlines.has(given)) {
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("d", given);
      const length = path.getTotalLength();
      outlines.set(given, Array.from({length: 240}, (_, i) => path.getPointAtLength((i / 240) * length)));
    }
    return outlines.get(given);
  };
  // A glyph of several sides moves to its middle, then cuts out one part after the other.
  const [translate, arc, clip] = [proto.translate, proto.arc, proto.clip];
  let [turn, part] = [null, null];
  proto.translate = function (x, y) {
    part = null;
    return translate.call(this, x, y);
  };
  proto.arc = function (x, y, radius, from, to) {
    turn = [from, to];
    return arc.call(this, x, y, radius, from, to);
  };
  proto.clip = function (...given) {
    part = given.length ? null : turn;
    return clip.apply(this, given);
  };
  const within = ({x, y}) =>
    !part || (Math.atan2(y, x) - part[0] + 4 * Math.PI) % (2 * Math.PI) <= part[1] - part[0] + 1e-9;
  proto.fill = function (path, ...rest) {
    if (ours(this) && path?.given) {
      const seen = [{x: 0, y: 0}, ...points(path.given).filter(within)];
      const [xs, ys] = [seen.map((p) => p.x), seen.map((p) => p.y)];
      const [left, top] = [Math.min(...xs), Math.min(...ys)];
      window.drawn.shapes.push({
        box: across(this, left, top, Math.max(...xs) - left, Math.max(...ys) - top),
        middle: across(this, 0, 0, 0, 0).slice(0, 2),
      });
    }
    return fill.call(this, path, ...rest);
  };
})();
"""
#: What lies over the map: its buttons and its line of sources.
OVER = """
[...document.querySelectorAll("#map_impactmap .leaflet-control")]
  .filter((one) => one.offsetWidth > 0 && one.checkVisibility())
  .map((one) => one.getBoundingClientRect()).map(({left, top, right, bottom}) => [left, top, right, bottom])
"""
QUICK = {"day": (390, 1280), "sudan": (320, 680), "fiji": (390,), "gaza": (680,), "education": (390,)}


def _twelve():
    spec = importlib.util.spec_from_file_location("twelve_maps", Path(__file__).parents[1] / "twelve_maps.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TWELVE = _twelve()


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box, slack: float = 0.5) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > slack and down > slack

    def away(self, other: Box) -> float:
        across = max(self.left - other.right, other.left - self.right, 0)
        down = max(self.top - other.bottom, other.top - self.bottom, 0)
        return math.hypot(across, down)

    def holds(self, other: Box, slack: float = 1) -> bool:
        return (
            self.left <= other.left + slack
            and self.top <= other.top + slack
            and self.right >= other.right - slack
            and self.bottom >= other.bottom - slack
        )

    def with_(self, other: Box) -> Box:
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@pytest.fixture(scope="module")
def twelve(tmp_path_factory):
    """Return the page of a kind of map, its located rows and whether it is drawn as density; each is made once."""
    folder, made = tmp_path_factory.mktemp("twelve"), {}

    def page(name):
        if name not in made:
            if name == "seed":
                workspace = im.open(ROOT / "seeds" / "first-map")
            else:
                TWELVE.made_table(name).to_csv(folder / f"{name}.csv", index=False)
                workspace = im.open(folder / f"{name}.csv", border=TWELVE.KINDS[name].border)
            workspace.map().save(folder / f"{name}.html")
            made[name] = (folder / f"{name}.html", workspace.events)
        return made[name]

    return page


class Drawn:
    """The map of a tab as it is drawn now, in pixels of the window."""

    def __init__(self, tab):
        self.tab = tab
        tab.rest()
        read = tab.page.evaluate("window.drawn")
        self.ground = self._box("#map_impactmap")
        canvas = self._box(".leaflet-impactmap-events-pane canvas")
        at = lambda box: Box(*(round(side + (canvas.left, canvas.top)[i % 2], 1) for i, side in enumerate(box)))  # noqa: E731
        self.over = [Box(*box) for box in tab.page.evaluate(OVER)]
        # A glyph of several sides fills several shapes about one middle.
        self.marks: dict[tuple[float, float], Box] = {}
        for shape in read["shapes"]:
            middle, box = at(shape["middle"] * 2), at(shape["box"])
            self.marks[middle.middle] = self.marks.get(middle.middle, box).with_(box)
        texts = [(one["text"], at(one["box"]), one["centred"]) for one in read["texts"]]
        #: What is heavier names a mark or an area; towns, countries and lines are lighter.
        self.heavy = {one["text"] for one in read["texts"] if one["font"].startswith("600")}
        #: Numbers stand in their mark, centred; all other text is a label.
        self.numbers = [(text, box) for text, box, centred in texts if centred and self.ground.overlaps(box)]
        self.labels = [(text, box) for text, box, centred in texts if not centred]

    def _box(self, selector):
        found = self.tab.page.locator(selector).bounding_box()
        return Box(found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"])

    def faults(self):
        """Return what is wrong with the labels by their place alone."""
        found = []
        for (one, box), (two, other) in itertools.combinations(self.labels, 2):
            found += [f"{one!r} lies over {two!r}"] if box.overlaps(other) else []
        for text, box in self.labels:
            found += [f"{text!r} covers a mark" for mark in self.marks.values() if box.overlaps(mark)]
            found += [f"{text!r} lies under a control" for control in self.over if box.overlaps(control)]
            found += [] if self.ground.holds(box) else [f"{text!r} is cut"]
        for text, box in self.numbers:
            found += [] if any(mark.holds(box) for mark in self.marks.values()) else [f"{text!r} leaves its mark"]
        return found


def open_drawn(open_page, path, width, **options):
    tab = open_page("about:blank", ready=False, viewport={"width": width, "height": 900}, **options)
    tab.requests.clear()
    tab.page.add_init_script(RECORD)
    tab.page.add_init_script("addEventListener('error', (event) => console.error(event.message))")
    tab.page.goto(path.as_uri())
    tab.page.wait_for_selector('html[data-im-ready="true"]', state="attached")
    tab.page.locator("#map_impactmap").scroll_into_view_if_needed()
    return tab


def parametrised():
    slow = {"many", "ucdp"}
    for name in ("seed", *TWELVE.KINDS):
        for width in WIDTHS:
            quick = name == "seed" or width in QUICK.get(name, ())
            marks = () if quick and name not in slow else (pytest.mark.slow,)
            yield pytest.param(name, width, marks=marks)


@pytest.mark.parametrize(("name", "width"), [*parametrised()])
def test_no_label_lies_over_anything_at_any_zoom(open_page, twelve, name, width):
    path, _ = twelve(name)
    tab = open_drawn(open_page, path, width)
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
    drawn = Drawn(tab)
    assert not drawn.faults()
    if name not in {"many", "ucdp"}:
        assert drawn.labels
    for _ in range(2):
        tab.page.evaluate("map_impactmap.setZoom(map_impactmap.getZoom() + 1.5, {animate: false})")
        assert not Drawn(tab).faults()
    tab.page.evaluate("map_impactmap.setZoom(map_impactmap.getMinZoom(), {animate: false})")
    assert not Drawn(tab).faults()


def walk(tab):
    """Return what is told of each mark in view."""
    tab.page.locator("#map_impactmap").focus()
    told, begun = [], False
    while True:
        tab.page.keyboard.press("n")
        said = tab.page.locator("#im-live").inner_text()
        position, total, text = re.fullmatch(r"(\d+) of (\d+): (.*)", said, re.DOTALL).groups()
        begun = begun or position == "1"  # it goes on from where it was last
        told += [text] if begun else []
        if begun and position == total:
            return told


def counted(told):
    """Return the number of reports of each side that a mark's words tell."""
    among = re.search(r" · ([\d,]+) reports? · Attacking side: (.*)$", told)
    if among is None:
        return {re.search(r" · Attacking side: (.*?)(?: · (?:claimed|confirmed))?$", told)[1]: 1}
    parts = dict(re.findall(r"(?:^|, )(.+?) ([\d,]+)(?=, |$)", among[2]))
    return {side: int(number.replace(",", "")) for side, number in parts.items()}


def added(counts):
    sums = {}
    for side, number in itertools.chain.from_iterable(one.items() for one in counts):
        sums[side] = sums.get(side, 0) + number
    return sums


def by_side(events):
    return events["side"].fillna("not stated").value_counts().to_dict()


@pytest.mark.parametrize(
    "name",
    [
        "one",
        "day",
        "sudan",
        "gaza",
        "taiwan",
        "fiji",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("month", "hxl", "education")),
    ],
)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_marks_hold_the_table_by_side_and_zoom(open_page, twelve, name, width):
    """On these maps an event has one place, so that marks, header and legend count the same."""
    path, events = twelve(name)
    tab = open_drawn(open_page, path, width)
    tab.rest()
    switches = tab.page.locator("#im-controls .im-switch")
    shown = {}
    for number in range(switches.count()):
        side, count = switches.nth(number).inner_text().rsplit("\n", 1)
        shown[side.strip().replace("Not stated", "not stated")] = int(count.replace(",", ""))
    drawn = events[events["place_precision"].ne("country") & events.geometry.notna()]
    if "Other sides" in shown:  # of many the largest have a shape, the rest one of their own
        events = events.assign(
            side=events["side"].where(events["side"].isin([*shown]) | events["side"].isna(), "Other sides")
        )
        drawn = events.loc[drawn.index]
    if shown:
        assert shown == by_side(events)
    assert re.search(rf"\b{len(events):,} reports?\b", tab.page.locator("#im-summary").inner_text())
    beside = tab.page.locator("#im-beside li[data-row]").evaluate_all(
        "list => list.map((one) => Number(one.dataset.row))"
    )
    drawn = drawn.drop(index=drawn.index.intersection(events.index[beside]))
    assert added(map(counted, walk(tab))) == by_side(drawn)
    # One side fewer, and those of the others as before.
    if len(shown) > 1:
        switches.first.click()
        tab.rest()
        first = min(shown, key=list(shown).index)
        assert added(map(counted, walk(tab))) == by_side(drawn[drawn["side"].fillna("not stated") != first])
        switches.first.click()
        tab.rest()
    # Nearer: what lies in view, and of what lies at its edge nothing twice.
    tab.page.evaluate("map_impactmap.setZoom(map_impactmap.getZoom() + 1, {animate: false})")
    tab.rest()
    west, south, east, north = tab.page.evaluate(
        "(({_southWest: a, _northEast: b}) => [a.lng, a.lat, b.lng, b.lat])(map_impactmap.getBounds())"
    )
    points = drawn[drawn["latitude"].notna()]
    if len(points) < len(drawn):
        return
    longitude = points["longitude"].where(points["longitude"] >= west - 90, points["longitude"] + 360)
    across, up = 0.2 * (east - west), 0.2 * (north - south)
    inside = lambda by: points[  # noqa: E731
        longitude.between(west + by * across, east - by * across)
        & points["latitude"].between(south + by * up, north - by * up)
    ]
    told = added(map(counted, walk(tab)))
    for side in by_side(points):
        assert by_side(inside(1)).get(side, 0) <= told.get(side, 0) <= by_side(inside(-1)).get(side, 0)


def expected_words(told):
    """Return what may stand beside a mark of which this is told."""
    name = told.split(" · ")[0]
    total = sum(counted(told).values())
    if plus := re.fullmatch(r"(.*) and (\d+) more places?", name):
        name = f"{plus[1]} +{plus[2]}"
    elif places := re.match(r"(\d+ places)\b", name):
        name = places[1]
    return {name, f"{name} ({total:,})", f"{total:,}"}


@pytest.mark.parametrize("name", ["seed", "day", "sudan", "gaza", "taiwan", "fiji"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_label_is_true_of_the_mark_that_it_stands_at(open_page, twelve, name, width):
    """Each mark is pointed at; what is written nearest to it is of it, and names a place of the table."""
    path, events = twelve(name)
    tab = open_drawn(open_page, path, width)
    drawn = Drawn(tab)
    names, areas = {*events["place_name"].dropna()}, {*events.loc[events["latitude"].isna(), "place_name"]}
    said = {}
    for middle, mark in drawn.marks.items():
        if not drawn.ground.holds(Box(*middle, *middle)):
            continue
        tab.page.mouse.move(*middle)
        tab.rest()
        tip = tab.page.locator(".im-tip")
        if tip.count() and tip.is_visible():
            said[mark] = tip.inner_text()
        tab.page.mouse.move(drawn.ground.left - 5, drawn.ground.top - 5)
    assert len(said) >= min(3, len(drawn.marks))
    checked = 0
    for text, box in drawn.labels:
        leading = re.sub(r" (\+\d+)?( ?\([\d,]+\))?$", "", text)
        if text not in drawn.heavy and not re.fullmatch(r"[\d,]+", text):
            continue  # a town, a country or a line of the ground, and what a computed line says
        near = sorted(said, key=box.away)
        if leading in areas and (not near or text not in expected_words(said[near[0]])):
            assert not near or box.away(near[0]) > 7, text
            continue
        assert leading in names or re.fullmatch(r"\d+ places.*|[\d,]+", text)
        assert text in expected_words(said[near[0]]), (text, said[near[0]])
        assert len(near) == 1 or box.away(near[0]) < box.away(near[1]), text
        checked += 1
    assert checked
