"""What an author can put on a map is for every reader: axe finds nothing on charts, downloads, callouts and regions."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

import impactmap as im
from impactmap.maps.page.event_map import EventMap
from impactmap.maps.picture.plot import still_map

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parents[2] / "seeds"
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture(scope="module", params=[None, "shaded", "marks"])
def page(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("axe")
    shutil.copytree(SEEDS, folder / "seeds")
    file = folder / "seeds" / "exercise" / "project.toml"
    if request.param:
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("[map]\n", f'[map]\nregions = "{request.param}"\n', 1), encoding="utf-8")
    work = im.open(file)
    made = EventMap(work.events, work.claims, project=work.project, border=None)
    out = folder / "map.html"
    out.write_text(made.to_page(still=still_map(made.reports, project=work.project)), encoding="utf-8")
    return out


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation(open_page, page, width, scheme):
    tab = open_page(page, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for fold in tab.page.locator("details:not([open]) > summary").all():
        if fold.is_visible():
            fold.click()
    tab.rest()
    found = Axe().run(tab.page, options=TAGS).response["violations"]
    told = [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]
    assert told == []
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
