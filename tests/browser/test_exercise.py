"""The exercise as a light embed: low enough for an article, in every language, with nothing cut at any width."""

from __future__ import annotations

from pathlib import Path

import pytest

import impactmap as im
from impactmap.publishing.embed import SANDBOX

pytestmark = pytest.mark.browser

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module", params=["en", "uk", "ru"])
def folder(request, tmp_path_factory):
    made = tmp_path_factory.mktemp("exercise") / request.param
    im.build(SEEDS / "exercise", made, language=request.param)
    return made


@pytest.mark.parametrize(("width", "most"), [(390, 1000), (680, 800)])
def test_as_a_light_embed_it_is_low_enough(open_page, folder, width, most):
    host = folder.parent / f"{folder.name}-{width}.html"
    host.write_text(
        f'<!DOCTYPE html><body style="margin:0"><iframe src="{folder.name}/map.html" sandbox="{SANDBOX}" '
        f'style="border:0;width:{width}px;height:700px"></iframe>'
    )
    tab = open_page(host, ready=False, viewport={"width": width, "height": 900})
    frame = tab.page.frame_locator("iframe")
    frame.locator('html[data-im-ready="true"]').wait_for(state="attached")
    tab.page.wait_for_timeout(400)
    assert frame.locator("html").evaluate("html => html.getBoundingClientRect().height") <= most


@pytest.mark.parametrize("width", [320, 390, 680, 1280])
def test_nothing_is_cut_at_any_width(open_page, folder, width):
    tab = open_page(folder / "map.html", viewport={"width": width, "height": 900})
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= width
