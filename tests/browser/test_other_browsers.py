"""The same page in Firefox and WebKit: drawn as in Chromium, worked by hand, in an article, and silent."""

from __future__ import annotations

import importlib.util
import io
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import impactmap as im
from impactmap.publishing.embed import embed_snippet
from impactmap.telling.summary import summarise

pytestmark = [pytest.mark.browser, pytest.mark.soak]

ROOT = Path(__file__).parents[2]


def module(name, folder=Path(__file__).parent):
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    made = importlib.util.module_from_spec(spec)
    sys.modules[name] = made
    spec.loader.exec_module(made)
    return made


BROWSERS = module("other_browsers")
TWELVE = module("twelve_maps", Path(__file__).parents[1])
READY = "document.documentElement.dataset.imReady === 'true'"
GROUND = "(({x, y, width, height}) => [x, y, width, height])(map_impactmap.getContainer().getBoundingClientRect())"
SPOT = """(() => {{
    const {{x, y}} = map_impactmap.latLngToContainerPoint([{lat}, {lon}]);
    const box = map_impactmap.getContainer().getBoundingClientRect();
    return [box.x + x, box.y + y];
}})()"""


@pytest.fixture(scope="module", params=["Firefox", "WebKit"])
def other(request):
    browser = getattr(BROWSERS, request.param)()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Make the first map and one of another continent, each with an article around it."""
    folder = tmp_path_factory.mktemp("other")
    TWELVE.made_table("sudan").to_csv(folder / "sudan.csv", index=False)
    places = {}
    for name, source in (("seed", ROOT / "seeds" / "first-map"), ("sudan", folder / "sudan.csv")):
        workspace = im.open(source)
        workspace.map().save(folder / f"{name}.html")
        code = embed_snippet(workspace.project, summarise(workspace.events, workspace.claims, workspace.project))
        code = code.replace("map.html", f"{name}.html").replace(' loading="lazy"', "")
        (folder / f"{name}-article.html").write_text(
            f'<!DOCTYPE html><meta charset="utf-8"><title>x</title><body style="margin:0">{code}',
            encoding="utf-8",
        )
        events = workspace.events
        places[name] = events[events["latitude"].notna()]
    return folder, places


def until(browser, expression, *, framed=False):
    end = time.monotonic() + BROWSERS.PATIENCE
    while not browser.run(expression, framed=framed):
        assert time.monotonic() < end, expression
        time.sleep(0.1)


def opened(browser, address, width=1280):
    browser.size(width, 900)
    browser.open("about:blank")
    browser.heard()
    browser.open(address)
    until(browser, READY)
    time.sleep(0.6)


def ground(picture, box):
    x, y, width, height = box
    image = Image.open(io.BytesIO(picture)).convert("RGB").crop((x, y, x + width, y + height))
    return np.asarray(image.resize((round(width / 8), round(height / 8)), Image.Resampling.BOX), dtype=float)


@pytest.mark.parametrize("name", ["seed", "sudan"])
@pytest.mark.parametrize("width", [390, 1280])
def test_it_is_drawn_as_in_chromium(other, open_page, pages, name, width):
    address = pages[0] / f"{name}.html"
    opened(other, address.as_uri(), width)
    # Beside a bar for scrolling, where there is one; no window of WebKit's is as narrow as a phone.
    width = other.run("document.documentElement.clientWidth")
    tab = open_page(address, viewport={"width": width, "height": 900})
    tab.rest()
    for run, scroll in ((other.run, other.run), (tab.page.evaluate, tab.page.evaluate)):
        scroll("(scrollTo(0, 0), map_impactmap.getContainer().scrollIntoView({block: 'start'}), 1)")
        assert run("document.documentElement.scrollWidth") <= width
    time.sleep(0.5)
    theirs, ours = ground(other.picture(), other.run(GROUND)), ground(tab.page.screenshot(), tab.page.evaluate(GROUND))
    assert np.abs(np.subtract(theirs.shape, ours.shape)).max() <= 1
    rows, columns = (min(sizes) for sizes in zip(theirs.shape[:2], ours.shape[:2], strict=True))
    assert np.abs(theirs[:rows, :columns] - ours[:rows, :columns]).mean() < 4
    assert other.heard() == []


@pytest.mark.parametrize("name", ["seed", "sudan"])
def test_card_timeline_and_link_work(other, pages, name):
    folder, places = pages
    address = (folder / f"{name}.html").as_uri()
    opened(other, address)
    place = places[name].iloc[0]
    other.click(*other.run(SPOT.format(lat=place["latitude"], lon=place["longitude"])))
    until(other, "!!document.querySelector('#im-card-title')?.offsetHeight")
    card = other.run("(({top, bottom}) => [top, bottom])(document.querySelector('#im-card').getBoundingClientRect())")
    assert 0 <= card[0] < card[1] <= 900
    title = other.run("document.querySelector('#im-card-title').textContent")
    other.press("\ue00c")
    until(other, "!document.querySelector('#im-card')?.offsetHeight")
    before = other.run("document.querySelector('.im-status').textContent")
    other.run("(document.querySelector('.im-handle').focus(), 1)")
    for _ in range(1 if name == "seed" else 30):
        other.press("\ue014")
    until(other, f"document.querySelector('.im-status').textContent !== {before!r}")
    time.sleep(0.8)  # the last of the keys
    after = other.run("document.querySelector('.im-status').textContent")
    until(other, "location.hash.length > 1")
    time.sleep(0.5)
    link = other.run("location.href")
    opened(other, link)
    assert other.run("document.querySelector('.im-status').textContent") == after
    # A link to a report opens its card.
    opened(other, f"{address}#e={place['event_id']}")
    until(other, "!!document.querySelector('#im-card-title')?.offsetHeight")
    assert title
    assert other.heard() == []


@pytest.mark.parametrize("name", ["seed", "sudan"])
@pytest.mark.parametrize(("width", "most"), [(390, 1000), (680, 800)])
def test_in_an_article_it_is_low_and_its_card_is_seen(other, pages, name, width, most):
    folder, places = pages
    other.size(width, 900)
    other.open("about:blank")
    other.heard()
    other.open((folder / f"{name}-article.html").as_uri())
    until(other, READY, framed=True)
    time.sleep(1)
    assert 400 < other.run("document.querySelector('iframe').offsetHeight") < most
    assert other.run("document.documentElement.scrollWidth <= innerWidth", framed=True)
    frame = other.run("(({x, y}) => [x, y])(document.querySelector('iframe').getBoundingClientRect())")
    place = places[name].iloc[0]
    x, y = other.run(SPOT.format(lat=place["latitude"], lon=place["longitude"]), framed=True)
    other.click(frame[0] + x, frame[1] + y)
    until(other, "!!document.querySelector('#im-card-title')?.offsetHeight", framed=True)
    time.sleep(0.4)
    top = other.run("document.querySelector('#im-card-title').getBoundingClientRect().top", framed=True)
    assert 0 <= frame[1] + top <= 880
    assert other.heard() == []


@pytest.mark.parametrize("page", ["seed", "sudan", "seed-article", "sudan-article"])
@pytest.mark.parametrize("width", [390, 1280])
def test_webkit_says_nothing_while_it_opens(pages, page, width):
    (pages[0] / "map.png").touch()
    assert BROWSERS.webkit_says((pages[0] / f"{page}.html").as_uri(), width=width) == []


def test_webkit_would_say_what_is_wrong(tmp_path):
    (tmp_path / "wrong.html").write_text("<!DOCTYPE html><title>x</title><script>console.error('heard')</script>")
    assert "heard" in BROWSERS.webkit_says((tmp_path / "wrong.html").as_uri(), width=390)[0]
