"""The embed code in a real Chromium: the frame's height follows its own page, and nobody else's word."""

from __future__ import annotations

import pytest

from impactmap.publishing.embed import HEIGHT, embed_page
from impactmap.telling.summary import summarise

SAYS = "<!DOCTYPE html><title>x</title><script>parent.postMessage({says}, '*')</script>"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("says", "height"),
    [
        ("{type: 'impactmap:height', height: 1234}", 1234),
        ("{type: 'impactmap:height', height: 1e9}", 20000),
        ("{type: 'impactmap:height', height: -5}", 200),
        ("{type: 'impactmap:height', height: '50px;position:fixed'}", HEIGHT),
        ("{type: 'another', height: 1234}", HEIGHT),
        ("null", HEIGHT),
    ],
)
def test_the_frame_is_as_high_as_its_page_says(browser, tmp_path, located, claims, project, says, height):
    (tmp_path / "map.html").write_text(SAYS.format(says=says))
    (tmp_path / "embed.html").write_text(embed_page(project, summarise(located, claims, project)), encoding="utf-8")
    page = browser.new_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto((tmp_path / "embed.html").as_uri())
    frame = page.locator("iframe")
    frame.scroll_into_view_if_needed()
    page.wait_for_function(
        "wanted => document.querySelector('iframe').offsetHeight === wanted", arg=height, timeout=30_000
    )
    page.wait_for_timeout(300)  # what the frame says must not change it afterwards either
    assert frame.evaluate("frame => frame.offsetHeight") == height
    page.close()
    assert not faults


@pytest.mark.browser
def test_another_frame_cannot_set_the_height(browser, tmp_path, located, claims, project):
    (tmp_path / "map.html").write_text("<!DOCTYPE html><title>x</title>")
    (tmp_path / "other.html").write_text(SAYS.format(says="{type: 'impactmap:height', height: 1234}"))
    page_text = embed_page(project, summarise(located, claims, project))
    page_text = page_text.replace("</main>", '<iframe id="other" src="other.html"></iframe></main>')
    (tmp_path / "embed.html").write_text(page_text, encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "embed.html").as_uri())
    page.evaluate("window.heard = 0; addEventListener('message', () => { window.heard += 1; })")
    page.evaluate("document.querySelector('#other').src = 'other.html?again'")
    page.wait_for_function("window.heard > 0", timeout=30_000)
    assert page.locator("iframe[data-impactmap]").evaluate("frame => frame.offsetHeight") == HEIGHT
    page.close()
