"""What is written on the drawn map, read from the canvas itself: nothing over anything, every word true of its mark."""

from __future__ import annotations

import importlib.util
import itertools
import math
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

import impactmap as im

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
WIDTHS = (320, 390, 680, 1280)
#: Keeps what is drawn on the canvas of the events since it was last cleared: texts with their ink, shapes with their outline's box.
#: The box of an outline is what the browser's own SVG says of it.
RECORD = """
window.drawn = {texts: [], shapes: []};
(() => {
  const ours = (context) => context.canvas.parentElement?.className.includes("impactmap-events");
  const proto = CanvasRenderingContext2D.prototype;
  const across = (context, x, y, width, height) => {
    const t = context.getTransform(), ratio = context.canvas.width / parseFloat(context.canvas.style.width);
    const corners = [[x, y], [x + width, y], [x, y + height], [x + width, y + height]].map(([a, b]) => t.transformPoint({x: a, y: b}));
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
      const box = across(this, x - ink.actualBoundingBoxLeft, y - ink.actualBoundingBoxAscent,
        ink.actualBoundingBoxLeft + ink.actualBoundingBoxRight, ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent);
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
  proto.fill = function (path, ...rest) {
    if (ours(this) && path?.given) {
      if (!outlines.has(path.given)) {
        const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
        const node = document.createElementNS("http://www.w3.org/2000/svg", "path");
        node.setAttribute("d", path.given);
        svg.append(node);
        document.documentElement.append(svg);
        const {x, y, width, height} = node.getBBox();
        svg.remove();
        outlines.set(path.given, [x, y, width, height]);
      }
      window.drawn.shapes.push(across(this, ...outlines.get(path.given)));
    }
    return fill.call(this, path, ...rest);
  };
})();
"""
#: What lies over the map: its buttons and its line of sources.
OVER = """
[...document.querySelectorAll("#map_impactmap .leaflet-control")].filter((one) => one.offsetWidth > 0 && one.checkVisibility())
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
        shapes = {at(box) for box in read["shapes"]}
        # A glyph of several sides fills several shapes about one middle.
        self.marks: list[Box] = []
        for shape in sorted(shapes, key=lambda box: box.left - box.right):
            if not any(math.dist(shape.middle, mark.middle) < 0.6 * (mark.right - mark.left) / 2 for mark in self.marks):
                self.marks.append(shape)
        texts = [(one["text"], at(one["box"]), one["centred"]) for one in read["texts"]]
        inside = lambda box: self.ground.overlaps(box)  # noqa: E731
        #: Numbers stand in their mark, centred; all other text is a label.
        self.numbers = [(text, box) for text, box, centred in texts if centred and inside(box)]
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
            found += [f"{text!r} covers a mark" for mark in self.marks if box.overlaps(mark)]
            found += [f"{text!r} lies under a control" for control in self.over if box.overlaps(control)]
            found += [] if self.ground.holds(box) else [f"{text!r} is cut"]
        for text, box in self.numbers:
            found += [] if any(mark.holds(box) for mark in self.marks) else [f"{text!r} leaves its mark"]
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
